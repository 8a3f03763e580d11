"""What holds of any register: random periods, titles, regimes, purposes and approvals, judged by the shipped law.

Every pair is listed: of two parts that may not stand side by side the first is mounted, so that one
title less may well open the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policies.access.decision import Decision
from policies.register.documents import parse_document
from policies.register.places import attested_entries, split_place
from tests.support.judged import PEOPLE, approved, effects, judge, not_approved, without
from tests.support.judged_documents import (
    ANALYST,
    AT,
    DAY,
    EXPERT,
    HOUSEHOLDS,
    PROJECT_FILE,
    TOTALS,
    Values,
    judged_documents,
)
from tests.support.small_register import changed

Documents = dict[str, Values]
WHOLE = judged_documents()
PLACES = tuple(place for path in WHOLE for place, _ in attested_entries(path, parse_document(path, WHOLE[path])))
TITLES = tuple(WHOLE[PROJECT_FILE]["processings"][AT[2]]["titles"])
PERIODS = (
    (PROJECT_FILE, "period"),
    (*AT, "period"),
    (*AT, "team", ANALYST, "habilitation"),
    (*AT, "missions", "appui", "period"),
    *((*AT, "titles", name, "period") for name in TITLES),
    (f"people/{ANALYST}.yaml", "commitments", "e2026", "period"),
    ("datalab.yaml", "homologation", "period"),
)
SUSPENDED = ((PROJECT_FILE,), AT, (f"people/{ANALYST}.yaml",), ("datasets/menages.yaml",))
SUSPENSION = {"day": "2026-05-01", "by": "padm01", "reason": "essai"}

days = st.integers(-10, 10).map(lambda count: DAY + timedelta(days=count))
people = st.sampled_from([ANALYST, EXPERT])


@st.composite
def spans(draw: Callable[[Any], Any]) -> Values:
    first = draw(st.sampled_from([DAY - timedelta(days=90), DAY]) | days)
    return {"from": first.isoformat(), "until": (first + timedelta(days=draw(st.integers(0, 200)))).isoformat()}


values = st.one_of(
    st.tuples(st.sampled_from(PERIODS), spans()),
    st.tuples(st.sampled_from([(*AT, "titles", name, "people") for name in TITLES]), st.lists(people, max_size=2)),
    st.tuples(st.just((*AT, "titles", "accord", "parts")), st.just([HOUSEHOLDS]) | st.just([TOTALS])),
    st.tuples(
        st.just(("datasets/allocs.yaml", "parts", "p2025", "regimes")),
        st.sampled_from([[], ["rgpd"], ["rgpd", "secret_fiscal"], ["rgpd", "sante"], ["secret_professionnel"]]),
    ),
    st.tuples(st.just((*AT, "purpose")), st.sampled_from(["recherche_scientifique", "pilotage", "ciblage_usagers"])),
    st.tuples(st.just((*AT, "recipient")), st.sampled_from(["ssm", "insee"])),
    st.tuples(st.sampled_from([(*keys, "suspension") for keys in SUSPENDED]), st.just(SUSPENSION)),
)


@st.composite
def registers(draw: Callable[[Any], Any]) -> Documents:
    """What lacks nothing, with a few things otherwise; nothing is approved yet."""
    documents = WHOLE
    for keys, value in draw(st.lists(values, max_size=3)):
        documents = changed(documents, *keys, to=value)
    return documents


some_unapproved = st.lists(st.sampled_from(PLACES), max_size=1)
thorough = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def judged(documents: Documents, unapproved: list[str], who: str, day: date) -> Decision:
    return judge(approved(documents, dict.fromkeys(unapproved, not_approved)), PEOPLE[who], day=day)


def opened(decision: Decision) -> set[tuple[str, str]]:
    """What a decision gives: the workspace, and each part by its mode; reading shows all that describing does."""
    workspace = {("", "workspace")} if decision.allowed else set()
    modes = {"read": ("read", "catalogue"), "catalogue": ("catalogue",)}
    return workspace | {(grant.id, mode) for grant in decision.grants for mode in modes[grant.mode]}


def processing_of(documents: Mapping[str, Values]) -> Values:
    found: Values = documents[PROJECT_FILE]["processings"][AT[2]]
    return found


@thorough
@given(registers(), some_unapproved, people, days)
def test_a_decision_says_the_same_after_json_and_back(
    documents: Documents, unapproved: list[str], who: str, day: date
) -> None:
    decision = judged(documents, unapproved, who, day)
    assert Decision.model_validate_json(decision.to_json()) == decision


@thorough
@given(registers(), some_unapproved, people, days, st.sampled_from(TITLES))
def test_one_title_less_never_opens_more(
    documents: Documents, unapproved: list[str], who: str, day: date, name: str
) -> None:
    fewer = [place for place in unapproved if not place.endswith(f"titles/{name}")]
    after = judged(without(documents, *AT, "titles", name), fewer, who, day)
    assert opened(after) <= opened(judged(documents, unapproved, who, day))


@thorough
@given(registers(), st.sampled_from(PLACES), people, days)
def test_one_approval_less_never_opens_more(documents: Documents, place: str, who: str, day: date) -> None:
    assert opened(judged(documents, [place], who, day)) <= opened(judged(documents, [], who, day))


@thorough
@given(registers(), people, days)
def test_whoever_is_named_nowhere_opens_nothing(documents: Documents, who: str, day: date) -> None:
    unnamed = without(documents, *AT, "team", who)
    unnamed = changed(unnamed, *AT, "missions", to={})
    decision = judged(unnamed, [], who, day)
    assert (opened(decision), decision.allowed, bool(decision.refusals)) == (set(), False, True)


@thorough
@given(registers(), people, days, st.sampled_from(SUSPENDED))
def test_one_suspension_more_never_opens_more(documents: Documents, who: str, day: date, keys: tuple[str, ...]) -> None:
    after = judged(changed(documents, *keys, "suspension", to=SUSPENSION), [], who, day)
    assert opened(after) <= opened(judged(documents, [], who, day))


ENTRIES = [(*AT, "titles", name) for name in TITLES] + [(*AT, "missions", "appui")]


@thorough
@given(registers(), people, days, st.sampled_from(ENTRIES))
def test_outside_its_dates_a_title_or_a_mission_is_as_if_it_were_not(
    documents: Documents, who: str, day: date, keys: tuple[str, ...]
) -> None:
    past = {"from": (day - timedelta(days=30)).isoformat(), "until": (day - timedelta(days=1)).isoformat()}
    ended = judged(changed(documents, *keys, "period", to=past), [], who, day)
    assert effects(ended) == effects(judged(without(documents, *keys), [], who, day))


@thorough
@given(registers(), some_unapproved, people, days, st.randoms(use_true_random=False))
def test_the_order_of_documents_in_the_register_never_matters(
    documents: Documents, unapproved: list[str], who: str, day: date, chance: Any
) -> None:
    turned = {path: documents[path] for path in chance.sample(sorted(documents), len(documents))}
    assert judged(turned, unapproved, who, day) == judged(documents, unapproved, who, day)


def test_random_registers_open_all_some_and_nothing() -> None:
    """Were they all refused, nothing above would say anything."""
    counts: set[int] = set()

    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(registers(), people)
    def count(documents: Documents, who: str) -> None:
        counts.add(len(opened(judged(documents, [], who, DAY))))

    count()
    assert {0, 9} <= counts
    assert len(counts) > 4


@pytest.mark.parametrize("place", PLACES)
def test_every_place_that_is_left_unapproved_exists(place: str) -> None:
    """Otherwise an approval less would be no less."""
    path, keys = split_place(place)
    values = approved(WHOLE, {place: not_approved})[path]
    for key in keys:
        values = values[key]
    assert ("approved" in values, "proposed" in values) == (False, True)
