"""What the guard's operations work with, and how a container of its own is told from any other."""

from __future__ import annotations

from dataclasses import dataclass

from hub.guard.diary import Diary
from hub.guard.errors import AttackError, UnknownContainerError
from hub.guard.host.docker import Container, Engine
from hub.guard.host.stage import Stage
from hub.guard.kept import Kept
from hub.guard.lifecycle.own import Own, recognise
from hub.guard.present import Present


@dataclass(frozen=True)
class Parts:
    """One installation's Docker, stage and journal, what is kept of it and what is known of it now."""

    site: str
    engine: Engine
    stage: Stage
    diary: Diary
    kept: Kept
    present: Present

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
        return recognise(container, self.site, self.kept.records)
