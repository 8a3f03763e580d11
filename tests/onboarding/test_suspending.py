"""What suspends draws a number, and what lifts repeats it: no lift fits two suspensions."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from onboarding.suspending import lift_of, suspension
from onboarding.tree import render_values
from policies.errors import InvalidFilesError
from policies.files import parse, parse_yaml
from policies.register.attested import Suspension

DAY, BY, REASON = date(2026, 5, 4), "padm01", "essai"
PROPOSED = {"person": "pprop1", "day": "2026-05-05"}
PLACE = "projects/aides"


def read(values: dict[str, Any]) -> Suspension:
    """As the register reads what was written, through the YAML that people see."""
    return parse(Suspension, parse_yaml(render_values(values), "essai.yaml"), "essai.yaml")


def lifted(standing: dict[str, Any]) -> dict[str, Any]:
    return standing | {"lifted": lift_of(standing, PROPOSED, "Rien trouvé")}


def signed(standing: dict[str, Any], place: str = PLACE) -> str:
    """What the approval of its lift signs."""
    lift = read(lifted(standing)).lifted
    assert lift is not None
    return lift.signed_fingerprint(f"{place}/suspension/lifted")


def test_a_suspension_says_when_by_whom_and_why_and_bears_a_number_of_its_own() -> None:
    first, second = suspension(DAY, BY, REASON), suspension(DAY, BY, REASON)
    assert (
        first | {"id": None} == second | {"id": None} == {"id": None, "day": "2026-05-04", "by": BY, "reason": REASON}
    )
    assert first["id"] != second["id"]
    assert re.fullmatch(r"[0-9a-f]{32}", first["id"])


def test_a_lift_repeats_all_that_the_suspension_says() -> None:
    standing = suspension(DAY, BY, REASON)
    assert lift_of(standing, PROPOSED, "Rien trouvé") == {"reason": "Rien trouvé", "of": standing, "proposed": PROPOSED}
    assert lift_of(lifted(standing), PROPOSED, "Rien trouvé")["of"] == standing


def test_the_approval_of_a_lift_fits_one_suspension_and_no_other_of_the_same_words() -> None:
    first, second = suspension(DAY, BY, REASON), suspension(DAY, BY, REASON)
    assert signed(first) != signed(second)
    assert signed(first) == signed(first | {"lifted": None})


BY_HAND = {"day": DAY.isoformat(), "by": BY, "reason": REASON}
OTHERS: dict[str, tuple[dict[str, Any], str]] = {
    "another day": (BY_HAND | {"day": "2026-05-05"}, PLACE),
    "another person": (BY_HAND | {"by": "padm02"}, PLACE),
    "another reason": (BY_HAND | {"reason": "autre"}, PLACE),
    "another place": (BY_HAND, "projects/autre"),
    "a number": (suspension(DAY, BY, REASON), PLACE),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_approval_of_a_lift_of_a_suspension_by_hand_fits_no_other_one(name: str) -> None:
    """It bears no number; the day, the person, the reason and the place are what tells it apart."""
    assert signed(BY_HAND) != signed(*OTHERS[name])


def test_what_was_approved_before_there_were_numbers_is_signed_as_it_was() -> None:
    lift = read(lifted(BY_HAND)).lifted
    assert lift is not None
    then = "fcb88ac345031af939437e37303b4928e73b1d22f22330b03060ce1d774c5967"
    assert lift.signed_fingerprint("projects/aides/suspension/lifted") == then


@pytest.mark.parametrize("number", ["", "abc", "A" * 32, "g" * 32, "0" * 31, "0" * 33, 7])
def test_what_is_no_number_is_refused(number: object) -> None:
    with pytest.raises(InvalidFilesError, match="id: "):
        read(BY_HAND | {"id": number})


@pytest.mark.parametrize("number", ["1" * 32, "0" * 32, "1e" + "3" * 30, "f" * 32])
def test_a_number_that_looks_like_another_kind_of_value_is_read_as_it_was_written(number: str) -> None:
    assert read(BY_HAND | {"id": number}).id == number


def test_a_lift_of_another_number_is_refused_by_the_model() -> None:
    first, second = suspension(DAY, BY, REASON), suspension(DAY, BY, REASON)
    moved = second | {"lifted": lift_of(first, PROPOSED, "Rien trouvé")}
    with pytest.raises(InvalidFilesError, match="repeat the day, by and reason of this one, and its id if any"):
        read(moved)
