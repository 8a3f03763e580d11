"""The laboratory: a running installation with its workspaces open, and all that a probe is told of it.

    large      c.martin on the evaluation: reads a part that the others of the team may not
    small      b.leroy on the evaluation: the same processing, a smaller label; `large` sees their space beside its own
    same       c.martin on the identification of who lacks help: the same person, another processing
    mate       a.benali on the same processing as `same`: a colleague with equal rights
    narrowed   a.benali on road safety, after the processing lost its restricted data: a home is sealed
    stranger   e.dupuis, of another ministry
    hungry     n.faure, a DINUM expert whose workspace takes all it can

An analyst knows everything about the machine and the neighbours: what is told to a probe spares it a search.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hub.guard.host.terminals import MOST_TERMINALS
from hub.guard.settings import group_id
from hub.turnstile import MOST_EACH
from onboarding.demo.browser import Browser
from onboarding.demo.workspace import Workspace
from policies.names import WorkspaceName
from tests.isolation.host import IPC_KEY, Host, machine
from tests.isolation.inside.frame import CALLS, Facts
from tests.support.site import Installation

EVALUATION, REPERAGE, ENTREPRISES, ROUTES = (
    "aides-evaluation", "aides-reperage", "entreprises-fragiles", "routes-pilotage",
)  # fmt: skip
ROLES = {
    "small": ("b.leroy", EVALUATION),
    "large": ("c.martin", EVALUATION),
    "mate": ("a.benali", REPERAGE),
    "same": ("c.martin", REPERAGE),
    "narrowed": ("a.benali", ROUTES),
    "stranger": ("e.dupuis", ENTREPRISES),
    "hungry": ("n.faure", REPERAGE),
}
# `large` comes after `small`, whose space is shown beside its own from then on
ORDER = (("small", "mate", "stranger", "narrowed"), ("large", "same", "hungry"))
# who else may read what somebody leaves in the team's folder
TOGETHER = {"mate": ("same", "hungry"), "same": ("mate", "hungry"), "hungry": ("mate", "same")}
PROJECT_OF_ROADS = "securite-routes"
LINK = ".lien-vers-l-exterieur"
METADATA = ("169.254.169.254", "168.63.129.16", "100.100.100.200")
KEY = "datalab-cle-d-un-autre-espace"
MIB = 1 << 20


@dataclass
class Lab:
    """One installation's open workspaces, by role."""

    site: Installation
    host: Host
    browsers: dict[str, Browser] = field(default_factory=dict)
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    containers: dict[str, dict[str, Any]] = field(default_factory=dict)
    word: str = field(default_factory=lambda: secrets.token_hex(4))

    def name(self, role: str) -> WorkspaceName:
        return self.site.name(*ROLES[role])

    def inspect(self, role: str) -> dict[str, Any]:
        """What Docker said of a workspace when it was opened."""
        return self.containers[role]

    def witness(self, role: str, place: str) -> str:
        """The word that a role leaves in a place, and that nobody else may read unless they share it."""
        return f"temoin-{role}-{place}-{self.word}"

    def own_words(self, role: str) -> list[str]:
        found = [self.witness(role, "home"), self.witness(role, "projet")]
        found += [self.witness(mate, "projet") for mate in TOGETHER.get(role, ())]
        return found + ([self.witness("small", "projet")] if role == "large" else [])

    def facts(self, role: str) -> Facts:
        """What the probes of a role are told."""
        found = self.inspect(role)
        token = next(line for line in found["Config"]["Env"] if line.startswith("JUPYTERHUB_API_TOKEN="))
        uid, gid = map(int, found["Config"]["User"].split(":"))
        return {
            "name": str(self.name(role)),
            "person": self.name(role).person,
            "processing": self.name(role).processing,
            "uid": uid,
            "gid": gid,
            "oom_score": found["HostConfig"]["OomScoreAdj"],
            "parts": self.parts(role),
            "beside": self.listed(role, "/projet-autres"),
            "own_words": self.own_words(role),
            "namespaces": self.namespaces(role),
            "key_of_the_account": KEY,
            "own_token": digest(token.partition("=")[2]),
            "link_in_the_data": f"/donnees/communes/population/{LINK}",
            "setuid_of_a_colleague": "/projet/.id-d-un-collegue",
            "others": [self.other(each) for each in ("stranger", *ROLES) if each != role],
            "secrets": self.secrets(role),
            **self._machine(),
            **limits(found),
        }

    def parts(self, role: str) -> list[str]:
        """Where the granted parts are mounted."""
        targets = [mount["Destination"] for mount in self.inspect(role)["Mounts"]]
        return sorted(target for target in targets if target.startswith("/donnees/") and target.count("/") == 3)

    def uid(self, role: str) -> int:
        return int(self.inspect(role)["Config"]["User"].partition(":")[0])

    @property
    def front_gid(self) -> int:
        return group_id(self.site.launch.accounts.front)

    def folder(self, role: str, place: str) -> Path:
        """The folder of the store that a running workspace shows at a place."""
        text = Path(f"/proc/{self.inspect(role)['State']['Pid']}/mountinfo").read_text(encoding="utf-8")
        return Path(next(line.split()[3] for line in text.splitlines() if line.split()[4] == place))

    def listed(self, role: str, place: str) -> list[str]:
        """The folders in a place of a workspace."""
        listing = f"import os\nprint('\\n'.join(e.path for e in os.scandir({place!r}) if e.is_dir()))"
        return sorted(self.site.inside(self.name(role), listing).split())

    def namespaces(self, role: str) -> list[str]:
        """Those of the machine and of the neighbours, but for that of accounts, which all share."""
        pids = ["self", *(str(self.inspect(each)["State"]["Pid"]) for each in ROLES.keys() - {role})]
        kinds = ("cgroup", "ipc", "mnt", "net", "pid", "uts")
        return [os.readlink(f"/proc/{pid}/ns/{kind}") for pid in pids for kind in kinds]  # noqa: PTH115 - no path

    def other(self, role: str) -> dict[str, Any]:
        found = self.inspect(role)
        uid, gid = map(int, found["Config"]["User"].split(":"))
        name = self.name(role)
        return {"name": str(name), "person": name.person, "uid": uid, "gid": gid, "pid": found["State"]["Pid"]}

    def _machine(self) -> Facts:
        places, host = self.site.places, self.host
        port = int(self.site.address.rpartition(":")[2])
        directory = self.site.launch.directory_listen.rpartition(":")
        return {
            "state": str(places.state),
            "run": str(places.run),
            "program": str(places.program),
            "secret_of_the_machine": str(host.secret_file),
            "process_of_the_machine": host.process,
            "abstract_of_the_machine": host.abstract,
            "ipc_key": IPC_KEY,
            "addresses": [*host.addresses, ("127.0.0.1", port), (directory[0], int(directory[2]))],
            "metadata": METADATA,
            "name_to_resolve": "nom.datalab.test",
            "name_servers": [],
        }

    def secrets(self, role: str) -> dict[str, str]:
        """The fingerprints of what must never be seen, by name."""
        state = self.site.places.state
        files = {
            "mot de passe de l'annuaire": state / "guard" / "directory.password",
            "secret des cookies": state / "hub" / "cookie_secret",
            "clé des sessions": state / "hub" / "auth_state.key",
            "mot de passe des comptes": state / "demo" / "password",
        }
        found = {name: path.read_text(encoding="utf-8", errors="replace").strip() for name, path in files.items()}
        found["jeton de connexion"] = self.inspect(role)["Config"]["Labels"]["datalab.ticket"]
        for other in ROLES.keys() - {role}:
            found[f"jeton de {other}"] = self.token(other)
        return {name: digest(text) for name, text in found.items()}

    def token(self, role: str) -> str:
        env = self.inspect(role)["Config"]["Env"]
        return str(next(line.partition("=")[2] for line in env if line.startswith("JUPYTERHUB_API_TOKEN=")))


def logged(site: Installation, container: str) -> int:
    """How many bytes Docker keeps of what a container printed."""
    log = Path(site.docker("inspect", "-f", "{{.LogPath}}", container).strip())
    return sum(path.stat().st_size for path in log.parent.glob(f"{log.name}*"))


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def limits(found: dict[str, Any]) -> Facts:
    """What a container may take, as it was asked of Docker."""
    host = found["HostConfig"]
    size = dict(part.partition("=")[::2] for part in host["Tmpfs"]["/tmp"].split(","))["size"]
    return {
        "processes": host["PidsLimit"],
        "memory_mib": host["Memory"] // MIB,
        "cpus": host["NanoCpus"] / 1e9,
        "open_files": next(each["Hard"] for each in host["Ulimits"] if each["Name"] == "nofile"),
        "temporary_mib": int(size.removesuffix("m")),
        "terminals": MOST_TERMINALS,
        "connections": MOST_EACH,
    }


@contextmanager
def laboratory(site: Installation) -> Iterator[Lab]:
    """Every workspace of the table, open; all closed and taken away at the end."""
    with ExitStack() as held:
        lab = Lab(site, held.enter_context(machine(seen_by_all(site))))
        held.enter_context(_link_in_a_delivery(site))
        _leave_a_home_to_be_sealed(lab)
        held.enter_context(site.register_changed(f"projects/{PROJECT_OF_ROADS}.yaml", take_restricted_data_away))
        for roles in ORDER:
            _open_together(lab, held, roles)
        for role in ("large", "same"):
            held.enter_context(_setuid_of_a_colleague(lab, role))
        _leave_a_key(lab.uid("large"))
        yield lab


def seen_by_all(site: Installation) -> list[Path]:
    """Files of the machine that workspaces would share if they were bound: data of all, Docker's first process."""
    store = site.places.state / "datasets" / "communes" / "population"
    delivered = [path for path in store.rglob("*") if path.is_file() and not path.is_symlink()]
    first = shutil.which("docker-init")
    assert first
    assert delivered
    return [*delivered, Path(first)]


def take_restricted_data_away(project: dict[str, Any]) -> None:
    """The processing on road safety keeps open data alone."""
    uses = project["processings"][ROUTES]["datasets"]
    assert uses.pop("accidents")


def _leave_a_home_to_be_sealed(lab: Lab) -> None:
    """A home beside restricted data, with a copy of them in it."""
    with _opened(lab, "narrowed"):
        assert len(lab.parts("narrowed")) > 1
        write(lab, "narrowed", "/home/datalab/copie.txt", lab.witness("narrowed", "mis-de-cote"))
        write(lab, "narrowed", "/projet/copie.txt", lab.witness("narrowed", "mis-de-cote"))


@contextmanager
def _opened(lab: Lab, role: str) -> Iterator[None]:
    login, processing = ROLES[role]
    with lab.site.signed_in(login) as browser:
        workspace = browser.open(processing)
        try:
            lab.browsers[role], lab.workspaces[role] = browser, workspace
            lab.containers[role] = lab.site.inspect(lab.name(role))
            yield
        finally:
            browser.stop(workspace)


def _open_together(lab: Lab, held: ExitStack, roles: Sequence[str]) -> None:
    """Several people open their workspaces at once."""
    opening = [(role, _opened(lab, role)) for role in roles]
    with ThreadPoolExecutor(len(opening)) as hands:
        for _, done in [(context, hands.submit(context.__enter__)) for _, context in opening]:
            done.result()
    for role, context in opening:
        held.push(context)
        leave_witnesses(lab, role)


def leave_witnesses(lab: Lab, role: str) -> None:
    for place, folder in (("home", "/home/datalab"), ("projet", "/projet")):
        write(lab, role, f"{folder}/temoin-{role}.txt", lab.witness(role, place))


def write(lab: Lab, role: str, path: str, text: str) -> None:
    """A file that the whole team may read, as whoever works there writes it."""
    script = f"import os\nos.umask(0o007)\nopen({path!r}, 'w').write({text!r})"
    lab.site.inside(lab.name(role), script)


LEAVE_A_KEY = """
import ctypes, os, sys
os.setresuid(*[int(sys.argv[1])] * 3)
libc = ctypes.CDLL(None)
number = ctypes.c_long(int(sys.argv[3]))
assert libc.syscall(number, b"user", sys.argv[2].encode(), b"x", ctypes.c_size_t(1), ctypes.c_int(-4)) > 0
"""


def _leave_a_key(uid: int) -> None:
    """In the keyring of a person's account, as another of their workspaces could; the kernel forgets it by itself."""
    command = [sys.executable, "-I", "-c", LEAVE_A_KEY, str(uid), KEY, str(CALLS["add_key"])]
    subprocess.run(command, check=True)


@contextmanager
def _link_in_a_delivery(site: Installation) -> Iterator[None]:
    """A link out of the store, in the version of the part that every processing reads."""
    links = [version / LINK for version in (site.places.state / "datasets" / "communes" / "population").iterdir()]
    for link in links:
        link.symlink_to("/etc/hostname")
    try:
        yield
    finally:
        for link in links:
            link.unlink()


@contextmanager
def _setuid_of_a_colleague(lab: Lab, role: str) -> Iterator[None]:
    """A program in the team's folder that runs as somebody else of the team, as they could leave it there."""
    root = Path("/proc") / str(lab.inspect(role)["State"]["Pid"]) / "root"
    path = root / "projet" / ".id-d-un-collegue"
    shutil.copy(root / "usr" / "bin" / "id", path)
    os.chown(path, lab.uid("small"), -1)
    path.chmod(0o4755)
    try:
        yield
    finally:
        path.unlink()
