"""What a decision was made on, beside its law: enough to decide again years later, and no name.

Of the directory, only what the law may ask; of the files of titles, only those that were not what was
approved, under the fingerprint of their name, because names of files may be those of people. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import Field

from policies.access.decision import Decision
from policies.directory.person import Person
from policies.files import Closed, fingerprint
from policies.names import Slug
from policies.proofs.keys import PublicKeys
from policies.register.follow import FoundProcessing, Register
from policies.register.person import Commitment
from policies.register.project import Title


class Ground(Closed):
    """Register, keys, directory and sign-in of one decision."""

    register_: str = Field(alias="register", description="fingerprint of the register's manifest")
    keys: str = Field(description="fingerprint of the public keys")
    organisation: Slug
    roles: tuple[str, ...]
    in_group: bool = Field(description="whether the person was in the project's group of the directory")
    factors: tuple[str, ...]
    files: dict[str, str | None] = Field(
        default_factory=dict, description="fingerprint of a file's name -> what it held, where not as approved"
    )


def make_ground(
    register: Register, keys: PublicKeys, person: Person, factors: tuple[str, ...], processing: str
) -> Ground:
    """The ground of a decision on this person and this processing."""
    found = register.find_processing(processing)
    return Ground(
        register=register.digest,
        keys=keys.digest,
        organisation=person.organisation,
        roles=tuple(sorted(person.roles)),
        in_group=found is not None and found.project_id in person.projects,
        factors=factors,
        files=_unlike_approved(register, found, person.id),
    )


def journaled(decision: Decision, ground: Ground) -> dict[str, Any]:
    """A decision with its ground, as the journal holds them: enough to decide again."""
    return {
        "decision": decision.model_dump(mode="json"),
        "ground": ground.model_dump(mode="json", by_alias=True),
    }


def person_of(ground: Ground, person: str, project: str) -> Person:
    """The person as the directory described them then, as far as the law may ask."""
    return Person(
        id=person,
        name=person,
        organisation=ground.organisation,
        projects=frozenset({project} if ground.in_group else ()),
        roles=frozenset(ground.roles),
    )


def files_of(ground: Ground, register: Register, found: FoundProcessing, person: str) -> Mapping[str, str]:
    """The files of titles as they were then: name -> what it held."""
    held: dict[str, str] = {}
    for paper in _papers(register, found, person):
        was = ground.files.get(_hidden(paper.file), paper.fingerprint)
        if was is not None:
            held[paper.file] = was
    return held


def _unlike_approved(register: Register, found: FoundProcessing | None, person: str) -> dict[str, str | None]:
    papers = list(_papers(register, found, person)) if found else []
    unlike = {paper.file for paper in papers if register.files.get(paper.file) != paper.fingerprint}
    return {_hidden(name): register.files.get(name) for name in sorted(unlike)}


def _papers(register: Register, found: FoundProcessing, person: str) -> Iterator[Title | Commitment]:
    yield from found.processing.titles.values()
    document = register.people.get(person)
    yield from document.commitments.values() if document is not None else ()


def _hidden(name: str) -> str:
    return fingerprint(name.encode())
