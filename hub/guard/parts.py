"""What the guard's operations work with, and how a container of its own is told from any other."""

from __future__ import annotations

from dataclasses import dataclass

from hub.guard.diary import Diary
from hub.guard.docker import SITE, WORKSPACE, Container, Engine
from hub.guard.errors import AttackError, UnknownContainerError
from hub.guard.records import Record, Records
from hub.guard.spaces_store import SpacesStore
from hub.guard.stage import Stage
from policies.names import WorkspaceName, parse_workspace_name


@dataclass(frozen=True)
class Own:
    """A container that this guard created."""

    name: WorkspaceName
    container: Container
    record: Record


@dataclass(frozen=True)
class Parts:
    """One installation's Docker, records, spaces, stage and journal."""

    site: str
    engine: Engine
    records: Records
    spaces: SpacesStore
    stage: Stage
    diary: Diary

    def find(self, reference: str) -> Own:
        """The workspace with this name or container id.

        Raises UnknownContainerError when there is none, AttackError when the container is not this
        guard's own: its labels, its name and the guard's record must say the same.
        """
        container = self.engine.find(reference)
        if container is None:
            raise UnknownContainerError("Cet espace de travail n'existe pas.")
        own = self.recognise(container)
        if own is None:
            raise AttackError("Appel refusé : ce conteneur n'est pas un espace de travail.")
        return own

    def recognise(self, container: Container) -> Own | None:
        """The workspace that a container is, None when the guard did not create it."""
        labels = container.labels
        if labels.get(SITE) != self.site or labels.get(WORKSPACE) != container.name:
            return None
        try:
            name = parse_workspace_name(container.name)
        except ValueError:
            return None
        record = self.records.read(name)
        return Own(name, container, record) if record and record.id == container.id else None
