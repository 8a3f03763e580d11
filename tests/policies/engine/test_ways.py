"""A way in counts for those whom it admits; a title may have to be such; both say what they lack."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policies.engine.decide import decide
from policies.engine.model import Refusal
from tests.policies.engine.written import PARAMETERS, judged, law_in_memory, problems_of, rule, with_rule

DAY = date(2020, 6, 12)
FOREVER = date.max
RESEARCH, STATISTICS = {"use.purpose": {"is": "recherche"}}, {"use.purpose": {"is": "statistique"}}
AVIS: dict[str, Any] = {"title": {"kind": "avis", "covers": ["person"]}}
SIGNED: dict[str, Any] = {"title": {"kind": "engagement", "covers": ["person"]}}
WAYS = {
    "ways": [
        {"way": "recherche (art. 1)", "admits": RESEARCH, "needs": {"all": [AVIS, SIGNED]}},
        {"way": "statistique (art. 2)", "admits": STATISTICS, "needs": SIGNED},
    ]
}
NAMED = {
    "title": {"kind": "avis", "covers": [], "such_that": {"people": {"present": True, "has": {"fact": "person.id"}}}}
}


def held(kind: str, last: date | None = None, **more: Any) -> dict[str, Any]:
    period = {"from": date(2020, 1, 1), "until": last}
    return {"kind": kind, "number": "1", "period": period, "counts": True, "people": None} | more


def facts(purpose: str | None, *titles: dict[str, Any]) -> dict[str, Any]:
    return {
        "person": {"id": "ana001", "suspended": False},
        "part": {"id": "d/a"},
        "use": {"purpose": purpose},
        "titles": list(titles),
    }


@pytest.mark.parametrize(
    ("purpose", "titles", "expected"),
    [
        ("recherche", ["avis", "engagement"], "true"),
        ("recherche", ["engagement"], "false"),
        ("recherche", ["avis"], "false"),
        ("statistique", ["engagement"], "true"),
        ("statistique", ["avis"], "false"),
        ("ciblage", ["avis", "engagement"], "false"),
        (None, ["avis", "engagement"], "unknown"),
        (None, [], "false"),
    ],
)
def test_one_way_whole_is_needed_and_enough(purpose: str | None, titles: list[str], expected: str) -> None:
    assert judged(WAYS, facts(purpose, *map(held, titles)), DAY)[0] == expected


def test_a_way_stands_until_the_first_of_its_titles_ends() -> None:
    titles = held("avis", date(2020, 6, 20)), held("engagement", date(2020, 6, 30))
    assert judged(WAYS, facts("recherche", *titles), DAY) == ("true", date(2020, 6, 20))


def refused(requires: dict[str, Any], asked: dict[str, Any]) -> Refusal:
    law = law_in_memory(with_rule("EX-02", rule("require", requires=requires, message="Il manque : {missing}.")))
    (found,) = decide(law, "read", asked, DAY).refusals
    return found


AVIS_SAID, SIGNED_SAID = "un avis favorable du comité", "un engagement signé"


@pytest.mark.parametrize(
    ("purpose", "titles", "missing"),
    [
        ("recherche", [], [AVIS_SAID, SIGNED_SAID]),
        ("recherche", ["engagement"], [AVIS_SAID]),
        ("statistique", [], [SIGNED_SAID]),
        (
            "ciblage",
            [],
            ["une voie d'accès qui admette cette finalité et ce destinataire "
             "(recherche (art. 1) ; statistique (art. 2))"],
        ),
    ],
)  # fmt: skip
def test_only_the_ways_that_admit_the_person_say_what_they_lack(
    purpose: str, titles: list[str], missing: list[str]
) -> None:
    assert list(refused(WAYS, facts(purpose, *map(held, titles))).missing) == missing


def test_two_ways_that_admit_are_a_choice() -> None:
    both = {"ways": [{"way": name, "admits": RESEARCH, "needs": needs} for name, needs in (("a", AVIS), ("b", SIGNED))]}
    assert refused(both, facts("recherche")).missing == (f"{AVIS_SAID} ou {SIGNED_SAID}",)


def test_a_way_that_must_be_closed_is_named() -> None:
    found = refused({"not": WAYS}, facts("statistique", held("engagement")))
    assert found.missing == ("la fin de cette voie d'accès : statistique (art. 2)",)


def test_what_cannot_be_judged_is_named_by_what_it_lacks() -> None:
    found = refused(WAYS, facts(None, held("avis"), held("engagement")))
    assert (found.error, found.missing) == (True, ("la finalité",))


@pytest.mark.parametrize(
    ("people", "expected"), [(["ana001"], "true"), (["bob002"], "false"), (None, "false"), ("ana001", "unknown")]
)
def test_a_title_does_only_when_it_is_such(people: Any, expected: str) -> None:
    assert judged(NAMED, facts("recherche", held("avis", people=people)), DAY)[0] == expected


def test_a_title_of_another_kind_or_for_another_part_need_not_be_such() -> None:
    condition = {"title": NAMED["title"] | {"covers": ["part"]}}
    unreadable = held("avis", people="ana001", parts=["d/b"])
    assert judged(condition, facts("recherche", unreadable, held("engagement", people=3)), DAY)[0] == "false"


def test_a_title_that_is_not_such_says_what_it_must_hold() -> None:
    assert refused(NAMED, facts("recherche", held("avis"))).missing == (
        f"{AVIS_SAID} (il doit porter les personnes nommées)",
    )


def test_a_value_of_the_law_that_a_title_must_hold_ends_with_that_value() -> None:
    condition = {
        "title": {"kind": "avis", "covers": [], "such_that": {"use.level": {"at_least": {"parameter": "levels.least"}}}}
    }
    asked = facts("recherche", held("avis"))
    asked["use"]["level"] = 5
    assert judged(condition, asked, DAY) == ("true", date(2020, 6, 19))
    assert sorted(PARAMETERS)[1] == "parameters/levels/least.yaml"


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        ({"ways": []}, "requires.ways: must be a list of at least one way"),
        ({"ways": [{"way": "a", "admits": RESEARCH}]}, "requires.ways[0]: must be written {way: its name in French"),
        ({"ways": [{"way": 1, "admits": RESEARCH, "needs": AVIS}]}, "requires.ways[0]: must be written {way:"),
        ({"ways": [{"way": "a", "admits": RESEARCH, "needs": {"use.colour": {"is": "x"}}}]},
         "requires.ways[0].needs.use.colour: not a fact that this action has"),
        ({"ways": [{"way": "a", "admits": RESEARCH, "needs": each} for each in (AVIS, SIGNED)]},
         "requires.ways: two ways have one name; rename one"),
        ({"title": {"kind": "avis", "covers": [], "such": {}}}, "requires.title: must be written {kind: ..., covers:"),
        ({"title": {"kind": "avis", "covers": [], "such_that": {"colour": {"is": "x"}}}},
         "requires.title.such_that.colour: not a fact that this action has"),
    ],
    ids=str,
)  # fmt: skip
def test_a_way_that_is_not_written_whole_is_told(requires: dict[str, Any], said: str) -> None:
    (problem,) = problems_of(with_rule("EX-02", rule("require", requires=requires)))
    assert problem.startswith(f"rules/read/EX-02/rule.yaml: {said}")


WHEN = {"if": RESEARCH, "then": AVIS}


@pytest.mark.parametrize(
    ("purpose", "titles", "expected"),
    [
        ("recherche", ["avis"], "true"),
        ("recherche", [], "false"),
        ("statistique", [], "true"),
        (None, ["avis"], "true"),
        (None, [], "unknown"),
    ],
)
def test_where_a_condition_holds_another_must(purpose: str | None, titles: list[str], expected: str) -> None:
    assert judged(WHEN, facts(purpose, *map(held, titles)), DAY)[0] == expected


def test_only_what_must_then_hold_is_said_to_be_missing() -> None:
    assert refused(WHEN, facts("recherche")).missing == (AVIS_SAID,)


@pytest.mark.parametrize(
    ("requires", "said"),
    [
        ({"if": RESEARCH}, "requires: `if` stands without `then`; add it"),
        ({"then": RESEARCH}, "requires.then: stands without `if`; add it"),
        ({"if": {"use.colour": {"is": "x"}}, "then": AVIS}, "requires.if.use.colour: not a fact that this action has"),
        ({"if": RESEARCH, "then": []}, "requires.then: must be a mapping with at least one condition"),
    ],
    ids=str,
)
def test_an_if_that_is_not_written_whole_is_told(requires: dict[str, Any], said: str) -> None:
    (problem,) = problems_of(with_rule("EX-02", rule("require", requires=requires)))
    assert problem.startswith(f"rules/read/EX-02/rule.yaml: {said}")
