"""What Typer says by itself, in French: how a command is written, its options, and that it was misused.

Typer carries a copy of click whose sentences stand in English in its code, out of gettext's reach. Each that a
command of ours can come to say is in one of these tables; what is in none was written by us, in French.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from typer import TyperException

# Typer shows these under no public name
from typer._click.core import Command, Context
from typer._click.exceptions import NoArgsIsHelpError, UsageError
from typer._click.formatting import HelpFormatter

from policies.errors import DatalabError, InvalidFilesError, UnavailableError
from policies.wording import say_count

USAGE = "Utilisation : "
PIECES = {"COMMAND [ARGS]...": "COMMANDE [ARGUMENTS]..."}
HEADINGS = {"Commands": "Commandes"}
SENTENCES = {"Show this message and exit.": "Affiche cette aide."}
TYPES = {
    "<path>": "<chemin>", "<file>": "<fichier>", "<str>": "<texte>", "<list[str]>": "<texte>",
    "<int range>": "<nombre>", "<int>": "<nombre>",
}  # fmt: skip
Table = Sequence[tuple[str, str]]
MARKS: Table = (
    ("; ", " ; "),
    (r"\benv var: ", "variable d'environnement\u00a0: "),
    (r"\bdefault: ", "par défaut\u00a0: "),
    (r"\brequired\b", "obligatoire"),
    (r"(-?\d+)<=x<=(-?\d+)", r"de \1 à \2"),
    (r"x>=(-?\d+)", r"au moins \1"),
    (r"x<=(-?\d+)", r"au plus \1"),
)
ERRORS: Table = (
    (r"Missing option (.+)\.", r"Il manque l'option \1."),
    (r"Missing argument (.+)\.", r"Il manque l'argument \1."),
    (r"Missing command\.", "Il manque une commande."),
    (r"No such option: (\S+)", r"L'option \1 n'existe pas."),
    (r"No such option: (\S+) \(Possible options: (.+)\)", r"L'option \1 n'existe pas ; vouliez-vous dire \2 ?"),
    (r"No such command (.+?)\.", r"La commande \1 n'existe pas."),
    (r"No such command (.+?)\.? Did you mean (.+)\?", r"La commande \1 n'existe pas ; vouliez-vous dire \2 ?"),
    (r"Got unexpected extra argument\(s\) \((.*)\)", r"La commande ne prend pas ces mots : \1."),
    (r"Option (.+) requires an argument\.", r"L'option \1 attend une valeur."),
    (r"Option (.+) does not take a value\.", r"L'option \1 ne prend pas de valeur."),
    (r"(?:file|path|directory) (.+) does not exist\.", r"\1 n'existe pas."),
    (r"(?:file|path|directory) (.+) is a file\.", r"\1 est un fichier ; donnez un dossier."),
    (r"(?:file|path|directory) (.+) is a directory\.", r"\1 est un dossier ; donnez un fichier."),
    (r"(?:file|path|directory) (.+) is not readable\.", r"\1 ne peut pas être lu."),
    (r"Input should be a valid integer.*", "écrivez un nombre entier."),
    (r"Input should be greater than or equal to (-?\d+)", r"écrivez un nombre d'au moins \1."),
    (r"Input should be less than or equal to (-?\d+)", r"écrivez un nombre d'au plus \1."),
)
VALUE = re.compile(r"Invalid value(?: for (?P<place>.+?)(?: \(env var: [^)]*\))?)?: (?P<why>.+)", re.DOTALL)
QUOTED = re.compile(r"'([^']*)'")
ENDED = re.compile(r"[.?!…]$")


class FrenchFormatter(HelpFormatter):
    """Lays out the help of a command with French words around ours."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """How the command is written."""
        super().write_usage(prog, _replaced(args, PIECES), prefix or USAGE)

    def write_heading(self, heading: str) -> None:
        """The name of a section."""
        self.write(f"{'':>{self.current_indent}}{HEADINGS.get(heading, heading)} :\n")

    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Options with what they are for; the marks at the end of a row are Typer's."""
        super().write_dl([(_replaced(name, TYPES), _marked(text)) for name, text in rows], col_max, col_spacing)


class FrenchContext(Context):
    """A command line as it is read."""

    formatter_class = FrenchFormatter


def speak_french(command: Command) -> Command:
    """The command, whose help and that of all below it is laid out in French."""
    command.context_class = FrenchContext
    for below in getattr(command, "commands", {}).values():
        speak_french(below)
    return command


def say_misuse(error: TyperException) -> str:
    """What is wrong with a command line, after how it is written and where to read more."""
    if isinstance(error, NoArgsIsHelpError):
        return error.message
    said = f"Erreur : {say_error(error.format_message())}"
    if not isinstance(error, UsageError) or error.ctx is None:
        return said
    usage, path = error.ctx.get_usage(), error.ctx.command_path
    return f"{usage}\nPour l'aide : {path} {error.ctx.help_option_names[0]}\n\n{said}"


def say_trouble(error: DatalabError) -> str:
    """What keeps a command from being carried out; what a loader says of a file stays as it wrote it."""
    if isinstance(error, UnavailableError):
        return f"Source illisible : {error}"
    if isinstance(error, InvalidFilesError):
        return f"{say_count(len(error.problems), 'problème')} à corriger : {error}"
    return str(error)


def say_error(text: str) -> str:
    """An error of Typer's in French, as a sentence; one of ours as it is."""
    if found := VALUE.fullmatch(text):
        why = say_error(found["why"])
        return f"{_plain(found['place'])} : {why}" if found["place"] else why
    for pattern, french in ERRORS:
        if told := re.fullmatch(pattern, _plain(text), re.DOTALL):
            return told.expand(french).replace(", --", " ou --")
    return text if ENDED.search(text) else f"{text}."


def _marked(text: str) -> str:
    """The text of a row, with the marks that may end it in French: obligatory, default, range, variable."""
    own, bracket, marks = SENTENCES.get(text, text).rpartition("  [")
    for pattern, french in MARKS if bracket else ():
        marks = re.sub(pattern, french, marks)
    return f"{own}{bracket}{marks}"


def _plain(text: str) -> str:
    """What Typer quotes as Python does: options as they are typed."""
    return QUOTED.sub(r"\1", text)


def _replaced(text: str, table: Mapping[str, str]) -> str:
    for english, french in table.items():
        text = text.replace(english, french)
    return text
