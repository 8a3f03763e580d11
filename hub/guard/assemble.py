"""One guard from its settings: sources, judge, parts, service, and what watches over running workspaces."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath

from hub.guard.ending import Ending
from hub.guard.enforce import Enforcer
from hub.guard.ground import Ground, People, boot_seconds
from hub.guard.installation import make_parts
from hub.guard.judge import Judge
from hub.guard.parts import Parts
from hub.guard.rendering import Rendering
from hub.guard.service import Service
from hub.guard.settings import GuardSettings
from hub.guard.sources import Sources
from hub.guard.watch import Watch
from policies.calendar import now
from policies.settings import Places

ENDS_AT_ONCE = 16
REMOVED_AT_ONCE = 4


@dataclass(frozen=True)
class Guard:
    """What the process needs: the parts to tidy, the service to answer with, what watches."""

    parts: Parts
    service: Service
    ground: Ground
    watch: Watch
    clock: Callable[[], datetime]
    pools: tuple[ThreadPoolExecutor, ...]

    def begin(self) -> None:
        """Watch from now on; what an earlier guard verified counts until it is too old."""
        self.ground.begin(self.clock())
        self.watch.start()

    def end(self) -> None:
        """Watch no more, once every end that began is carried out; running workspaces stay."""
        self.watch.stop()
        for pool in self.pools:
            pool.shutdown()


def assemble(
    places: Places,
    settings: GuardSettings,
    people: People,
    rendering: Rendering,
    clock: Callable[[], datetime] = now,
    seconds: Callable[[], float] = boot_seconds,
) -> Guard:
    """The guard of an installation; `seconds` is a clock that only goes forward."""
    parts = make_parts(places, settings)
    ground = Ground(Sources(places, people), people, places.state / "guard" / "verified.json", seconds)
    judge = Judge(Sources(places, ground), rendering, PurePosixPath(places.run))
    pool, later = ThreadPoolExecutor(ENDS_AT_ONCE), ThreadPoolExecutor(REMOVED_AT_ONCE)
    ending = Ending(parts, later)
    enforcer = Enforcer(parts, ground, ending, pool)
    watch = Watch(parts, ground, enforcer, ending, clock)
    service = Service(parts, judge, watch.check, clock, settings.start_timeout_s)
    return Guard(parts, service, ground, watch, clock, (pool, later))
