"""What holds of any law and any facts: compared with a small twin that goes day by day."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.calendar import ONE_DAY
from policies.engine.decide import decide
from policies.engine.model import Verdict
from tests.policies.engine import twin
from tests.policies.engine.written import PARAMETERS, case, law_in_memory, rule, small_law

START = date(2020, 6, 1)
HORIZON = date(2020, 8, 10)
Values = dict[str, Any]

days = st.integers(0, 30).map(lambda count: START + timedelta(days=count))
texts = days.map(date.isoformat)


@st.composite
def periods(draw: Callable[[Any], Any]) -> Values:
    first = draw(days)
    length = draw(st.none() | st.integers(0, 10))
    return {"from": first, "until": None if length is None else first + timedelta(days=length)}


def absent_or(strategy: Any) -> Any:
    return st.one_of(strategy, strategy, strategy, strategy, st.none())


purposes = st.sampled_from(["statistique", "recherche", "ciblage"])
people = st.sampled_from(["ana001", "bob002"])
regimes = st.lists(st.just("secret"), max_size=1)
titles = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["avis", "engagement"]),
        "number": st.sampled_from(["1", "2"]),
        "period": periods(),
        "people": st.none() | st.lists(people, max_size=2),
        "parts": st.none() | st.lists(st.sampled_from(["d/a", "d/b"]), max_size=2),
        "counts": st.sampled_from([True, True, False]),
    }
)
missions = st.fixed_dictionaries({"person": absent_or(people), "period": absent_or(periods())})
facts = st.fixed_dictionaries(
    {
        "person": st.fixed_dictionaries({"id": absent_or(people), "suspended": absent_or(st.booleans())}),
        "use": st.fixed_dictionaries(
            {
                "purpose": absent_or(purposes),
                "level": absent_or(st.integers(1, 6)),
                "signed_on": absent_or(days),
                "period": absent_or(periods()),
                "sheet": st.sampled_from([None, "F-1"]),
                "missions": absent_or(st.lists(missions, max_size=3)),
            }
        ),
        "part": st.fixed_dictionaries({"id": absent_or(st.just("d/a")), "regimes": absent_or(regimes)}),
        "titles": absent_or(st.lists(titles, max_size=4)),
    }
)

title_of = st.fixed_dictionaries(
    {
        "title": st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["avis", "engagement"]),
                "covers": st.sampled_from([[], ["person"], ["part"], ["person", "part"]]),
            },
            optional={
                "such_that": st.sampled_from(
                    [
                        {"number": {"is": "1"}},
                        {"people": {"present": True, "has": {"fact": "person.id"}}},
                        {"use.level": {"at_least": {"parameter": "levels.least"}}},
                        {"period": {"contains": "day"}},
                    ]
                )
            },
        )
    }
)
some = st.fixed_dictionaries(
    {
        "some": st.just("use.missions"),
        "such_that": st.sampled_from(
            [
                {"person": {"is": {"fact": "person.id"}}, "period": {"contains": "day"}},
                {"any": [{"person": {"is": "bob002"}}, {"period": {"contains": "day"}}]},
                {"period": {"contains": {"fact": "use.signed_on"}}},
                {"person": {"is": {"fact": "person.id"}}, "use.level": {"at_least": 3}},
            ]
        ),
    }
)
orders = st.sampled_from(["at_least", "at_most", "more_than", "less_than"])
simple = st.one_of(
    st.builds(lambda value: {"use.purpose": {"is": value}}, purposes),
    st.builds(lambda value: {"use.purpose": {"in": value}}, st.lists(purposes, min_size=1)),
    st.just({"use.purpose": {"in": {"parameter": "purposes.admitted"}}}),
    st.just({"use.purpose": {"is": {"parameter": "purposes.main"}}}),
    st.just({"use.level": {"at_least": {"parameter": "levels.least"}}}),
    st.builds(lambda order, value: {"use.level": {order: value}}, orders, st.integers(1, 6)),
    st.builds(lambda order: {"use.signed_on": {order: "day"}}, orders | st.just("is")),
    st.builds(lambda order, value: {"use.signed_on": {order: value}}, orders, texts),
    st.just({"use.period": {"contains": "day"}}),
    st.just({"use.period": {"contains": {"fact": "use.signed_on"}}}),
    st.builds(lambda value: {"use.sheet": {"present": value}}, st.booleans()),
    st.builds(lambda value: {"person.suspended": {"is": value}}, st.booleans()),
    st.just({"part.regimes": {"has": "secret"}}),
    st.just({"part.unrouted": {"only": []}}),
)


def combined(inner: Any) -> Any:
    many = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(lambda parts: {"all": parts}, many),
        st.builds(lambda parts: {"any": parts}, many),
        st.builds(lambda part: {"not": part}, inner),
        two_ways(inner),
        implied(inner),
    )


def implied(inner: Any) -> Any:
    return st.builds(lambda condition, then: {"if": condition, "then": then}, inner, inner)


def two_ways(inner: Any) -> Any:
    """One or two ways in, each with whom it admits and what it needs."""
    pairs = st.lists(st.tuples(inner, inner), min_size=1, max_size=2)
    return pairs.map(
        lambda found: {
            "ways": [{"way": f"voie {n}", "admits": admits, "needs": needs} for n, (admits, needs) in enumerate(found)]
        }
    )


def both(inner: Any) -> Any:
    many = st.lists(inner, min_size=1, max_size=3)
    gathered = st.builds(lambda parts: {"all": parts}, many) | st.builds(lambda parts: {"any": parts}, many)
    return gathered | two_ways(inner)


conditions = st.recursive(simple | title_of | some, combined, max_leaves=5)
without_titles = st.recursive(simple | some, combined, max_leaves=4)
wanting_titles = st.recursive(simple | title_of, both, max_leaves=5)


@st.composite
def rules(draw: Callable[[Any], Any], effect: str, condition: Any = conditions) -> Values:
    first = draw(st.just("2001-01-01") | texts)
    until = draw(st.none() | st.integers(0, 20))
    spans = {"from": first} if until is None else {"from": first, "until": later(first, until)}
    made = rule(effect, in_force=spans)
    if effect != "require":
        return made | {"where": draw(condition)}
    where = draw(st.none() | (without_titles if condition is wanting_titles else condition))
    route = {"route": "secret"} if draw(st.booleans()) else {}
    return made | {"requires": draw(condition)} | ({} if where is None else {"where": where}) | route


def later(first: str, count: int) -> str:
    start = START if first == "2001-01-01" else date.fromisoformat(first)
    return (start + timedelta(days=count)).isoformat()


def unlike(files: list[Values]) -> list[Values]:
    """One rule of each meaning: two that cannot be told apart are no law."""
    said = [json.dumps([one["effect"], one.get("where"), one.get("requires")], sort_keys=True) for one in files]
    return list(dict(zip(said, files, strict=True)).values())


def law_files(files: list[Values]) -> Values:
    bites = {"permit": "permits", "forbid": "refuses", "require": "refuses", "warn": "warns"}
    found = {path: values for path, values in small_law().items() if not path.startswith("rules/")} | PARAMETERS
    for number, file in enumerate(unlike(files)):
        found[f"rules/read/R-{number}/rule.yaml"] = file
        found[f"rules/read/R-{number}/cases.yaml"] = [case(bites[file["effect"]]), case("does_not_apply")]
    return found


def last_day(written: Values, asked: Values, day: date) -> date | None:
    """The last day with the same answer, found by asking the twin day after day; `None` up to the horizon."""
    answer = twin.allowed(written, asked, day)
    while twin.allowed(written, asked, day + ONE_DAY) is answer:
        day += ONE_DAY
        if day > HORIZON:
            return None
    return day


permits = st.lists(rules("permit"), min_size=1, max_size=2)
others = st.lists(rules("forbid") | rules("require") | rules("warn"), max_size=3)
laws = st.builds(lambda first, second: [*first, *second], permits, others)
thorough = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@thorough
@given(laws, facts, days)
def test_a_verdict_and_its_last_day_are_those_of_the_twin(files: list[Values], asked: Values, day: date) -> None:
    written = law_files(files)
    # a rule of effect warn only matters when it cannot be judged: the twin treats it so
    found = decide(law_in_memory(written), "read", asked, day)
    assert (found.allowed, found.until) == (twin.allowed(written, asked, day), last_day(written, asked, day))


@thorough
@given(st.lists(rules("require", wanting_titles), max_size=2), st.lists(titles, max_size=4), facts, days)
def test_the_last_day_is_exact_where_titles_chain_and_routes_take_over(
    files: list[Values], held: list[Values], asked: Values, day: date
) -> None:
    full = asked | {"titles": held, "person": {"id": "ana001", "suspended": False}}
    full["use"] = asked["use"] | {"sheet": "F-1"}
    written = law_files([rule("permit", where={"use.sheet": {"present": True}}), *files])
    found = decide(law_in_memory(written), "read", full, day)
    assert (found.allowed, found.until) == (twin.allowed(written, full, day), last_day(written, full, day))


@thorough
@given(laws, facts, days)
def test_without_a_matching_permit_nothing_is_allowed(files: list[Values], asked: Values, day: date) -> None:
    without = [file for file in files if file["effect"] != "permit"]
    assert decide(law_in_memory(law_files(without)), "read", asked, day).allowed is False


@thorough
@given(laws, rules("forbid"), facts, days)
def test_one_more_forbid_never_allows_more(files: list[Values], added: Values, asked: Values, day: date) -> None:
    before = decide(law_in_memory(law_files(files)), "read", asked, day).allowed
    after = decide(law_in_memory(law_files([*files, added])), "read", asked, day).allowed
    assert before or not after


@thorough
@given(laws, facts, days)
def test_a_forbid_that_matches_trumps_every_permit(files: list[Values], asked: Values, day: date) -> None:
    forbid = rule("forbid", where={"any": [{"use.sheet": {"present": True}}, {"use.sheet": {"present": False}}]})
    assert decide(law_in_memory(law_files([*files, forbid])), "read", asked, day).allowed is False


@thorough
@given(laws, st.sampled_from(["permit", "forbid", "require", "warn"]), facts, days)
def test_any_rule_that_cannot_be_judged_denies(files: list[Values], effect: str, asked: Values, day: date) -> None:
    asked["person"]["id"] = None
    unknown = rule(effect, **{"requires" if effect == "require" else "where": {"person.id": {"is": "ana001"}}})
    found = decide(law_in_memory(law_files([*files, unknown])), "read", asked, day)
    assert (found.allowed, any(refusal.error for refusal in found.refusals)) == (False, True)


def shuffled(values: Any, chance: random.Random) -> Any:
    """The same values, every mapping and every list of conditions in another order."""
    if isinstance(values, dict):
        keys = list(values)
        chance.shuffle(keys)
        return {key: shuffled(values[key], chance) for key in keys}
    if isinstance(values, list):
        moved = [shuffled(value, chance) for value in values]
        chance.shuffle(moved)
        return moved
    return values


@thorough
@given(laws, facts, days, st.randoms(use_true_random=False))
def test_the_order_of_files_rules_keys_and_facts_never_matters(
    files: list[Values], asked: Values, day: date, chance: random.Random
) -> None:
    written = law_files(unlike(files))
    first = decide(law_in_memory(written), "read", asked, day)
    turned = [shuffled(file, chance) for file in unlike(files)]
    chance.shuffle(turned)
    renamed = law_files(turned)
    second = decide(law_in_memory(shuffled(renamed, chance)), "read", shuffled(asked, chance), day)
    assert (first.allowed, first.until) == (second.allowed, second.until)


@thorough
@given(st.lists(rules("require", wanting_titles), max_size=3), facts, st.lists(titles, min_size=1, max_size=4), days)
def test_one_title_less_never_allows_more(files: list[Values], asked: Values, held: list[Values], day: date) -> None:
    law = law_in_memory(law_files([rule("permit", where={"use.sheet": {"present": False}}), *files]))
    asked["use"]["sheet"] = None
    for left_out in range(len(held)):
        fewer = held[:left_out] + held[left_out + 1 :]
        before = decide(law, "read", asked | {"titles": held}, day).allowed
        assert before or not decide(law, "read", asked | {"titles": fewer}, day).allowed


def only_in_force(files: list[Values], day: date) -> Values:
    """The law without the rules that are not in force on a day, and with other values before and after it."""
    today = day.isoformat()
    spans = [(file, file["in_force"]) for file in unlike(files)]
    written = law_files([file for file, span in spans if span["from"] <= today <= span.get("until", "9999")])
    other = {list: ["ciblage"], str: "ciblage", int: 99}
    for path, file in PARAMETERS.items():
        current = max((start for start in file["values"] if start <= today), default=None)
        moved = {start: each | {"value": other.get(type(each["value"]))} for start, each in file["values"].items()}
        if "type" not in file:
            written[path] = file | {"values": moved | {current: file["values"][current]} if current else moved}
    return written


@thorough
@given(laws, facts, st.lists(titles, max_size=4), days)
def test_outside_its_dates_no_rule_no_title_and_no_value_counts(
    files: list[Values], asked: Values, held: list[Values], day: date
) -> None:
    all_of_them = decide(law_in_memory(law_files(files)), "read", asked | {"titles": held}, day)
    running = [title for title in held if runs(title["period"], day)]
    current = decide(law_in_memory(only_in_force(files, day)), "read", asked | {"titles": running}, day)
    assert (all_of_them.allowed, len(all_of_them.reasons)) == (current.allowed, len(current.reasons))


def runs(period: Values, day: date) -> bool:
    return bool(period["from"] <= day <= (period["until"] or date.max))


@thorough
@given(laws, facts, days)
def test_a_verdict_goes_to_json_and_back(files: list[Values], asked: Values, day: date) -> None:
    found = decide(law_in_memory(law_files(files)), "read", asked, day)
    assert Verdict.model_validate_json(found.model_dump_json()) == found


@thorough
@given(laws, facts, days)
def test_whoever_is_refused_is_told_why_and_whom_to_ask(files: list[Values], asked: Values, day: date) -> None:
    found = decide(law_in_memory(law_files(files)), "read", asked, day)
    told = [refusal.message and refusal.ask for refusal in found.refusals]
    assert (bool(told) is not found.allowed, all(told)) == (True, True)
