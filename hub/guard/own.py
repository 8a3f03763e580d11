"""A container of the guard's own is told from any other: labels, name and the guard's record say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.guard.docker import SITE, WORKSPACE, Container
from hub.guard.records import Record, Records
from policies.names import WorkspaceName, parse_workspace_name

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


def recognise(container: Container, site: str, records: Records) -> Own | None:
    """The workspace that a container is, None when the guard of this site did not create it."""
    labels = container.labels
    if labels.get(SITE) != site or labels.get(WORKSPACE) != container.name:
        return None
    try:
        name = parse_workspace_name(container.name)
    except ValueError:
        return None
    record = records.read(name)
    return Own(name, container, record) if record and record.id == container.id else None
