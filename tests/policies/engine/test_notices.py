"""Reminders, identifiers and readings are strict, and name only what the law holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.engine.written import FACTS, law_in_memory, problems_of, rule, small_law

DELAY = {
    "description": "Délai",
    "unit": "jours",
    "values": {"2001-01-01": {"value": 120, "source": {"text": "code", "article": "4"}, "confidence": "known"}},
}
REMINDER = {
    "source": {"text": "code", "article": "5"},
    "in_force": {"from": "2001-01-01"},
    "confidence": "known",
    "event": "title_end",
    "side": "before",
    "delay": "delays.alert",
    "text": "Demander la prolongation.",
    "ask": "comite",
}
NOTED = {"says": "un avis", "section": "2.1", "confidence": "known"}
IDENTIFIERS = {
    "EX-01": NOTED | {"place": "rule"},
    "EX-07": NOTED | {"place": "reminder"},
    "EX-08": NOTED | {"place": "check", "checks": ["tests/test_law.py::test_it"]},
    "EX-09": NOTED | {"place": "parameter", "parameters": ["delays.alert"]},
}


def law(**changes: Any) -> dict[str, Any]:
    facts = FACTS | {"words": FACTS["words"] | {"events": {"title_end": "la fin d'un titre"}}}
    files = {
        "facts.yaml": facts,
        "parameters/delays/alert.yaml": DELAY,
        "reminders/EX-07/alert.yaml": REMINDER,
        "identifiers.yaml": {"identifiers": IDENTIFIERS},
        "readings.yaml": {"readings": {"S01": "une copie"}},
    }
    return small_law() | files | {name.replace("__", "/") + ".yaml": values for name, values in changes.items()}


def test_a_law_holds_its_reminders_identifiers_and_readings() -> None:
    found = law_in_memory(law()).notices
    assert (list(found.reminders), list(found.identifiers), dict(found.readings)) == (
        ["EX-07/alert"],
        ["EX-01", "EX-07", "EX-08", "EX-09"],
        {"S01": "une copie"},
    )
    assert (found.reminders["EX-07/alert"].delay, found.identifiers["EX-08"].place) == ("delays.alert", "check")


def identified(**changes: dict[str, Any] | None) -> dict[str, Any]:
    rows = IDENTIFIERS | {name.replace("_", "-"): row for name, row in changes.items()}
    return law(identifiers={"identifiers": {id_: row for id_, row in rows.items() if row is not None}})


WRONG: list[tuple[dict[str, Any], str]] = [
    (law() | {"reminders/EX-07/alert.yaml": REMINDER | {"event": "title_ends"}},
     "reminders/EX-07/alert.yaml: event: title_ends is not one of the words of events; did you mean title_end?"),
    (law() | {"reminders/EX-07/alert.yaml": REMINDER | {"ask": "comte"}},
     "reminders/EX-07/alert.yaml: ask: comte is not one of the words of contacts; did you mean comite?"),
    (law() | {"reminders/EX-07/alert.yaml": REMINDER | {"delay": "delays.alarm"}},
     "reminders/EX-07/alert.yaml: delay: unknown parameter delays.alarm; did you mean delays.alert?"),
    (law() | {"reminders/EX-07/alert.yaml": REMINDER | {"source": {"text": "cod", "article": "1"}}},
     "reminders/EX-07/alert.yaml: source.text: unknown source cod; did you mean code?"),
    (law() | {"parameters/delays/alert.yaml": DELAY | {"unit": "ans"}},
     "reminders/EX-07/alert.yaml: delay: the parameter delays.alert is not a number of heures, jours, mois"),
    (identified(EX_01=None), "identifiers.yaml: identifiers.EX-01: missing, and there is a rule of this name; add it"),
    (identified(EX_07=None),
     "identifiers.yaml: identifiers.EX-07: missing, and there is a reminder of this name; add it"),
    (identified(EX_02=NOTED | {"place": "rule"}),
     "identifiers.yaml: identifiers.EX-02: there is no rule EX-02; write it or change `place`"),
    (identified(EX_02=NOTED | {"place": "check"}),
     "identifiers.yaml: identifiers.EX-02: an identifier kept as check needs `checks`; add it"),
    (identified(EX_02=NOTED | {"place": "later", "with": "onboarding", "of": "read/EX-01"}),
     "identifiers.yaml: identifiers.EX-02: an identifier is kept in one place; take out of"),
    (identified(EX_02=NOTED | {"place": "obligation", "of": "read/EX-01"}),
     "identifiers.yaml: identifiers.EX-02.of: read/EX-01 is no rule that carries obligations"),
    (identified(EX_02=NOTED | {"place": "parameter", "parameters": ["delays.alarm"]}),
     "identifiers.yaml: identifiers.EX-02.parameters: unknown parameter delays.alarm; did you mean delays.alert?"),
    (identified(EX_02={"place": "rule"}), "identifiers.yaml: identifiers.EX-02.says: missing; add it"),
    (law() | {"rules/read/EX-01/rule.yaml": rule("permit", where={"person.suspended": {"is": False}},
                                                 confidence="read")},
     "rules/read/EX-01/rule.yaml: `read` says where; add `seen_in`, with identifiers of readings.yaml"),
    (law() | {"rules/read/EX-01/rule.yaml": rule("permit", where={"person.suspended": {"is": False}},
                                                 confidence="read", seen_in=["S02"])},
     "rules/read/EX-01/rule.yaml: seen_in: unknown reading S02; did you mean S01?"),
    (law() | {"parameters/delays/alert.yaml": DELAY | {"values": {
        "2001-01-01": DELAY["values"]["2001-01-01"] | {"seen_in": ["S02"]}}}},  # type: ignore[index]
     "parameters/delays/alert.yaml: values.2001-01-01.seen_in: unknown reading S02; did you mean S01?"),
]  # fmt: skip


@pytest.mark.parametrize(("files", "said"), WRONG, ids=[said for _, said in WRONG])
def test_what_does_not_hold_together_is_told(files: dict[str, Any], said: str) -> None:
    assert any(problem.startswith(said) for problem in problems_of(files)), problems_of(files)
