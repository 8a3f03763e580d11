"""Docker, stage, journal and stores of one installation."""

from __future__ import annotations

from hub.guard.diary import Diary
from hub.guard.host.docker import Engine
from hub.guard.host.stage import Stage
from hub.guard.kept import make_kept
from hub.guard.parts import Parts
from hub.guard.present import Present
from hub.guard.settings import GuardSettings, Neighbours
from policies.journal.append import Journal
from policies.settings import Places

ACCOUNT = "guard"


def make_parts(places: Places, settings: GuardSettings, neighbours: Neighbours) -> Parts:
    """The parts, before anything is made or cleared."""
    return Parts(
        site=str(places.run),
        engine=Engine(settings.docker_socket, settings.docker_timeout_s),
        stage=Stage(places, neighbours.front, neighbours.turnstile),
        diary=Diary(Journal(places.journal(ACCOUNT), ACCOUNT)),
        kept=make_kept(places, settings.limits),
        present=Present(),
    )


def prepare(parts: Parts) -> None:
    """The folders that the guard owns are there, and those of sockets refuse links and programs."""
    parts.kept.prepare()
    parts.stage.prepare()
