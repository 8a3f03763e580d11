"""When a known end is announced, and what the people in a workspace then read. Pure.

Seven days before, one hour before, five minutes before (work is then saved); ten seconds before the
end the workspace is asked to stop, at the end it is killed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from policies.calendar import PARIS
from policies.files import Closed
from policies.wording import say_day

Level = Literal["week", "hour", "minutes"]
LEVELS: tuple[tuple[Level, timedelta], ...] = (
    ("minutes", timedelta(minutes=5)),
    ("hour", timedelta(hours=1)),
    ("week", timedelta(days=7)),
)
ANNOUNCED = timedelta(days=7)
ASKED_TO_STOP = timedelta(seconds=10)


class Notice(Closed):
    """What is announced in a workspace: how near its end is, when that is if it has one, the sentence to show."""

    level: Level
    end: datetime | None
    text: str


@dataclass(frozen=True)
class Due:
    """What the clock asks for a workspace with a known end."""

    level: Level | None
    asked_to_stop: bool


def due(end: datetime, now: datetime) -> Due:
    """The nearest level reached, and whether the workspace must begin to stop."""
    left = end - now
    reached = [level for level, before in LEVELS if left <= before]
    return Due(reached[0] if reached else None, left <= ASKED_TO_STOP)


def make_notice(level: Level, end: datetime, reasons: list[str]) -> Notice:
    """The announcement of an end, to the minute, with the rights that end."""
    end = to_the_minute(end)
    local = end.astimezone(PARIS)
    moment = f"le {say_day(local.date())} à {local:%H h %M}" if local.time() != local.min.time() else _midnight(local)
    saved = " Votre travail vient d'être enregistré." if level == "minutes" else ""
    why = " ".join(dict.fromkeys(reasons))
    return Notice(level=level, end=end, text=f"Cet espace de travail s'arrêtera {moment}.{saved} {why}".strip())


def to_the_minute(moment: datetime) -> datetime:
    """The minute that begins with a moment or after it."""
    begun = moment.replace(second=0, microsecond=0)
    return begun if begun == moment else begun + timedelta(minutes=1)


def _midnight(local: datetime) -> str:
    return f"à la fin du {say_day((local - timedelta(days=1)).date())}, à minuit"
