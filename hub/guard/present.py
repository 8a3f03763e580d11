"""What one run of the guard knows: which workspaces run, who has a turn on which, whom to tell of ends."""

from __future__ import annotations

from dataclasses import dataclass, field

from hub.guard.bell import Bell
from hub.guard.turns import Turns
from hub.guard.watching.running import Running


@dataclass(frozen=True)
class Present:
    """Gone with the guard; made anew from Docker and the records."""

    running: Running = field(default_factory=Running)
    turns: Turns = field(default_factory=Turns)
    bell: Bell = field(default_factory=Bell)
