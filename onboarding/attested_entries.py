"""What the register's attested entries still wait for, and whose file is not what was approved."""

from __future__ import annotations

from collections.abc import Iterator

from policies.errors import Problem
from policies.register.follow import Register
from policies.register.person import Commitment
from policies.register.places import attested_entries
from policies.register.project import Title


def unapproved_places(register: Register) -> Iterator[str]:
    """The places of the register that wait for a second person."""
    for path in register.documents:
        document = register.document(path)
        for place, entry in attested_entries(path, document) if document else ():
            if entry.approved is None:
                yield place


def file_problems(register: Register) -> Iterator[Problem]:
    """Every entry whose file is missing, or is another than the one that was approved."""
    for path in register.documents:
        document = register.document(path)
        for place, entry in attested_entries(path, document) if document else ():
            if isinstance(entry, Title | Commitment) and (flaw := _file_flaw(register, entry)):
                yield Problem(path, place, flaw)


def _file_flaw(register: Register, entry: Title | Commitment) -> str | None:
    found = register.files.get(entry.file)
    if found is None:
        return f"files/{entry.file} manque, donc ce titre ne compte pas ; déposez-y le fichier"
    if found != entry.fingerprint:
        return (
            f"files/{entry.file} n'est pas le fichier qui fut approuvé, donc ce titre ne compte pas ; remettez celui-ci"
        )
    return None
