"""Why a workspace was ended, kept for the page that replaces it until the next one of its name runs."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.guard.judging.effects import Cause, Loss
from policies.errors import InvalidFilesError
from policies.files import Closed, canonical_json, parse, read_yaml, remove_half_written, write_atomic
from policies.names import WorkspaceName

EXITED = "code {}"
NO_MEMORY = "mémoire épuisée"
log = logging.getLogger("datalab.guard")


class Ended(Closed):
    """When a workspace ended and what for: rights that ended, a source that stayed silent, or by itself."""

    moment: datetime
    cause: Cause
    losses: tuple[Loss, ...] = ()
    detail: str = ""


class EndedStore:
    """One small file for each workspace that was ended, root's."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def prepare(self) -> None:
        """The folder is there."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def clear_half_written(self) -> None:
        """What a guard that was killed had not yet put in place is gone."""
        remove_half_written(self._folder)

    def write(self, name: WorkspaceName, ended: Ended) -> None:
        """Keep why a workspace ends; an earlier reason is replaced."""
        write_atomic(self._path(name), canonical_json(ended.model_dump(mode="json")), mode=0o600)

    def write_death(self, name: WorkspaceName, moment: datetime, state: Mapping[str, Any]) -> None:
        """Keep that a workspace ended by itself, if the disk takes it; `state` is Docker's."""
        detail = NO_MEMORY if state.get("OOMKilled") else EXITED.format(state.get("ExitCode"))
        try:
            self.write(name, Ended(moment=moment, cause="itself", detail=detail))
        except OSError as error:
            log.warning("%s: why it ended could not be kept: %s", name, error.strerror)

    def read(self, name: WorkspaceName) -> Ended | None:
        """Why the last workspace of this name was ended, None when it was not; raises InvalidFilesError."""
        path = self._path(name)
        return parse(Ended, read_yaml(path), str(path)) if path.exists() else None

    def said(self, name: WorkspaceName) -> Ended | None:
        """As `read`, but a file that cannot be read says nothing: it grants nothing either."""
        with suppress(InvalidFilesError):
            return self.read(name)
        return None

    def forget(self, name: WorkspaceName) -> None:
        """The next workspace of this name runs."""
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: WorkspaceName) -> Path:
        return self._folder / f"{name}.json"
