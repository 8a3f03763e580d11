"""What `verify` says of chains, checkpoints and witness; its last sentence promises no more than is proven."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest

from onboarding.keeper.ledger_check import LedgerFlawKind
from onboarding.reports.proven import FLAWS, LEDGER_FLAWS, audit_lines, sentence
from policies.journal.verify import FlawKind
from tests.support.kept_journal import KeptJournal, copied, three_days
from tests.support.tampering import TAMPERINGS

UNTOUCHED = "aucune ligne et aucun contenu n'a été changé, ôté, ajouté ou déplacé"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> KeptJournal:
    return three_days(tmp_path_factory.mktemp("whole"))


def lines(kept: KeptJournal, witness: bool = False, named: str | None = None) -> list[str]:
    return list(audit_lines(kept.audit(witness=witness), named))


def test_every_flaw_has_its_french_words() -> None:
    assert FLAWS.keys() == set(get_args(FlawKind))
    assert LEDGER_FLAWS.keys() == set(get_args(LedgerFlawKind))


def test_without_a_witness_it_is_said_what_root_can_hide(whole: KeptJournal) -> None:
    found = lines(whole)
    assert found[-2] == "témoin : aucun ; le réglage journal.witness en nomme un"
    assert found[-1].startswith(f"Prouvé : {UNTOUCHED} jusqu'au point de contrôle n° ")
    assert "pas prouvé : sans témoin extérieur, une troncature faite par root" in found[-1]


def test_a_witness_of_the_settings_is_not_taken_for_its_copy(whole: KeptJournal) -> None:
    found = lines(whole, named="https://temoin.test")
    assert found[-2] == "témoin : https://temoin.test ; pour comparer avec sa copie, relancez avec --witness DOSSIER"
    assert "et le témoin a les mêmes points" not in found[-1]


def test_with_the_witness_it_is_said_how_far_its_copy_goes(whole: KeptJournal) -> None:
    found = lines(whole, witness=True)
    assert found[-2].startswith("témoin : sa copie va jusqu'au point n° ")
    assert "et le témoin a les mêmes points jusqu'au n° " in found[-1]
    assert "pas prouvé : ce qui suit le dernier point que le témoin a reçu" in found[-1]


def test_without_a_checkpoint_the_end_of_a_chain_is_not_proven(whole: KeptJournal, tmp_path: Path) -> None:
    kept = copied(whole, tmp_path)
    shutil.rmtree(kept.journal / "checkpoints")
    found = lines(kept)
    assert "points de contrôle : aucun ; le processus keeper n'a encore rien signé" in found
    assert "la fin d'une chaîne peut être ôtée ou réécrite par qui la possède" in found[-1]


def test_a_sound_chain_says_its_length_and_the_head_to_note_elsewhere(whole: KeptJournal) -> None:
    report = next(each for each in whole.audit().chains if each.account == "guard")
    assert f"guard : {report.entries} lignes, chaîne intacte ; tête {report.head.fingerprint}" in lines(whole)


@pytest.mark.parametrize("each", TAMPERINGS, ids=lambda each: each.name)
def test_whatever_is_found_is_said_and_nothing_is_called_proven(
    each: object, whole: KeptJournal, tmp_path: Path
) -> None:
    kept = copied(whole, tmp_path)
    each.do(kept)  # type: ignore[attr-defined]
    audit = kept.audit(witness=True)
    found = list(audit_lines(audit, None))
    loud = [line for line in found if "ROMPU" in line or "DISPARUE" in line or "ILLISIBLE" in line]
    assert bool(loud) is not audit.sound
    assert found[-1] == sentence(audit)
    assert found[-1].startswith("Prouvé : " if audit.sound else "Ce journal a été altéré")
    assert [line for line in found if " is " in line or " entries" in line] == []
