"""Each setting stands once, each section has an owner, and what nobody owns stops the process."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from hub.launch.settings import LaunchSettings
from hub.settings import HubSettings
from policies.errors import DatalabError, InvalidFilesError
from policies.files import parse_yaml
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


def test_the_shipped_settings_are_right_and_complete() -> None:
    assert read_values(ROOT / "values.yaml").places.run.is_absolute()


def test_no_account_and_no_password_file_is_written_twice() -> None:
    """What one section has, another process reads there."""
    text = re.sub(r"(?m)#.*$", "", (ROOT / "values.yaml").read_text(encoding="utf-8"))
    shipped = read_values(ROOT / "values.yaml")
    launch = shipped.section(LaunchSettings)
    containers = {launch.front_container, launch.directory_container}
    files = [str(path) for path in shipped.reader_password_files]
    assert len(files) == len(set(files)) == 4
    for name in {*launch.accounts.model_dump().values(), *files} - containers:
        assert len(re.findall(rf"{re.escape(name)}(?![\w-])", text)) == 1, name


def test_the_tests_have_an_installation_of_their_own_that_shares_nothing_with_the_shipped_one() -> None:
    written = subprocess.run([ROOT / "tests" / "values.sh", "other", "3"], check=True, capture_output=True, text=True)
    shipped, other = read_values(ROOT / "values.yaml"), parse_values(parse_yaml(written.stdout, ""), known_sections())
    theirs = other.places.model_dump(mode="json").values()
    assert all("datalab-other" in place for place in theirs)
    assert "/datalab/" not in written.stdout
    ours = set(shipped.section(LaunchSettings).accounts.model_dump().values())
    assert ours.isdisjoint(other.section(LaunchSettings).accounts.model_dump().values())
    assert (other.section(HubSettings).public_port, other.section(LaunchSettings).directory_listen[-4:]) == (
        8300,
        "6363",
    )


def test_each_package_announces_its_sections() -> None:
    assert set(POLICIES_SECTIONS) < set(known_sections())


def test_the_directory_is_never_reached_without_tls() -> None:
    text = (ROOT / "values.yaml").read_text().replace("ldaps://", "ldap://")
    with pytest.raises(InvalidFilesError, match=r"directory\.uri"):
        parse_values(__import__("yaml").safe_load(text), known_sections())
