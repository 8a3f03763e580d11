"""Facts, words, parameters, regimes and sources that do not hold together are told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.engine.written import fact, problems_of, small_law


def valued(*values: Any, start: int = 2001, text: str = "code", **more: Any) -> dict[str, Any]:
    said = {"source": {"text": text, "article": "4"}, "confidence": "known"}
    dated = {f"{start + place}-01-01": {"value": value} | said for place, value in enumerate(values)}
    return {"description": "Un nombre", "values": dated} | more


def bounded(value: Any, **bounds: Any) -> dict[str, Any]:
    """A value with what its source leaves to choose."""
    file = valued(value)
    file["values"]["2001-01-01"] |= bounds
    return file


@pytest.mark.parametrize("value", [6, 12, 8.5])
def test_a_value_within_what_its_source_allows_is_taken(value: float) -> None:
    file = bounded(value, min=6, max=12, confidence="known")
    assert problems_of(small_law() | {"parameters/limits/number.yaml": file}) == []


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        (valued(), "values: Dictionary should have at least 1 item"),
        (valued(None), "values: are of several types, or all null; write values of one type"),
        (valued(1, "deux"), "values: are of several types, or all null; write values of one type"),
        (valued("2020-02-30", type="day"), "values.2001-01-01.value: 2020-02-30 is not a date; write YYYY-MM-DD"),
        (
            valued("recherch", words="purposes"),
            "values.2001-01-01.value: 'recherch' is not one of the words of purposes",
        ),
        (valued([1], words="purposes"), "values.2001-01-01.value: must be text of the words of purposes"),
        (valued({"a": 1}), "values.2001-01-01.value"),
        ({"description": "Un nombre", "values": {"2001-1-1": {}}}, "values.2001-1-1"),
        (
            valued(1, start=1999),
            "values.1999-01-01.source.text: code is in force from 2000-01-01 to no known end",
        ),
        (
            valued(1, text="cod"),
            "values.2001-01-01.source.text: unknown source cod; did you mean code?",
        ),
        (bounded(5, min=6), "values.2001-01-01: 5 is not what the source allows (6 at least); choose within"),
        (bounded(13, max=12), "values.2001-01-01: 13 is not what the source allows (12 at most); choose within"),
        (bounded("six", min=6), "values.2001-01-01: `min` and `max` go with a number; take them out"),
        (bounded(True, max=1), "values.2001-01-01: `min` and `max` go with a number; take them out"),
        (bounded(None, max=1), "values.2001-01-01: `min` and `max` go with a number; take them out"),
        (bounded(5, confidence="sure"), "values.2001-01-01.confidence: Input should be 'read', 'known'"),
    ],
    ids=str,
)
def test_a_wrong_parameter_is_told(file: dict[str, Any], expected: str) -> None:
    found = problems_of(small_law() | {"parameters/limits/number.yaml": file})
    assert found[0].removeprefix("parameters/limits/number.yaml: ").startswith(expected), found


WRONG_FACTS: list[tuple[dict[str, Any], str]] = [
    ({"Person": fact("text")}, "facts.Person: not a name"),
    ({"all": fact("text")}, "facts.all: not a name"),
    ({"x.a": fact("txt")}, "facts.x.a.type: Input should be 'text', 'number'"),
    ({"x.a": fact("text", words="colours")}, "facts.x.a.words: unknown group of words colours"),
    ({"x.a": fact("number", words="purposes")}, "facts.x.a.words: a number has no words; take it out"),
    ({"x.a": fact("list of records")}, "facts.x.a.fields: a list of records has fields, nothing else has"),
    ({"x.a": fact("text", fields={"b": fact("text")})}, "facts.x.a.fields: a list of records has fields"),
    ({"x.a": {"type": "text", "meaning": "a"}}, "facts.x.a.origin: missing; write register, directory"),
    (
        {"x.a": fact("list of text", without_route="part.regimes")},
        "facts.x.a: `origin: law` and `without_route` go together",
    ),
    (
        {"x.a": fact("list of text", without_route="part.x") | {"origin": "law"}},
        "facts.x.a.without_route: unknown fact part.x",
    ),
    (
        {"x.a": fact("text", without_route="part.regimes") | {"origin": "law"}},
        "facts.x.a.without_route: both facts must be a list of text",
    ),
    ({"x.a": fact("text", flaw="a")}, "facts.x.a.flaw: only a field of a list of records has a flaw"),
    (
        {"x.a": fact("list of records", fields={"b": {"type": "text", "meaning": "b", "flaw": "b {when}"}})},
        "facts.x.a.fields.b.flaw: a text does not end; take {when} out",
    ),
    ({"x.a": fact("text"), "x.a.b": fact("text")}, "facts.x.a.b: stands below x.a, which is a fact itself; rename one"),
    (
        {"titles": fact("list of records", fields={"kind": fact("text")})},
        "facts.titles: must be a list of records with the fields kind (text)",
    ),
]


@pytest.mark.parametrize(("more", "expected"), WRONG_FACTS, ids=[row[1] for row in WRONG_FACTS])
def test_a_wrong_declaration_is_told(more: dict[str, Any], expected: str) -> None:
    files = small_law()
    files["facts.yaml"]["facts"] |= more
    assert problems_of(files)[0].removeprefix("facts.yaml: ").startswith(expected)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("default_contact", "dinun", "default_contact: unknown contact dinun; did you mean dinum?"),
        ("words", {"contacts": {}}, "words.contacts: this group exists by itself; take it out"),
        ("contacts", {"dinum": {}, "comite": {"name": "x"}}, "contacts.dinum.name: missing; add it"),
        ("actions", {"read": {"meaning": "lire", "facts": ["persn"]}}, "actions.read.facts: unknown fact persn"),
    ],
)
def test_a_wrong_list_of_words_is_told(key: str, value: Any, expected: str) -> None:
    files = small_law()
    files["facts.yaml"][key] = value
    assert any(problem.startswith(f"facts.yaml: {expected}") for problem in problems_of(files))


@pytest.mark.parametrize(
    ("regime", "expected"),
    [
        ({"source": {"text": "cod", "article": "1"}}, "source.text: unknown source cod; did you mean code?"),
        ({"output": ["levels.least"]}, "output: unknown parameter levels.least"),
    ],
    ids=str,
)
def test_a_wrong_regime_is_told(regime: dict[str, Any], expected: str) -> None:
    whole = {
        "name": "secret",
        "protects": "tout",
        "source": {"text": "code", "article": "1"},
        "confidence": "known",
    } | regime
    assert problems_of(small_law() | {"regimes/secret.yaml": whole}) == [f"regimes/secret.yaml: {expected}"]


def test_a_legal_text_has_a_link_and_a_doctrine_may_have_none() -> None:
    unlinked = {"title": "Doctrine", "in_force": {"from": "2000-01-01"}}
    text = "sources/x.yaml: a legal text has a link; add `link`, or write `kind: doctrine`"
    found = [problems_of(small_law() | {"sources/x.yaml": unlinked | more}) for more in ({}, {"kind": "doctrine"})]
    assert found == [[text], []]
