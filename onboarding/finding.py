"""A person as people name them on the command line: by opaque id, else by login."""

from __future__ import annotations

from policies.directory.lookup import Directory
from policies.directory.person import Person
from policies.errors import DatalabError
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


def _is_id(text: str) -> bool:
    try:
        check_person_id(text)
    except ValueError:
        return False
    return True
