"""A container of the guard's own is told from any other: labels, name and the guard's record say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.guard.host.docker import SITE, WORKSPACE, Container
from hub.guard.lifecycle.records import Record, Records
from policies.names import WorkspaceName, find_workspace_name

SHOWN_STATE = ("Status", "Running", "ExitCode", "OOMKilled", "Error", "StartedAt", "FinishedAt")
SHOWN_LABELS = ("datalab.workspace", "datalab.profile", "datalab.day", "datalab.law", "datalab.facts")


@dataclass(frozen=True)
class Own:
    """A container that this guard created."""

    name: WorkspaceName
    container: Container
    record: Record

    def shown(self) -> Mapping[str, Any]:
        """What the hub is told of it, in Docker's words, without its environment and its ticket."""
        container = self.container
        return {
            "Id": container.id,
            "Name": f"/{container.name}",
            "Created": container.created,
            "State": {key: container.state.get(key) for key in SHOWN_STATE},
            "Config": {"Labels": {key: container.labels.get(key) for key in SHOWN_LABELS}},
        }


def bears_labels(container: Container, site: str) -> bool:
    """Whether a container says that it is a workspace of this site, which whoever reaches Docker can make it say."""
    return container.labels.get(SITE) == site and container.labels.get(WORKSPACE) == container.name


def recognise(container: Container, site: str, records: Records) -> Own | None:
    """The workspace that a container is, None when the guard of this site did not create it."""
    name = find_workspace_name(container.name)
    if name is None or not bears_labels(container, site):
        return None
    record = records.trusted(name)
    return Own(name, container, record) if record and record.id == container.id else None
