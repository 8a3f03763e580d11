"""One guard from its settings: sources, judge, parts and service put together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from hub.guard.grounds import Grounds
from hub.guard.installation import make_parts
from hub.guard.judge import Judge
from hub.guard.parts import Parts
from hub.guard.rendering import Rendering
from hub.guard.service import Service
from hub.guard.settings import GuardSettings
from hub.guard.sources import People, Sources
from policies.calendar import now
from policies.settings import Places


@dataclass(frozen=True)
class Guard:
    """What the process needs: the parts to tidy, the service to answer with."""

    parts: Parts
    service: Service


def assemble(
    places: Places, settings: GuardSettings, people: People, rendering: Rendering, clock: Callable[[], datetime] = now
) -> Guard:
    """The guard of an installation."""
    parts = make_parts(places, settings)
    judge = Judge(Sources(places, people, Grounds(places)), rendering, PurePosixPath(places.run))
    return Guard(parts, Service(parts, judge, clock, settings.start_timeout_s))
