"""On what ground somebody read: the decision of the start, the titles that counted, what was refused that day."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from onboarding.reports.answers import GroundAnswer, answer_ground
from onboarding.reports.as_json import to_json
from onboarding.reports.grounds import NO_DECISION, TitleUsed
from onboarding.reports.words import ground_lines
from policies.directory.person import Person
from tests.support.judged import PEOPLE
from tests.support.judged_documents import ANALYST, AT, EXPERT, HOUSEHOLDS, PROCESSING, TEAMMATE, TOWNS
from tests.support.past_site import PastSite, documents_with_files
from tests.support.small_register import changed

DAY = date(2026, 3, 2)
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    made = PastSite(tmp_path)
    made.enforce()
    made.write()
    return made.at("2026-03-02T08:00")


def ask(id_: str) -> Person | None:
    return PEOPLE.get(id_)


def answer(site: PastSite, person: str = ANALYST, part: str = HOUSEHOLDS, day: date = DAY) -> GroundAnswer:
    return answer_ground(site.places, person, part, day, ask)


def kinds(found: tuple[TitleUsed, ...]) -> list[str]:
    return sorted(each.kind for each in found)


def test_a_read_stands_on_its_decision_its_articles_and_the_titles_that_counted(site: PastSite) -> None:
    site.open(ANALYST)
    [found] = answer(site).grounds
    assert found.grant is not None
    assert (found.grant.id, found.grant.version, found.replayed, found.why) == (HOUSEHOLDS, "livraison-1", True, "")
    assert "STAT-02" in {each.rule for each in found.grant.reasons}
    assert "DL-01" in {each.rule for each in found.opening}
    assert TitleUsed("avis_css", "N-avis", *YEAR) in found.titles
    assert found.law != found.register


def test_a_title_that_did_not_count_is_not_told(site: PastSite) -> None:
    """The same opinion, once of another part, once over, once not the approved file."""
    site.open(ANALYST)
    [before] = answer(site).grounds
    expected = kinds(before.titles)
    assert "avis_css" in expected
    ended = {"from": "2026-01-01", "until": "2026-02-28"}
    site.write(changed(documents_with_files(), *AT, "titles", "avis", "period", to=ended))
    site.open(TEAMMATE)
    [found] = answer(site, TEAMMATE, TOWNS).grounds
    assert "avis_css" not in kinds(found.titles)


def test_the_ground_is_of_the_start_whatever_came_after(site: PastSite) -> None:
    site.open(ANALYST)
    site.at("2026-03-10T08:00").write(changed(documents_with_files(), *AT, "titles", to={}))
    site.enforce(lambda law: shutil.rmtree(law / "rules" / "mount_part" / "STAT-02"))
    [found] = answer(site).grounds
    assert (found.replayed, "avis_css" in kinds(found.titles)) == (True, True)


def test_a_workspace_that_ran_over_midnight_is_a_read_of_both_days(site: PastSite) -> None:
    container = site.open(ANALYST)
    site.at("2026-03-03T09:00").close(ANALYST, container)
    assert [len(answer(site, day=date(2026, 3, day)).grounds) for day in (1, 2, 3, 4)] == [0, 1, 1, 0]


def test_without_a_read_it_is_said_who_could(site: PastSite) -> None:
    found = answer(site, EXPERT)
    assert found.grounds == ()
    assert [(each.person, each.processing, each.first, each.last) for each in found.could] == [
        (EXPERT, PROCESSING, DAY, DAY)
    ]


def test_a_refusal_of_the_day_is_told_with_its_rule(site: PastSite) -> None:
    suspension = {"day": "2026-03-02", "by": "padm01", "reason": "x"}
    site.write(changed(documents_with_files(), *AT, "suspension", to=suspension))
    site.refuse(ANALYST)
    site.at("2026-03-03T08:00").refuse(ANALYST)
    [refused] = answer(site).refusals
    assert (refused.entry, refused.processing) == ("hub/1", PROCESSING)
    assert "DL-04" in {each.rule for each in refused.refusals}


def test_a_part_that_was_refused_while_the_workspace_opened_is_told(site: PastSite) -> None:
    site.open(TEAMMATE)
    [refused] = answer(site, TEAMMATE).refusals
    assert (refused.entry, answer(site, TEAMMATE).grounds) == ("guard/1", ())
    assert answer(site, TEAMMATE, TOWNS).refusals == ()


def test_a_start_that_was_purged_is_counted_and_not_guessed(site: PastSite) -> None:
    site.open(ANALYST)
    site.at("2029-04-01T00:00").journal("guard").purge("access", date(2026, 3, 5))
    found = answer(site)
    assert (found.grounds, found.forgotten) == ((), 1)
    assert "1 démarrage de cette période a été effacé à son terme" in "\n".join(ground_lines(found))


def test_a_start_without_its_decision_says_what_is_missing(site: PastSite) -> None:
    named = {"workspace": f"{ANALYST}--{PROCESSING}", "person": ANALYST, "processing": PROCESSING}
    site.journal("guard").append("start", {**named, "container": "c", "config": "lost", "parts": {HOUSEHOLDS: "1"}})
    [found] = answer(site).grounds
    assert (found.grant, found.why, found.replayed) == (None, NO_DECISION, None)
    assert any("effacée à son terme" in line for line in ground_lines(answer(site)))


def test_a_law_that_was_not_kept_leaves_the_decision_and_says_what_is_missing(site: PastSite) -> None:
    site.open(ANALYST)
    shutil.rmtree(site.places.grounds)
    [found] = answer(site).grounds
    assert found.grant is not None
    assert (found.replayed, "missing; restore it" in found.why) == (None, True)


def test_an_answer_is_whole_in_json(site: PastSite) -> None:
    site.open(ANALYST)
    found = json.loads(to_json(answer(site), ["hub"]))
    assert (found["person"], found["day"], found["broken_chains"]) == (ANALYST, "2026-03-02", ["hub"])
    [ground] = found["grounds"]
    assert ground["read"]["decided"] == "guard/1"
    assert ground["read"]["start"] == "2026-03-02T08:00:00.000000+00:00"
    assert ground["grant"]["part"] == "p2024"


def test_who_could_not_is_said_in_plain_words(site: PastSite) -> None:
    assert "- ne pouvait pas la lire" in list(ground_lines(answer(site, TEAMMATE)))
    assert any("aucun registre de cette période" in line for line in ground_lines(answer(site, part="x/y")))
