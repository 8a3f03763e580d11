"""What every command shares: settings, exit codes, words on the terminal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

import typer

from onboarding.reasons import ReasonError, check_reason
from onboarding.settings import OnboardingSettings
from onboarding.undoing import undone_of
from onboarding.writing import Writer
from policies.calendar import parse_day, today
from policies.directory.lookup import Directory
from policies.journal.append import Journal
from policies.names import check_person_id
from policies.register.follow import Register, read_register
from policies.settings import DirectorySettings, Places, Values, read_values

ALLOWED = 0
REFUSED = 1
# 2 is a command that is misused, as typer answers it.
UNAVAILABLE = 3


@dataclass
class Session:
    """One run of a command; files are read when a command needs them, not before."""

    values_file: Path | None

    @cached_property
    def values(self) -> Values:
        """The settings of this installation."""
        return read_values(self.values_file)

    @property
    def places(self) -> Places:
        """Where things are."""
        return self.values.places

    @property
    def onboarding(self) -> OnboardingSettings:
        """The section that onboarding owns."""
        return self.values.section(OnboardingSettings)

    def register(self) -> Register:
        """The register now."""
        return read_register(self.places.register_folder)

    def writer(self) -> Writer:
        """The register's writer, with its chain of the journal."""
        check = undone_of(self.places)
        return Writer(self.places.register_folder, self.journal(), check=check)

    def journal(self) -> Journal:
        """The chain in which what is done on this command line is journaled."""
        account = self.onboarding.journal_account
        return Journal(self.places.journal(account), account)

    def directory(self) -> Directory:
        """The directory, read as onboarding's own service account."""
        settings = self.values.section(DirectorySettings)
        return Directory(settings, self.onboarding.directory_password_file)


def session(context: typer.Context) -> Session:
    """The session that the command line opened."""
    found = context.find_object(Session)
    if found is None:
        raise TypeError("a command runs under the command `datalab` alone")
    return found


def check_who_and_why(actor: str, reason: str) -> None:
    """What is kept of whoever acts: an opaque id, never a login, and a reason; raises BadParameter."""
    try:
        check_person_id(actor)
    except ValueError:
        raise typer.BadParameter("donnez l'identifiant opaque, pas la connexion", param_hint="--actor") from None
    check_why(reason)


def check_why(reason: str) -> None:
    """A reason that says nothing is a command that is misused; raises BadParameter."""
    try:
        check_reason(reason)
    except ReasonError as error:
        raise typer.BadParameter(str(error), param_hint="--reason") from None


def say(text: str = "") -> None:
    """One line of answer."""
    typer.echo(text)


def complain(text: str) -> None:
    """One line about what is wrong, apart from answers."""
    typer.echo(text, err=True)


def ask(question: str, hidden: bool = False) -> str:
    """What is typed on the terminal, hidden while it is typed if so asked. A question is no answer: it goes apart."""
    return str(typer.prompt(question, hide_input=hidden, prompt_suffix=" : ", err=True))


def confirm(question: str) -> bool:
    """Whether the answer on the terminal is yes; anything else is no."""
    answer = typer.prompt(f"{question} [o/N]", default="n", show_default=False, prompt_suffix=" : ", err=True)
    return str(answer).strip().lower() in {"o", "oui"}


def day_option(day: str | None, option: str = "--day") -> date:
    """The day that an option names, today where it names none."""
    try:
        return parse_day(day) if day else today()
    except ValueError:
        raise typer.BadParameter(f"{day} n'est pas une date ; écrivez AAAA-MM-JJ", param_hint=option) from None
