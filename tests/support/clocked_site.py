"""Every process of an installation that has a clock of its own: sign-in, hub, guard, door and keeper.

Each is the real one, started as the launcher starts it, on a clock that the test moves while it runs.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import docker
import httpx

from hub.door.settings import TICKET_HEADER
from hub.guard.judging.ground import forget_later, kept_file
from onboarding.keeper.audit import Audit, Known, audit
from onboarding.keeper.keys import ensure_keys as ensure_keeper_keys
from onboarding.keeper.terms import Terms
from policies.calendar import now, today
from policies.engine.follow import LawFollower
from policies.names import WorkspaceName
from policies.proofs.keys import read_public_keys
from tests.support.guarded_site import DOCKER, GuardedSite, guard_settings, site_without_guard
from tests.support.leaping import Clock
from tests.support.running_hub import LOGIN, PASSWORD, RunningHub, answering_image, running_hub

ALONE = ("keeper", "guard", "door")  # beside sign-in and hub, which are started together
PROCESSES = ("signin", "hub", *ALONE)


@dataclass
class ClockedSite:
    """The processes, their clocks by name, and what they work on."""

    hub: RunningHub
    site: GuardedSite
    clocks: dict[str, Clock]

    def leap(self, by: timedelta, *names: str) -> None:
        """The clocks of these processes leap, or of all."""
        for name in names or self.clocks:
            self.clocks[name].leap(by)

    def agree(self, moment: datetime) -> None:
        """Every clock shows this moment."""
        ahead = moment - now()
        for clock in self.clocks.values():
            clock.ahead_by(ahead)

    def start(self, name: str) -> None:
        module = "onboarding.keeper.main" if name == "keeper" else f"hub.{name}.main"
        self.hub.start(name, "-m", module, "--values", str(self.hub.values_file), listens=name != "keeper")

    def restart(self, name: str) -> None:
        """As after a crash: the process is killed and started anew."""
        process = self.hub.processes.pop(name)
        process.kill()
        process.wait()
        if name == "hub":
            self.hub.start_hub()
        elif name == "signin":
            self.hub.start_signin()
        else:
            self.start(name)

    def begin_anew(self, moment: datetime) -> None:
        """The clocks agree, and somebody vouches for them."""
        self.agree(moment)
        self.hub.stop("guard")
        forget_later(kept_file(self.site.places), self.clocks["guard"].now())
        self.start("guard")

    def ticket(self, login: str = LOGIN) -> str:
        """What the sign-in process signs now for whoever types this login and the right password."""
        typed = {"login": login, "password": PASSWORD}
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(self.site.places.socket("signin")))) as client:
            return str(client.post("http://signin/sign-in", json=typed).json()["ticket"])

    def deposit(self, name: WorkspaceName, ticket: str, file: str) -> tuple[int, str]:
        """What the door says to a file that the hub hands over with a ticket."""
        form = {"declaration": (None, b"table_de_reference"), "engagement": (None, b"oui"), "fichier": (file, b"a;b\n")}
        with httpx.Client(transport=httpx.HTTPTransport(uds=str(self.site.places.socket("deposits")))) as client:
            answer = client.post(f"http://door/deposits/{name}", headers={TICKET_HEADER: ticket}, files=form)
            return answer.status_code, str(answer.json().get("message", ""))

    def deposited(self, name: WorkspaceName) -> list[str]:
        """What is there of the files that a person deposited, whole or not."""
        folders = (
            self.site.places.entries / name.processing / name.person,
            self.site.places.state / "door" / "incoming",
        )
        return sorted(path.name for folder in folders for path in folder.iterdir())

    def chains(self) -> list[Path]:
        """The chains of the journal."""
        return sorted(path.parent for path in self.site.places.journal("").glob("*/chain.jsonl"))

    def audit(self) -> Audit:
        """What `datalab journal verify` finds, by the keeper's clock."""
        places = self.site.places
        months = Terms(LawFollower(places.law).current()).months
        return audit(
            places.journal(""), Known(read_public_keys(places.keys), months, self.clocks["keeper"].now(), None)
        )


@contextmanager
def clocked_site(moment: datetime) -> Iterator[ClockedSite]:
    """All of them, whose clocks show this moment at first."""
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    image = answering_image(engine)
    engine.close()
    with site_without_guard(image) as site, tempfile.TemporaryDirectory() as folder:
        site.places.images.write_text(json.dumps({"workspace-python": {"tag": "x", "id": image}}))
        ensure_keeper_keys(site.places, today())
        clocks = {name: Clock(Path(folder) / name) for name in PROCESSES}
        site.hub_clock = clocks["hub"].now
        for clock in clocks.values():
            clock.put_at(moment)
        for name in ALONE:
            (site.places.state / name).mkdir(mode=0o700, exist_ok=True)
        settings = guard_settings().model_dump(mode="json", exclude={"directory_password_file"})
        others = {"guard": settings | {"start_timeout_s": 30}, "journal": {"checkpoint_s": 0.2}}
        (Path(folder) / "slapd").mkdir()
        with running_hub(site.places, Path(folder) / "slapd", site.register, others=others, clocks=clocks) as hub:
            made = ClockedSite(hub, site, clocks)
            for name in ALONE:
                made.start(name)
            yield made
