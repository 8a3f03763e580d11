"""Each setting stands once, each section has an owner, and what nobody owns stops the process."""

from __future__ import annotations

from pathlib import Path

import pytest

from policies.errors import DatalabError, InvalidFilesError
from policies.settings import POLICIES_SECTIONS, Places, TicketSettings, known_sections, parse_values, read_values

ROOT = Path(__file__).parents[2]
PLACES = {"program": "/p", "state": "/s", "run": "/r", "law": "/l"}
SECTIONS = {"places": Places, "tickets": TicketSettings}


def test_a_section_is_found_by_its_model() -> None:
    values = parse_values({"places": PLACES, "tickets": {"max_age_hours": 12}}, SECTIONS)
    assert values.section(TicketSettings) == TicketSettings(max_age_hours=12)
    assert values.places.socket("guard") == Path("/r/guard/guard.sock")
    assert values.places.journal("hub") == Path("/s/journal/hub")


def test_every_problem_of_every_section_comes_at_once() -> None:
    with pytest.raises(InvalidFilesError) as error:
        parse_values({"places": {**PLACES, "stte": "/x"}, "ticket": {}, "tickets": {"max_age_hours": 48}}, SECTIONS)
    assert str(error.value).splitlines() == [
        "values.yaml: places.stte: unknown key; did you mean state?",
        "values.yaml: ticket: unknown section; did you mean tickets?",
        "values.yaml: tickets.max_age_hours: Input should be less than or equal to 24 (found 48)",
    ]


def test_a_missing_section_is_named() -> None:
    with pytest.raises(InvalidFilesError, match="tickets: missing section; add it"):
        parse_values({"places": PLACES}, SECTIONS)


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidFilesError, match="empty"):
        parse_values(None, SECTIONS)


def test_a_section_that_no_model_describes_is_an_error_of_the_program() -> None:
    with pytest.raises(DatalabError, match="TicketSettings"):
        parse_values({"places": PLACES}, {"places": Places}).section(TicketSettings)


@pytest.mark.parametrize("file", ["values.yaml", "tests/values.yaml"])
def test_the_shipped_settings_are_right_and_complete(file: str) -> None:
    assert read_values(ROOT / file).places.run.is_absolute()


def test_each_package_announces_its_sections() -> None:
    assert set(POLICIES_SECTIONS) < set(known_sections())


def test_the_directory_is_never_reached_without_tls() -> None:
    text = (ROOT / "values.yaml").read_text().replace("ldaps://", "ldap://")
    with pytest.raises(InvalidFilesError, match=r"directory\.uri"):
        parse_values(__import__("yaml").safe_load(text), known_sections())
