"""Files of a sealed home may come back when the producer of the parts beside them attests it, and nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from policies.access.approvals import Approvals
from policies.access.requalified import Released, released
from policies.errors import InvalidFilesError
from policies.register.documents import parse_document
from tests.support.judged import (
    APPROVED_ON,
    KEY,
    KEYS,
    PRODUCERS,
    How,
    approved,
    person,
    register_of,
    shipped_law,
)
from tests.support.judged_documents import (
    ALLOWANCES,
    ANALYST,
    AT,
    HOUSEHOLDS,
    PROCESSING,
    PROPOSED,
    TEAMMATE,
    Values,
    judged_documents,
)
from tests.support.small_register import changed

CONTENT = "a" * 64
PLACE = f"projects/aides/processings/{PROCESSING}/requalifications/codes"
RELEASED = Released("codes", "1", frozenset({HOUSEHOLDS}), {"code/a.py": CONTENT})


def entry(**changes: Any) -> Values:
    found: Values = {
        "person": ANALYST,
        "home": "1",
        "parts": [HOUSEHOLDS],
        "files": {"code/a.py": CONTENT},
        "reason": "Du code seulement.",
        "proposed": PROPOSED,
    }
    return found | changes


def documents(**changes: Any) -> dict[str, Values]:
    return changed(judged_documents(), *AT, "requalifications", to={"codes": entry(**changes)})


def signed_by(organisation: str, role: str, day: date = APPROVED_ON, who: str = "pprod0") -> Mapping[str, How]:
    signer = person(who, organisation, role)
    return {PLACE: lambda place, found, _: KEY.approval(signer, day, found.signed_fingerprint(place))}


def found(values: Mapping[str, Values], who: str = ANALYST, how: Mapping[str, How] | None = None) -> list[Released]:
    register = register_of(approved(values, how or {PLACE: producer}))
    processing = register.find_processing(PROCESSING)
    assert processing
    return list(released(register, processing, who, Approvals(shipped_law(), KEYS)))


def producer(place: str, entry: Any, _: object) -> Any:
    return KEY.approval(PRODUCERS["insee"], APPROVED_ON, entry.signed_fingerprint(place))


def test_what_the_producer_attested_may_come_back_to_its_person() -> None:
    assert found(documents()) == [RELEASED]
    assert found(documents(), TEAMMATE) == []


NOT_RIGHTLY = [
    pytest.param(signed_by("minefi", "producer"), id="another producer"),
    pytest.param(signed_by("insee", "project_lead"), id="another role"),
    pytest.param(signed_by("insee", "producer", who=ANALYST), id="the person themself"),
    pytest.param(signed_by("insee", "producer", who=PROPOSED["person"]), id="who proposed it"),
    pytest.param({PLACE: lambda *_: None}, id="nobody"),
]


@pytest.mark.parametrize("how", NOT_RIGHTLY)
def test_what_was_not_attested_by_who_may_stays_sealed(how: Mapping[str, How]) -> None:
    assert found(documents(), how=how) == []


def test_a_fingerprint_that_was_changed_after_the_attestation_releases_nothing() -> None:
    values = approved(documents(), {PLACE: producer})
    forged = changed(values, *AT, "requalifications", "codes", "files", to={"code/a.py": "b" * 64})
    register = register_of(forged)
    processing = register.find_processing(PROCESSING)
    assert processing
    assert list(released(register, processing, ANALYST, Approvals(shipped_law(), KEYS))) == []


def test_one_producer_does_not_speak_for_the_data_of_another() -> None:
    assert found(documents(parts=[HOUSEHOLDS, ALLOWANCES])) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"files": {"../other/a": CONTENT}}, "not a path within a home"),
        ({"files": {"/etc/passwd": CONTENT}}, "not a path within a home"),
        ({"files": {"a//b": CONTENT}}, "not a path within a home"),
        ({"files": {"a\nb": CONTENT}}, "not a path within a home"),
        ({"files": {"a": "123"}}, "not a SHA-256"),
        ({"files": {}}, "at least 1 item"),
        ({"parts": []}, "at least 1 item"),
        ({"home": "0"}, "pattern"),
        ({"home": "../2"}, "pattern"),
    ],
)
def test_what_names_no_file_of_a_home_is_refused_with_its_place(change: Values, said: str) -> None:
    with pytest.raises(InvalidFilesError, match=said) as refused:
        parse_document(AT[0], documents(**change)[AT[0]])
    assert "requalifications.codes" in str(refused.value)
