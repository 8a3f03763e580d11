"""What is missing is said in French that fits after "il manque : "."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policies.engine.decide import decide
from policies.engine.model import Refusal
from tests.policies.engine.written import PARAMETERS, law_in_memory, rule, with_rule

DAY = date(2020, 6, 12)


def refused(requires: dict[str, Any], facts: dict[str, Any], **more: Any) -> Refusal:
    file = rule("require", requires=requires, message="Il manque : {missing}.", **more)
    law = law_in_memory(with_rule("EX-02", file) | PARAMETERS)
    given = {"person": {"id": "ana001", "suspended": False}, "part": {"id": "d/a"}, "titles": []} | facts
    (found,) = decide(law, "read", given, DAY).refusals
    return found


def missing(requires: dict[str, Any], facts: dict[str, Any]) -> list[str]:
    return list(refused(requires, facts).missing)


@pytest.mark.parametrize(
    ("requires", "use", "phrase"),
    [
        ({"use.purpose": {"is": "recherche"}}, {"purpose": "ciblage"}, "une finalité parmi : recherche scientifique"),
        (
            {"use.purpose": {"in": ["recherche", "statistique"]}},
            {"purpose": "ciblage"},
            "une finalité parmi : recherche scientifique ou statistique publique",
        ),
        (
            {"use.purpose": {"in": {"parameter": "purposes.admitted"}}},
            {"purpose": "ciblage"},
            "une finalité parmi : statistique publique",
        ),
        (
            {"not": {"use.purpose": {"is": "ciblage"}}},
            {"purpose": "ciblage"},
            "une finalité parmi : autre chose que ciblage",
        ),
        ({"use.level": {"at_least": 3}}, {"level": 1}, "le niveau (attendu : au moins 3 points)"),
        ({"use.level": {"at_most": 3}}, {"level": 4}, "le niveau (attendu : au plus 3 points)"),
        ({"use.level": {"more_than": 3.5}}, {"level": 1}, "le niveau (attendu : plus de 3,5 points)"),
        ({"use.level": {"less_than": 3}}, {"level": 3}, "le niveau (attendu : moins de 3 points)"),
        (
            {"use.level": {"at_least": {"parameter": "levels.least"}}},
            {"level": 1},
            "le niveau (attendu : au moins 5 points)",
        ),
        (
            {"use.signed_on": {"at_most": "2020-06-01"}},
            {"signed_on": DAY},
            "le jour de la signature (attendu : au plus tard le 01/06/2020)",
        ),
        (
            {"use.signed_on": {"less_than": "day"}},
            {"signed_on": DAY},
            "le jour de la signature (attendu : avant le 12/06/2020)",
        ),
        (
            {"use.period": {"contains": "day"}},
            {"period": {"from": date(2020, 7, 1)}},
            "la période (attendu : une période qui comprend le 12/06/2020)",
        ),
        ({"use.sheet": {"present": True}}, {}, "la fiche du registre"),
        (
            {"some": "use.missions", "such_that": {"person": {"is": "ana001"}}},
            {"missions": []},
            "une mission en cours",
        ),
    ],
    ids=str,
)
def test_each_operator_says_what_it_wants(requires: dict[str, Any], use: dict[str, Any], phrase: str) -> None:
    assert missing(requires, {"use": use}) == [phrase]


@pytest.mark.parametrize(
    ("requires", "person", "phrase"),
    [
        (
            {"person.roles": {"has": "dpo"}},
            {"roles": []},
            "les rôles (attendu : dpo)",
        ),
        (
            {"person.roles": {"only": ["dpo", "dinum"]}},
            {"roles": ["producer"]},
            "les rôles (attendu : rien d'autre que dpo ou dinum)",
        ),
        ({"person.roles": {"only": []}}, {"roles": ["dpo"]}, "les rôles (attendu : aucun)"),
    ],
    ids=str,
)
def test_lists_say_what_they_must_hold(requires: dict[str, Any], person: dict[str, Any], phrase: str) -> None:
    assert missing(requires, {"person": {"id": "ana001", "suspended": False} | person}) == [phrase]


MISSION = {
    "some": "use.missions",
    "such_that": {
        "person": {"is": {"fact": "person.id"}},
        "period": {"contains": "day"},
        "any": [{"level": {"at_least": 3}}, {"use.level": {"at_least": 3}}],
    },
}


def mission(first: date, last: date | None, person: str = "ana001", level: int = 3) -> dict[str, Any]:
    return {"person": person, "period": {"from": first, "until": last}, "level": level}


RUNNING = (date(2020, 1, 1), None)
ENDED = (date(2020, 1, 1), date(2020, 6, 10))


@pytest.mark.parametrize(
    ("missions", "reason"),
    [
        ([], ""),
        ([mission(*ENDED)], " (elle a pris fin le 10/06/2020)"),
        ([mission(date(2020, 6, 14), None)], " (elle commence le 14/06/2020)"),
        ([mission(*RUNNING, level=2)], " (son niveau est 2)"),
        ([mission(*ENDED, level=2)], " (son niveau est 2 et elle a pris fin le 10/06/2020)"),
        ([mission(*RUNNING, person="bob002")], ""),
        ([mission(*RUNNING, level=2, person="bob002")], ""),
        ([mission(*RUNNING, person="bob002"), mission(*ENDED)], " (elle a pris fin le 10/06/2020)"),
        ([mission(*ENDED), mission(date(2020, 6, 13), None)], " (elle commence le 13/06/2020)"),
        ([mission(date(2019, 1, 1), date(2019, 2, 1)), mission(*ENDED)], " (elle a pris fin le 10/06/2020)"),
        ([mission(*ENDED, level=2), mission(*RUNNING, level=1)], " (son niveau est 1)"),
        ([mission(*ENDED), mission(*RUNNING, level=1)], " (son niveau est 1)"),
    ],
    ids=str,
)
def test_the_record_that_comes_closest_says_what_it_has_against_it(missions: list[Any], reason: str) -> None:
    """Those of others are not told: a record that fails on a field without words for its flaw stays unsaid."""
    facts = {"person": {"id": "ana001", "suspended": False}, "use": {"level": 1, "missions": missions}}
    assert missing(MISSION, facts) == [f"une mission en cours{reason}"]


def test_what_is_not_wanted_is_told_without_flaws() -> None:
    facts = {"person": {"id": "ana001", "suspended": False}, "use": {"level": 1, "missions": [mission(*RUNNING)]}}
    assert missing({"not": MISSION}, facts) == ["une mission en cours"]


TITLE = {"title": {"kind": "avis", "covers": ["person", "part"]}}
AVIS = "un avis favorable du comité"


def avis(first: date, until: date | None, **more: Any) -> dict[str, Any]:
    return {"kind": "avis", "number": "1", "period": {"from": first, "until": until}, "counts": True} | more


LONG = (date(2020, 1, 1), None)


@pytest.mark.parametrize(
    ("titles", "phrase"),
    [
        ([], AVIS),
        ([avis(date(2020, 1, 1), date(2020, 6, 11))], f"{AVIS} (dernier jour : 11/06/2020)"),
        ([avis(date(2020, 7, 1), None)], f"{AVIS} (premier jour : 01/07/2020)"),
        ([avis(*LONG, people=["bob002"])], f"{AVIS} (au nom d'autres personnes)"),
        ([avis(*LONG, parts=["d/b"])], f"{AVIS} (pour d'autres données)"),
        ([avis(*LONG, counts=False, flaw="pas encore approuvé")], f"{AVIS} (pas encore approuvé)"),
        ([avis(*LONG, counts=False)], f"{AVIS} (ne compte pas)"),
        (
            [avis(date(2019, 1, 1), date(2019, 6, 1)), avis(date(2020, 1, 1), date(2020, 6, 11))],
            f"{AVIS} (dernier jour : 11/06/2020)",
        ),
        (
            [
                avis(*LONG, parts=["d/b"]),
                avis(date(2020, 1, 1), date(2020, 6, 11)),
                avis(*LONG, counts=False, flaw="fichier absent"),
            ],
            f"{AVIS} (fichier absent)",
        ),
    ],
    ids=str,
)
def test_a_title_that_does_not_do_says_why_the_nearest_first(titles: list[Any], phrase: str) -> None:
    assert [missing(TITLE, {"titles": order}) for order in (titles, titles[::-1])] == [[phrase], [phrase]]


ENGAGEMENT = {"title": {"kind": "engagement", "covers": ["person"]}}
RESEARCH = {"use.purpose": {"is": "recherche"}}
SIGNED = "un engagement signé"
PURPOSE = "une finalité parmi : recherche scientifique"


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ({"all": [TITLE, ENGAGEMENT]}, [AVIS, SIGNED]),
        ({"any": [TITLE, ENGAGEMENT]}, [f"{AVIS} ou {SIGNED}"]),
        ({"any": [{"all": [TITLE, RESEARCH]}, ENGAGEMENT]}, [f"soit {AVIS} et {PURPOSE}, soit {SIGNED}"]),
        ({"any": [TITLE | RESEARCH, ENGAGEMENT | RESEARCH]}, [PURPOSE, f"soit {AVIS}, soit {SIGNED}"]),
        ({"any": [TITLE | RESEARCH, RESEARCH]}, [PURPOSE]),
        ({"any": [TITLE, TITLE]}, [AVIS]),
        ({"all": [TITLE, {"any": [TITLE]}]}, [AVIS]),
        ({"all": [TITLE, {"use.level": {"is": 1}}]}, [AVIS]),
        ({"not": {"any": [{"not": TITLE}, {"not": ENGAGEMENT}]}}, [AVIS, SIGNED]),
    ],
    ids=str,
)
def test_what_is_missing_of_several_conditions(requires: dict[str, Any], expected: list[str]) -> None:
    assert missing(requires, {"use": {"purpose": "ciblage", "level": 1}}) == expected


def test_a_title_that_must_end_is_named() -> None:
    assert missing({"not": TITLE}, {"titles": [avis(*LONG)]}) == [f"la fin de ce titre : {AVIS}"]


def test_the_message_joins_what_is_missing_into_a_sentence() -> None:
    found = refused({"all": [TITLE, ENGAGEMENT, RESEARCH]}, {"use": {"purpose": "ciblage"}})
    assert found.message == f"Il manque : {AVIS}, {SIGNED} et {PURPOSE}."


@pytest.mark.parametrize(
    ("requires", "facts", "expected"),
    [
        ({"use.level": {"is": 1}}, {}, ("le niveau",)),
        ({"all": [{"use.level": {"is": 1}}, {"use.purpose": {"is": "ciblage"}}]}, {}, ("le niveau", "la finalité")),
        ({"not": {"use.level": {"is": 1}}}, {}, ("le niveau",)),
        ({"some": "use.missions", "such_that": {"person": {"is": "a"}}}, {}, ("les missions",)),
        (TITLE, {"titles": None}, ("les titres d'accès",)),
        ({"person.id": {"is": {"fact": "part.name"}}}, {}, ("le nom de la partie",)),
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_judged_names_the_information_it_lacks(
    requires: dict[str, Any], facts: dict[str, Any], expected: tuple[str, ...]
) -> None:
    found = refused(requires, facts)
    assert (found.error, found.missing) == (True, expected)


def test_a_parameter_without_value_is_named() -> None:
    law = law_in_memory(
        with_rule("EX-02", rule("require", requires={"use.level": {"is": {"parameter": "levels.least"}}})) | PARAMETERS
    )
    asked = {"person": {"suspended": False}, "use": {"level": 3}}
    (found,) = decide(law, "read", asked, date(2020, 6, 25)).refusals
    assert found.missing == ("la valeur de levels.least",)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("Au {day}.", "Au 12/06/2020."),
        ("{use.purpose}, {use.level}", "ciblage, 1,5 point"),
        ("{use.period}", "du 01/06/2020 au 03/06/2020"),
        ("{person.roles}", "dpo et dinum"),
        ("{part.regimes} et {part.unrouted}", "secret du code et secret du code"),
        ("{person.suspended}", "non"),
        ("{use.sheet}", "(non renseigné)"),
        ("{parameter:purposes.admitted}", "statistique publique"),
        ("{parameter:dates.limit}", "18/06/2020"),
        ("{{missing}}", "{missing}"),
    ],
)
def test_a_message_says_values_as_people_do(message: str, said: str) -> None:
    law = law_in_memory(
        with_rule("EX-02", rule("forbid", where={"use.level": {"is": 1.5}}, message=message)) | PARAMETERS
    )
    facts = {
        "person": {"suspended": False, "roles": ["dpo", "dinum"]},
        "use": {
            "purpose": "ciblage",
            "level": 1.5,
            "sheet": None,
            "period": {"from": date(2020, 6, 1), "until": date(2020, 6, 3)},
        },
        "part": {"regimes": ["secret"]},
    }
    assert decide(law, "read", facts, DAY).refusals[0].message == said
