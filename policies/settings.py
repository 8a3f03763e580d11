"""Each setting stands once in values.yaml; each package owns closed models of its sections.

Packages announce their sections as entry points of the group `datalab.settings`, so every process
knows every section, and an unknown section or key stops any of them with all problems at once.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, Field

from policies.errors import DatalabError, InvalidFilesError, Problem
from policies.files import Closed, nearest, parse, read_yaml

GROUP = "datalab.settings"
VARIABLE = "DATALAB_VALUES"
ATTRIBUTE = r"^[A-Za-z][A-Za-z0-9-]*$"
Section = TypeVar("Section", bound=BaseModel)


class Places(Closed):
    """Section `places`: where program, state and sockets are; absolute folders."""

    program: Path
    state: Path
    run: Path
    law: Path

    @property
    def register_folder(self) -> Path:
        """The register: manifest.json, history/, files/ and the tree rendered for people."""
        return self.state / "register"

    @property
    def keys(self) -> Path:
        """The public keys that verify tickets and approvals; root's."""
        return self.state / "keys" / "public.json"

    @property
    def entries(self) -> Path:
        """What people deposited: <processing>/<person>/; the guard makes the folders, the door writes the files."""
        return self.state / "entries"

    @property
    def datasets(self) -> Path:
        """The versions of parts: <dataset>/<part>/<version>/; root's."""
        return self.state / "datasets"

    @property
    def grounds(self) -> Path:
        """Every law and every set of public keys that decided, by fingerprint; root's."""
        return self.state / "grounds"

    @property
    def images(self) -> Path:
        """The images that were built: name -> tag and id; root's."""
        return self.state / "images.json"

    def journal(self, account: str) -> Path:
        """The folder of the journal's chain that an account keeps."""
        return self.state / "journal" / account

    def socket(self, process: str) -> Path:
        """The Unix socket on which a process of ours listens: hub, guard, signin, identity, door or deposits."""
        return self.run / process / f"{process}.sock"


class DirectorySettings(Closed):
    """Section `directory`: how people and groups are found in LDAP, over verified TLS only."""

    uri: str = Field(pattern=r"^ldaps://[^/\s]+$")
    ca_file: Path
    people_base: str
    groups_base: str
    reader_dn: str
    login_attribute: str = Field(pattern=ATTRIBUTE)
    id_attribute: str = Field(pattern=ATTRIBUTE)
    name_attribute: str = Field(pattern=ATTRIBUTE)
    organisation_attribute: str = Field(pattern=ATTRIBUTE)
    project_group: str = Field(
        pattern=r"^[^{}]*\{project\}[^{}]*$", description="name of a project's group, with {project}"
    )
    role_group: str = Field(pattern=r"^[^{}]*\{role\}[^{}]*$", description="name of a role's group, with {role}")
    timeout_s: float = Field(gt=0, le=60)


class TicketSettings(Closed):
    """Section `tickets`: how long a sign-in opens workspaces."""

    max_age_hours: float = Field(gt=0, le=24)

    @property
    def max_age(self) -> timedelta:
        """How long after a sign-in its ticket counts."""
        return timedelta(hours=self.max_age_hours)


READER_PASSWORD = "directory_password_file"  # noqa: S105 - the name of a setting, the same in each section
POLICIES_SECTIONS: Mapping[str, type[BaseModel]] = {
    "places": Places,
    "directory": DirectorySettings,
    "tickets": TicketSettings,
}


class Values:
    """What values.yaml says, section by section, each already read by the model of its owner."""

    def __init__(self, sections: Mapping[str, BaseModel]) -> None:
        self._sections = dict(sections)

    def section(self, model: type[Section]) -> Section:
        """The one section that this model describes."""
        for found in self._sections.values():
            if isinstance(found, model):
                return found
        raise DatalabError(f"no section of values.yaml is a {model.__name__}")

    @property
    def places(self) -> Places:
        """Where things are: the section that every process needs."""
        return self.section(Places)

    @property
    def reader_password_files(self) -> tuple[Path, ...]:
        """Where the password of the directory's reader lies: a copy for each process that reads it."""
        found = (getattr(section, READER_PASSWORD, None) for section in self._sections.values())
        return tuple(path for path in found if isinstance(path, Path))


@lru_cache
def known_sections() -> dict[str, type[BaseModel]]:
    """The sections that the installed packages own, by name."""
    found: dict[str, type[BaseModel]] = {}
    for entry in entry_points(group=GROUP):
        found |= entry.load()
    if not found:
        raise DatalabError("the datalab is not installed; install it with `pip install --no-deps .`")
    return found


def parse_values(values: object, sections: Mapping[str, type[BaseModel]], file: str = "values.yaml") -> Values:
    """The settings that plain values describe; raises InvalidFilesError with every problem at once."""
    if not isinstance(values, dict):
        raise InvalidFilesError([Problem(file, "", "empty; write one section per owner")])
    problems = [
        Problem(file, str(name), "unknown section" + nearest(str(name), sections))
        for name in values
        if name not in sections
    ]
    found: dict[str, Any] = {}
    for name, model in sections.items():
        if name not in values:
            problems.append(Problem(file, name, "missing section; add it"))
            continue
        try:
            found[name] = parse(model, values[name], file, within=name)
        except InvalidFilesError as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFilesError(problems)
    return Values(found)


def read_values(path: Path | None = None) -> Values:
    """The settings of this installation: the given file, else the one that DATALAB_VALUES names."""
    chosen = path or Path(os.environ.get(VARIABLE, "values.yaml"))
    return parse_values(read_yaml(chosen), known_sections(), str(chosen))
