"""Whatever a hand does to a journal is found, or said to be beyond finding: the table of docs/journal.md."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from onboarding.keeper.audit import Audit
from policies.errors import UnavailableError
from policies.journal.verify import Report, verify
from tests.support.kept_journal import KeptJournal, copied, three_days
from tests.support.tampering import TAMPERINGS, Tampering

DOCUMENT = Path(__file__).parents[3] / "docs" / "journal.md"
ACCOUNTS = ("guard", "hub", "keeper")
HEAD = (
    "| ce qui est fait | qui le peut | chaînes seules | avec points de contrôle "
    "| avec un témoin | script de 40 lignes et témoin |\n"
    "|---|---|---|---|---|---|\n"
)
NOT_FOUND, REMARKED = "non", "remarque"


@dataclass(frozen=True)
class Row:
    """What finds one tampering."""

    alone: str
    signed: str
    witnessed: str
    script: str


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> KeptJournal:
    return three_days(tmp_path_factory.mktemp("whole"))


@pytest.fixture(scope="module")
def rows(whole: KeptJournal, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Row]:
    return {each.name: tried(each, copied(whole, tmp_path_factory.mktemp("tampered"))) for each in TAMPERINGS}


def tried(tampering: Tampering, kept: KeptJournal) -> Row:
    tampering.do(kept)
    return Row(
        alone=said(list(alone(kept))),
        signed=told(kept.audit()),
        witnessed=told(kept.audit(witness=True)),
        script="oui" if kept.script(witness=True).returncode else NOT_FOUND,
    )


def alone(kept: KeptJournal) -> Iterator[Report]:
    """The chains that are there, without anything noted elsewhere."""
    for account in ACCOUNTS:
        try:
            yield verify(kept.journal / account)
        except UnavailableError:
            continue


def told(found: Audit) -> str:
    """The worst of an audit: a chain's flaw, then the checkpoints', then a remark."""
    if found.gone:
        return "gone"
    kind = said(found.chains)
    if kind not in {NOT_FOUND, REMARKED}:
        return kind
    if found.ledger.flaw is not None:
        return found.ledger.flaw.kind
    return kind


def said(reports: list[Report] | tuple[Report, ...]) -> str:
    kinds = [report.flaw.kind for report in reports if report.flaw]
    if kinds:
        return kinds[0]
    return REMARKED if any(report.remarks or report.strays for report in reports) else NOT_FOUND


def render(rows: dict[str, Row]) -> str:
    """The table of docs/journal.md."""
    return HEAD + "".join(_line(each, rows[each.name]) for each in TAMPERINGS)


def _line(each: Tampering, row: Row) -> str:
    found = " | ".join(map(_cell, (row.alone, row.signed, row.witnessed)))
    return f"| {each.name} | {each.who} | {found} | {row.script} |\n"


def _cell(kind: str) -> str:
    return kind if kind in {NOT_FOUND, REMARKED} else f"`{kind}`"


def test_what_nobody_touched_is_sound_for_everyone(whole: KeptJournal) -> None:
    """Negative control: nothing is found where nothing was done."""
    assert said(list(alone(whole))) == NOT_FOUND
    assert [whole.audit(witness=each).sound for each in (False, True)] == [True, True]
    assert [whole.script(witness=each).returncode for each in (False, True)] == [0, 0]


def test_the_document_holds_the_table_of_what_is_found(rows: dict[str, Row]) -> None:
    assert render(rows) in DOCUMENT.read_text(encoding="utf-8")


def test_what_touches_anything_signed_is_found_with_a_witness(rows: dict[str, Row]) -> None:
    missed = [name for name, row in rows.items() if row.witnessed == NOT_FOUND]
    assert missed == ["ce qui suit le dernier point de contrôle ôté, contenus compris"]


def test_without_a_witness_only_root_can_hide_what_was_signed(rows: dict[str, Row]) -> None:
    missed = {each.name: each.who for each in TAMPERINGS if rows[each.name].signed == NOT_FOUND}
    assert missed == {
        "le dernier point de contrôle ôté": "root",
        "le journal entier remplacé par une copie plus ancienne": "root",
        "le journal entier réécrit, puis signé avec la clé du journal": "root",
        "ce qui suit le dernier point de contrôle ôté, contenus compris": "le compte",
    }


def test_the_script_without_our_code_finds_what_we_find(rows: dict[str, Row]) -> None:
    """But terms, clocks and copies: those need the law, or are no flaw."""
    differing = [
        name for name, row in rows.items() if (row.script == "oui") is not (row.witnessed not in {NOT_FOUND, REMARKED})
    ]
    assert differing == ["un effacement annoncé avant son terme", "le même, l'horloge du compte avancée de dix ans"]
