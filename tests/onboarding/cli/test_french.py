"""Nothing that the command line says by itself is English: help of every command, and what misuse is answered."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import typer

from onboarding.cli.french import FrenchContext, say_error, speak_french
from onboarding.cli.main import app, run

Capture = pytest.CaptureFixture[str]
# What Typer and click write around the words of a program, and what they answer to misuse.
ENGLISH = (
    "aborted", "argument(s)", "choose", "commands", "could", "default", "deprecated", "directory", "does", "env",
    "error", "exit", "file", "for help", "got", "input", "invalid", "missing", "must", "no such", "not", "path",
    "possible", "repeat", "required", "requires", "should", "show", "str", "such", "takes", "the", "this", "try",
    "unable", "unexpected", "usage", "valid", "value", "variable:", "was",
)  # fmt: skip
# Words of French, names of options and names of files that look English.
SPARED = re.compile(r"--[a-z-]+|DATALAB_VALUES|values\.yaml|\bdatalab [a-z-]+(?: [a-z-]+)*")


def english_in(text: str) -> list[str]:
    """The English words of a text, where they stand as words of their own."""
    plain = SPARED.sub("", text).lower()
    return [word for word in ENGLISH if re.search(rf"(?<![\w'’-]){re.escape(word)}(?![\w-])", plain)]


def walk(command: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of every command, groups included, from the program itself."""
    yield path
    for name, below in getattr(command, "commands", {}).items():
        yield from walk(below, (*path, name))


PATHS = list(walk(typer.main.get_command(app)))


def told(capsys: Capture, *words: str) -> tuple[int, str]:
    code = run(words)
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def test_the_walk_finds_groups_and_their_commands() -> None:
    assert {(), ("check",), ("journal",), ("journal", "query"), ("law", "diff")} <= set(PATHS)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: " ".join(path) or "datalab")
def test_the_help_of_each_command_is_french(path: tuple[str, ...], capsys: Capture) -> None:
    code, text = told(capsys, *path, "--help")
    assert (code, text.splitlines()[0].startswith("Utilisation : datalab")) == (0, True)
    assert "--help" in text
    assert "Affiche cette aide." in text
    assert english_in(text) == []


def test_the_help_says_in_french_what_is_obligatory_the_default_and_the_range(capsys: Capture) -> None:
    _, text = told(capsys, "calendar", "--help")
    assert "[par défaut\u00a0: 120 ; de 0 à 3660]" in re.sub("[ \n]+", " ", text)
    _, text = told(capsys, "output", "--help")
    assert re.search(r"FICHE <fichier> +La fiche du résultat\.  \[obligatoire\]", text)


MISUSED = [
    (("explain",), "Il manque l'option --person."),
    (("approve",), "Il manque l'argument PLACE."),
    (("--values", "absent.yaml", "journal", "purg"), "La commande purg n'existe pas ; vouliez-vous dire purge ?"),
    (("xyz",), "La commande xyz n'existe pas."),
    (("l'autre",), "La commande \"l'autre\" n'existe pas."),
    (("calendar", "--dey"), "L'option --dey n'existe pas ; vouliez-vous dire --day ou --days ?"),
    (("calendar", "-z"), "L'option -z n'existe pas."),
    (("calendar", "un", "deux"), "La commande ne prend pas ces mots : un deux."),
    (("calendar", "--days"), "L'option --days attend une valeur."),
    (("calendar", "--json=3"), "L'option --json ne prend pas de valeur."),
    (("calendar", "--days", "x"), "--days : écrivez un nombre entier."),
    (("calendar", "--days", "-3"), "--days : écrivez un nombre d'au moins 0."),
    (("calendar", "--days", "5000"), "--days : écrivez un nombre d'au plus 3660."),
    (("calendar", "--day", "2026-02-30"), "--day : 2026-02-30 n'est pas une date ; écrivez AAAA-MM-JJ."),
    (("output", "absent.yaml", "--processing", "p", "--source", "s"), "FICHE : absent.yaml n'existe pas."),
    (("output", "/", "--processing", "p", "--source", "s"), "FICHE : / est un dossier ; donnez un fichier."),
    (("law", "diff"), "dites à quoi comparer : --to, --law, ou les deux."),
]  # fmt: skip


@pytest.mark.parametrize(("words", "error"), MISUSED, ids=[" ".join(words) for words, _ in MISUSED])
def test_a_misused_command_says_what_is_wrong_in_french(words: tuple[str, ...], error: str, capsys: Capture) -> None:
    code, text = told(capsys, *words)
    assert (code, text.splitlines()[-1]) == (2, f"Erreur : {error}")
    assert english_in(text) == []


def test_a_misused_command_says_how_it_is_written_and_where_its_help_is(capsys: Capture) -> None:
    assert told(capsys, "calendar", "--dey") == (
        2,
        "Utilisation : datalab calendar [OPTIONS]\n"
        "Pour l'aide : datalab calendar --help\n"
        "\n"
        "Erreur : L'option --dey n'existe pas ; vouliez-vous dire --day ou --days ?\n",
    )


@pytest.mark.parametrize("words", [(), ("journal",), ("law",)])
def test_a_group_without_a_command_shows_its_help(words: tuple[str, ...], capsys: Capture) -> None:
    code, text = told(capsys, *words)
    assert (code, "Commandes :" in text, english_in(text)) == (2, True, [])


def test_what_is_given_up_at_a_question_is_told_in_french(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(*_: object, **__: object) -> None:
        raise typer.Abort

    monkeypatch.setattr("onboarding.cli.check.check_law_folder", give_up)
    assert told(capsys, "check", "--law", ".") == (1, "Abandonné : rien n'a été fait.\n")


def test_an_error_of_ours_is_left_as_it_was_written() -> None:
    assert say_error("Invalid value for --reason: dites pourquoi, sans nommer 'X'") == (
        "--reason : dites pourquoi, sans nommer 'X'."
    )


def test_without_the_tables_the_walk_finds_english(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: the list of words notices what Typer says when nobody translates it."""
    monkeypatch.setattr("onboarding.cli.main.speak_french", lambda command: command)
    monkeypatch.setattr("onboarding.cli.french.ERRORS", ())
    for words in (("calendar", "--help"), ("explain",), ("calendar", "--dey"), ("calendar", "--days", "x")):
        assert english_in(told(capsys, *words)[1]) != []


def test_every_command_below_is_laid_out_in_french() -> None:
    def contexts(command: object) -> Iterator[object]:
        yield command.context_class  # type: ignore[attr-defined]
        for below in getattr(command, "commands", {}).values():
            yield from contexts(below)

    assert set(contexts(speak_french(typer.main.get_command(app)))) == {FrenchContext}
