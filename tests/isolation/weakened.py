"""A workspace that lacks one protection, made by the tests beside the running ones.

It is rendered, laid out and started with the product's own parts; one thing is then changed in the
container's definition, or in what was mounted on the host. The guard would end it at once: it is
shown none of its labels, and told that Docker is still being asked for it, so that the sweep leaves
what was laid out. No setting of the product could make it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import docker.errors

from hub.guard.host.spaces_store import Shown, SpacesStore
from hub.guard.host.stage import Stage
from hub.guard.host.terminals import limit_terminals
from hub.guard.judging.deciding import decide_again
from hub.guard.judging.judgement import Judgement
from hub.guard.judging.sources import Sources
from hub.guard.lifecycle.notes import render_notes
from hub.guard.lifecycle.records import NOT_YET, Record, Records
from hub.guard.settings import GuardSettings, read_neighbours
from hub.site import read_site
from hub.workspace.docker import render_container
from hub.workspace.profiles import Profiles
from hub.workspace.spec import Numbers, WorkspaceSpec, make_spec
from policies.access.decision import Decision
from policies.calendar import now
from policies.directory.lookup import Directory
from policies.names import PERSON_UID_BASE, PROCESSING_GID_BASE
from policies.proofs.tickets import PASSWORD_ALONE
from policies.settings import DirectorySettings
from tests.isolation.inside.frame import Facts
from tests.isolation.lab import Lab
from tests.isolation.removals import Removal
from tests.support.guarded_site import wait_for

PERSON = "pessai01"
# what stands for the workspace's server: it listens, with the umask that the server takes
SERVER = """
import os, signal, socket
os.umask(0o007)
server = socket.socket(socket.AF_UNIX)
try:
    server.bind("/run/ws/j.sock")
    server.listen()
finally:
    signal.pause()
"""


@dataclass
class Weak:
    """A workspace about to start: what a removal may change, and what it may look at."""

    lab: Lab
    plays: str
    spec: WorkspaceSpec
    shown: Shown
    body: dict[str, Any]
    held: ExitStack
    facts: Facts = field(default_factory=dict)
    limited_terminals: bool = True

    @property
    def container(self) -> str:
        return str(self.spec.name)

    @property
    def host(self) -> dict[str, Any]:
        found: dict[str, Any] = self.body["HostConfig"]
        return found

    @property
    def mounts(self) -> Path:
        """Where the spaces and the data are mounted for the moment of the start."""
        return self.lab.site.places.run / "mounts" / self.container

    @property
    def sockets(self) -> Path:
        return self.lab.site.places.run / "ws" / self.container

    @property
    def spaces(self) -> Path:
        return self.lab.site.places.state / "spaces"

    def add_mount(self, source: Path | str, target: str, **more: Any) -> None:
        plain = {"Type": "bind", "Source": str(source), "Target": target, "ReadOnly": False}
        self.host["Mounts"].append(plain | more)

    def mount_of(self, target: str) -> dict[str, Any]:
        found: dict[str, Any] = next(each for each in self.host["Mounts"] if each["Target"] == target)
        return found


@contextmanager
def weakened(lab: Lab, removal: Removal) -> Iterator[Weak]:
    """It runs until the end of the block; nothing is left of it."""
    engine = docker.APIClient(base_url="unix:///var/run/docker.sock", version="1.41")
    with ExitStack() as held:
        held.callback(engine.close)
        weak, stage = _laid_out(lab, removal.plays, held)
        held.callback(stage.clear, weak.spec.name)
        removal.change(weak)
        held.callback(_remove, engine, weak.container)
        made = engine.create_container_from_config(weak.body, weak.container)["Id"]
        engine.start(made)
        pid = engine.inspect_container(made)["State"]["Pid"]
        if weak.limited_terminals:
            limit_terminals(pid)
        stage.strike(weak.container)
        wait_for(lambda: _stands(weak, removal))
        yield weak


def _remove(engine: docker.APIClient, name: str) -> None:
    try:
        engine.remove_container(name, force=True)
    except docker.errors.NotFound:
        return


def _laid_out(lab: Lab, plays: str, held: ExitStack) -> tuple[Weak, Stage]:
    """Everything up to the start, as the guard does it for the person whose part it plays."""
    values = lab.site.values
    settings, neighbours = values.section(GuardSettings), read_neighbours(values)
    people = Directory(values.section(DirectorySettings), settings.directory_password_file)
    sources = Sources(values.places, people)
    snapshot = sources.snapshot()
    decided = decide_again(sources, snapshot, lab.name(plays), PASSWORD_ALONE, now())
    decision = decided.decision
    assert decision.allowed
    own = decision.model_copy(update={"person": PERSON})
    spec = _spec(lab, plays, own)
    stage = Stage(values.places, neighbours.front, neighbours.turnstile)
    _remove(held.enter_context(_engine()), str(spec.name))
    records = Records(values.places.state / "guard" / "workspaces")
    held.callback(records.forget, spec.name)
    records.write(Record(name=str(spec.name), id=NOT_YET, config="", state="creating"))
    shown = SpacesStore(values.places.state / "spaces").show(
        spec.name, spec.uid, spec.gid, decision.label, decision.day
    )
    held.callback(shutil.rmtree, values.places.state / "spaces" / spec.name.processing / "homes" / PERSON)
    stage.lay(spec, render_notes(Judgement(decided, spec, {}, now(), snapshot)))
    held.callback(shutil.rmtree, values.places.entries / spec.name.processing / PERSON)
    stage.mount(spec.name, shown, [grant for grant in decision.grants if grant.mode == "read"])
    weak = Weak(lab, plays, spec, shown, _body(lab, plays, spec, settings), held)
    weak.facts = _facts(lab, plays, weak)
    return weak, stage


@contextmanager
def _engine() -> Iterator[docker.APIClient]:
    engine = docker.APIClient(base_url="unix:///var/run/docker.sock", version="1.41")
    try:
        yield engine
    finally:
        engine.close()


def _spec(lab: Lab, plays: str, decision: Decision) -> WorkspaceSpec:
    uid, gid = (int(number) for number in lab.inspect(plays)["Config"]["User"].split(":"))
    numbers = Numbers(person=uid - PERSON_UID_BASE, processing=gid - PROCESSING_GID_BASE)
    profile = lab.site.values.section(Profiles).get("petit")
    assert profile
    return make_spec(decision, "petit", profile, numbers, read_site(lab.site.values))


def _body(lab: Lab, plays: str, spec: WorkspaceSpec, settings: GuardSettings) -> dict[str, Any]:
    """What the guard would give Docker, but for the label by which it recognises its own, and the server."""
    body = render_container(spec, lab.token(plays), "essai", settings.runtime)
    del body["Labels"]["datalab.site"]
    body["Cmd"] = ["/usr/bin/tini", "--", "/usr/bin/python3", "-I", "-c", SERVER]
    return body


def _facts(lab: Lab, plays: str, weak: Weak) -> Facts:
    """As the workspace whose part it plays, with a home of its own, which holds nothing yet but a witness."""
    facts = lab.facts(plays)
    word = f"temoin-essai-home-{lab.word}"
    home = weak.spaces.joinpath(*weak.shown.home) / "temoin.txt"
    home.write_text(word, encoding="ascii")
    os.chown(home, weak.spec.uid, weak.spec.gid)
    own = [word, *(each for each in facts["own_words"] if "-home-" not in each)]
    me = {"name": weak.container, "own_words": own}
    others = [each for each in facts["others"] if each["uid"] != facts["uid"]] + [lab.other(plays)]
    return facts | me | {"others": others}


def _stands(weak: Weak, removal: Removal) -> bool:
    """It has a way to the hub, and listens, unless it runs as somebody who cannot."""
    way = weak.lab.site.places.run / "turnstile" / weak.container / "hub.sock"
    return way.exists() and (removal.another_account or (weak.sockets / "j.sock").exists())
