"""Homes and project spaces on the disk, each with its label beside it where only root writes.

    <spaces>/<processing>/homes/<person>/<n>/       the person's, 2700     <n>.json      its label
    <spaces>/<processing>/projet/<label digest>/    the team's, 2770       <digest>.json its label

A label is durable before the space is shown beside what it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

from hub.guard.errors import TroubleError
from hub.guard.host.folders import ROOT_ONLY, Owner, ensure_folder
from hub.guard.host.returning import Coming, bring_back, coming
from policies.access.requalified import Released
from policies.access.spaces import (
    HomeChoice,
    Label,
    Space,
    choose_home,
    choose_project_space,
    movable_space,
    project_space_id,
    smaller_spaces,
)
from policies.errors import InvalidFilesError
from policies.files import canonical_json, parse, read_yaml, remove_half_written, write_atomic
from policies.names import WorkspaceName

RETURNED = ".returned"


@dataclass(frozen=True)
class Beside:
    """A project space of a smaller label: the name under which it is shown, its folder, its label."""

    name: str
    steps: tuple[str, ...]
    label: Label


@dataclass(frozen=True)
class Shown:
    """The folders, below the store, that a workspace gets as home and as /projet; those beside it, by name."""

    home: tuple[str, ...]
    project: tuple[str, ...]
    beside: tuple[Beside, ...] = ()


class SpacesStore:
    """Every space of an installation; one writer at a time. `changes` counts the labels that were written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.changes = 0
        self._lock = Lock()

    def prepare(self) -> None:
        """The folder is there, root's alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def clear_half_written(self) -> None:
        """What a guard that was killed had not yet put in place, beside the spaces, is gone."""
        for pattern in ("*/homes/*", "*/projet"):
            for folder in self.folder.glob(pattern):
                remove_half_written(folder)

    def home_choice(self, name: WorkspaceName, granted: Label) -> HomeChoice:
        """Which home these grants show, and which are sealed; raises TroubleError when unreadable."""
        return choose_home(self._read(_homes(name)), granted)

    def labels(self, *spaces: tuple[str, ...]) -> Label:
        """Everything that these spaces, as `show` named them, stand for; raises TroubleError when unreadable."""
        return frozenset(part for steps in spaces for part in self._label(steps))

    def _label(self, steps: tuple[str, ...]) -> Label:
        found = [space.label for space in self._read(steps[:-1]) if space.id == steps[-1]]
        if not found:
            raise TroubleError("L'étiquette d'un espace a disparu : prévenez la DINUM.")
        return found[0]

    def show(self, name: WorkspaceName, uid: int, gid: int, granted: Label, day: date) -> Shown:
        """The home and the project space for these grants are there, labelled with them."""
        with self._lock:
            home = self._prepare_home(name, Owner(uid, gid, 0o2700), granted, day)
            project = self._prepare_project(name, Owner(0, gid, 0o2770), granted, day)
            beside = tuple(_beside(name, each) for each in smaller_spaces(self._read(_projects(name)), granted))
        return Shown(home, project, beside)

    def returning(self, name: WorkspaceName, granted: Label, released: Iterable[Released]) -> list[Coming]:
        """The files of this person's sealed homes that may come back and have not yet."""
        sealed = self.home_choice(name, granted).sealed
        return [file for file in coming(sealed, released) if file.path not in self._returned(name, file.home)]

    def bring_back(self, name: WorkspaceName, home: str, file: Coming, uid: int, gid: int) -> bool:
        """Copy a file of a sealed home into today's, once; False when it is not what was attested."""
        homes = self.folder.joinpath(*_homes(name))
        if not bring_back(homes, home, file, Owner(uid, gid, 0o2700)):
            return False
        returned = self._returned(name, file.home) | {file.path: file.content}
        write_atomic(homes / f"{file.home}{RETURNED}", canonical_json(returned), mode=0o600)
        return True

    def _returned(self, name: WorkspaceName, home: str) -> dict[str, str]:
        path = self.folder.joinpath(*_homes(name)) / f"{home}{RETURNED}"
        found = read_yaml(path) if path.exists() else {}
        return found if isinstance(found, dict) else {}

    def movable(self, name: WorkspaceName, granted: Label) -> Space | None:
        """The project space that may be relabelled with these grants, if the whole team has them."""
        return movable_space(self._read(_projects(name)), granted)

    def relabel(self, name: WorkspaceName, space: Space, label: Label) -> None:
        """Give a project space a larger label, unless somebody changed it or made the larger one meanwhile."""
        with self._lock:
            if movable_space(self._read(_projects(name)), label) == space:
                self._write(_projects(name), space.model_copy(update={"label": label}))

    def _prepare_home(self, name: WorkspaceName, owner: Owner, granted: Label, day: date) -> tuple[str, ...]:
        steps = _homes(name)
        ensure_folder(self.folder, steps, ROOT_ONLY)
        choice = self.home_choice(name, granted)
        home = choice.home or Space(id=self._next(steps), label=choice.label, since=day)
        self._write(steps, home.model_copy(update={"label": choice.label}))
        ensure_folder(self.folder, [*steps, home.id], owner)
        return (*steps, home.id)

    def _prepare_project(self, name: WorkspaceName, owner: Owner, granted: Label, day: date) -> tuple[str, ...]:
        steps = _projects(name)
        ensure_folder(self.folder, steps, ROOT_ONLY)
        every = self._read(steps)
        space = choose_project_space(every, granted)
        if space is None:
            space = Space(id=_free_id(every, granted), label=granted, since=day)
            self._write(steps, space)
        ensure_folder(self.folder, [*steps, space.id], owner)
        return (*steps, space.id)

    def _next(self, steps: Sequence[str]) -> str:
        return str(max((int(space.id) for space in self._read(steps)), default=0) + 1)

    def _read(self, steps: Sequence[str]) -> list[Space]:
        folder = self.folder.joinpath(*steps)
        try:
            return [parse(Space, read_yaml(path), str(path)) for path in sorted(folder.glob("*.json"))]
        except InvalidFilesError as error:
            raise TroubleError("L'étiquette d'un espace est illisible : prévenez la DINUM.") from error

    def _write(self, steps: Sequence[str], space: Space) -> None:
        content = space.model_dump(mode="json") | {"label": sorted(space.label)}
        path = self.folder.joinpath(*steps) / f"{space.id}.json"
        self.changes += 1
        if not path.exists() or path.read_bytes() != canonical_json(content):
            write_atomic(path, canonical_json(content), mode=0o600)


def _homes(name: WorkspaceName) -> tuple[str, ...]:
    return (name.processing, "homes", name.person)


def _projects(name: WorkspaceName) -> tuple[str, ...]:
    return name.processing, "projet"


def _free_id(every: Sequence[Space], granted: Label) -> str:
    """A space that was relabelled keeps its folder, whose name another one would have now."""
    taken = {space.id for space in every}
    first = project_space_id(granted)
    later = (f"{first}-{n}" for n in range(2, len(taken) + 3))
    return next(id_ for id_ in (first, *later) if id_ not in taken)


def _beside(name: WorkspaceName, space: Space) -> Beside:
    return Beside(f"{space.since.isoformat()}-{space.id[:8]}", (*_projects(name), space.id), space.label)
