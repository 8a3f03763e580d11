"""A name says where things are: one function each, no table between a name and a place.

A person has an opaque id, a processing an id of the register; `<person>--<processing>` names their
workspace everywhere (container, host name, socket folder, pod). It cannot collide: neither id holds
a double hyphen, and a person's id holds none at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator

PERSON_UID_BASE = 200_000
PROCESSING_GID_BASE = 400_000
LARGEST_NUMBER = 199_999

_PERSON = re.compile(r"[a-z][a-z0-9]{3,11}")
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def check_person_id(value: str) -> str:
    """A person's id is a lower-case letter, then 3 to 11 lower-case letters or digits."""
    if not _PERSON.fullmatch(value):
        raise ValueError(f"{value!r} is not a person's id; write a letter, then 3 to 11 letters or digits, lower case")
    return value


def check_slug(value: str) -> str:
    """An id is words of lower-case letters and digits joined by single hyphens, 3 to 30 characters."""
    if not (3 <= len(value) <= 30 and _SLUG.fullmatch(value)):
        raise ValueError(
            f"{value!r} is not an id; write 3 to 30 lower-case letters, digits and single hyphens, a letter first"
        )
    return value


PersonId = Annotated[str, AfterValidator(check_person_id)]
Slug = Annotated[str, AfterValidator(check_slug)]


@dataclass(frozen=True, order=True)
class WorkspaceName:
    """The name of one person's workspace on one processing."""

    person: str
    processing: str

    def __post_init__(self) -> None:
        check_person_id(self.person)
        check_slug(self.processing)

    def __str__(self) -> str:
        return f"{self.person}--{self.processing}"


def parse_workspace_name(text: str) -> WorkspaceName:
    """The workspace that a name stands for; raises ValueError on anything else."""
    person, separator, processing = text.partition("--")
    if not separator:
        raise ValueError(f"{text!r} is not a workspace; write <person>--<processing>")
    return WorkspaceName(person, processing)


def find_workspace_name(text: str) -> WorkspaceName | None:
    """As `parse_workspace_name`, None on anything else."""
    try:
        return parse_workspace_name(text)
    except ValueError:
        return None


def namespace(processing: str) -> str:
    """The Kubernetes namespace of a processing."""
    return f"p-{check_slug(processing)}"


def uid(number: int) -> int:
    """The account of the person with this number; the directory's own numbers are ignored."""
    return PERSON_UID_BASE + check_number(number)


def gid(number: int) -> int:
    """The group of the processing with this number, which owns its spaces."""
    return PROCESSING_GID_BASE + check_number(number)


def check_number(number: int) -> int:
    """A number is 1 to 199,999, so that people's and processings' accounts never overlap."""
    if not 1 <= number <= LARGEST_NUMBER:
        raise ValueError(f"{number} is not a number of the register; numbers go from 1 to {LARGEST_NUMBER}")
    return number
