"""The answer of an operation, as people read it: what opens and closes, for whom, until when, for want of what."""

from __future__ import annotations

from pathlib import Path

import pytest

from onboarding.operations import processings, teams, titles
from onboarding.operations.check_delivery import check_delivery
from onboarding.operations.confirm_delivery import confirm_delivery
from onboarding.operations.confirmable import find_to_confirm
from onboarding.operations.effects import CLOSED, WORKSPACE, Effect, Reach, affected, effects, sentences
from onboarding.operations.office import Outcome
from policies.access.approvals import Approvals
from policies.register.follow import register_after
from tests.support.judged import KEYS, shipped_law
from tests.support.judged_documents import (
    ANALYST,
    EXPERT,
    PROCESSING,
    PROJECT,
    TEAMMATE,
    judged_documents,
    version,
)
from tests.support.operations import AS_OF, CALLS, NAME, NEWCOMER, REASON, SECONDS, Desk, first

AT = f"projects/{PROJECT}/processings/{PROCESSING}"
UNTIL = "jusqu'au 31/12/2026 inclus"
OPEN = Reach(True, UNTIL, version="livraison-1")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def said(outcome: Outcome) -> list[str]:
    return list(sentences(outcome.effects))


def test_a_suspension_says_what_it_closes_for_whom(desk: Desk) -> None:
    outcome = teams.suspend_person(desk.office, first("dinum"), REASON, EXPERT)
    assert said(outcome)[0].startswith(f"Ferme l'espace de travail de {PROCESSING} à 1 personne ({EXPERT})")
    assert {(each.processing, each.people) for each in outcome.effects} == {(PROCESSING, (EXPERT,))}
    assert {each.part for each in outcome.effects} == {WORKSPACE, "allocs/p2025", "communes/p2025",
                                                       "menages/p2024", "menages/totaux"}  # fmt: skip


def test_people_with_the_same_change_are_told_together(desk: Desk) -> None:
    outcome = titles.end_title(desk.office, first("project_lead"), REASON, PROCESSING, "accord")
    closed = [each for each in outcome.effects if each.before.open and each.part == "menages/p2024"]
    assert [(each.before, each.people) for each in closed] == [(OPEN, (ANALYST, EXPERT))]
    assert said(outcome)[0] == (
        f"Ferme « Ménages : Une partie » ({PROCESSING}) à 2 personnes ({ANALYST}, {EXPERT}) ; "
        "il manque : un accord signé du service producteur (dernier jour : 03/05/2026)."
    )


def test_what_is_proposed_says_what_is_still_missing_and_once_only(desk: Desk) -> None:
    outcome = teams.invite(desk.office, first("administrator"), REASON, PROCESSING, NEWCOMER, AS_OF)
    (sentence,) = said(outcome)
    assert sentence.startswith(
        f"Reste fermé : l'espace de travail de {PROCESSING}, à 1 personne ({NEWCOMER}) ; il manque"
    )
    assert "pas encore approuvé par une seconde personne" in sentence
    assert "un engagement de confidentialité à votre nom" in sentence


def test_what_opens_says_until_when(desk: Desk) -> None:
    processings.ask_dataset(desk.office, first("administrator"), REASON, PROCESSING, "communes", ["p2025"])
    before = desk.register()
    assert "communes/p2025" not in desk.read()
    desk.approve(f"{AT}/datasets/communes", SECONDS["producer"])
    after = desk.register()
    found = effects(before, after, desk.judge, affected(before, after, [f"projects/{PROJECT}.yaml"]))
    (opened,) = (each for each in found if each.after.open)
    assert (opened.part, opened.after, opened.people) == ("communes/p2025", OPEN, (ANALYST, TEAMMATE, EXPERT))
    assert f"Ouvre « Communes : Une partie » ({PROCESSING}) à 3 personnes" in "\n".join(sentences(found))


def test_a_longer_or_shorter_term_is_told_too() -> None:
    june = "jusqu'au 01/06/2026 inclus"
    assert stays_open(Reach(True, june, version="livraison-1")) == [f"désormais {june}."]


def stays_open(after: Reach) -> list[str]:
    """What is said of a part that is open before and after, without who and what."""
    who = f"Reste ouvert : « A : b » ({PROCESSING}), à 1 personne ({ANALYST}), "
    found = list(sentences([Effect(PROCESSING, "a/b", "A : b", OPEN, after, (ANALYST,))]))
    assert all(each.startswith(who) for each in found), found
    return [each.removeprefix(who) for each in found]


def test_another_version_is_told_beside_another_term() -> None:
    other = "désormais dans la version livraison-0 à la place de livraison-1"
    assert stays_open(Reach(True, UNTIL, version="livraison-0")) == [f"{other}."]
    assert stays_open(Reach(True, "sans fin", version="livraison-0")) == [f"{other}, sans fin."]


def test_a_withdrawal_says_who_reads_the_version_before_instead(tmp_path: Path) -> None:
    documents = judged_documents()
    older = {"livraison-0": version("2025-12-01"), "livraison-1": version("2026-01-01")}
    documents["datasets/menages.yaml"]["parts"]["p2024"]["versions"] = older
    desk = Desk(tmp_path, documents)
    assert said(CALLS["withdraw_delivery"](desk, first("producer"))) == [
        f"Reste ouvert : « Ménages : Une partie » ({PROCESSING}), à 2 personnes ({ANALYST}, {EXPERT}), "
        "désormais dans la version livraison-0 à la place de livraison-1."
    ]
    assert "menages/p2024" in desk.read()


def test_a_confirmation_says_who_reads_the_new_version_instead(desk: Desk) -> None:
    desk.receive()
    check_delivery(desk.office, first("producer"), REASON, desk.deliveries, NAME)
    before = desk.register()
    found = find_to_confirm(desk.deliveries, before, NAME, None)
    approvals = Approvals(shipped_law(), KEYS)
    confirm_delivery(desk.deliveries, before, found, desk.signed_by(SECONDS["producer"]), approvals, desk.writer())
    assert list(sentences(desk.office.told(before, desk.register(), [found.path])[0])) == [
        f"Reste ouvert : « Ménages : Une partie » ({PROCESSING}), à 2 personnes ({ANALYST}, {EXPERT}), "
        f"désormais dans la version {NAME} à la place de livraison-1."
    ]


def test_openings_come_first_then_closings_then_what_stays_closed() -> None:
    stays = Effect(PROCESSING, "a/1", "1", CLOSED, Reach(False, missing=("un titre.",)), (ANALYST,))
    closes = Effect(PROCESSING, "a/2", "2", OPEN, CLOSED, (ANALYST,))
    opens = Effect(PROCESSING, "a/3", "3", CLOSED, OPEN, (ANALYST,))
    assert [each.split(" ")[0] for each in sentences([stays, closes, opens])] == ["Ouvre", "Ferme", "Reste"]


def test_only_what_a_change_may_concern_is_judged(desk: Desk) -> None:
    register = desk.register()
    paths = {
        f"projects/{PROJECT}.yaml": ["aides-eval", "aides-suivi"],
        "datasets/menages.yaml": ["aides-eval"],
        f"people/{ANALYST}.yaml": ["aides-eval"],
        f"people/{NEWCOMER}.yaml": [],
        "datalab.yaml": ["aides-eval", "aides-suivi"],
    }
    assert {path: affected(register, register, [path]) for path in paths} == paths


def test_nothing_is_said_of_somebody_whom_the_directory_does_not_know(desk: Desk) -> None:
    outcome = teams.invite(desk.office, first("administrator"), REASON, PROCESSING, "pgone01", AS_OF)
    assert (outcome.effects, outcome.unsaid) == ((), None)


def test_the_register_that_would_be_is_the_one_that_is_then_written(desk: Desk) -> None:
    """Effects of a dry run are those of the change: both see the same documents."""
    before = desk.register()
    for operation in ("create_project", "invite", "create_dataset", "add_part"):
        CALLS[operation](desk, first("administrator"))
    after = desk.register()
    changed = {path: after.document(path) for path in after.documents
               if after.documents[path] != before.documents.get(path)}  # fmt: skip
    would = register_after(before, changed)
    for field in ("projects", "datasets", "people", "datalab", "numbers", "homes"):
        assert getattr(would, field) == getattr(after, field), field
