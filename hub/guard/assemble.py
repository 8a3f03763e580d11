"""One guard from its settings: sources, judge, parts, service, and what watches over running workspaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from hub.guard.calling.service import Service
from hub.guard.installation import make_parts
from hub.guard.judging.ground import Ground, People, kept_file
from hub.guard.judging.judge import Judge
from hub.guard.judging.rendering import Rendering
from hub.guard.judging.sources import Sources
from hub.guard.parts import Parts
from hub.guard.settings import GuardSettings, Neighbours
from hub.guard.watching.watch import Watch, make_watch
from policies.settings import Places


@dataclass(frozen=True)
class Guard:
    """What the process needs: the parts to tidy, the service to answer with, what watches."""

    parts: Parts
    service: Service
    ground: Ground
    watch: Watch
    clock: Callable[[], datetime]

    def begin(self) -> list[str]:
        """Watch from now on; the names of the workspaces that keep running.

        What an earlier guard verified counts until it is too old.
        """
        self.ground.begin(self.clock())
        return self.watch.start()

    def end(self) -> None:
        """Watch no more, once every end that began is carried out; running workspaces stay."""
        self.watch.stop()


def assemble(
    places: Places,
    settings: GuardSettings,
    neighbours: Neighbours,
    people: People,
    rendering: Rendering,
    clock: Callable[[], datetime],
    seconds: Callable[[], float],
) -> Guard:
    """The guard of an installation; `seconds` is a clock that only goes forward."""
    parts = make_parts(places, settings, neighbours)
    see = parts.kept.memory.keep
    sources = Sources(places, people, see)
    ground = Ground(sources, people, kept_file(places), seconds)
    judge = Judge(Sources(places, ground, see, keeps=True), rendering, PurePosixPath(places.run))
    watch = make_watch(parts, ground, clock)
    service = Service(parts, judge, watch.check, lambda: ground.steady(clock()), settings.start_timeout_s)
    return Guard(parts, service, ground, watch, clock)
