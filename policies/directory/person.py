"""A person as the directory describes one. Pure: entries in, people out, bad entries refused whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from policies.errors import DatalabError
from policies.files import Closed
from policies.names import PersonId, Slug, check_person_id, check_slug
from policies.settings import DirectorySettings

LONGEST_NAME = 200
_ROLE = re.compile(r"[a-z]+(_[a-z]+)*")

Attributes = Mapping[str, Sequence[bytes]]


class DirectoryEntryError(DatalabError):
    """Raised when the directory describes a person wrongly or twice: nobody is taken for another."""


class Person(Closed):
    """A person of the directory. `id` is opaque; `projects` and `roles` come from groups."""

    id: PersonId
    name: str
    organisation: Slug
    projects: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()


def parse_person(attributes: Attributes, groups: Iterable[str], settings: DirectorySettings) -> Person:
    """The person that an entry's raw attributes and group names describe.

    Raises DirectoryEntryError naming the attribute, never its value: errors end up in logs.
    """
    names = frozenset(groups)
    return Person(
        id=parse_id(attributes, settings),
        name=_checked(attributes, settings.name_attribute, _check_name),
        organisation=_checked(attributes, settings.organisation_attribute, check_slug),
        projects=_projects(names, settings),
        roles=_roles(names, settings),
    )


def parse_id(attributes: Attributes, settings: DirectorySettings) -> str:
    """The opaque id of an entry; raises DirectoryEntryError."""
    return _checked(attributes, settings.id_attribute, check_person_id)


def _checked(attributes: Attributes, attribute: str, check: Callable[[str], str]) -> str:
    text = single(attributes, attribute)
    try:
        return check(text)
    except ValueError:
        raise DirectoryEntryError(
            f"directory: attribute {attribute}: its value is not of the form asked for; correct the entry"
        ) from None


def single(attributes: Attributes, attribute: str) -> str:
    """The one value of an attribute, names compared without case as LDAP does."""
    found = [values for name, values in attributes.items() if name.lower() == attribute.lower()]
    values = [value for each in found for value in each]
    if len(values) != 1:
        raise DirectoryEntryError(
            f"directory: attribute {attribute}: {len(values)} values where one is needed; correct the entry"
        )
    try:
        return values[0].decode("utf-8")
    except UnicodeDecodeError:
        raise DirectoryEntryError(f"directory: attribute {attribute}: not UTF-8; correct the entry") from None


def _check_name(text: str) -> str:
    if not text.strip() or len(text) > LONGEST_NAME or not text.isprintable():
        raise ValueError("not a name")
    return text


def _projects(groups: Iterable[str], settings: DirectorySettings) -> frozenset[str]:
    """Projects whose group the person is in; a role's group is never a project's, whatever its name."""
    pattern = _pattern(settings.project_group, "project")
    others = [name for name in groups if not _pattern(settings.role_group, "role").fullmatch(name)]
    found = (match.group(1) for name in others if (match := pattern.fullmatch(name)))
    return frozenset(project for project in found if _is_slug(project))


def _roles(groups: Iterable[str], settings: DirectorySettings) -> frozenset[str]:
    pattern = _pattern(settings.role_group, "role")
    found = (match.group(1) for name in groups if (match := pattern.fullmatch(name)))
    return frozenset(role for role in found if _ROLE.fullmatch(role))


def _pattern(template: str, word: str) -> re.Pattern[str]:
    before, _, after = template.partition(f"{{{word}}}")
    return re.compile(f"{re.escape(before)}(.+){re.escape(after)}")


def _is_slug(text: str) -> bool:
    try:
        check_slug(text)
    except ValueError:
        return False
    return True
