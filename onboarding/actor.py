"""Who acts: a person of the directory, with the roles that they hold there, in their organisation."""

from __future__ import annotations

from dataclasses import dataclass

from policies.directory.person import Person


@dataclass(frozen=True)
class Actor:
    """The person whose name stands behind an operation; the register cannot give a role."""

    person: str
    organisation: str
    roles: frozenset[str]


def actor_of(person: Person) -> Actor:
    """The actor that a person of the directory is."""
    return Actor(person.id, person.organisation, person.roles)
