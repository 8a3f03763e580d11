"""The mounts that a workspace must have, exactly: its own, and those that Docker always makes. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from hub.guard.host.mountinfo import Mount, mount_at
from hub.workspace.spec import (
    DATA,
    ENTRIES,
    HOME,
    HUB_SOCKET_FOLDER,
    PROJECT,
    PROJECT_BESIDE,
    SOCKET_FOLDER,
    Bind,
)

SPACE = frozenset({"rw", "nosuid", "nodev"})
READ_ONLY = frozenset({"ro", "nosuid", "nodev", "noexec", "nosymfollow"})
SOCKETS = frozenset({"rw", "nosuid", "nodev", "noexec", "nosymfollow"})
_PROTECTIONS: Mapping[str, frozenset[str]] = {
    HOME: SPACE,
    PROJECT: SPACE,
    ENTRIES: READ_ONLY,
    SOCKET_FOLDER: SOCKETS,
    HUB_SOCKET_FOLDER: SOCKETS,
}


def protections(target: PurePosixPath) -> frozenset[str]:
    """How a place of a workspace must be protected; what is below /donnees or /projet-autres is read-only."""
    if {PurePosixPath(DATA), PurePosixPath(PROJECT_BESIDE)} & {target, *target.parents}:
        return READ_ONLY
    return _PROTECTIONS[str(target)]


def expected_mounts(binds: Sequence[Bind], host: Sequence[Mount]) -> list[Mount]:
    """What the workspace must show at each of its places, given what the host shows at their sources."""
    return [_expected(bind, mount_at(host, bind.source)) for bind in (*binds, *_within(binds, host))]


def _within(binds: Sequence[Bind], host: Sequence[Mount]) -> list[Bind]:
    """What is mounted within the sources of recursive binds, at the places where the workspace shows it."""
    return [
        Bind(place, bind.target / place.relative_to(bind.source))
        for bind in binds
        if bind.recursive
        for place in (PurePosixPath(mount.target) for mount in host)
        if bind.source in place.parents
    ]


def _expected(bind: Bind, source: Mount) -> Mount:
    return Mount(str(bind.target), source.device, source.root, source.kind, protections(bind.target))


_RO, _ANY = frozenset({"ro"}), frozenset[str]()
_SAFE = frozenset({"nosuid", "nodev", "noexec"})
_DOCKERS: tuple[tuple[str, str, str, frozenset[str]], ...] = (
    # place, kind, root within the device, protections that it must have at least
    ("/", "[a-z0-9]+", "/.*", _RO),
    ("/proc", "proc", "/", _SAFE),
    ("/proc/(bus|irq|sys|sysrq-trigger)", "proc", "/.*", _RO | _SAFE),
    ("/proc/(asound|acpi|fs|scsi|sys/fs|sys/kernel/pty)", "tmpfs", "/", _RO),
    ("/proc/[a-z_-]+", "(dev)?tmpfs", "/null", _ANY),
    ("/dev", "tmpfs", "/", frozenset({"nosuid"})),
    ("/dev/pts", "devpts", "/", frozenset({"nosuid", "noexec"})),
    ("/dev/mqueue", "mqueue", "/", _SAFE),
    ("/dev/shm", "tmpfs", "/", _SAFE),  # noqa: S108 - the workspace's own
    ("/sys", "sysfs", "/", _RO | _SAFE),
    ("/sys/(firmware|devices/virtual/powercap)", "tmpfs", "/", _RO),
    ("/sys/fs/cgroup", "tmpfs", "/", _SAFE),
    ("/sys/fs/cgroup", "cgroup2", "/.*", _RO | _SAFE),
    ("/sys/fs/cgroup/[a-z_,=]+", "cgroup", "/.*", _RO | _SAFE),
    ("/etc/(resolv.conf|hostname|hosts)", "[a-z0-9]+", "/.*/(resolv.conf|hostname|hosts)", _RO),
    ("/tmp", "tmpfs", "/", frozenset({"nosuid", "nodev"})),  # noqa: S108 - the workspace's own
)
_NEEDED = ("/", "/proc", "/proc/locks", "/proc/sys", "/proc/sys/fs", "/proc/sys/kernel/pty", "/dev", "/sys")


def mount_problems(found: Iterable[Mount], own: Iterable[Mount]) -> list[str]:
    """What differs between the mounts of a running workspace and those that it must have."""
    mine = list(own)
    rest = list(found)
    missing = [f"missing: {mount}" for mount in mine if mount not in rest]
    for mount in mine:
        if mount in rest:
            rest.remove(mount)
    missing += [f"missing: {place}" for place in _NEEDED if not any(m.target == place for m in rest)]
    foreign = [f"not expected: {mount}" for mount in rest if not is_dockers(mount)]
    return missing + foreign + _doubles([*mine, *rest])


def _doubles(mounts: Iterable[Mount]) -> list[str]:
    count = Counter(mount.target for mount in mounts)
    return [f"mounted {times} times: {target}" for target, times in count.items() if times > 1]


def is_dockers(mount: Mount) -> bool:
    """A mount that Docker makes in every container, with the protections that it gives it."""
    return any(
        re.fullmatch(place, mount.target)
        and re.fullmatch(kind, mount.kind)
        and re.fullmatch(root, mount.root)
        and least <= mount.options
        for place, kind, root, least in _DOCKERS
    )
