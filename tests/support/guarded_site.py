"""A guard of its own in a folder, on the real Docker: real law, register, tickets, mounts and containers.

The directory alone is a table here; the hub is played by the tests, with the hub's own rendering.
"""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import docker
import uvicorn

from hub.guard.assemble import Guard, assemble
from hub.guard.calling.serving import listen, make_server
from hub.guard.judging.ground import kept_file
from hub.guard.judging.rendering import Rendering
from hub.guard.main import begin
from hub.guard.settings import GuardSettings, Neighbours
from hub.signin.keys import ensure_keys
from hub.workspace.docker import render_container
from hub.workspace.profiles import Profile, Profiles
from hub.workspace.spec import Address, Numbers, Site, make_spec
from policies.access.decision import Decision
from policies.access.workspace import decide_workspace
from policies.calendar import boot_seconds, now, paris_day, today
from policies.directory.person import Person
from policies.engine.follow import LawFollower
from policies.errors import UnavailableError
from policies.journal.read import read_journal
from policies.names import WorkspaceName
from policies.proofs.keys import read_public_keys
from policies.proofs.tickets import PASSWORD_ALONE, encode
from policies.register.follow import read_register
from policies.settings import Places
from tests.support.guarded_register import OPEN, PERSON, PROCESSING, RESTRICTED, TEAMMATE, GuardedRegister
from tests.support.open_law import write_open_law

DOCKER_SOCKET = Path("/var/run/docker.sock")
DOCKER = f"unix://{DOCKER_SOCKET}"
TOKEN = "0123456789abcdef0123456789abcdef"
NAME = WorkspaceName(PERSON, PROCESSING)
MATE = WorkspaceName(TEAMMATE, PROCESSING)
PROFILE = Profile(
    label="Petit",
    image="workspace-python",
    memory_mib=256,
    cpus=1.0,
    processes=64,
    open_files=1024,
    temporary_mib=16,
    idle_minutes=0,
)
# What a workspace's server does for the guard: it listens, and ends when told to. A file in the home
# makes it misbehave: `dies` at once, `mute` never listens, `linked` offers a link to another socket, `deaf` never ends.
SERVER = """\
#!/usr/bin/python3
import os, signal, socket, sys
os.umask(0o007)
home = os.listdir("/home/datalab")
signal.signal(signal.SIGTERM, signal.SIG_IGN if "deaf" in home else lambda *_: sys.exit(0))
if "dies" in home:
    sys.exit(3)
if "mute" in home:
    signal.pause()
server = socket.socket(socket.AF_UNIX)
server.bind("/run/ws/other.sock" if "linked" in home else "/run/ws/j.sock")
server.listen()
if "linked" in home:
    os.symlink("other.sock", "/run/ws/j.sock")
while True:
    server.accept()[0].close()
"""


class Table:
    """A directory that is a table: who is in it is in the project's group."""

    def __init__(self, ids: tuple[str, ...]) -> None:
        self.ids = set(ids)
        self.silent = False

    def person(self, person_id: str) -> Person | None:
        if self.silent:
            raise UnavailableError("the directory does not answer")
        if person_id not in self.ids:
            return None
        return Person(id=person_id, name="Essai", organisation="minsante", projects=frozenset({"aides"}))

    def people(self, ids: Iterable[str]) -> dict[str, Person | None]:
        return {id_: self.person(id_) for id_ in ids}


def test_image(engine: docker.APIClient) -> str:
    """A base of ours whose workspace server is the ten lines above; built once per machine."""
    bases = [each for each in engine.images(filters={"dangling": False}) if _is_base(each)]
    if not bases:
        raise RuntimeError("no image datalab/base; run images/build.py --only base")
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "datalab-workspace").write_text(SERVER, encoding="utf-8")
        Path(folder, "Dockerfile").write_text(
            f"FROM {bases[0]['RepoTags'][0]}\n"
            "COPY datalab-workspace /opt/workspace/bin/\n"
            "RUN chmod 755 /opt/workspace/bin/datalab-workspace\n",
            encoding="utf-8",
        )
        command = ["docker", "build", "--quiet", "--tag", "datalab/test-guarded", folder]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout.strip()


test_image.__test__ = False  # type: ignore[attr-defined]


def _is_base(image: Mapping[str, Any]) -> bool:
    return any(tag.startswith("datalab/base:") for tag in image["RepoTags"] or ())


@dataclass
class GuardedSite:
    """One installation: its places, its guard, and a client of each of the two sockets."""

    places: Places
    guard: Guard
    rendering: Rendering
    people: Table
    register: GuardedRegister
    docker: docker.APIClient
    hub: docker.APIClient
    server: uvicorn.Server
    docker_socket: Path = DOCKER_SOCKET
    clock_offset: timedelta = field(default_factory=timedelta)
    silence_s: float = 0.0
    hub_clock: Callable[[], datetime] = now

    @property
    def socket(self) -> Path:
        return self.places.socket("guard")

    def ticket(
        self, person: str = PERSON, age: timedelta = timedelta(minutes=1), factors: tuple[str, ...] = PASSWORD_ALONE
    ) -> str:
        return encode(ensure_keys(self.places, today()).ticket(person, factors, self.hub_clock() - age))

    def decision(self, name: WorkspaceName = NAME, factors: tuple[str, ...] = PASSWORD_ALONE) -> Decision:
        person = self.people.person(name.person)
        assert person
        return decide_workspace(
            LawFollower(self.places.law).current(),
            read_register(self.places.register_folder),
            person,
            factors,
            name.processing,
            paris_day(self.hub_clock()),
            read_public_keys(self.places.keys),
        )

    def body(
        self, name: WorkspaceName = NAME, ticket: str | None = None, factors: tuple[str, ...] = PASSWORD_ALONE
    ) -> dict[str, Any]:
        """What an honest hub sends."""
        register = read_register(self.places.register_folder)
        found = register.find_processing(name.processing)
        assert found
        numbers = Numbers(person=register.people[name.person].number, processing=found.processing.number)
        spec = make_spec(self.decision(name, factors), "petit", PROFILE, numbers, self.rendering.site())
        return render_container(spec, TOKEN, ticket or self.ticket(name.person), self.rendering.runtime)

    def create(self, name: WorkspaceName = NAME) -> str:
        """Create, as the hub does; the container's id."""
        return str(self.hub.create_container_from_config(self.body(name), str(name))["Id"])

    def open(self, name: WorkspaceName = NAME) -> str:
        """Create and start, as the hub does; the container's id."""
        identity = self.create(name)
        self.hub.start(identity)
        return identity

    def inside(self, name: WorkspaceName, *command: str) -> tuple[int, str]:
        """Run a command in a workspace, under its person's account: exit code and output.

        Docker, when it is loaded, gives the end of the output before it knows that the command has ended.
        """
        made = self.docker.exec_create(str(name), list(command))
        output = self.docker.exec_start(made["Id"]).decode()
        wait_for(lambda: self.docker.exec_inspect(made["Id"])["ExitCode"] is not None)
        return int(self.docker.exec_inspect(made["Id"])["ExitCode"]), output

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[int, str]:
        """One raw request on the guard's socket."""
        with _connection(self.socket) as connection:
            connection.request(method, path, body or None, {"Content-Type": "application/json", **headers})
            response = connection.getresponse()
            return response.status, response.read().decode()

    def create_raw(self, body: Mapping[str, Any], name: str = str(NAME)) -> tuple[int, str]:
        return self.call("POST", f"/containers/create?name={name}", json.dumps(body).encode())

    def journal(self) -> list[str]:
        """The kinds of the guard's journal, in order."""
        chain = self.places.journal("guard") / "chain"
        found = chain if chain.exists() else next(self.places.journal("guard").glob("*chain*"))
        return [json.loads(line)["kind"] for line in found.read_text().splitlines()]

    def payloads(self, kind: str) -> list[dict[str, Any]]:
        """What the guard's journal says of each entry of a kind, in order."""
        found = read_journal(self.places.journal("guard"))
        return [each.payload or {} for each in found if each.entry.kind == kind]

    def containers(self) -> list[str]:
        label = f"datalab.site={self.places.run}"
        return [each["Names"][0] for each in self.docker.containers(all=True, filters={"label": label})]

    def mounts(self) -> list[str]:
        """What is mounted on the host below this installation, its lasting mounts left out."""
        lines = Path("/proc/self/mountinfo").read_text().splitlines()
        lasting = {str(each) for each in (self.places.run / "ws", self.places.run / "turnstile", self.places.state)}
        points = [line.split()[4] for line in lines]
        return [p for p in points if p.startswith(f"{self.places.run.parent}/") and p not in lasting]

    def left_behind(self) -> dict[str, list[str]]:
        """All that a workspace leaves outside its spaces; every list is empty when all is over."""
        return {
            "containers": self.containers(),
            "mounts": self.mounts(),
            "points": [p.name for p in (self.places.run / "mounts").iterdir() if p.name != ".empty"],
            "sockets": [p.name for each in ("ws", "turnstile") for p in (self.places.run / each).iterdir()],
            "records": [p.name for p in (self.places.state / "guard" / "workspaces").iterdir()],
        }

    def accepts(self) -> bool:
        """Whether a guard listens."""
        return _accepts(self.socket)

    def stop_guard(self) -> None:
        self.server.should_exit = True
        wait_for(lambda: not _accepts(self.socket))
        self.guard.end()
        self.guard.parts.engine.close()

    def put_clock_back(self) -> None:
        """The guard's clock is the machine's again, and a new guard has never seen it another."""
        self.clock_offset = timedelta()
        self.stop_guard()
        kept_file(self.places).unlink(missing_ok=True)
        self.start_guard()

    def start_guard(self) -> list[str]:
        """A new guard process's beginning; the workspaces that it lets run."""
        settings = guard_settings(self.docker_socket)
        self.guard = assemble(
            self.places,
            settings,
            NEIGHBOURS,
            self.people,
            self.rendering,
            lambda: now() + self.clock_offset,
            lambda: boot_seconds() + self.silence_s,
        )
        standing = begin(self.guard)
        self.server = _serve(self.guard, self.socket)
        return standing


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("guard", timeout=30)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(30)
        self.sock.connect(str(self._path))


@contextmanager
def _connection(path: Path) -> Iterator[http.client.HTTPConnection]:
    connection = _Unix(path)
    try:
        yield connection
    finally:
        connection.close()


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


def wait_for(condition: Any, seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


NEIGHBOURS = Neighbours(hub=os.getgid(), front=os.getgid(), turnstile=os.getuid())


def guard_settings(docker_socket: Path = DOCKER_SOCKET) -> GuardSettings:
    """The guard's settings: limits so small that tests reach them."""
    return GuardSettings(
        docker_socket=docker_socket,
        directory_password_file=Path("/nonexistent"),
        runtime="runc",
        start_timeout_s=3,
        docker_timeout_s=60,
        home_mib=4,
        project_mib=8,
        free_mib=1,
    )


def _serve(guard: Guard, path: Path) -> uvicorn.Server:
    server = make_server(guard)
    listening = listen(path, os.getgid())
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    wait_for(lambda: server.started)
    return server


def write_dataset(state: Path, dataset: str) -> None:
    """A delivered version, as the store keeps it: root's, immutable, in folders that only root enters."""
    folder = state / "datasets" / dataset / "p2024" / "livraison-1"
    folder.mkdir(parents=True)
    (folder / "lignes.csv").write_text(f"jeu\n{dataset}\n", encoding="utf-8")
    (folder / "lignes.csv").chmod(0o444)
    folder.chmod(0o555)
    (state / "datasets").chmod(0o700)


@contextmanager
def guarded_site(image: str, docker_socket: Path = DOCKER_SOCKET, disk_mib: int = 0) -> Iterator[GuardedSite]:
    """A site that is whole at the start and gone at the end; its state may have a small disk of its own."""
    with site_without_guard(image, docker_socket, disk_mib) as made:
        try:
            made.start_guard()
            yield made
        finally:
            if made.server:
                made.stop_guard()


@contextmanager
def site_without_guard(image: str, docker_socket: Path = DOCKER_SOCKET, disk_mib: int = 0) -> Iterator[GuardedSite]:
    """A site whose guard the test starts, in this process or another; gone at the end."""
    base = Path(tempfile.mkdtemp(prefix="dlg", dir="/tmp"))
    base.chmod(0o711)
    (base / "state").mkdir()
    if disk_mib:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk_mib}m", "tmpfs", base / "state"], check=True)
    made = _lay_out(base, image, docker_socket)
    try:
        yield made
    finally:
        _dismantle(made, base)


def _lay_out(base: Path, image: str, docker_socket: Path) -> GuardedSite:
    places = Places(program=base / "program", state=base / "state", run=base / "run", law=base / "law")
    write_open_law(places.law)
    register = GuardedRegister(places.register_folder)
    ensure_keys(places, today())
    for dataset in (RESTRICTED, OPEN):
        write_dataset(places.state, dataset)
    rendering, people = site_rendering(places, image), Table((PERSON, TEAMMATE))
    engine = docker.APIClient(base_url=f"unix://{docker_socket}", version="1.41")
    # Docker's own client, as DockerSpawner has it, on the guard's socket
    hub = docker.APIClient(base_url=f"unix://{places.socket('guard')}", version="1.41", timeout=30)
    return GuardedSite(
        places,
        None,  # type: ignore[arg-type]
        rendering,
        people,
        register,
        engine,
        hub,
        None,  # type: ignore[arg-type]
        docker_socket,
    )


def site_rendering(places: Places, image: str) -> Rendering:
    """How hub and guard of a site render workspaces."""
    address = Address("http", "datalab.localhost", "espaces.localhost", 8000)
    site = Site(address, PurePosixPath(places.run), (("workspace-python", image),))
    return Rendering(lambda: site, Profiles({"petit": PROFILE}), "runc", timedelta(hours=12))


def _dismantle(site: GuardedSite, base: Path) -> None:
    for name in site.containers():
        with suppress(docker.errors.NotFound):
            site.docker.remove_container(name, force=True)
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    for point in [p for line in lines if (p := line.split()[4]).startswith(f"{base}/")][::-1]:
        subprocess.run(["umount", "--lazy", point], check=True)
    for client in (site.docker, site.hub):
        client.close()
    shutil.rmtree(base)
