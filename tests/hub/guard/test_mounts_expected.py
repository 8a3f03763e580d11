"""The kernel's list of a running workspace's mounts is exactly that of its decision, and Docker's own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePosixPath

import pytest

from hub.guard.host.expected import READ_ONLY, SPACE, expected_mounts, is_dockers, mount_problems
from hub.guard.host.mountinfo import Mount, mount_at, parse_mountinfo, points_below
from hub.workspace.spec import Bind

HOST = parse_mountinfo(
    """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
30 27 0:50 / /run/datalab/ws rw,nosuid,nodev,noexec,relatime,nosymfollow - tmpfs tmpfs rw
31 27 254:0 /state/spaces/aides/homes/p7f3k2/1 /run/datalab/mounts/n/home rw,nosuid,nodev,relatime - ext4 /dev/vda rw
32 27 0:51 / /run/datalab/mounts/n/donnees/revenus/p2024 ro,nosuid,nodev,noexec,relatime,nosymfollow - overlay o ro
"""
)
RUN = PurePosixPath("/run/datalab")
BINDS = (
    Bind(RUN / "mounts/n/home", PurePosixPath("/home/datalab")),
    Bind(RUN / "mounts/n/donnees/revenus/p2024", PurePosixPath("/donnees/revenus/p2024")),
    Bind(RUN / "ws/n", PurePosixPath("/run/ws")),
)
# as runc 1.1 makes it, with Docker 20.10 on a host with version 1 control groups
CONTAINER = """\
72 48 0:39 / / ro,relatime master:2 - overlay overlay rw,lowerdir=/a:/b,upperdir=/c,workdir=/d
73 72 0:42 / /proc rw,nosuid,nodev,noexec,relatime - proc proc rw
74 72 0:43 / /dev rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
75 74 0:44 / /dev/pts rw,nosuid,noexec,relatime - devpts devpts rw,gid=5,mode=620,ptmxmode=666
76 72 0:45 / /sys ro,nosuid,nodev,noexec,relatime - sysfs sysfs ro
77 76 0:46 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,mode=755
78 77 0:29 /docker/91ba /sys/fs/cgroup/cpu,cpuacct ro,nosuid,nodev,noexec,relatime - cgroup cgroup rw,cpu
87 74 0:41 / /dev/mqueue rw,nosuid,nodev,noexec,relatime - mqueue mqueue rw
88 74 0:47 / /dev/shm rw,nosuid,nodev,noexec,relatime - tmpfs shm rw,size=65536k
90 72 0:48 / /tmp rw,nosuid,nodev,noexec,relatime - tmpfs tmpfs rw,size=10240k
91 72 254:0 /var/lib/docker/containers/91ba/hostname /etc/hostname ro,relatime - ext4 /dev/vda rw
52 73 0:42 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw
53 73 0:49 / /proc/acpi ro,relatime - tmpfs tmpfs ro
57 52 0:51 / /proc/sys/fs ro,relatime - tmpfs tmpfs ro
58 52 0:52 / /proc/sys/kernel/pty ro,relatime - tmpfs tmpfs ro
59 73 0:43 /null /proc/locks rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
54 73 0:43 /null /proc/keys rw,nosuid - tmpfs tmpfs rw,size=65536k,mode=755
56 76 0:50 / /sys/firmware ro,relatime - tmpfs tmpfs ro
"""
CONTAINER_LINES = {line.split()[4]: f"{line}\n" for line in CONTAINER.splitlines()}
OWN = """\
92 72 254:0 /state/spaces/aides/homes/p7f3k2/1 /home/datalab rw,nosuid,nodev,relatime - ext4 /dev/vda rw
93 72 0:51 / /donnees/revenus/p2024 ro,nosuid,nodev,noexec,relatime,nosymfollow - overlay overlay ro
94 72 0:50 /n /run/ws rw,nosuid,nodev,noexec,relatime,nosymfollow - tmpfs tmpfs rw
"""


def problems(text: str) -> list[str]:
    return mount_problems(parse_mountinfo(text), expected_mounts(BINDS, HOST))


def test_what_the_workspace_must_show_follows_from_what_the_host_shows() -> None:
    home, part, _ = expected_mounts(BINDS, HOST)
    assert home == Mount("/home/datalab", "254:0", "/state/spaces/aides/homes/p7f3k2/1", "ext4", SPACE)
    assert part == Mount("/donnees/revenus/p2024", "0:51", "/", "overlay", READ_ONLY)


def test_a_workspace_with_its_own_mounts_and_dockers_has_no_problem() -> None:
    assert problems(CONTAINER + OWN) == []


ONE_MORE = "99 72 254:0 /var/lib/datalab/datasets/sante /donnees/sante/p2024 ro,relatime - ext4 /dev/vda rw\n"
CHANGES = [
    ("another person's home", "homes/p7f3k2/1", "homes/pzzzz/1"),
    ("a writable part", "/donnees/revenus/p2024 ro,", "/donnees/revenus/p2024 rw,"),
    (
        "a part in which links are followed",
        ",relatime,nosymfollow - overlay overlay ro",
        ",relatime - overlay overlay ro",
    ),
    ("a home with devices", "/home/datalab rw,nosuid,nodev,", "/home/datalab rw,nosuid,"),
    ("a home with setuid programs", "/home/datalab rw,nosuid,nodev,", "/home/datalab rw,nodev,"),
    ("a bind where an overlay must be", "- overlay overlay ro", "- ext4 overlay ro"),
    ("a part that is not there", OWN.splitlines()[1] + "\n", ""),
    ("another workspace's socket folder", "0:50 /n /run/ws", "0:50 /m /run/ws"),
    ("every socket folder", "0:50 /n /run/ws", "0:50 / /run/ws"),
    ("a mount too many", "92 72", ONE_MORE + "92 72"),
    ("a mount over another", "92 72", OWN.splitlines()[0] + "\n92 72"),
    ("a writable root", "/ / ro,", "/ / rw,"),
    (
        "a program of the host",
        "92 72",
        "89 72 254:0 /usr/bin/tini-static /usr/sbin/docker-init ro,relatime - ext4 /dev/vda rw\n92 72",
    ),
    ("writable kernel settings", "/proc/sys ro,", "/proc/sys rw,"),
    ("kernel settings not covered", "52 73 0:42 /sys /proc/sys ro,nosuid,nodev,noexec,relatime - proc proc rw\n", ""),
    ("the locks of everybody", CONTAINER_LINES["/proc/locks"], ""),
    ("counters of the whole machine", CONTAINER_LINES["/proc/sys/fs"], ""),
    ("a writable /sys", "/sys ro,nosuid,nodev,noexec,relatime - sysfs", "/sys rw,nosuid,nodev,noexec,relatime - sysfs"),
    ("the host's devices", "0:43 / /dev rw,nosuid - tmpfs", "0:6 / /dev rw,nosuid - devtmpfs"),
    ("control groups that can be written", "/sys/fs/cgroup/cpu,cpuacct ro,", "/sys/fs/cgroup/cpu,cpuacct rw,"),
    ("somebody's file as /etc/hostname", "containers/91ba/hostname /etc", "containers/91ba/secret /etc"),
    (
        "/tmp on the host",
        "0:48 / /tmp rw,nosuid,nodev,noexec,relatime - tmpfs",
        "254:0 /tmp /tmp rw,nosuid,nodev - ext4",
    ),
    ("programs with rights in /tmp", "/tmp rw,nosuid,nodev,", "/tmp rw,nodev,"),
]


@pytest.mark.parametrize(("what", "old", "new"), CHANGES, ids=[what for what, _, _ in CHANGES])
def test_any_difference_is_found(what: str, old: str, new: str) -> None:
    text = CONTAINER + OWN
    assert old in text
    assert problems(text.replace(old, new, 1)) != []


def test_a_host_mount_without_its_protections_is_found_because_they_are_not_copied_from_the_host() -> None:
    bare = [replace(mount, options=frozenset({"rw"})) for mount in HOST]
    shown = (CONTAINER + OWN).replace("rw,nosuid,nodev,relatime - ext4", "rw,relatime - ext4")
    found = mount_problems(parse_mountinfo(shown), expected_mounts(BINDS, bare))
    assert any("/home/datalab" in problem for problem in found)


def test_the_control_groups_of_version_2_are_dockers_only_when_read_only() -> None:
    line = "77 76 0:26 /.. /sys/fs/cgroup {},nosuid,nodev,noexec,relatime - cgroup2 cgroup rw"
    assert [is_dockers(*parse_mountinfo(line.format(how))) for how in ("ro", "rw")] == [True, False]


def test_a_path_shows_the_last_mount_over_its_nearest_parent() -> None:
    assert mount_at(HOST, RUN / "ws" / "n") == Mount("/run/datalab/ws/n", "0:50", "/n", "tmpfs", HOST[1].options)
    assert mount_at(HOST, PurePosixPath("/etc")).device == "254:0"


def test_mounts_below_a_folder_are_taken_away_last_first_and_no_other() -> None:
    folder = RUN / "mounts" / "n"
    assert points_below(HOST, folder) == [f"{folder}/donnees/revenus/p2024", f"{folder}/home"]
    assert points_below(HOST, RUN / "mounts" / "nn") == []


def test_spaces_in_a_mount_point_are_read() -> None:
    assert parse_mountinfo(r"1 0 8:1 /a\040b /c\011d rw - ext4 x rw")[0].root == "/a b"
