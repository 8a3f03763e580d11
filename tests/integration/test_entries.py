"""What the door deposits is seen by a running workspace at once, and can be neither changed nor used as a way out.

The door's part, a plain file in the person's folder, is played by the tests.
"""

from __future__ import annotations

import os
import re
import socket
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import docker
import docker.errors
import pytest

from hub.guard.host import mounts
from hub.guard.host.expected import SPACE
from tests.support.guarded_register import PROCESSING
from tests.support.guarded_site import DOCKER, MATE, NAME, GuardedSite, guarded_site, test_image

DOOR_GROUP = 54321


@pytest.fixture(scope="module")
def image() -> str:
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    try:
        return test_image(engine)
    finally:
        engine.close()


@pytest.fixture
def site(image: str) -> Iterator[GuardedSite]:
    with guarded_site(image) as made:
        os.chown(made.places.entries, 0, DOOR_GROUP)
        yield made


def folder(site: GuardedSite, person: str = NAME.person) -> Path:
    return site.places.entries / PROCESSING / person


def deposit(site: GuardedSite, name: str = "table.csv", content: str = "a;b\n") -> Path:
    path = folder(site) / name
    path.write_text(content, encoding="utf-8")
    path.chmod(0o444)
    return path


def leave_writable(monkeypatch: pytest.MonkeyPatch) -> None:
    """The guard mounts what is deposited as it mounts a space, and all else as it should."""
    bind = mounts.bind

    def broken(source: int | Path, point: Path, protections: Iterable[str]) -> None:
        bind(source, point, SPACE if point.name == "entrees" else protections)

    monkeypatch.setattr(mounts, "bind", broken)


def test_the_folder_of_a_person_is_written_by_the_doors_group_and_entered_by_nobody_else(site: GuardedSite) -> None:
    site.open()
    found = {
        path: (path.stat().st_uid, path.stat().st_gid, oct(stat.S_IMODE(path.stat().st_mode)))
        for path in (folder(site).parent, folder(site))
    }
    assert found == {folder(site).parent: (0, DOOR_GROUP, "0o750"), folder(site): (0, DOOR_GROUP, "0o775")}


def test_a_running_workspace_sees_what_is_deposited_now_and_no_longer_what_is_removed(site: GuardedSite) -> None:
    site.open()
    assert site.inside(NAME, "ls", "/entrees") == (0, "")
    path = deposit(site)
    assert site.inside(NAME, "cat", "/entrees/table.csv") == (0, "a;b\n")
    path.unlink()
    assert site.inside(NAME, "ls", "/entrees") == (0, "")


def test_what_was_deposited_is_there_at_the_next_opening(site: GuardedSite) -> None:
    site.open()
    deposit(site)
    site.hub.stop(str(NAME), timeout=2)
    site.hub.remove_container(str(NAME))
    site.open()
    assert site.inside(NAME, "cat", "/entrees/table.csv") == (0, "a;b\n")


WRITES = (
    "echo x > /entrees/table.csv",
    "echo x >> /entrees/table.csv",
    "echo x > /entrees/x",
    "rm -f /entrees/table.csv && ! test -e /entrees/table.csv",
    "mv /entrees/table.csv /entrees/y",
    "chmod 666 /entrees/table.csv",
    "touch /entrees/table.csv",
    "mkdir /entrees/d",
    "mkfifo /entrees/f",
    "ln /entrees/table.csv /entrees/l",
    "ln -s /etc/passwd /entrees/l",
    "ln /entrees/table.csv /home/datalab/l",
    "python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('/entrees/s')\"",
    "python3 -c \"import os; os.setxattr('/entrees/table.csv', 'user.a', b'b')\"",
    "python3 -c \"open('/entrees/table.csv', 'r+')\"",
    "mount -o remount,rw /entrees",
)


def test_a_workspace_changes_nothing_there(site: GuardedSite) -> None:
    site.open()
    path = deposit(site)
    before = path.stat()
    assert [each for each in WRITES if site.inside(NAME, "sh", "-c", each)[0] == 0] == []
    assert (os.listdir(folder(site)), path.read_text(), path.stat().st_mtime) == (
        ["table.csv"], "a;b\n", before.st_mtime,
    )  # fmt: skip


def test_on_a_mount_that_can_be_written_the_same_attempts_succeed(
    site: GuardedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guard kills such a workspace; here its comparison is taken away too."""
    leave_writable(monkeypatch)
    monkeypatch.setattr("hub.guard.lifecycle.launching.check_running", lambda *_: None)
    site.open()
    path = deposit(site)
    for each in (path, folder(site)):
        each.chmod(0o777)
    succeed = [each for each in WRITES if site.inside(NAME, "sh", "-c", each)[0] == 0]
    assert len(succeed) > 8
    assert os.listdir(folder(site)) != ["table.csv"]


def test_a_workspace_whose_entries_can_be_written_is_killed_at_once(
    site: GuardedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave_writable(monkeypatch)
    site.create()
    with pytest.raises(docker.errors.APIError, match="/entrees"):
        site.hub.start(str(NAME))
    assert (site.journal()[-1], site.containers()) == ("attack", [])


def test_a_program_that_was_deposited_does_not_run_from_there(site: GuardedSite) -> None:
    site.open()
    deposit(site, "p.py", "#!/bin/sh\necho ran\n").chmod(0o555)
    assert site.inside(NAME, "/entrees/p.py")[0] != 0
    assert site.inside(NAME, "sh", "/entrees/p.py") == (0, "ran\n")


def test_a_link_that_a_broken_door_left_is_not_followed(site: GuardedSite) -> None:
    site.open()
    (folder(site) / "l").symlink_to("/proc/self/environ")
    (folder(site) / "d").symlink_to("/")
    assert site.inside(NAME, "cat", "/entrees/l")[0] != 0
    assert site.inside(NAME, "ls", "/entrees/d/")[0] != 0


def test_each_person_sees_what_they_deposited_and_nobody_elses(site: GuardedSite) -> None:
    site.open()
    site.open(MATE)
    deposit(site)
    assert site.inside(MATE, "ls", "/entrees") == (0, "")
    assert site.inside(MATE, "sh", "-c", "ls /entrees/.. | grep -c pana") == (1, "0\n")
    assert folder(site).name != folder(site, MATE.person).name


def test_a_folder_that_became_a_link_opens_nothing(site: GuardedSite) -> None:
    folder(site).parent.mkdir(parents=True)
    folder(site).symlink_to(site.places.state / "datasets")
    with pytest.raises(docker.errors.APIError):
        site.open()
    assert site.containers() == []


def test_a_socket_that_a_broken_door_left_cannot_be_written_from_a_workspace_that_may_not(site: GuardedSite) -> None:
    """Through a bind mount a socket can be connected, whatever its mount: what keeps it shut is who may write it."""
    site.open()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder(site) / "s"))
        (folder(site) / "s").chmod(0o644)
        server.listen()
        connect = "import socket; socket.socket(socket.AF_UNIX).connect('/entrees/s')"
        status, said = site.inside(NAME, "python3", "-c", connect)
    assert (status, re.search("PermissionError", said) is not None) == (1, True)
