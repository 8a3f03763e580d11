"""The commands that read the law, on the real one: catalogue, output, law diff, law unsigned, calendar."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onboarding.operations.approve import approve
from policies.files import fingerprint
from policies.register.follow import read_register
from policies.register.places import attested_entries
from tests.support.command_line import Answer, CommandLine
from tests.support.judged import LAW_FOLDER, approver_of
from tests.support.judged_documents import (
    ANALYST,
    AT,
    HOUSEHOLDS,
    PROCESSING,
    TEAMMATE,
    TITLE_FILES,
    TOTALS,
    Values,
    judged_documents,
)
from tests.support.signing import make_key
from tests.support.slapd import Slapd, group, person
from tests.support.small_register import changed
from tests.support.written_register import first_write, make_writer

ENTRIES = [
    person("ana.durand", ANALYST, "Ana Durand", "minefi", "un mot de passe"),
    person("ben.petit", TEAMMATE, "Ben Petit", "minefi", "un mot de passe"),
    group("datalab-aides", ["ana.durand", "ben.petit"]),
]
DAY = "2026-05-04"
TABLE: Values = {
    "author": ANALYST, "kind": "statistics", "use": "publication", "approved_by": [TEAMMATE], "unit": "household",
    "level": "department", "localised": False, "individual_rows": False, "smallest_cell": 11, "largest_share": 0.5,
    "secondary_done": True, "full_cells": 0, "elements": [], "identifiers": [], "description": "Un tableau",
    "fingerprint": "0" * 64, "size_mb": 1.0, "outputs_today": 1, "sampled": False, "individual_score": False,
    "public_service": False,
}  # fmt: skip
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with Slapd(tmp_path_factory.mktemp("slapd"), ENTRIES) as running:
        yield running


def documents() -> dict[str, Values]:
    """Two people of one team, no mission, titles whose files are there; the teammate's right ends in June."""
    found = judged_documents()
    del found["numbers.yaml"]
    team = {each: found[AT[0]]["processings"][PROCESSING]["team"][each] for each in (ANALYST, TEAMMATE)}
    found = changed(changed(found, *AT, "team", to=team), *AT, "missions", to={})
    found = changed(found, *AT, "team", TEAMMATE, "habilitation", "until", to="2026-06-30")
    text = json.dumps(found)
    for name, content in TITLE_FILES.items():
        text = text.replace(content, fingerprint(name.encode()))
    values: dict[str, Values] = json.loads(text)
    for document in values.values():
        document.pop("number", None)
        for each in document.get("processings", {}).values():
            each.pop("number", None)
    return values


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register on disk, everything in it approved."""
    folder = tmp_path_factory.mktemp("installation")
    written = documents()
    first_write(folder, written)
    for name in TITLE_FILES:
        (folder / "register" / "files" / name).write_bytes(name.encode())
    for path in read_register(folder / "register").documents:
        document = read_register(folder / "register").document(path)
        for place, _ in attested_entries(path, document) if document else ():
            words = place.split("/")
            dataset = words[-1] if words[0] == "projects" else words[1]
            who = approver_of(place, written.get(f"datasets/{dataset}.yaml", {}).get("producer", "insee"))
            now = read_register(folder / "register")
            approve(now, place, lambda f, who=who: make_key().approval(who, date(2026, 1, 2), f), make_writer(folder))
    return folder


@pytest.fixture
def line(tmp_path: Path, register: Path, slapd: Slapd) -> CommandLine:
    shutil.copytree(register / "register", tmp_path / "register")
    return CommandLine(tmp_path, LAW_FOLDER, slapd.settings, slapd.password_file)


class TestCalendar:
    def test_the_right_that_ends_soon_is_told(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "calendar", "--day", DAY, "--json")
        (end,) = json.loads(answer.out)
        assert (answer.code, end["last_day"], end["person"], end["what"]) == (
            0, "2026-06-30", TEAMMATE, "espace de travail",
        )  # fmt: skip
        assert (end["rules"], end["helper"] != "") == ("DL-02", True)

    def test_the_table_says_how_many(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "calendar", "--day", DAY, "--days", "57")
        assert answer.out.strip().splitlines()[-1] == "1 fin de droit en 57 jours, sur 2 accès."
        assert "30/06/2026" in answer.out
        nothing = line.run(capsys, "calendar", "--day", DAY, "--days", "56")
        assert (nothing.code, nothing.out) == (0, "0 fin de droit en 56 jours, sur 2 accès.\n")


class TestDiff:
    def test_two_days_are_compared(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "law", "diff", "--from", DAY, "--to", "2026-07-01", "--json")
        (change,) = json.loads(answer.out)
        assert (change["person"], change["before"], change["after"], change["rules"]) == (
            TEAMMATE, "ouvert", "refusé", "DL-02",
        )  # fmt: skip

    def test_another_folder_is_compared(self, line: CommandLine, capsys: Capture) -> None:
        other = line.folder / "autre"
        shutil.copytree(LAW_FOLDER, other)
        shutil.rmtree(other / "rules" / "open_workspace" / "DL-02")
        answer = line.run(capsys, "law", "diff", "--from", "2026-07-01", "--law", str(other), "--json")
        opened = json.loads(answer.out)[0]
        assert (answer.code, opened["person"], opened["what"]) == (0, TEAMMATE, "espace de travail")
        assert (opened["before"], opened["after"], opened["rules"]) == ("refusé", "ouvert", "DL-02")

    def test_a_broken_folder_is_refused_whole(self, line: CommandLine, capsys: Capture) -> None:
        other = line.folder / "autre"
        shutil.copytree(LAW_FOLDER, other)
        (other / "rules" / "open_workspace" / "DL-02" / "rule.yaml").write_text("effect: permet\n")
        answer = line.run(capsys, "law", "diff", "--law", str(other))
        assert (answer.code, "rules/open_workspace/DL-02/rule.yaml: effect" in answer.err) == (1, True)
        assert re.match(r"\d+ problèmes? à corriger : rules/", answer.err)

    def test_a_law_that_is_the_same_changes_nothing(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "law", "diff", "--from", DAY, "--law", str(LAW_FOLDER))
        assert (answer.code, answer.out) == (0, "0 décision change, sur 2 accès.\n")

    def test_nothing_to_compare_with_is_a_wrong_command(self, line: CommandLine, capsys: Capture) -> None:
        assert line.run(capsys, "law", "diff").code == 2
        assert line.run(capsys, "law", "diff", "--to", "2026-02-30").code == 2


class TestCheck:
    """A rule that lost a condition is one sentence: its file, the case, what was expected and what came out."""

    def test_a_rule_broken_on_purpose_is_the_first_line(self, line: CommandLine, capsys: Capture) -> None:
        written = line.folder / "autre"
        shutil.copytree(LAW_FOLDER, written)
        rule = written / "rules" / "mount_part" / "FISC-02" / "rule.yaml"
        rule.write_text(
            rule.read_text(encoding="utf-8").replace("        period: {contains: day}\n", ""), encoding="utf-8"
        )
        answer = line.run(capsys, "check", "--law", str(written))
        first, counts = answer.out.splitlines()
        assert (answer.code, answer.err, first) == (
            1,
            "",
            "loi : 1 problème à corriger : rules/mount_part/FISC-02/rule.yaml: La règle FISC-02 ne passe plus son cas "
            "« an act that ended covers nobody » au 01/01/2027 : attendu refusé, obtenu permis ; corrigez la règle, ou "
            "le cas s'il se trompe (cases.yaml, dans le même dossier).",
        )
        assert counts.endswith(" cas")

    def test_the_law_as_it_is_has_no_problem(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "check", "--law", str(LAW_FOLDER))
        assert (answer.code, answer.out.splitlines()[0]) == (0, "loi : en ordre")


class TestCatalogue:
    def test_what_an_entry_lacks_is_no_refusal(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "catalogue", "--day", DAY)
        assert (answer.code, "CAT-01" in answer.out, "CRPA-05" in answer.out) == (0, True, True)

    def test_before_the_law_the_verdict_is_that_of_that_day(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "catalogue", "--day", "2010-01-01", "--json")
        assert (answer.code, json.loads(answer.out)["menages"]["allowed"]) == (1, False)


class TestOutput:
    def _judge(self, line: CommandLine, capsys: Capture, *words: str, **changes: Any) -> Answer:
        record = line.folder / "tableau.yaml"
        record.write_text(json.dumps(TABLE | changes), encoding="utf-8")
        given = ("output", str(record), "--processing", PROCESSING, "--source", HOUSEHOLDS, "--day", DAY, *words)
        return line.run(capsys, *given)

    def test_a_table_that_respects_every_rule_may_leave(self, line: CommandLine, capsys: Capture) -> None:
        answer = self._judge(line, capsys, "--source", TOTALS)
        assert (answer.code, "peut sortir" in answer.out) == (0, True), answer

    def test_the_example_is_a_record_that_may_leave_once_it_names_its_author_and_who_checked(
        self, line: CommandLine, capsys: Capture
    ) -> None:
        written = line.run(capsys, "output", "--example")
        assert (written.code, written.err) == (0, "")
        record = line.folder / "exemple.yaml"
        named = written.out.replace("pk7m2q", ANALYST).replace("pv3f9h", TEAMMATE)
        record.write_text(named, encoding="utf-8")
        given = ("output", str(record), "--processing", PROCESSING, "--source", HOUSEHOLDS, "--day", DAY)
        answer = line.run(capsys, *given)
        assert (answer.code, "peut sortir" in answer.out) == (0, True), answer

    def test_a_table_of_small_cells_is_refused_by_its_rule(self, line: CommandLine, capsys: Capture) -> None:
        answer = self._judge(line, capsys, "--json", smallest_cell=4)
        verdict = json.loads(answer.out)
        assert (answer.code, [each["rule"] for each in verdict["refusals"]]) == (1, ["STAT-05"])

    def test_a_record_with_an_unknown_key_says_which(self, line: CommandLine, capsys: Capture) -> None:
        answer = self._judge(line, capsys, smalest_cell=4)
        assert (answer.code, "smalest_cell: unknown key; did you mean smallest_cell?" in answer.err) == (1, True)

    def test_an_unknown_processing_is_said(self, line: CommandLine, capsys: Capture) -> None:
        answer = self._judge(line, capsys, "--processing", "aides-evol")
        assert (answer.code, "vouliez-vous dire aides-eval" in answer.err) == (1, True)


class TestUnsigned:
    def test_the_table_for_the_officer_is_csv(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "law", "unsigned", "--csv")
        rows = list(csv.DictReader(io.StringIO(answer.out)))
        assert answer.code == 0
        assert {each["kind"] for each in rows} == {"règle", "valeur", "régime", "rappel"}
        assert rows[0]["confidence"] == "doctrine"

    def test_the_table_for_people_says_how_many(self, line: CommandLine, capsys: Capture) -> None:
        answer = line.run(capsys, "law", "unsigned")
        rows = list(csv.DictReader(io.StringIO(line.run(capsys, "law", "unsigned", "--csv").out)))
        assert answer.out.strip().splitlines()[-1] == f"{len(rows)} à confirmer."
