"""A rule that refers to nothing, or compares what cannot be compared, is told with its key and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policies.engine.written import PARAMETERS, law_in_memory, problems_of, rule, with_rule

RULE = "rules/read/EX-02/rule.yaml"
FORBID = {"where": {"use.level": {"is": 4}}}
WRONG_RULES: list[tuple[dict[str, Any], str]] = [
    (rule("forbid"), "a rule of effect forbid needs `where`; add it"),
    (rule("require"), "a rule that requires needs `requires`; add it"),
    (
        rule("forbid", **FORBID, requires=FORBID["where"]),
        "`requires` and `route` stand in rules of effect require only",
    ),
    (rule("permit", **FORBID, route="secret"), "`requires` and `route` stand in rules of effect require only"),
    (rule("forbid", **FORBID, obligations=["Citer."]), "obligations come with permit and require only"),
    (rule("forbid", **FORBID, ask=None), "nobody can be asked; add `ask`"),
    (rule("forbid", **FORBID, efect="x"), "efect: unknown key; did you mean effect?"),
    (rule("allow", **FORBID), "effect: Input should be 'permit', 'forbid', 'require' or 'warn' (found 'allow')"),
    (rule("forbid", **FORBID, confidence="sure"), "confidence: Input should be"),
    (
        rule("forbid", **FORBID, in_force={"from": "2020-02-30"}),
        "in_force.from: 2020-02-30 is not a date; write YYYY-MM-DD",
    ),
    (rule("forbid", **FORBID, in_force={"from": "2020-02-02", "until": "2020-02-01"}), "in_force: ends on 2020-02-01"),
    (rule("forbid", **FORBID, ask="dinun"), "ask: unknown contact dinun; did you mean dinum?"),
    (
        rule("forbid", **FORBID, source={"text": "cod", "article": "1"}),
        "source.text: unknown source cod; did you mean code?",
    ),
    (
        rule("forbid", **FORBID, in_force={"from": "1999-12-31"}),
        "source.text: code is in force from 2000-01-01 to no known end, not on each day from 1999-12-31",
    ),
    (rule("require", requires=FORBID["where"], route="secrt"), "route: unknown regime secrt; did you mean secret?"),
    (
        rule("forbid", where={"use.levl": {"is": 4}}),
        "where.use.levl: not a fact that this action has; did you mean use.level?",
    ),
    (rule("forbid", where={"use.level": 4}), "where.use.level: must be a mapping from operator to operand"),
    (rule("forbid", where={"use.level": {}}), "where.use.level: must be a mapping from operator to operand"),
    (
        rule("forbid", where={"use.level": {"at_lest": 4}}),
        "where.use.level.at_lest: unknown operator; did you mean at_least?",
    ),
    (rule("forbid", where={"use.level": {"is": "4"}}), "where.use.level.is: '4' is not a number; the fact is number"),
    (rule("forbid", where={"use.level": {"is": True}}), "where.use.level.is: True is not a number; the fact is number"),
    (
        rule("forbid", where={"person.id": {"is": 4}}),
        "where.person.id.is: 4 is not a text; the fact is text; write '4' between quotes",
    ),
    (
        rule("forbid", where={"person.id": {"at_least": "a"}}),
        "where.person.id.at_least: does not suit a fact of type text; allowed: is, in",
    ),
    (rule("forbid", where={"use.level": {"present": True}}), "where.use.level.present: suits optional facts only"),
    (rule("forbid", where={"use.sheet": {"present": "yes"}}), "where.use.sheet.present: 'yes' is not a boolean"),
    (
        rule("forbid", where={"use.sheet": {"present": {"fact": "person.suspended"}}}),
        "where.use.sheet.present: takes true or false",
    ),
    (
        rule("forbid", where={"use.purpose": {"is": "recherch"}}),
        "where.use.purpose.is: 'recherch' is not one of the words of purposes; did you mean recherche?",
    ),
    (
        rule("forbid", where={"use.purpose": {"in": ["ciblage", "x"]}}),
        "where.use.purpose.in: 'x' is not one of the words of purposes",
    ),
    (rule("forbid", where={"use.purpose": {"in": "ciblage"}}), "where.use.purpose.in: 'ciblage' is not a list of text"),
    (
        rule("forbid", where={"part.regimes": {"has": "secrt"}}),
        "where.part.regimes.has: 'secrt' is not one of the words of regimes",
    ),
    (rule("forbid", where={"use.signed_on": {"is": "2020-02-30"}}), "where.use.signed_on.is: 2020-02-30 is not a date"),
    (
        rule("forbid", where={"use.level": {"is": {"fact": "use.lev"}}}),
        "where.use.level.is: use.lev is not a fact that this action has; did you mean use.level?",
    ),
    (
        rule("forbid", where={"use.level": {"is": {"fact": "person.id"}}}),
        "where.use.level.is: the fact person.id is text; a number is needed",
    ),
    (
        rule("forbid", where={"person.id": {"in": {"fact": "part.unrouted"}}}),
        "where.person.id.in: the fact part.unrouted is found by the engine and cannot be an operand",
    ),
    (
        rule("forbid", where={"use.level": {"is": {"parameter": "levels.leas"}}}),
        "where.use.level.is: unknown parameter levels.leas; did you mean levels.least?",
    ),
    (
        rule("forbid", where={"use.level": {"is": {"parameter": "purposes.main"}}}),
        "where.use.level.is: the parameter purposes.main is text; a number is needed",
    ),
    (
        rule("forbid", where={"use.level": {"is": {"value": 1}}}),
        "where.use.level.is: an operand is a literal, `day`, {fact: name} or {parameter: name}",
    ),
    (rule("forbid", where={"use.level": {"is": {}}}), "where.use.level.is: an operand is a literal"),
    (
        rule("forbid", where={"use.level": {"is": {"fact": "use.level", "parameter": "levels.least"}}}),
        "where.use.level.is: an operand is a literal",
    ),
    (rule("forbid", where={"all": []}), "where.all: must be a list of at least one condition"),
    (rule("forbid", where={"any": {"use.level": {"is": 1}}}), "where.any: must be a list of at least one condition"),
    (rule("forbid", where={"any": ["use.level"]}), "where.any[0]: must be a mapping with at least one condition"),
    (rule("forbid", where={"not": []}), "where.not: must be a mapping with at least one condition"),
    (
        rule("forbid", where={"some": "use.mission", "such_that": {}}),
        "where.some: 'use.mission' is not a declared fact; did you mean use.missions?",
    ),
    (
        rule("forbid", where={"some": "use.level", "such_that": {}}),
        "where.some: use.level is number; `some` needs a list of records",
    ),
    (rule("forbid", where={"some": "use.missions"}), "where: `some` stands without `such_that`; add it"),
    (rule("forbid", where={"such_that": {}}), "where.such_that: stands without `some`; add it"),
    (
        rule("forbid", where={"some": "use.missions", "such_that": {"persn": {"is": "a"}}}),
        "where.such_that.persn: not a fact that this action has; did you mean person?",
    ),
    (
        rule("forbid", where={"some": "use.missions", "such_that": {"person": {"is": {"fact": "period"}}}}),
        "where.such_that.person.is: period is not a fact that this action has",
    ),
    (rule("forbid", where={"title": "avis"}), "where.title: must be written {kind: ..., covers: [...]}"),
    (
        rule("forbid", where={"title": {"kind": "avi", "covers": []}}),
        "where.title.kind: unknown kind of title 'avi'; did you mean avis?",
    ),
    (
        rule("forbid", where={"title": {"kind": ["avis"], "covers": []}}),
        "where.title.kind: unknown kind of title ['avis']",
    ),
    (
        rule("forbid", where={"title": {"kind": "avis", "covers": ["purpose"]}}),
        "where.title.covers: must be a list; allowed in it: person, part",
    ),
    (
        rule("forbid", where={"title": {"kind": "avis", "covers": [["person"]]}}),
        "where.title.covers: must be a list; allowed in it: person, part",
    ),
    (rule("forbid", **FORBID, message="Il manque {missing}."), "message: {missing} has no meaning here"),
    (
        rule("permit", **FORBID, message="{use.levl}"),
        "message: {use.levl}: not a fact that this action has; did you mean use.level?",
    ),
    (
        rule("permit", **FORBID, message="{parameter:levels.leas}"),
        "message: {parameter:levels.leas}: unknown parameter; did you mean levels.least?",
    ),
    (rule("permit", **FORBID, message="Il { manque"), "message: a lone { at character 4; write {{ for a brace"),
    (rule("permit", **FORBID, message="{}"), "message: {}: not a fact that this action has"),
    (rule("permit", **FORBID, reason="{missing}"), "reason: {missing} has no meaning here"),
]


@pytest.mark.parametrize(("file", "expected"), WRONG_RULES, ids=[row[1][:60] for row in WRONG_RULES])
def test_a_wrong_rule_is_told_with_file_key_and_what_to_do(file: dict[str, Any], expected: str) -> None:
    found = [problem for problem in problems_of(with_rule("EX-02", file) | PARAMETERS) if problem.startswith(RULE)]
    assert [problem.removeprefix(f"{RULE}: ").startswith(expected) for problem in found] == [True], found


def test_a_rule_may_only_name_the_facts_of_its_action() -> None:
    file = rule("forbid", where={"part.name": {"is": "a"}, "title": {"kind": "avis", "covers": ["part"]}})
    found = problems_of(with_rule("EX-02", file, action="open"))
    path = "rules/open/EX-02/rule.yaml"
    text = "where.title: needs titles, part.id, which the action does not have; add it to the action in facts.yaml"
    assert [problem.split(";")[0] for problem in found] == [
        f"{path}: where.part.name: not a fact that this action has",
        f"{path}: {text}".split(";")[0],
    ]


def test_a_rule_of_an_unknown_action_is_told() -> None:
    found = problems_of(with_rule("EX-02", rule("forbid", **FORBID), action="raed"))
    assert found[0] == "rules/raed/EX-02/rule.yaml: raed is not an action of facts.yaml; did you mean read?"


TWINS = "says the same as rules/read/EX-02/rule.yaml on the same days; keep one"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (rule("forbid", **FORBID, message="Autre texte."), [f"rules/read/EX-03/rule.yaml: {TWINS}"]),
        (rule("forbid", where={"use.level": {"is": 5}}), []),
        (rule("warn", **FORBID), []),
        (rule("forbid", **FORBID, in_force={"from": "2002-01-01"}), [f"rules/read/EX-03/rule.yaml: {TWINS}"]),
        (rule("forbid", **FORBID, in_force={"from": "2000-01-01", "until": "2000-12-31"}), []),
    ],
    ids=["another message", "another value", "another effect", "later, overlapping", "before the other"],
)
def test_two_rules_that_cannot_be_told_apart_are_told(second: dict[str, Any], expected: list[str]) -> None:
    files = with_rule("EX-02", rule("forbid", **FORBID)) | with_rule("EX-03", second)
    assert problems_of(files) == expected


def test_ids_that_differ_by_capitals_only_are_told() -> None:
    files = with_rule("EX-2a", rule("forbid", **FORBID)) | with_rule("EX-2A", rule("warn", **FORBID))
    text = "its id differs from that of rules/read/EX-2A/rule.yaml by capitals only; rename one"
    assert problems_of(files) == [f"rules/read/EX-2a/rule.yaml: {text}"]


def test_the_same_id_may_stand_under_two_actions() -> None:
    files = with_rule("EX-02", rule("forbid", **FORBID)) | with_rule("EX-02", rule("forbid", **FORBID), action="open")
    assert list(law_in_memory(files).rules) == ["open/EX-02", "read/EX-01", "read/EX-02"]
