"""A suspension stands until its lift is rightly approved: proposed, moved or forged, a lift opens nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from policies.directory.person import Person
from policies.errors import InvalidFilesError
from policies.register.attested import Approval, Attested
from policies.register.documents import parse_document
from tests.support.judged import (
    ADMINISTRATOR,
    OFFICER,
    PRODUCERS,
    approved,
    judge,
    modes,
    not_approved,
    opening_rules,
    part_rules,
    person,
    rightly,
)
from tests.support.judged_documents import (
    ANALYST,
    AT,
    DAY,
    HOUSEHOLDS,
    PROCESSING,
    PROJECT_FILE,
    PROPOSED,
    Values,
    judged_documents,
)
from tests.support.small_register import changed

PRECAUTION: Values = {"day": DAY.isoformat(), "by": "padm01", "reason": "essai"}
PLACES: dict[str, tuple[str, ...]] = {
    "the project": (PROJECT_FILE,),
    "the processing": AT,
    "the person": (f"people/{ANALYST}.yaml",),
    "a dataset": ("datasets/menages.yaml",),
}
How = Callable[[str, Attested, Person], Approval | None]


def lifted(**changes: Any) -> Values:
    lift = {"proposed": PROPOSED, "reason": "Rien trouvé", "of": PRECAUTION} | changes
    return PRECAUTION | {"lifted": lift}


def at(keys: tuple[str, ...]) -> str:
    return "/".join((keys[0].removesuffix(".yaml"), *keys[1:], "suspension", "lifted"))


def closed(documents: dict[str, Values]) -> set[str]:
    """The rules that refuse the workspace, or the households."""
    decision = judge(documents)
    return {*opening_rules(decision), *part_rules(decision, HOUSEHOLDS)}


def with_suspension(keys: tuple[str, ...], suspension: Values, how: How = rightly) -> dict[str, Values]:
    return approved(changed(judged_documents(), *keys, "suspension", to=suspension), {at(keys): how})


@pytest.mark.parametrize("name", PLACES)
def test_what_is_suspended_is_closed_and_opens_again_once_the_lift_is_approved(name: str) -> None:
    keys = PLACES[name]
    assert closed(with_suspension(keys, PRECAUTION)) == {"DL-04"}
    decision = judge(with_suspension(keys, lifted()))
    assert (decision.allowed, modes(decision)[HOUSEHOLDS]) == (True, "read")


def by(who: Person) -> How:
    """Approved by somebody else than the one who rightly may."""
    return lambda place, entry, _: rightly(place, entry, who)


def by_the_proposer(place: str, entry: Attested, _: Person) -> Approval:
    return rightly(place, entry, person("pprop1", "dinum", "administrator"))


def elsewhere(place: str, entry: Attested, who: Person) -> Approval:
    """Signed for another place of the register."""
    return rightly(f"{place}/x", entry, who)


NOT_LIFTED: dict[str, tuple[str, How]] = {
    "nobody approved it": ("the project", not_approved),
    "the proposer approved it": ("the project", by_the_proposer),
    "somebody without the role approved it": ("the processing", by(person("pcur01", "minefi"))),
    "the project's lead approved it": ("the project", by(person("plead1", "minefi", "project_lead"))),
    "another administration's officer approved it": ("the processing", by(person("pdpo09", "minsante", "dpo"))),
    "it was approved for another place": ("the processing", elsewhere),
    "an administrator approved it for a producer": ("a dataset", by(ADMINISTRATOR)),
    "another producer approved it": ("a dataset", by(PRODUCERS["minefi"])),
    "the suspended person approved it": ("the person", by(person(ANALYST, "dinum", "administrator"))),
    "the person asking approved it": ("the processing", by(person(ANALYST, "minefi", "dpo"))),
}


@pytest.mark.parametrize("name", NOT_LIFTED)
def test_a_lift_that_nobody_rightly_approved_lifts_nothing(name: str) -> None:
    where, how = NOT_LIFTED[name]
    assert closed(with_suspension(PLACES[where], lifted(), how)) == {"DL-04"}


RIGHTLY: dict[str, tuple[str, Person]] = {
    "the controller's officer": ("the processing", OFFICER),
    "an administrator": ("the processing", ADMINISTRATOR),
    "the producer's officer": ("a dataset", person("pdpo02", "insee", "dpo")),
}


@pytest.mark.parametrize("name", RIGHTLY)
def test_whoever_the_law_names_may_approve_a_lift(name: str) -> None:
    where, who = RIGHTLY[name]
    assert closed(with_suspension(PLACES[where], lifted(), by(who))) == set()


def test_a_lift_that_was_changed_after_its_approval_lifts_nothing() -> None:
    signed = with_suspension(AT, lifted())
    assert closed(changed(signed, *AT, "suspension", "lifted", "reason", to="Autre")) == {"DL-04"}


def test_an_approved_lift_lifts_no_later_suspension() -> None:
    """Whoever copies it beneath another suspension is refused by the model; whoever rewrites it voids its approval."""
    signed = with_suspension(AT, lifted())
    later = changed(signed, *AT, "suspension", "day", to="2026-06-01")
    with pytest.raises(InvalidFilesError, match="names another suspension; repeat the day, by and reason of this one"):
        parse_document(PROJECT_FILE, later[PROJECT_FILE])
    rewritten = changed(later, *AT, "suspension", "lifted", "of", "day", to="2026-06-01")
    assert closed(rewritten) == {"DL-04"}


def test_a_lift_of_one_thing_lifts_no_other() -> None:
    signed = with_suspension(AT, lifted())
    moved = signed[PROJECT_FILE]["processings"][PROCESSING]["suspension"]
    assert closed(changed(signed, PROJECT_FILE, "suspension", to=moved)) == {"DL-04"}
