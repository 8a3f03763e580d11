from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from onboarding.demo import story
from onboarding.demo.command import main, parse_arguments
from onboarding.demo.html import Page
from onboarding.demo.story import UnexpectedError, about, quote, shows
from onboarding.demo.tour import address
from onboarding.demo.workspace import Output
from policies.errors import UnavailableError


def test_all_steps_are_taken_in_order_unless_one_is_named() -> None:
    assert parse_arguments(["--values", "v.yaml"]).step == "all"
    asked = parse_arguments(["register", "--values", "v.yaml", "--day", "2026-05-04"])
    assert (asked.step, asked.values, asked.day) == ("register", Path("v.yaml"), date(2026, 5, 4))


@pytest.mark.parametrize("arguments", [["elsewhere"], ["--day", "2026-02-30"], ["--day", "20260504"]])
def test_a_wrong_command_line_is_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse_arguments(arguments)
    assert "error" in capsys.readouterr().err


def test_an_error_of_ours_is_a_message_and_a_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["directory", "--values", str(tmp_path / "absent.yaml")]) == 1
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("module", ["onboarding.demo.command", "onboarding.demo.today", "onboarding.demo.register"])
def test_a_run_with_nothing_to_do_loads_no_table_and_no_law(module: str) -> None:
    slow = "{'numpy', 'pandas', 'pyarrow', 'policies.engine.load'}"
    code = f"import sys, {module}; print(*sorted({slow} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_tour_begins_where_the_hub_s_settings_say(tmp_path: Path) -> None:
    file = tmp_path / "values.yaml"
    file.write_text("hub: {scheme: http, public_host: datalab.localhost, public_port: 8001}\n")
    assert address(file) == "http://datalab.localhost:8001"


@pytest.mark.parametrize("content", ["hub: {}\n", "other: 1\n", "[]\n"])
def test_settings_without_an_address_say_how_to_give_one(tmp_path: Path, content: str) -> None:
    file = tmp_path / "values.yaml"
    file.write_text(content)
    with pytest.raises(UnavailableError, match="--address"):
        address(file)


class OneAnswer:
    """A workspace whose cells all answer the same."""

    def __init__(self, output: Output) -> None:
        self.output = output

    def run(self, code: str) -> Output:
        return self.output


def test_the_tour_stops_when_a_cell_does_not_give_what_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert shows(OneAnswer(Output("3")), "Compter :", "len(t)", "3") == Output("3")
    assert capsys.readouterr().out == "\nCompter :\n  > len(t)\n  3\n"
    for output in (Output("2"), Output("3", "MemoryError: no")):
        with pytest.raises(UnexpectedError, match="attendu : 3"):
            shows(OneAnswer(output), "Compter :", "len(t)", "3")


def test_the_tour_stops_when_the_page_says_nothing_of_it() -> None:
    page = Page("http://x/hub/home", 200, "<h2>Un</h2><p>Le contenu.</p>")
    assert [line.text for line in about(page, "Un")] == ["Le contenu."]
    with pytest.raises(UnexpectedError, match="ne dit rien de « Deux »"):
        about(page, "Deux")


def test_a_quotation_is_folded_so_that_a_terminal_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    quote("mot " * 60)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("  | ") and len(line) <= story.WIDTH + 4 for line in lines)
