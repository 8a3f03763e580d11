"""What people name on the command line: a person by opaque id or login; the nearest name when there is none."""

from __future__ import annotations

from collections.abc import Iterable

from policies.directory.lookup import Directory
from policies.directory.person import Person
from policies.errors import DatalabError
from policies.files import nearest_word
from policies.names import check_person_id


class NotFoundError(DatalabError):
    """Raised when the directory knows no such person, or the register no such processing."""


def find_person(directory: Directory, login_or_id: str) -> Person:
    """The person with this id, else with this login; raises NotFoundError."""
    person = directory.person(login_or_id) if _is_id(login_or_id) else None
    person = person or directory.person_of_login(login_or_id)
    if person is None:
        raise NotFoundError(f"L'annuaire ne connaît personne sous « {login_or_id} ».")
    return person


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """What to add, in French, to the refusal of a name that nothing has: the nearest one, nothing when none is near."""
    near = nearest_word(word, known)
    return f" ; vouliez-vous dire {near} ?" if near else ""


def _is_id(text: str) -> bool:
    try:
        check_person_id(text)
    except ValueError:
        return False
    return True
