"""Verdicts, whole: forbid wins, no permit denies, any error denies, and the last day is exact."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policies.engine.decide import decide
from policies.engine.model import Law, Obligation, Reason, Refusal, Verdict
from tests.policies.engine.written import OPEN_CASES, OPEN_TO_ALL, case, law_in_memory, rule, small_law

DAY = date(2020, 6, 12)
CITED = {"source": "code", "article": "12", "link": "https://law.example/code"}
OPENED = Reason(rule="EX-01", text="Code d'exemple, 12", **CITED)


def law_with(**rules: dict[str, Any]) -> Law:
    files = small_law()
    for id_, file in rules.items():
        folder = f"rules/read/{id_.replace('_', '-')}"
        bites = {"permit": "permits", "warn": "warns"}.get(file["effect"], "refuses")
        files |= {f"{folder}/rule.yaml": file, f"{folder}/cases.yaml": [case(bites), case("does_not_apply")]}
    return law_in_memory(files)


def facts(**more: Any) -> dict[str, Any]:
    return {
        "person": {"id": "ana001", "suspended": False},
        "use": {"purpose": "recherche", "level": 4} | more,
        "part": {"id": "enquete/2024", "name": "Enquête 2024", "regimes": []},
        "titles": [],
    }


def verdict(allowed: bool, until: date | None = None, **more: Any) -> Verdict:
    return Verdict(action="read", day=DAY, allowed=allowed, until=until, **more)


def refusal(id_: str, message: str = "Refusé par la règle.", **more: Any) -> Refusal:
    return Refusal(rule=id_, message=message, ask="dinum", **(CITED | {"missing": ()} | more))


def test_a_permit_that_matches_lets_in_and_says_where_it_is_written() -> None:
    assert decide(law_with(), "read", facts(), DAY) == verdict(True, reasons=(OPENED,))


def test_a_forbid_wins_over_a_permit() -> None:
    law = law_with(EX_02=rule("forbid", where={"use.level": {"at_least": 4}}, message="Niveau {use.level} au {day}."))
    expected = refusal("EX-02", "Niveau 4 points au 12/06/2020.")
    assert decide(law, "read", facts(), DAY) == verdict(False, refusals=(expected,))


def test_without_a_matching_permit_each_permit_says_what_would_have_let_in() -> None:
    law = law_with(EX_02=rule("permit", where={"use.purpose": {"is": "ciblage"}}, message="Il manque : {missing}."))
    asked = facts() | {"person": {"id": "ana001", "suspended": True}}
    refusals = (
        refusal("EX-01", "Vous êtes suspendu.", missing=("la levée de la suspension",)),
        refusal("EX-02", "Il manque : une finalité parmi : ciblage.", missing=("une finalité parmi : ciblage",)),
    )
    assert decide(law, "read", asked, DAY) == verdict(False, refusals=refusals)


def test_a_permit_that_does_not_match_is_silent_when_another_does() -> None:
    law = law_with(
        EX_02=rule("permit", where={"use.purpose": {"is": "ciblage"}}),
        EX_03=rule("forbid", where={"use.level": {"is": 4}}),
    )
    assert decide(law, "read", facts(), DAY) == verdict(False, refusals=(refusal("EX-03"),))


def test_what_is_required_and_holds_is_a_reason_and_brings_its_obligations() -> None:
    law = law_with(
        EX_02=rule(
            "require",
            requires={"use.level": {"at_least": 3}},
            reason="Niveau {use.level} pour {part.name}",
            obligations=["Citer la source.", "Rendre compte."],
        )
    )
    reason = Reason(rule="EX-02", text="Niveau 4 points pour Enquête 2024", **CITED)
    obligations = (Obligation(rule="EX-02", text="Citer la source."), Obligation(rule="EX-02", text="Rendre compte."))
    assert decide(law, "read", facts(), DAY) == verdict(True, reasons=(OPENED, reason), obligations=obligations)


def test_what_is_required_and_fails_refuses_with_what_is_missing() -> None:
    law = law_with(EX_02=rule("require", requires={"use.level": {"at_least": 5}}, message="Il manque : {missing}."))
    text = "le niveau (attendu : au moins 5 points)"
    expected = refusal("EX-02", f"Il manque : {text}.", missing=(text,))
    assert decide(law, "read", facts(), DAY) == verdict(False, refusals=(expected,))


def test_a_requirement_that_does_not_apply_says_nothing() -> None:
    where = {"use.purpose": {"is": "ciblage"}}
    law = law_with(EX_02=rule("require", where=where, requires={"use.level": {"at_least": 5}}))
    assert decide(law, "read", facts(), DAY) == verdict(True, reasons=(OPENED,))


def test_a_warning_warns_and_changes_nothing() -> None:
    law = law_with(EX_02=rule("warn", where={"use.level": {"is": 4}}, message="Attention à {part.name}."))
    warning = Reason(rule="EX-02", text="Attention à Enquête 2024.", **CITED)
    assert decide(law, "read", facts(), DAY) == verdict(True, reasons=(OPENED,), warnings=(warning,))


@pytest.mark.parametrize("effect", ["permit", "forbid", "require", "warn"])
def test_a_rule_that_cannot_be_judged_denies_whatever_its_effect(effect: str) -> None:
    condition = {"use.sheet": {"is": "F-1"}}
    law = law_with(EX_02=rule(effect, **{"requires" if effect == "require" else "where": condition}))
    message = "La règle EX-02 ne peut pas être appliquée : information absente ou illisible (la fiche du registre)."
    expected = refusal("EX-02", message, missing=("la fiche du registre",), error=True)
    assert decide(law, "read", facts(), DAY) == verdict(False, refusals=(expected,))


@pytest.mark.parametrize(
    ("action", "what"), [("open", "ouvrir un espace"), ("destroy", "destroy")], ids=["no rule", "no such action"]
)
def test_an_action_without_any_rule_is_denied(action: str, what: str) -> None:
    message = f"Aucune règle en vigueur ne permet ceci : {what}."
    nothing = Refusal(rule="DEFAUT", source="", article="", link=None, message=message, missing=(), ask="dinum")
    expected = Verdict(action=action, day=DAY, allowed=False, until=None, refusals=(nothing,))
    assert decide(law_with(), action, facts(), DAY) == expected


def test_no_facts_at_all_deny() -> None:
    assert decide(law_with(), "read", {}, DAY).allowed is False


def period(first: int, last: int | None) -> dict[str, Any]:
    return {"from": date(2020, 6, first), "until": last and date(2020, 6, last)}


def avis(first: int, last: int | None) -> dict[str, Any]:
    return {"kind": "avis", "number": "1", "period": period(first, last), "counts": True}


TITLE = {"title": {"kind": "avis", "covers": ["person", "part"]}}
OPEN_PERIOD = {"use.period": {"contains": "day"}}


@pytest.mark.parametrize(
    ("requires", "given", "titles", "expected"),
    [
        (OPEN_PERIOD, {"period": period(1, 20)}, [], (True, 20)),
        (OPEN_PERIOD, {"period": period(1, None)}, [], (True, None)),
        (OPEN_PERIOD, {"period": period(20, 25)}, [], (False, 19)),
        (OPEN_PERIOD, {"period": period(1, 11)}, [], (False, None)),
        (TITLE, {}, [avis(1, 14), avis(15, 18)], (True, 18)),
        ({"any": [TITLE, OPEN_PERIOD]}, {"period": period(15, 22)}, [avis(1, 14)], (True, 22)),
        ({"any": [OPEN_PERIOD, TITLE]}, {"period": period(15, 22)}, [avis(1, 14)], (True, 22)),
        ({"any": [OPEN_PERIOD, TITLE]}, {"period": period(15, 22)}, [avis(1, 13)], (True, 13)),
        ({"any": [OPEN_PERIOD, TITLE]}, {"period": period(15, 22)}, [avis(1, 14), avis(20, 25)], (True, 25)),
        (TITLE | OPEN_PERIOD, {"period": period(1, 20)}, [avis(1, 14)], (True, 14)),
        (TITLE | OPEN_PERIOD, {"period": period(18, 20)}, [avis(14, 19)], (False, 17)),
    ],
    ids=str,
)
def test_the_last_day_follows_chains_and_routes_that_take_over(
    requires: dict[str, Any], given: dict[str, Any], titles: list[Any], expected: tuple[bool, int | None]
) -> None:
    law = law_with(EX_02=rule("require", requires=requires))
    found = decide(law, "read", facts(**given) | {"titles": titles}, DAY)
    assert (found.allowed, found.until and found.until.day) == expected


IN_FORCE = {"in_force": {"from": "2020-06-20"}}
ENDED = {"in_force": {"from": "2001-01-01", "until": "2020-06-20"}}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (rule("forbid", where={"use.level": {"is": 4}}) | IN_FORCE, (True, 19)),
        (rule("forbid", where={"use.level": {"is": 4}}) | ENDED, (False, 20)),
        (rule("require", requires={"use.level": {"is": 1}}) | IN_FORCE, (True, 19)),
        (rule("warn", where={"use.sheet": {"is": "F-1"}}) | IN_FORCE, (True, 19)),
        (rule("permit", where={"use.level": {"is": 4}}) | ENDED, (True, None)),
    ],
    ids=["a forbid to come", "a forbid that ends", "a requirement to come", "an error to come", "one permit of two"],
)
def test_the_last_day_follows_rules_that_come_into_force_and_end(
    second: dict[str, Any], expected: tuple[bool, int | None]
) -> None:
    found = decide(law_with(EX_02=second), "read", facts(), DAY)
    assert (found.allowed, found.until and found.until.day) == expected


def test_the_only_permit_ends_with_its_days_in_force_and_another_may_follow_it() -> None:
    files = small_law() | {"rules/read/EX-01/rule.yaml": OPEN_TO_ALL | ENDED}
    alone = decide(law_in_memory(files), "read", facts(), DAY)
    following = OPEN_TO_ALL | {"in_force": {"from": "2020-06-21", "until": "2020-06-25"}}
    files |= {"rules/read/EX-02/rule.yaml": following, "rules/read/EX-02/cases.yaml": OPEN_CASES}
    followed = decide(law_in_memory(files), "read", facts(), DAY)
    assert (alone.until, followed.until) == (date(2020, 6, 20), date(2020, 6, 25))


def test_an_access_route_that_ends_closes_what_it_opened() -> None:
    law = law_with(
        EX_02=rule(
            "require", where={"part.regimes": {"has": "secret"}}, requires={"use.level": {"is": 4}}, route="secret"
        )
        | ENDED,
        EX_03=rule("require", requires={"part.unrouted": {"only": []}}),
    )
    asked = facts() | {"part": {"id": "enquete/2024", "name": "Enquête 2024", "regimes": ["secret"]}}
    found = decide(law, "read", asked, DAY)
    assert (found.allowed, found.until) == (True, date(2020, 6, 20))
    assert [law.regime_routes(day) for day in (date(2020, 6, 20), date(2020, 6, 21))] == [
        {"secret": ("read/EX-02",)},
        {},
    ]


def test_a_route_of_another_action_counts_until_its_own_last_day() -> None:
    files = small_law()
    route = rule("require", requires={"use.level": {"is": 4}}, route="secret") | ENDED
    for path, file in {
        "rules/open/EX-02": route,
        "rules/read/EX-03": rule("require", requires={"part.unrouted": {"only": []}}),
    }.items():
        files |= {f"{path}/rule.yaml": file, f"{path}/cases.yaml": [case("refuses"), case("holds")]}
    asked = facts() | {"part": {"id": "enquete/2024", "name": "Enquête 2024", "regimes": ["secret"]}}
    found = decide(law_in_memory(files), "read", asked, DAY)
    assert (found.allowed, found.until) == (True, date(2020, 6, 20))


def test_a_verdict_goes_to_json_and_back_unchanged() -> None:
    law = law_with(EX_02=rule("warn", where={"use.level": {"is": 4}}))
    found = [decide(law, "read", given, DAY) for given in (facts(), {}, facts(level=None))]
    assert [Verdict.model_validate_json(one.model_dump_json()) for one in found] == found
