"""An entry counts only when a second person with the right role approved it, here; the refusal says what failed.

Every kind of entry, each against every way in which an approval can be wrong.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from policies.access.decision import Decision
from policies.calendar import ONE_DAY
from policies.directory.person import Person
from policies.register.attested import Approval, Attested
from tests.support.judged import (
    ADMINISTRATOR,
    APPROVED_ON,
    KEY,
    KEYS,
    LEAD,
    OFFICER,
    OPERATOR,
    PEOPLE,
    PRODUCERS,
    How,
    approved,
    every_text,
    judge,
    modes,
    not_approved,
    opening_rules,
    part_refusals,
    part_rules,
    rightly,
    shipped_law,
    without,
)
from tests.support.judged_documents import (
    ANALYST,
    AT,
    DAY,
    EXPERT,
    HOUSEHOLDS,
    OTHER_PROCESSING,
    PARTS,
    PROJECT_FILE,
    PROPOSED,
    TEAMMATE,
    TOTALS,
    Values,
    judged_documents,
)
from tests.support.signing import make_key, published
from tests.support.small_register import changed

HERE = "projects/aides/processings/aides-eval"
TEAM, MISSION, USE = f"{HERE}/team/{ANALYST}", f"{HERE}/missions/appui", f"{HERE}/datasets/menages"
READ = dict.fromkeys(PARTS, "read")


@dataclass(frozen=True)
class Kind:
    """A kind of entry: one of its places, whom it lets in, and what refuses when it does not count."""

    place: str
    opening: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    who: str = ANALYST
    says_why: bool = True


KINDS = {
    "project": Kind("projects/aides", opening=("DL-05",)),
    "processing": Kind(HERE, opening=("DL-05",)),
    "team": Kind(TEAM, opening=("DL-02", "DL-05")),
    "mission": Kind(MISSION, opening=("DL-05", "DL-06"), who=EXPERT),
    "commitment": Kind(f"people/{ANALYST}/commitments/e2026", opening=("PRO-01",)),
    "homologation": Kind("datalab/homologation", opening=("SEC-01",), says_why=False),
    "dataset": Kind("datasets/menages", part=("DL-05",)),
    "part": Kind("datasets/menages/parts/p2024", part=("DL-05",)),
    "dataset use": Kind(USE, part=("DL-05",)),
    "opinion": Kind(f"{HERE}/titles/avis", part=("STAT-02", "STAT-03")),
    "agreement": Kind(f"{HERE}/titles/accord", part=("STAT-02",)),
}


def by(who: Callable[[Person], Person], day: date = APPROVED_ON) -> How:
    """Signed as the sign-in process signs, for whoever stands in the right person's place."""
    return lambda place, entry, right: KEY.approval(who(right), day, entry.signed_fingerprint(place))


def but(change: Callable[[Approval], Approval]) -> How:
    """Rightly approved, then changed by a hand."""
    return lambda place, entry, right: change(rightly(place, entry, right))


def proven(**changes: Any) -> How:
    return but(lambda found: found.model_copy(update={"proof": found.proof.model_copy(update=changes)}))


def elsewhere(place: str, entry: Attested, right: Person) -> Approval:
    return KEY.approval(right, APPROVED_ON, entry.signed_fingerprint(f"{place}-autre"))


def of_other_content(place: str, entry: Attested, right: Person) -> Approval:
    before = entry.model_copy(update={"proposed": entry.proposed.model_copy(update={"day": date(2025, 1, 1)})})
    return KEY.approval(right, APPROVED_ON, before.signed_fingerprint(place))


def with_another_key(place: str, entry: Attested, right: Person) -> Approval:
    return make_key(2).approval(right, APPROVED_ON, entry.signed_fingerprint(place))


def under_the_known_name(place: str, entry: Attested, right: Person) -> Approval:
    found = with_another_key(place, entry, right)
    return found.model_copy(update={"proof": found.proof.model_copy(update={"key": KEY.id})})


NO_PROOF = "modifié depuis son approbation, ou approuvé sans preuve valable"
NO_ROLE = "approuvé par une personne qui n'a pas le rôle que la règle demande"
WRONG: dict[str, tuple[How, str]] = {
    "nobody approved it": (not_approved, "proposé le 01/01/2026, pas encore approuvé par une seconde personne"),
    "the proposer approved it": (
        by(lambda right: right.model_copy(update={"id": PROPOSED["person"]})),
        "approuvé par la personne même qui l'a proposé",
    ),
    "somebody without any role": (by(lambda right: right.model_copy(update={"roles": frozenset()})), NO_ROLE),
    "a role that the law does not know": (
        by(lambda right: right.model_copy(update={"roles": frozenset({"chef"})})),
        NO_ROLE,
    ),
    "the role in another organisation": (
        by(lambda right: right.model_copy(update={"organisation": "minint"})),
        NO_ROLE,
    ),
    "before the law said who approves": (by(lambda right: right, date(2022, 12, 31)), NO_ROLE),
    "a forged signature": (proven(signature=base64.b64encode(bytes(64)).decode()), NO_PROOF),
    "a signature that is no signature": (proven(signature="essai"), NO_PROOF),
    "an unknown key": (with_another_key, NO_PROOF),
    "an unknown key under the known key's name": (under_the_known_name, NO_PROOF),
    "signed for another place": (elsewhere, NO_PROOF),
    "signed for another content": (of_other_content, NO_PROOF),
    "before the key's first day": (by(lambda right: right, date(2025, 12, 31)), NO_PROOF),
    "the day of the approval moved": (but(lambda found: found.model_copy(update={"day": date(2026, 1, 3)})), NO_PROOF),
    "the approver replaced": (but(lambda found: found.model_copy(update={"person": "pautre"})), NO_PROOF),
}


def judged(kind: Kind, how: How) -> Decision:
    return judge(approved(judged_documents(), {kind.place: how}), PEOPLE[kind.who])


def refusing(kind: Kind, decision: Decision) -> tuple[list[str], list[str]]:
    return opening_rules(decision), part_rules(decision, HOUSEHOLDS)


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("name", KINDS)
def test_an_entry_wrongly_approved_does_not_count_and_the_refusal_says_so(name: str, wrong: str) -> None:
    kind, (how, phrase) = KINDS[name], WRONG[wrong]
    decision = judged(kind, how)
    assert refusing(kind, decision) == (list(kind.opening), list(kind.part))
    assert (phrase in every_text(decision)) is kind.says_why


@pytest.mark.parametrize("name", KINDS)
def test_an_entry_rightly_approved_counts(name: str) -> None:
    decision = judged(KINDS[name], rightly)
    assert (modes(decision), decision.refusals, decision.refused_parts) == (READ, (), ())


@pytest.mark.parametrize("name", KINDS)
def test_whoever_benefits_may_not_approve_whatever_their_role(name: str) -> None:
    """Also what opens to many: to them alone it does not open."""
    kind = KINDS[name]
    how = by(lambda right: right.model_copy(update={"id": kind.who}))
    documents = changed(judged_documents(), *AT, "titles", "accord", "people", to=None)
    decision = judge(approved(documents, {kind.place: how}), PEOPLE[kind.who])
    assert refusing(kind, decision) == (list(kind.opening), list(kind.part))
    assert ("approuvé par la personne même qui en bénéficie" in every_text(decision)) is kind.says_why


@pytest.mark.parametrize("name", ["project", "processing", "dataset", "part", "dataset use", "homologation"])
def test_what_a_colleague_approved_opens_to_the_others(name: str) -> None:
    how = by(lambda right: right.model_copy(update={"id": TEAMMATE}))
    assert modes(judged(KINDS[name], how)) == READ


def test_whoever_approved_a_title_of_the_whole_processing_does_not_benefit_and_their_colleagues_do() -> None:
    documents = changed(judged_documents(), *AT, "titles", "avis", "people", to=None)
    how = by(lambda right: right.model_copy(update={"id": ANALYST}))
    signed = approved(documents, {KINDS["opinion"].place: how})
    assert part_rules(judge(signed), HOUSEHOLDS) == ["STAT-02", "STAT-03"]
    assert modes(judge(signed, PEOPLE[TEAMMATE])) == READ


ROLES = {
    "project_lead": LEAD,
    "dpo": OFFICER,
    "producer": PRODUCERS["insee"],
    "administrator": ADMINISTRATOR,
    "dinum": OPERATOR,
}
MAY = {
    "project": {"dinum"},
    "processing": {"dpo"},
    "team": {"project_lead", "administrator"},
    "mission": {"project_lead"},
    "commitment": {"administrator"},
    "homologation": {"dinum"},
    "dataset": {"producer"},
    "part": {"producer"},
    "dataset use": {"producer", "administrator"},
    "opinion": {"producer", "administrator"},
    "agreement": {"producer", "administrator"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", KINDS)
def test_only_the_roles_of_the_law_approve_each_in_its_organisation(name: str, role: str) -> None:
    """The opinion names no part: INSEE's producer may not approve it, because the allowances are another's."""
    decision = judged(KINDS[name], by(lambda _: ROLES[role]))
    counts = role in MAY[name] and (name, role) != ("opinion", "producer")
    assert (modes(decision) == READ) is counts


def test_a_producer_approves_no_title_that_also_names_another_producers_part() -> None:
    mixed = changed(judged_documents(), *AT, "titles", "accord", "parts", to=[*PARTS[2:], PARTS[0]])
    place = KINDS["agreement"].place
    assert modes(judge(approved(mixed)))[HOUSEHOLDS] == "read"
    decision = judge(approved(mixed, {place: by(lambda _: PRODUCERS["insee"])}))
    assert part_rules(decision, HOUSEHOLDS) == ["STAT-02"]
    assert NO_ROLE in every_text(decision)


def test_a_producer_approves_a_title_of_the_whole_processing_when_all_its_data_are_theirs() -> None:
    place = KINDS["opinion"].place
    alone = without(judged_documents(), *AT, "datasets", "allocs")
    decision = judge(approved(alone, {place: by(lambda _: PRODUCERS["insee"])}))
    assert (modes(decision), decision.refused_parts) == (dict.fromkeys(PARTS[1:], "read"), ())
    assert NO_ROLE in every_text(judge(approved(alone, {place: by(lambda _: PRODUCERS["minefi"])})))


def test_a_processing_is_approved_by_its_controllers_officer_and_a_team_by_its_carriers_lead() -> None:
    documents = changed(judged_documents(), *AT, "controller", to="minsante")
    other = {HERE: by(lambda right: right.model_copy(update={"organisation": "minsante"}))}
    assert modes(judge(approved(documents, other))) == READ
    assert opening_rules(judge(approved(documents))) == ["DL-05"]
    of_controller = by(lambda right: right.model_copy(update={"organisation": "minsante"}))
    assert opening_rules(judge(approved(documents, other | {TEAM: of_controller}))) == ["DL-02", "DL-05"]


NAMED = {
    "project": "le projet",
    "processing": "le traitement",
    "team": "votre habilitation",
    "mission": "votre mission appui",
    "dataset": "le jeu de données",
    "part": "la partie",
    "dataset use": "son usage par ce traitement",
}


@pytest.mark.parametrize("name", NAMED)
def test_the_refusal_names_what_nobody_approved_and_who_can_help(name: str) -> None:
    decision = judged(KINDS[name], not_approved)
    refusals = [*decision.refusals, *part_refusals(decision, HOUSEHOLDS)]
    told = next(each for each in refusals if each.rule == "DL-05")
    assert f"pour {NAMED[name]} : proposé le 01/01/2026, pas encore approuvé" in told.message
    assert told.ask in shipped_law().words["contacts"]


AFTERWARDS: dict[str, tuple[tuple[Any, ...], Any, list[str], list[str]]] = {
    "a longer habilitation": ((*AT, "team", ANALYST, "habilitation", "until"), "2027-12-31", ["DL-02", "DL-05"], []),
    "another purpose": ((*AT, "purpose"), "recherche_scientifique", ["DL-05"], []),
    "fewer pairings": ((*AT, "pairings"), [], ["DL-05"], []),
    "fewer regimes": (("datasets/menages.yaml", "parts", "p2024", "regimes"), [], [], ["DL-05"]),
    "one more person in the opinion": (
        (*AT, "titles", "avis", "people"),
        [ANALYST, EXPERT, TEAMMATE],
        [],
        ["STAT-02", "STAT-03"],
    ),
}


@pytest.mark.parametrize("name", AFTERWARDS)
def test_what_was_changed_after_its_approval_no_longer_counts(name: str) -> None:
    keys, value, opening, part = AFTERWARDS[name]
    decision = judge(changed(approved(judged_documents()), *keys, to=value))
    assert (opening_rules(decision), part_rules(decision, HOUSEHOLDS)) == (opening, part)
    assert NO_PROOF in every_text(decision)


def test_another_carrier_or_producer_needs_the_approvals_of_its_own_people() -> None:
    signed = approved(judged_documents())
    carried = judge(changed(signed, PROJECT_FILE, "carrier", to="minsante"))
    produced = judge(changed(signed, "datasets/menages.yaml", "producer", to="minefi"))
    assert (opening_rules(carried), part_rules(produced, HOUSEHOLDS)) == (["DL-02", "DL-05"], ["DL-05"])
    assert NO_ROLE in every_text(carried)
    assert NO_ROLE in every_text(produced)


def moved(documents: dict[str, Values], *keys: str, to: tuple[str, ...]) -> dict[str, Values]:
    entry: Any = documents
    for key in keys:
        entry = entry[key]
    return changed(documents, *to, to=entry)


def test_a_colleagues_approved_habilitation_put_under_another_name_counts_for_nobody() -> None:
    signed = approved(judged_documents())
    decision = judge(moved(signed, *AT, "team", TEAMMATE, to=(*AT, "team", ANALYST)))
    assert opening_rules(decision) == ["DL-02", "DL-05"]


def test_a_title_approved_for_one_processing_opens_nothing_on_another() -> None:
    other = (PROJECT_FILE, "processings", OTHER_PROCESSING)
    documents = judged_documents()
    for name in ("team", "datasets"):
        documents = moved(documents, *AT, name, to=(*other, name))
    documents = changed(documents, *other, "purpose", to="statistique_publique")
    signed = approved(documents)
    decision = judge(moved(signed, *AT, "titles", to=(*other, "titles")), processing=OTHER_PROCESSING)
    assert part_rules(decision, HOUSEHOLDS) == ["STAT-02", "STAT-03"]
    assert NO_PROOF in every_text(decision)


def test_a_key_counts_for_approvals_of_its_last_day_and_none_after_however_late_one_asks() -> None:
    documents = approved(judged_documents())
    assert modes(judge(documents, keys=published(KEY, until=APPROVED_ON))) == READ
    retired = judge(documents, keys=published(KEY, until=APPROVED_ON - ONE_DAY))
    assert (retired.allowed, NO_PROOF in every_text(retired)) == (False, True)


def test_an_approval_by_a_renewed_key_counts_beside_those_of_the_key_before() -> None:
    new = make_key(2)
    signed = approved(judged_documents(), {TEAM: with_another_key})
    assert modes(judge(signed, keys=published(KEY, new))) == READ
    assert opening_rules(judge(signed, keys=KEYS)) == ["DL-02", "DL-05"]


def test_what_narrows_needs_no_approval_and_voids_none() -> None:
    """A suspension lifted leaves every approval as it was."""
    signed = approved(judged_documents())
    suspension = {"day": DAY.isoformat(), "by": "padm01", "reason": "essai"}
    for keys in ((PROJECT_FILE,), AT, ("datasets/menages.yaml",), (f"people/{ANALYST}.yaml",)):
        decision = judge(changed(signed, *keys, "suspension", to=suspension))
        assert set(opening_rules(decision) + part_rules(decision, TOTALS)) == {"DL-04"}
