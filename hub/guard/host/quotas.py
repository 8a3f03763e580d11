"""How much a space holds is measured while nobody waits; one that holds too much refuses the next start, with its size.

A space is measured when its workspace ends, and now and then while it runs: then people are told
inside. When the disk itself is nearly full nothing starts, because what runs needs the rest.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from hub.guard.errors import RefusalError, TroubleError
from policies.errors import InvalidFilesError
from policies.files import Closed, canonical_json, parse, read_yaml, write_atomic

MIB = 1024 * 1024
BLOCK = 512
MEASURED = ".usage"


class Usage(Closed):
    """What a space holds: bytes on the disk, and how many files and folders."""

    bytes: int
    files: int


@dataclass(frozen=True)
class Limits:
    """Most that a home and a project space may hold, and what must be free on the disk, in MiB; 0: no limit."""

    home_mib: int
    project_mib: int
    free_mib: int


class Quotas:
    """The sizes of the spaces below a folder; a space is named by the steps that lead to it."""

    def __init__(self, spaces: Path, limits: Limits) -> None:
        self._spaces = spaces
        self._limits = limits
        self._waiting: set[tuple[str, ...]] = set()
        self._lock = Lock()

    def measure_later(self, *spaces: tuple[str, ...]) -> None:
        """Have spaces measured by whoever looks next."""
        with self._lock:
            self._waiting.update(spaces)

    def measure_waiting(self) -> bool:
        """Measure what waits, and say whether anything did; a space that cannot be read keeps its last measure."""
        with self._lock:
            waiting, self._waiting = self._waiting, set()
        for steps in waiting:
            with suppress(OSError):
                self.measure(steps)
        return bool(waiting)

    def measure(self, steps: tuple[str, ...]) -> None:
        """Look at every file of a space, and keep what was found."""
        found = measure(self._spaces.joinpath(*steps))
        write_atomic(self._file(steps), canonical_json(found.model_dump()), mode=0o600)

    def check(self, home: tuple[str, ...], project: tuple[str, ...]) -> None:
        """Raises RefusalError for a space that holds too much, TroubleError when the disk is nearly full."""
        free = os.statvfs(self._spaces)
        if free.f_bavail * free.f_frsize < self._limits.free_mib * MIB:
            raise TroubleError("Le disque du Datalab est presque plein : rien ne démarre. Prévenez la DINUM.")
        told = list(self.exceeded(home, project))
        if told:
            raise RefusalError(" ".join([*told, "L'équipe du Datalab peut en retirer des fichiers avec vous."]))

    def exceeded(self, home: tuple[str, ...], project: tuple[str, ...]) -> Iterator[str]:
        """A sentence for each space that held too much when it was last measured."""
        called = (
            ("Votre dossier personnel", home, self._limits.home_mib),
            ("Le dossier d'équipe", project, self._limits.project_mib),
        )
        for what, steps, most in called:
            usage = self._read(steps)
            if usage is not None and 0 < most * MIB < usage.bytes:
                yield f"{what} contient {usage.bytes // MIB} Mio ; il peut en contenir {most}."

    def _read(self, steps: tuple[str, ...]) -> Usage | None:
        """The last measure, None when there is none: a size is no secret, and refuses nobody when unreadable."""
        path = self._file(steps)
        try:
            return parse(Usage, read_yaml(path), str(path)) if path.exists() else None
        except InvalidFilesError:
            return None

    def _file(self, steps: tuple[str, ...]) -> Path:
        return self._spaces.joinpath(*steps[:-1]) / f"{steps[-1]}{MEASURED}"


def measure(folder: Path) -> Usage:
    """What a folder holds; links are not followed, a file with several names counts once."""
    seen: set[tuple[int, int]] = set()
    size = 0
    for _, folders, names, handle in os.fwalk(folder, onerror=lambda _: None):
        for name in (*folders, *names):
            try:
                found = os.stat(name, dir_fd=handle, follow_symlinks=False)
            except OSError:  # gone meanwhile
                continue
            key = (found.st_dev, found.st_ino)
            if key not in seen:
                seen.add(key)
                size += found.st_blocks * BLOCK
    return Usage(bytes=size, files=len(seen))
