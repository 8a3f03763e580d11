"""What the guard would create itself, and on what ground. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.guard.judging.compare import config_fingerprint
from hub.guard.judging.deciding import Decided
from hub.guard.judging.sources import Snapshot
from hub.workspace.spec import WorkspaceSpec
from policies.access.decision import Decision


@dataclass(frozen=True)
class Judgement:
    """The guard's decision on who signed in when, and the whole definition of the container."""

    decided: Decided
    spec: WorkspaceSpec
    config: Mapping[str, Any]
    signed_at: datetime
    snapshot: Snapshot

    @property
    def decision(self) -> Decision:
        """The decision itself."""
        return self.decided.decision

    @property
    def factors(self) -> tuple[str, ...]:
        """What who asks showed at sign-in."""
        return self.decided.ground.factors

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the container's definition."""
        return config_fingerprint(self.config)
