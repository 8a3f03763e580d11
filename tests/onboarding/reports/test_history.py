"""Which register and which law were in force when, and since when that is known."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from onboarding.reports.history import InForce, in_force, known_since
from tests.support.judged_documents import PROJECT_FILE
from tests.support.past_site import PastSite, documents_with_files
from tests.support.small_register import changed


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


BEGIN, END = at("2026-01-01"), at("2026-04-01")


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    made = PastSite(tmp_path)
    made.at("2026-01-05").enforce()
    return made


def renamed(site: PastSite, moment: str) -> str:
    return site.at(moment).write(changed(documents_with_files(), PROJECT_FILE, "name", to=moment))


def test_law_and_register_cut_the_time_where_either_changes(site: PastSite) -> None:
    law = site.enforce()
    first, second = renamed(site, "2026-01-10"), renamed(site, "2026-02-10")
    other = site.at("2026-03-10").enforce(lambda folder: shutil.rmtree(folder / "rules" / "mount_part" / "STAT-02"))
    assert in_force(site.places, at("2026-01-20"), END) == [
        InForce(at("2026-01-20"), at("2026-02-10"), first, law),
        InForce(at("2026-02-10"), at("2026-03-10"), second, law),
        InForce(at("2026-03-10"), END, second, other),
    ]


def test_before_the_first_register_there_was_none(site: PastSite) -> None:
    renamed(site, "2026-01-10")
    spans = [span for span in in_force(site.places, BEGIN, END) if span.end <= at("2026-01-10")]
    assert {span.register for span in spans} == {None}


def test_a_whole_history_is_known_from_its_first_day_on(site: PastSite) -> None:
    renamed(site, "2026-01-10")
    renamed(site, "2026-02-10")
    assert known_since(site.places, BEGIN) is None
    assert known_since(site.places, at("2026-01-20")) is None


def test_a_history_whose_beginning_was_forgotten_is_known_from_where_it_goes_on(site: PastSite) -> None:
    forgotten = renamed(site, "2026-01-10")
    renamed(site, "2026-02-10")
    renamed(site, "2026-03-10")
    (site.places.register_folder / "history" / forgotten).unlink()
    assert known_since(site.places, BEGIN) == at("2026-02-10")
    assert known_since(site.places, at("2026-02-20")) is None


def test_when_no_change_of_the_law_was_journaled_the_present_one_is_meant(tmp_path: Path) -> None:
    made = PastSite(tmp_path)
    digest = made.enforce()
    shutil.rmtree(made.places.journal("launch"))
    renamed(made, "2026-01-10")
    assert in_force(made.places, at("2026-01-20"), END)[0].law == digest
    shutil.rmtree(made.places.law)
    assert in_force(made.places, at("2026-01-20"), END)[0].law is None
