"""The command line and second factors: a code is asked for when one is needed, a lost one is reset by another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from policies.journal.read import read_journal
from policies.register.follow import read_register
from policies.register.places import find_entry
from tests.support.command_line import Answer, CommandLine
from tests.support.device import Device
from tests.support.face import visit
from tests.support.open_law import write_open_law
from tests.support.slapd import Slapd, group, person
from tests.support.small_register import small_register
from tests.support.written_register import first_write

PASSWORD = "un mot de passe"
PLACE = "projects/aides/processings/aides-eval/team/pana01"
ENTRIES = [
    person("ana.durand", "pana01", "Ana Durand", "minefi", PASSWORD),
    person("eva.petit", "peva01", "Eva Petit", "minefi", PASSWORD),
    person("adm.un", "padm01", "Adm Un", "dinum", PASSWORD),
    person("adm.deux", "padm02", "Adm Deux", "dinum", PASSWORD),
    group("datalab-role-project_lead", ["eva.petit"]),
    group("datalab-role-administrator", ["adm.un", "adm.deux"]),
]
ASKED = [("Identifiant", False), ("Mot de passe", True)]
CODE = ("Code à six chiffres", False)
Capture = pytest.CaptureFixture[str]
Asked = list[tuple[str, bool]]


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with Slapd(tmp_path_factory.mktemp("slapd"), ENTRIES) as running:
        yield running


@pytest.fixture
def line(tmp_path: Path, slapd: Slapd, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandLine]:
    """An installation with the real sign-in process, in which an entry waits for its approval."""
    first_write(tmp_path, small_register())
    law = write_open_law(tmp_path_factory.mktemp("law"))
    found = CommandLine(tmp_path, law, slapd.settings, slapd.password_file)
    with found.signing_in():
        yield found


def enrolled(line: CommandLine, login: str) -> Device:
    """The device of a person who enrolled on the face."""
    return visit(line.folder / "run" / "identity" / "identity.sock").enrol(login, PASSWORD)


def run(line: CommandLine, capsys: Capture, typed: tuple[str, ...], *words: str) -> tuple[Answer, Asked]:
    """A command, with what is typed when it asks; what it asked for, and whether that was hidden."""
    answers, asked = iter(typed), []

    def prompt(text: str, hide_input: bool = False, err: bool = False, **_: object) -> str:
        assert err
        asked.append((text, hide_input))
        return next(answers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.prompt", prompt)
        return line.run(capsys, *words), asked


def test_who_has_a_second_factor_is_asked_for_its_code_and_approves(line: CommandLine, capsys: Capture) -> None:
    device = enrolled(line, "eva.petit")
    answer, asked = run(line, capsys, ("eva.petit", PASSWORD, device.code()), "approve", PLACE)
    entry = find_entry(read_register(line.folder / "register"), PLACE)
    assert (answer.code, answer.err, asked) == (0, "", [*ASKED, CODE])
    assert entry is not None
    assert (entry.approved.person if entry.approved else None) == "peva01"


def test_a_wrong_code_approves_nothing(line: CommandLine, capsys: Capture) -> None:
    device = enrolled(line, "eva.petit")
    answer, asked = run(line, capsys, ("eva.petit", PASSWORD, device.wrong()), "approve", PLACE)
    entry = find_entry(read_register(line.folder / "register"), PLACE)
    assert (answer.code, answer.err, asked) == (1, "Le code n'est pas le bon.\n", [*ASKED, CODE])
    assert entry is not None
    assert entry.approved is None


@pytest.mark.parametrize("named", ["ana.durand", "ANA.DURAND", "pana01"])
def test_an_administrator_resets_what_somebody_lost_by_login_or_id(
    line: CommandLine, capsys: Capture, named: str
) -> None:
    enrolled(line, "ana.durand")
    device = enrolled(line, "adm.un")
    words = ("second-factor", "reset", named)
    answer, asked = run(line, capsys, ("adm.un", PASSWORD, device.code()), *words)
    assert (answer.code, answer.err, asked) == (0, "", [*ASKED, CODE])
    assert answer.out.splitlines() == [
        "Second facteur à réinitialiser : Ana Durand (minefi, pana01)",
        "Réinitialisé : pana01 n'a plus de second facteur, et peut en enregistrer un autre.",
    ]
    assert [path.stem for path in (line.folder / "signin" / "factors").iterdir()] == ["padm01"]
    last = list(read_journal(line.folder / "journal" / "signin"))[-1]
    assert (last.entry.kind, last.payload) == ("factor_reset", {"person": "padm01", "of": "pana01"})


@pytest.mark.parametrize(
    ("who", "whom", "said"),
    [
        ("adm.deux", "ana.durand", "enregistrez d'abord le vôtre"),
        ("ana.durand", "adm.un", "Seul un administrateur de la DINUM"),
        ("adm.deux", "adm.deux", "Personne ne réinitialise son propre second facteur"),
        ("adm.deux", "nobody", "L'annuaire ne connaît personne sous « nobody »."),
    ],
)
def test_who_may_not_reset_is_told_why(line: CommandLine, capsys: Capture, who: str, whom: str, said: str) -> None:
    answer, _ = run(line, capsys, (who, PASSWORD), "second-factor", "reset", whom)
    assert (answer.code, said in answer.err) == (1, True), answer.err


def test_what_was_never_there_is_not_reset(line: CommandLine, capsys: Capture) -> None:
    device = enrolled(line, "adm.un")
    answer, _ = run(line, capsys, ("adm.un", PASSWORD, device.code()), "second-factor", "reset", "ana.durand")
    assert (answer.code, answer.err) == (1, "Cette personne n'a pas de second facteur.\n")


def test_password_and_code_are_asked_on_the_terminal_and_are_no_options(line: CommandLine, capsys: Capture) -> None:
    for words in (("approve", PLACE), ("second-factor", "reset", "pana01")):
        assert {line.run(capsys, *words, option, "x").code for option in ("--password", "--code", "--login")} == {2}
