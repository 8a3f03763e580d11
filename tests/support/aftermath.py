"""What must hold of a guarded site after any fault, whatever it was: nothing open, nothing lost, nothing left."""

from __future__ import annotations

import http.client
import json
import os
import select
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import docker.errors

from policies.journal.read import read_journal
from policies.journal.verify import verify
from policies.names import WorkspaceName
from tests.support.guarded_register import PROCESSING
from tests.support.guarded_site import MATE, NAME, GuardedSite, wait_for

NOTHING: dict[str, list[str]] = {"containers": [], "mounts": [], "points": [], "sockets": [], "records": []}
ENDS = {"stop", "enforcement"}
SLOW_DISK_S = 60  # other tests write images meanwhile
KEPT = {NAME: "de ana", MATE: "de ben"}


def half_written(site: GuardedSite) -> set[str]:
    """Files of the guard that a killed writer did not put in place."""
    state = site.places.state
    own = [*(state / "guard").rglob(".*"), *(state / "spaces").glob("*/*/.*"), *(state / "spaces").glob("*/homes/*/.*")]
    return {str(path.relative_to(state)) for path in own}


@contextmanager
def wait_says(words: str) -> Iterator[None]:
    """What is waited for in vain is said in these words."""
    try:
        yield
    except AssertionError:
        raise AssertionError(words) from None


def standing(site: GuardedSite) -> list[str]:
    """The workspaces that run and that the guard lets run, by its own records."""
    found = (json.loads(path.read_text()) for path in (site.places.state / "guard" / "workspaces").glob("*.json"))
    return sorted(each["name"] for each in found if each["state"] in {"checked", "answering"})


def expected(site: GuardedSite, names: list[str]) -> dict[str, list[str]]:
    """What these workspaces have outside their spaces, and nothing of any other."""
    return {
        "containers": [f"/{name}" for name in names],
        "mounts": [str(site.places.run / "ws" / name) for name in names],
        "points": [],
        "sockets": [name for name in names for _ in ("ws", "turnstile")],
        "records": [f"{name}.json" for name in names],
    }


def found(site: GuardedSite) -> dict[str, list[str]]:
    """What there is, in the order of names."""
    return {key: sorted(values) for key, values in site.left_behind().items()}


def check_whole(site: GuardedSite, where: str) -> list[str]:
    """Raises AssertionError unless all that is there belongs together; the workspaces that run.

    Containers, mounts, sockets and records are those of what stands; the journal verifies and holds an end for
    each start that is over, and no attack that nobody made.
    """
    names = standing(site)
    there, due, half = found(site), expected(site, names), half_written(site)
    assert there == due, f"{where}: {there} is not what {names} have; guard's journal: {site.journal()[-6:]}"
    with wait_says(f"{where}: half written: {half}"):  # what a living guard writes is in place in a moment
        wait_for(lambda: not half & half_written(site), SLOW_DISK_S)
    for name in names:
        assert site.docker.inspect_container(name)["State"]["Running"], f"{where}: {name} does not run"
    check_journal(site, where)
    return names


def check_journal(site: GuardedSite, where: str) -> None:
    """The chain is sound, and tells the end of each container that it says to have started and that is gone."""
    chain = site.places.journal("guard")
    report = verify(chain)
    assert report.sound, f"{where}: {report.flaw}"
    entries = [(each.entry.kind, (each.payload or {}).get("container", "")) for each in read_journal(chain)]
    running = {each["Id"] for each in site.docker.containers()}
    started = {container for kind, container in entries if kind == "start" and container not in running}
    ended = {container for kind, container in entries if kind in ENDS}
    assert started <= ended, f"{where}: started, and never said to have ended: {started - ended}"
    attacks = site.payloads("attack")
    assert attacks == [], f"{where}: journaled, and nobody made them: {attacks}"


def leave_files(site: GuardedSite, name: WorkspaceName = NAME) -> None:
    """Something in the home and in the team's space, that no fault may take away."""
    script = f"echo '{KEPT[name]}' >/home/datalab/gardé; echo '{KEPT[name]}' >/projet/{name.person}"
    assert site.inside(name, "sh", "-c", script)[0] == 0


def check_files(site: GuardedSite, where: str, name: WorkspaceName = NAME) -> None:
    """What was left is there; Docker, when it is loaded, now and then tells the end of a command without its words."""
    script, expected = f"cat /home/datalab/gardé /projet/{name.person}", (0, f"{KEPT[name]}\n" * 2)
    with wait_says(f"{where}: the files are not there"):
        wait_for(lambda: site.inside(name, "sh", "-c", script) == expected)


def check_next_start(site: GuardedSite, where: str, name: WorkspaceName = NAME) -> None:
    """The person opens their workspace as the hub does it, finds their files, and closes it."""
    open_as_the_hub(site, name)
    check_files(site, where, name)
    close(site, name)


def open_as_the_hub(site: GuardedSite, name: WorkspaceName = NAME) -> None:
    """Create and start; what runs under the name, and the hub lost track of, makes way."""
    try:
        site.open(name)
    except docker.errors.APIError as error:
        if error.status_code != 409:
            raise
        close(site, name)
        site.open(name)


def close(site: GuardedSite, name: WorkspaceName = NAME) -> None:
    """Stop and remove, as the hub does."""
    site.hub.stop(str(name), timeout=2)
    site.hub.remove_container(str(name))


def call_all(site: GuardedSite, name: WorkspaceName = NAME) -> bool:
    """The calls of a start and of a stop, in turn, until one gets no answer; whether all did."""
    body = json.dumps(site.body(name)).encode()
    calls: list[tuple[str, str, bytes]] = [
        ("POST", f"/containers/create?name={name}", body),
        ("POST", f"/containers/{name}/start", b""),
        ("POST", f"/containers/{name}/stop?t=2", b""),
        ("DELETE", f"/containers/{name}?v=False&link=False&force=False", b""),
    ]
    with suppress(OSError, http.client.HTTPException):
        for method, path, content in calls:
            status, text = site.call(method, path, content)
            assert status < 300, text
        return True
    return False


def spaces_of(site: GuardedSite) -> dict[str, Any]:
    """Owner, group, mode of every space, and the fingerprint of nothing else: what may not change by itself."""
    root = site.places.state / "spaces"
    folders = [path for path in [*root.glob("*/homes/*/*"), *root.glob("*/projet/*")] if path.is_dir()]
    return {str(path.relative_to(root)): _account(path) for path in folders}


def _account(path: Path) -> tuple[int, int, int]:
    found = path.stat()
    return found.st_uid, found.st_gid, found.st_mode & 0o7777


@contextmanager
def process(site: GuardedSite, name: WorkspaceName = NAME) -> Iterator[Callable[[float], bool]]:
    """Whether a workspace's first process dies within so many seconds."""
    handle = os.pidfd_open(site.docker.inspect_container(str(name))["State"]["Pid"])
    try:
        yield lambda seconds: bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


def leave_team(site: GuardedSite, person: str) -> None:
    """The register says that a person is no longer of the team."""
    project = site.register.documents["projects/aides.yaml"]
    processing = project["processings"][PROCESSING]
    team = {who: entry for who, entry in processing["team"].items() if who != person}
    changed = project | {"processings": {PROCESSING: processing | {"team": team}}}
    site.register.change("projects/aides.yaml", changed)
