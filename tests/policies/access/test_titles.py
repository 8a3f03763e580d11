"""A title opens to whom and what it names, between its days, while its file is the one that was approved."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from policies.access.decision import Decision
from policies.access.titles import capped
from policies.calendar import ONE_DAY
from policies.register.attested import Period
from tests.support.judged import (
    PEOPLE,
    approved,
    every_text,
    judge,
    modes,
    opening_rules,
    part_refusals,
    part_rules,
    shipped_law,
    without,
)
from tests.support.judged_documents import (
    ALLOWANCES,
    ANALYST,
    AT,
    DAY,
    HOUSEHOLDS,
    PARTS,
    TEAMMATE,
    TITLE_FILES,
    TOTALS,
    Values,
    judged_documents,
    title,
)
from tests.support.small_register import changed

END_OF_YEAR = date(2026, 12, 31)
BOTH = ["STAT-02", "STAT-03"]
UNTIL_YESTERDAY: Values = {"from": "2026-01-01", "until": "2026-05-03"}
FROM_TOMORROW: Values = {"from": "2026-05-05", "until": "2026-12-31"}


def holding(titles: Values) -> Decision:
    """What lacks nothing, with these titles instead of its own."""
    return judge(approved(changed(judged_documents(), *AT, "titles", to=titles)))


def titles(**changes: Any) -> Values:
    """The three titles of the analyst, with one key of one of them replaced: `avis__people=[...]`."""
    found: Values = judged_documents()[AT[0]]["processings"][AT[2]]["titles"]
    for name, value in changes.items():
        which, _, key = name.partition("__")
        found[which][key] = value
    return found


OPINION = "un avis favorable du Comité du secret statistique"
AGREEMENT = "un accord signé du service producteur"
FLAWED: dict[str, tuple[Values, list[str], str]] = {
    "the opinion names other people": (titles(avis__people=[TEAMMATE]), ["STAT-02"], OPINION),
    "the opinion names nobody": (titles(avis__people=[]), ["STAT-02"], OPINION),
    "the opinion is on another part": (titles(avis__parts=[TOTALS]), ["STAT-02"], OPINION),
    "the opinion ended yesterday": (
        titles(avis__period=UNTIL_YESTERDAY),
        BOTH,
        f"{OPINION} (dernier jour : 03/05/2026)",
    ),
    "the opinion starts tomorrow": (
        titles(avis__period=FROM_TOMORROW),
        BOTH,
        f"{OPINION} (premier jour : 05/05/2026)",
    ),
    "the agreement is on another part": (titles(accord__parts=[TOTALS]), ["STAT-02"], AGREEMENT),
    "the agreement ended yesterday": (
        titles(accord__period=UNTIL_YESTERDAY),
        ["STAT-02"],
        f"{AGREEMENT} (dernier jour : 03/05/2026)",
    ),
    "the agreement starts tomorrow": (
        titles(accord__period=FROM_TOMORROW),
        ["STAT-02"],
        f"{AGREEMENT} (premier jour : 05/05/2026)",
    ),
    "the agreement's file is another than the one approved": (
        titles(accord__fingerprint="f" * 64),
        ["STAT-02"],
        f"{AGREEMENT} (son fichier accord.pdf n'est plus celui qui a été approuvé)",
    ),
    "the agreement is of another kind": (titles(accord__kind="convention"), ["STAT-02"], AGREEMENT),
}


@pytest.mark.parametrize("name", FLAWED)
def test_a_title_that_does_not_cover_leaves_the_part_closed_and_the_refusal_says_why(name: str) -> None:
    held, rules, said = FLAWED[name]
    decision = holding(held)
    assert (decision.allowed, modes(decision)[HOUSEHOLDS]) == (True, "catalogue")
    assert part_rules(decision, HOUSEHOLDS) == rules
    assert said in part_refusals(decision, HOUSEHOLDS)[0].message


YEARS: dict[str, tuple[Values, int | None, str]] = {
    "the year of the part": (titles(accord__years=[2023, 2024]), 2024, "read"),
    "another year": (titles(accord__years=[2023]), 2024, "catalogue"),
    "a part of which nobody said the year": (titles(accord__years=[2024]), None, "catalogue"),
    "the year, but another part": (titles(accord__years=[2024], accord__parts=[TOTALS]), 2024, "catalogue"),
    "no year named": (titles(), 2024, "read"),
}


@pytest.mark.parametrize("name", YEARS)
def test_a_title_that_names_years_opens_the_parts_of_these_years_alone(name: str) -> None:
    held, year, mode = YEARS[name]
    documents = changed(judged_documents(), "datasets/menages.yaml", "parts", "p2024", "year", to=year)
    decision = judge(approved(changed(documents, *AT, "titles", to=held)))
    assert modes(decision)[HOUSEHOLDS] == mode


def test_years_alone_name_every_part_of_them_and_no_other() -> None:
    """A title of the whole processing for 2024: the households of 2024 open, the totals of another year do not."""
    parts = ("datasets/menages.yaml", "parts")
    documents = changed(judged_documents(), *parts, "p2024", "year", to=2024)
    documents = changed(documents, *parts, "totaux", "year", to=2023)
    held = {name: {key: each[key] for key in each if key != "parts"} for name, each in titles().items()}
    held["accord"] |= {"years": [2024]}
    found = modes(judge(approved(changed(documents, *AT, "titles", to=held))))
    assert (found[HOUSEHOLDS], found[TOTALS]) == ("read", "catalogue")


def test_a_title_on_one_part_opens_that_part_alone() -> None:
    decision = holding(titles(accord__parts=[TOTALS]))
    assert (modes(decision)[HOUSEHOLDS], modes(decision)[TOTALS]) == ("catalogue", "read")


def test_a_title_that_names_neither_people_nor_parts_covers_the_processing() -> None:
    held = titles(avis__people=None, accord__parts=None, derogation__parts=None)
    for who in (ANALYST, TEAMMATE):
        decision = judge(approved(changed(judged_documents(), *AT, "titles", to=held)), PEOPLE[who])
        assert modes(decision) == dict.fromkeys(PARTS, "read")


@pytest.mark.parametrize("name", ["avis", "accord", "derogation"])
def test_each_title_of_the_route_is_needed_for_both_parts(name: str) -> None:
    decision = judge(approved(without(judged_documents(), *AT, "titles", name)))
    assert modes(decision)[ALLOWANCES] == "read"
    assert all("STAT-02" in part_rules(decision, each) for each in (HOUSEHOLDS, TOTALS))


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "son fichier avis.pdf manque au registre"),
        ({"avis.pdf": "f" * 64}, "son fichier avis.pdf n'est plus celui qui a été approuvé"),
    ],
)
def test_a_titles_file_that_is_missing_or_changed_voids_the_title(files: dict[str, str], said: str) -> None:
    others = {name: digest for name, digest in TITLE_FILES.items() if name != "avis.pdf"}
    decision = judge(files=others | files)
    assert part_rules(decision, HOUSEHOLDS) == BOTH
    assert said in every_text(decision)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "son fichier engagement.pdf manque au registre"),
        ({"engagement.pdf": "f" * 64}, "son fichier engagement.pdf n'est plus celui qui a été approuvé"),
    ],
)
def test_a_commitments_file_that_is_missing_or_changed_closes_the_workspace(files: dict[str, str], said: str) -> None:
    others = {name: digest for name, digest in TITLE_FILES.items() if name != "engagement.pdf"}
    decision = judge(files=others | files)
    assert opening_rules(decision) == ["PRO-01"]
    assert said in decision.refusals[0].message


def test_a_file_that_came_back_makes_the_title_count_again() -> None:
    assert judge(files=dict(TITLE_FILES)) == judge()


def chained(second_from: str) -> Values:
    """An opinion until 4 May 2026, then another until 30 September."""
    first, second = title("avis_css", "avis", people=[ANALYST]), title("avis_css", "avis", people=[ANALYST])
    first["period"] = {"from": "2026-01-01", "until": "2026-05-04"}
    second["period"] = {"from": second_from, "until": "2026-09-30"}
    return {**{k: v for k, v in titles().items() if k != "avis"}, "avis-premier": first, "avis-second": second}


CHAINS = {
    "the next day": ("2026-05-05", date(2026, 9, 30)),
    "overlapping": ("2026-03-01", date(2026, 9, 30)),
    "after a day without": ("2026-05-06", DAY),
}


@pytest.mark.parametrize("name", CHAINS)
def test_titles_that_follow_each_other_prolong_each_other_unless_a_day_is_missing(name: str) -> None:
    start, until = CHAINS[name]
    decision = holding(chained(start))
    grants = {grant.id: grant.until for grant in decision.grants}
    assert (grants[HOUSEHOLDS], decision.until) == (until, until)
    assert grants[ALLOWANCES] == END_OF_YEAR


def test_on_the_day_between_two_titles_the_part_is_closed_and_opens_again() -> None:
    documents = approved(changed(judged_documents(), *AT, "titles", to=chained("2026-05-06")))
    between = judge(documents, day=DAY + ONE_DAY)
    assert (modes(between)[HOUSEHOLDS], between.until) == ("catalogue", DAY + ONE_DAY)
    assert modes(judge(documents, day=DAY + 2 * ONE_DAY))[HOUSEHOLDS] == "read"


def test_two_titles_of_which_one_is_not_for_the_person_do_not_chain() -> None:
    held = chained("2026-05-05")
    held["avis-second"]["people"] = [TEAMMATE]
    assert holding(held).until == DAY


def test_commitments_chain_year_after_year() -> None:
    keys = (f"people/{ANALYST}.yaml", "commitments")
    first = judged_documents()[keys[0]]["commitments"]["e2026"]
    years = {f"e{year}": first | {"period": {"from": f"{year}-06-01"}} for year in (2025, 2026)}
    assert judge(approved(changed(judged_documents(), *keys, to=years))).until == END_OF_YEAR


OPINION_MONTHS: dict[str, tuple[str, str, date | None, date | None]] = {
    "72 months from 2023": ("avis_css", "2023-01-01", None, date(2028, 12, 31)),
    "48 months before": ("avis_css", "2022-12-31", None, date(2026, 12, 30)),
    "36 months before that": ("avis_css", "2016-11-30", None, date(2019, 11, 29)),
    "what it says, when it says less": ("avis_css", "2023-01-01", date(2024, 1, 1), date(2024, 1, 1)),
    "no more than the law, whatever it says": ("avis_css", "2023-01-01", date(2040, 1, 1), date(2028, 12, 31)),
    "a year of commitment, from a leap day": ("engagement_confidentialite", "2024-02-29", None, date(2025, 2, 27)),
    "a kind that the law does not limit": ("convention", "2023-01-01", None, None),
}


@pytest.mark.parametrize("name", OPINION_MONTHS)
def test_a_title_lasts_no_longer_than_the_law_of_its_first_day_lets_its_kind_last(name: str) -> None:
    kind, start, written, until = OPINION_MONTHS[name]
    period = Period.model_validate({"from": date.fromisoformat(start), "until": written})
    found = capped(shipped_law(), kind, period)
    assert found == Period.model_validate({"from": date.fromisoformat(start), "until": until})


def test_an_opinion_older_than_the_law_allows_is_refused_in_the_register_it_still_stands_in() -> None:
    old = titles(avis__period={"from": "2020-05-04", "until": "2030-12-31"})
    decision = holding(old)
    assert part_rules(decision, HOUSEHOLDS) == BOTH
    assert "dernier jour : 03/05/2024" in every_text(decision)
