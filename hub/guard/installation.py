"""Docker, records, spaces, stage and journal of one installation."""

from __future__ import annotations

from hub.guard.bell import Bell
from hub.guard.diary import Diary
from hub.guard.docker import Engine
from hub.guard.ended import EndedStore
from hub.guard.parts import Parts
from hub.guard.records import Records
from hub.guard.running import Running
from hub.guard.settings import GuardSettings, account_id, group_id
from hub.guard.spaces_store import SpacesStore
from hub.guard.stage import Stage
from hub.guard.turns import Turns
from policies.journal.append import Journal
from policies.settings import Places

ACCOUNT = "guard"


def make_parts(places: Places, settings: GuardSettings) -> Parts:
    """The parts, before anything is made or cleared."""
    return Parts(
        site=str(places.run),
        engine=Engine(settings.docker_socket, settings.docker_timeout_s),
        records=Records(places.state / "guard" / "workspaces"),
        spaces=SpacesStore(places.state / "spaces"),
        stage=Stage(places, group_id(settings.front_group), account_id(settings.turnstile_account)),
        diary=Diary(Journal(places.journal(ACCOUNT), ACCOUNT)),
        ended=EndedStore(places.state / "guard" / "ended"),
        running=Running(),
        turns=Turns(),
        bell=Bell(),
    )


def prepare(parts: Parts) -> None:
    """The folders that the guard owns are there, and those of sockets refuse links and programs."""
    parts.spaces.prepare()
    parts.records.prepare()
    parts.ended.prepare()
    parts.stage.prepare()
