"""The facts given are those declared, are the person's own, and their digest and `until` answer for the effects."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.access.approvals import Approvals
from policies.access.catalogue import catalogue_facts
from policies.access.facts import Facts, Subject, digest, workspace_facts
from policies.access.outputs import Output, output_facts
from policies.access.parts import pair_facts, part_facts, service_facts
from policies.calendar import ONE_DAY
from policies.engine.documents import Declaration
from policies.engine.vocabulary import IS
from tests.support.judged import (
    KEYS,
    PEOPLE,
    approved,
    effects,
    judge,
    register_of,
    shipped_law,
    without,
)
from tests.support.judged_documents import (
    ALLOWANCES,
    ANALYST,
    AT,
    DAY,
    EXPERT,
    HOUSEHOLDS,
    OTHER_PROCESSING,
    PARTS,
    PROCESSING,
    PROJECT_FILE,
    TEAMMATE,
    TITLE_FILES,
    Values,
    judged_documents,
    mission,
    version,
)
from tests.support.small_register import changed

SUSPENSION = {"day": "2026-05-01", "by": "padm01", "reason": "essai"}
COMMUNES, MENAGES = "datasets/communes.yaml", "datasets/menages.yaml"


def subject(who: str = ANALYST, documents: Mapping[str, Values] | None = None) -> Subject:
    register = register_of(approved(documents or judged_documents()))
    found = register.find_processing(PROCESSING)
    assert found
    return Subject(register, found, PEOPLE[who], ("password",), DAY, Approvals(shipped_law(), KEYS))


def split(part: str) -> tuple[str, str]:
    dataset, _, name = part.partition("/")
    return dataset, name


def every_action(who: str, documents: Mapping[str, Values] | None = None) -> dict[str, Facts]:
    """The facts that each action is judged on."""
    asking = subject(who, documents)
    base = workspace_facts(asking)
    left = part_facts(asking, base, *split(ALLOWANCES), "read")
    right = part_facts(asking, base, *split(HOUSEHOLDS), "read")
    output = Output(author=ANALYST, kind="statistics", use="publication", **WHOLE_OUTPUT)
    dataset = asking.register.datasets["menages"]
    return {
        "open_workspace": base,
        "mount_part": right,
        "combine_parts": pair_facts(base, left["part"], right["part"], frozenset()),
        "use_service": service_facts(base, "mlflow", ("mlflow",)),
        "release_output": output_facts(asking, base, output, frozenset({HOUSEHOLDS, ALLOWANCES})),
        "describe_dataset": catalogue_facts(asking.approvals, "menages", dataset),
    }


WHOLE_OUTPUT: dict[str, Any] = {
    "localised": False, "individual_rows": False, "secondary_done": True, "full_cells": 0, "elements": (),
    "identifiers": (), "size_mb": 1.0, "outputs_today": 1, "sampled": False, "individual_score": False,
    "public_service": False,
}  # fmt: skip
ACTIONS = ("open_workspace", "mount_part", "combine_parts", "use_service", "release_output", "describe_dataset")


def leaves(
    facts: Mapping[str, Any], declared: Mapping[str, Declaration], before: str = ""
) -> Iterator[tuple[str, Any]]:
    """Every value under its dotted name, down to what is declared or is no mapping of names."""
    for key, value in facts.items():
        name = f"{before}{key}"
        if name not in declared and isinstance(value, dict):
            yield from leaves(value, declared, f"{name}.")
        else:
            yield name, value


def given_by_access(declared: Mapping[str, Declaration]) -> dict[str, Declaration]:
    return {name: each for name, each in declared.items() if each.origin != "law"}


@pytest.mark.parametrize("who", [ANALYST, EXPERT])
@pytest.mark.parametrize("action", ACTIONS)
def test_the_facts_of_an_action_are_exactly_those_that_the_law_declares(action: str, who: str) -> None:
    declared = given_by_access(shipped_law().vocabulary.named_by(action))
    built = dict(leaves(every_action(who)[action], declared))
    assert set(built) == set(declared)


def test_every_action_of_the_law_is_judged() -> None:
    assert set(every_action(ANALYST)) == set(shipped_law().vocabulary.actions) == set(ACTIONS)


@pytest.mark.parametrize("who", [ANALYST, EXPERT])
@pytest.mark.parametrize("action", ACTIONS)
def test_every_fact_is_of_its_declared_type_down_to_the_fields_of_records(action: str, who: str) -> None:
    declared = given_by_access(shipped_law().vocabulary.named_by(action))
    for name, value in leaves(every_action(who)[action], declared):
        check(name, value, declared[name])


def check(name: str, value: Any, declared: Declaration) -> None:
    if value is None:
        assert declared.optional, name
        return
    assert IS[declared.type](value), (name, value)
    for record in value if declared.fields else ():
        assert set(record) == set(declared.fields), name
        for field, inner in record.items():
            check(f"{name}.{field}", inner, declared.fields[field])


def test_records_are_checked_on_lists_that_hold_some() -> None:
    facts = every_action(EXPERT)["open_workspace"]
    held = [facts["titles"], *(facts["processing"][each] for each in ("team", "missions", "processors"))]
    assert all(held)


OPTIONAL: dict[str, tuple[Any, ...]] = {
    "processing.register_sheet": (*AT, "register_sheet"),
    "processing.legal_basis.text": (*AT, "legal_basis", "text"),
    "part.regimes": (MENAGES, "parts", "p2024", "regimes"),
}


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_the_register_leaves_out_is_an_absent_fact_and_never_an_empty_one(name: str) -> None:
    facts: Any = every_action(ANALYST, without(judged_documents(), *OPTIONAL[name]))["mount_part"]
    for key in name.split("."):
        facts = facts[key]
    assert facts is None


def texts(value: object) -> Iterator[str]:
    """Every text inside, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from texts(key)
            yield from texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner)


@pytest.mark.parametrize("who", [ANALYST, TEAMMATE, EXPERT])
def test_nobody_elses_entries_enter_a_persons_facts(who: str) -> None:
    """Titles stay as the register has them: they name whom they were given to."""
    facts = every_action(who)["mount_part"]
    own = facts | {"titles": [each for each in facts["titles"] if each["kind"] not in TITLE_KINDS]}
    others = {ANALYST, TEAMMATE, EXPERT} - {who}
    assert [text for text in texts(own) if any(other in text for other in others)] == []


TITLE_KINDS = {"avis_css", "accord_producteur", "derogation_archives"}

OTHERS: dict[str, Values] = {
    "the colleague leaves": without(judged_documents(), *AT, "team", TEAMMATE),
    "the colleague is suspended": changed(judged_documents(), f"people/{TEAMMATE}.yaml", "suspension", to=SUSPENSION),
    "the colleague's commitment is gone": changed(judged_documents(), f"people/{TEAMMATE}.yaml", "commitments", to={}),
    "the colleague's habilitation ends": changed(
        judged_documents(), *AT, "team", TEAMMATE, "habilitation", to={"from": "2026-01-01", "until": "2026-05-04"}
    ),
    "the expert's mission ends": changed(
        judged_documents(), *AT, "missions", "appui", "period", to={"from": "2026-01-01", "until": "2026-05-04"}
    ),
    "the expert leaves": changed(judged_documents(), *AT, "missions", to={}),
    "another processing is suspended": changed(
        judged_documents(), PROJECT_FILE, "processings", OTHER_PROCESSING, "suspension", to=SUSPENSION
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_what_happens_to_others_changes_nothing_of_ones_own_decision(name: str) -> None:
    assert judge(approved(OTHERS[name])) == judge()


def test_two_decisions_in_any_order_are_those_made_alone() -> None:
    register = approved(judged_documents())
    alone = {who: judge(approved(judged_documents()), PEOPLE[who]) for who in PEOPLE}
    for order in (list(PEOPLE), list(reversed(PEOPLE))):
        assert {who: judge(register, PEOPLE[who]) for who in order} == alone


CHANGES: dict[str, tuple[tuple[Any, ...], Any]] = {
    "a profile less": ((*AT, "profiles"), ["petit"]),
    "a service more": ((*AT, "services"), ["mlflow", "postgresql"]),
    "no pairing": ((*AT, "pairings"), []),
    "one pairing less": ((*AT, "pairings"), [[ALLOWANCES, HOUSEHOLDS], [ALLOWANCES, PARTS[3]]]),
    "another purpose": ((*AT, "purpose"), "ciblage_usagers"),
    "no sheet": ((*AT, "register_sheet"), None),
    "an ended processing": ((*AT, "period"), {"from": "2026-01-01", "until": "2026-05-03"}),
    "an ended habilitation": ((*AT, "team", ANALYST, "habilitation"), {"from": "2026-01-01", "until": "2026-05-03"}),
    "another skill": ((*AT, "missions", "appui", "skill"), "data_governance"),
    "a widened mission": (
        (*AT, "missions", "appui"),
        mission("data_governance") | {"widened": [{"dataset": "menages", "reason": "essai", "agreement": "A-1"}]},
    ),
    "a part less": ((*AT, "datasets", "menages", "parts"), ["p2024"]),
    "other regimes": ((MENAGES, "parts", "p2024", "regimes"), ["secret_fiscal"]),
    "open data": ((MENAGES, "parts", "p2024", "regimes"), []),
    "an aggregated part": ((MENAGES, "parts", "p2024", "aggregated"), True),
    "another version": ((COMMUNES, "parts", "p2025", "versions", "livraison-2"), version("2026-05-04")),
    "a withdrawn version": ((COMMUNES, "parts", "p2025", "versions", "livraison-1", "withdrawn"), True),
    "a suspended dataset": ((MENAGES, "suspension"), SUSPENSION),
    "a suspended person": ((f"people/{ANALYST}.yaml", "suspension"), SUSPENSION),
    "no commitment": ((f"people/{ANALYST}.yaml", "commitments"), {}),
    "an opinion for others": ((*AT, "titles", "avis", "people"), [TEAMMATE]),
    "no hosting": (("datalab.yaml", "hosting"), None),
    "kept no longer": ((*AT, "datasets", "menages", "kept_until"), "2026-05-03"),
    "another kind of dataset": ((MENAGES, "known_as"), "fideli"),
    "the NIR in a column": (
        (MENAGES, "parts", "p2024", "columns"),
        [{"name": "nir", "type": "texte", "meaning": "un numéro", "identifier": "nir"}],
    ),
    "a mark of secrecy": ((MENAGES, "parts", "p2024", "mark"), "secret"),
    "joint controllers": ((*AT, "joint_controllers"), ["minsante"]),
    "three criteria of risk": ((*AT, "risk_criteria"), ["scoring", "matching", "large_scale"]),
    "a closed datalab": (("datalab.yaml", "homologation", "period"), {"from": "2025-01-01", "until": "2025-12-31"}),
}


def with_changes(names: frozenset[str]) -> dict[str, Values]:
    documents = judged_documents()
    for name in sorted(names):
        keys, value = CHANGES[name]
        documents = changed(documents, *keys, to=value)
    return approved(documents)


@pytest.mark.parametrize("name", CHANGES)
def test_the_digest_of_facts_changes_with_what_changes_an_effect(name: str) -> None:
    concerned = [
        who
        for who in (ANALYST, EXPERT)
        if judge(with_changes(frozenset({name})), PEOPLE[who]) != judge(who=PEOPLE[who])
    ]
    assert concerned, "this change is worth a test only if somebody's decision changes"
    for who in concerned:
        before, after = judge(who=PEOPLE[who]), judge(with_changes(frozenset({name})), PEOPLE[who])
        assert after.facts != before.facts


SOME = st.frozensets(st.sampled_from(sorted(CHANGES)), max_size=3)


@settings(max_examples=80, deadline=None)
@given(SOME, SOME, st.sampled_from([ANALYST, EXPERT]))
def test_two_decisions_with_one_digest_of_facts_have_one_effect(
    one: frozenset[str], other: frozenset[str], who: str
) -> None:
    first, second = judge(with_changes(one), PEOPLE[who]), judge(with_changes(other), PEOPLE[who])
    assert first.facts != second.facts or effects(first) == effects(second)


def test_the_digest_of_facts_changes_with_the_sign_in_and_the_files() -> None:
    decisions = [
        judge(),
        judge(factors=("password", "totp")),
        judge(files={name: each for name, each in TITLE_FILES.items() if name != "avis.pdf"}),
        judge(approved(judged_documents(), {"projects/aides": lambda *_: None})),
        judge(who=PEOPLE[ANALYST].model_copy(update={"organisation": "minint"})),
    ]
    assert len({each.facts for each in decisions}) == len(decisions)


def backwards(value: Any) -> Any:
    """The same values, the keys of each mapping in the opposite order."""
    if isinstance(value, dict):
        return {key: backwards(value[key]) for key in reversed(value)}
    return [backwards(each) for each in value] if isinstance(value, list) else value


def test_the_digest_of_facts_does_not_depend_on_the_order_of_keys() -> None:
    facts = every_action(EXPERT)["mount_part"]
    turned = backwards(facts)
    assert list(turned) != list(facts)
    assert digest(turned) == digest(facts)


def test_a_decision_does_not_depend_on_the_order_in_which_documents_were_written() -> None:
    assert judge(backwards(approved(judged_documents()))) == judge()


def test_the_digest_is_the_same_on_every_day_on_which_nothing_changed() -> None:
    assert judge(day=DAY + ONE_DAY).facts == judge().facts


def test_the_digest_does_not_depend_on_the_name_that_the_directory_gives() -> None:
    renamed = PEOPLE[ANALYST].model_copy(update={"name": "Autre nom"})
    assert judge(who=renamed) == judge()


FIRST_DAY = date(2026, 4, 25)
DAYS = st.integers(0, 20).map(lambda n: FIRST_DAY + timedelta(n))
SPANS = st.tuples(DAYS, DAYS).map(lambda ends: {"from": min(ends).isoformat(), "until": max(ends).isoformat()})
WHAT_ENDS: dict[str, tuple[Any, ...]] = {
    "habilitation": (*AT, "team", ANALYST, "habilitation"),
    "processing": (*AT, "period"),
    "opinion": (*AT, "titles", "avis", "period"),
    "agreement": (*AT, "titles", "accord", "period"),
    "commitment": (f"people/{ANALYST}.yaml", "commitments", "e2026", "period"),
    "act": (*AT, "processors", 0, "period"),
}
NARROWED = st.dictionaries(st.sampled_from(sorted(WHAT_ENDS)), SPANS, min_size=1, max_size=3)
DELIVERIES = st.lists(DAYS, max_size=2, unique=True)


def narrowed(spans: Mapping[str, Values], deliveries: list[date], more_opinion: Values | None) -> dict[str, Values]:
    documents = judged_documents()
    for name, span in spans.items():
        documents = changed(documents, *WHAT_ENDS[name], to=span)
    for number, day in enumerate(deliveries):
        keys = (COMMUNES, "parts", "p2025", "versions", f"suite-{number}")
        documents = changed(documents, *keys, to=version(day.isoformat()))
    if more_opinion:
        opinion = documents[PROJECT_FILE]["processings"][PROCESSING]["titles"]["avis"] | {"period": more_opinion}
        documents = changed(documents, *AT, "titles", "avis-bis", to=opinion)
    return approved(documents)


@settings(max_examples=60, deadline=None)
@given(NARROWED, DELIVERIES, st.none() | SPANS)
def test_until_is_the_last_day_with_the_same_effects_found_by_asking_every_day(
    spans: Mapping[str, Values], deliveries: list[date], more_opinion: Values | None
) -> None:
    documents = narrowed(spans, deliveries, more_opinion)
    last = FIRST_DAY + timedelta(25)
    by_day = {day: judge(documents, day=day) for day in (DAY + timedelta(n) for n in range((last - DAY).days))}
    now = effects(by_day[DAY])
    same = DAY
    while same + ONE_DAY in by_day and effects(by_day[same + ONE_DAY]) == now:
        same += ONE_DAY
    until = by_day[DAY].until
    assert until == same if same + ONE_DAY in by_day else until is None or until > same


def test_a_refusal_also_says_until_when_it_stands() -> None:
    documents = narrowed({"habilitation": {"from": "2026-05-10", "until": "2026-12-31"}}, [], None)
    assert (judge(documents).allowed, judge(documents).until) == (False, date(2026, 5, 9))
    assert judge(without(documents, *AT, "team", ANALYST)).until is None


def test_a_decision_is_plain_json() -> None:
    stored = json.loads(judge().to_json())
    assert (stored["until"], stored["facts"], stored["law"]) == ("2026-12-31", judge().facts, shipped_law().digest)
