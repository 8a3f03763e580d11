"""The moments of one start, and what they say of ten: medians, worst, where the time goes. Pure."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Start:
    """When each thing happened, in seconds since 1970; `socket` is None where there is no socket to see."""

    pressed: float
    created: float
    started: float
    socket: float | None
    ready: float
    page: float

    @property
    def whole(self) -> float:
        """From the button to the workspace's own page."""
        return self.page - self.pressed

    def stages(self) -> dict[str, float]:
        """What the time went to, in order; the sum is the whole."""
        answers = {"container runs to hub's `ready`": self.ready - self.started}
        if self.socket is not None:
            answers = {
                "container runs to its socket": self.socket - self.started,
                "socket to hub's `ready`": self.ready - self.socket,
            }
        return {
            "button to Docker's create": self.created - self.pressed,
            "create to container runs": self.started - self.created,
            **answers,
            "`ready` to first page (OAuth)": self.page - self.ready,
        }


def docker_moment(text: str) -> float:
    """Docker's nanoseconds, as seconds since 1970."""
    day, _, fraction = text.rstrip("Z").partition(".")
    return datetime.fromisoformat(f"{day}+00:00").timestamp() + float(f"0.{fraction or 0}")


def median(values: Sequence[float]) -> float:
    """The middle one."""
    return statistics.median(values)


def stages_of(starts: Sequence[Start]) -> dict[str, float]:
    """The median of each stage."""
    every = [start.stages() for start in starts]
    return {name: median([stages[name] for stages in every]) for name in every[0]}
