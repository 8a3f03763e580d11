"""With the command line alone, from an empty register to a part that an analyst reads, under the shipped law."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding.tree import render_values
from policies.calendar import today
from policies.journal.read import read_journal
from policies.register.follow import read_register
from tests.support.command_line import CommandLine, typing
from tests.support.judged import LAW_FOLDER
from tests.support.slapd import Slapd, group, person
from tests.support.story import REASON, Step, Story, first_steps, platform, steps_of_a_project, write_sheets

PASSWORD = "un mot de passe"
WHO = {
    "adm.un": ("padm01", "dinum", "administrator"),
    "adm.deux": ("padm02", "dinum", "administrator"),
    "dir.un": ("pdir01", "dinum", "dinum"),
    "lea.chef": ("plea01", "minefi", "project_lead"),
    "dpo.un": ("pdpo01", "minefi", "dpo"),
    "prod.un": ("pprd01", "insee", "producer"),
    "ana.durand": ("pana01", "minefi", ""),
}
PROCESSING, PART = "routes-etude", "menages/p2024"
AT = f"projects/routes/processings/{PROCESSING}"
Capture = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    people = [person(login, id_, login, organisation, PASSWORD) for login, (id_, organisation, _) in WHO.items()]
    roles = {role for _, _, role in WHO.values() if role}
    groups = [group(f"datalab-role-{role}", [each for each in WHO if WHO[each][2] == role]) for role in sorted(roles)]
    with Slapd(
        tmp_path_factory.mktemp("slapd"), [*people, *groups, group("datalab-routes", ["ana.durand"])]
    ) as running:
        yield running


def story_in(folder: Path) -> Story:
    cast = ("adm.un", "adm.deux", "dir.un", "lea.chef", "dpo.un", "prod.un", "ana.durand", "pana01")
    return Story(folder, today(), *cast, "minefi", "routes", PART, "Ménages : 2024")


def steps(folder: Path) -> list[Step]:
    return [*first_steps(story_in(folder)), *steps_of_a_project(story_in(folder))]


@pytest.fixture
def line(tmp_path: Path, slapd: Slapd) -> Iterator[CommandLine]:
    """An installation without any register, on which the real sign-in process runs."""
    found = CommandLine(tmp_path, LAW_FOLDER, slapd.settings, slapd.password_file)
    (tmp_path / "register").mkdir()
    story = story_in(tmp_path)
    (tmp_path / "register" / "datalab.yaml").write_text(render_values(platform(story, "padm01")), encoding="utf-8")
    write_sheets(story)
    with found.signing_in():
        yield found


def explained(line: CommandLine, capsys: Capture) -> tuple[bool, list[str]]:
    answer = line.run(capsys, "explain", "--person", "ana.durand", "--processing", PROCESSING, "--json")
    decision = json.loads(answer.out)
    read = [f"{each['dataset']}/{each['part']}" for each in decision["grants"] if each["mode"] == "read"]
    return decision["allowed"], read


def test_from_an_empty_register_to_a_part_that_is_read_and_back(line: CommandLine, capsys: Capture) -> None:
    for step in steps(line.folder):
        with typing(step.who, PASSWORD):
            answer = line.run(capsys, *step.words)
        assert (answer.code, answer.err) == (0, ""), step
        assert [words for words in step.says if words not in answer.out] == [], (step, answer.out)
    assert explained(line, capsys) == (True, [PART])
    with typing("lea.chef", PASSWORD):
        answer = line.run(capsys, "title", "end", PROCESSING, "accord", *REASON, "--json")
    told = json.loads(answer.out)
    assert [(each["part"], each["before"]["open"], each["after"]["open"]) for each in told["effects"]] == [
        (PART, True, False)
    ]
    assert explained(line, capsys) == (True, [])
    actors = [each.payload["actor"] for each in read_journal(line.folder / "journal" / "onboarding") if each.payload]
    assert set(actors) == {id_ for id_, _, role in WHO.values() if role}


def test_who_signs_in_acts_and_holds_the_roles_of_the_directory(line: CommandLine, capsys: Capture) -> None:
    with typing("adm.un", PASSWORD):
        assert line.run(capsys, "register", "record", "--yes", *REASON).code == 0
    before = read_register(line.folder / "register")
    words = ("project", "create", "routes", "--from", str(line.folder / "projet.yaml"), *REASON)
    with typing("lea.chef", PASSWORD):
        refused = line.run(capsys, *words)
    assert (refused.code, "Peut le faire : un administrateur du Datalab" in refused.err) == (1, True)
    with typing("adm.un", "un autre"):
        wrong = line.run(capsys, *words)
    assert (wrong.code, wrong.err) == (1, "Le mot de passe n'est pas le bon.\n")
    assert read_register(line.folder / "register") == before


def test_a_dry_run_says_what_would_change_and_writes_nothing(line: CommandLine, capsys: Capture) -> None:
    for step in steps(line.folder):
        with typing(step.who, PASSWORD):
            assert line.run(capsys, *step.words).code == 0
    before = read_register(line.folder / "register")
    with typing("dir.un", PASSWORD):
        answer = line.run(capsys, "project", "close", "routes", *REASON, "--dry-run")
    # begun today: it has no last day before today
    assert (answer.code, "n'a commencé qu'aujourd'hui, ou pas encore ; suspendez-le" in answer.err) == (1, True)
    with typing("dir.un", PASSWORD):
        answer = line.run(capsys, "project", "suspend", "routes", *REASON, "--dry-run")
    assert answer.code == 0
    assert answer.out.splitlines()[0] == "Essai : rien n'a été écrit."
    assert f"Ferme « Ménages : 2024 » ({PROCESSING}) à 1 personne (pana01)" in answer.out
    assert read_register(line.folder / "register") == before
    with typing("dpo.un", PASSWORD):
        assert line.run(capsys, "processing", "suspend", PROCESSING, *REASON).code == 0
    assert explained(line, capsys)[0] is False
    with typing("lea.chef", PASSWORD):
        answer = line.run(capsys, "processing", "resume", PROCESSING, *REASON)
    assert f"À approuver par une seconde personne : datalab approve {AT}/suspension/lifted" in answer.out
    assert explained(line, capsys)[0] is False
    with typing("adm.un", PASSWORD):
        answer = line.run(capsys, "approve", f"{AT}/suspension/lifted")
    assert (answer.code, f"Ouvre l'espace de travail de {PROCESSING}" in answer.out) == (0, True)
    assert explained(line, capsys)[0] is True


MISUSED = {
    "a reason that says nothing": ("project", "suspend", "routes", "--reason", " "),
    "no reason": ("project", "suspend", "routes"),
    "an actor": ("project", "suspend", "routes", *REASON, "--actor", "padm01"),
    "a password": ("project", "suspend", "routes", *REASON, "--password", "x"),
    "a day that is none": ("team", "invite", "x", "pana01", "--since", "2026-02-30", "--until", "2026-03-01", *REASON),
}


@pytest.mark.parametrize("what", MISUSED)
def test_a_command_that_is_misused_says_so_before_it_asks_who_acts(
    line: CommandLine, capsys: Capture, what: str
) -> None:
    with typing():
        assert line.run(capsys, *MISUSED[what]).code == 2
