"""Who may enter what: every folder of an installation, with its owner, group and mode.

No process can write another's law, register, journal, keys or code. The table of SECURITY.md is
rendered from this one, and a test refuses a difference.
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hub.launch.settings import Accounts
from policies.errors import DatalabError
from policies.settings import Places


@dataclass(frozen=True)
class Folder:
    """A folder, who owns it, its mode, and what it is for."""

    path: Path
    owner: str
    group: str
    mode: int
    use: str


def folders(places: Places, accounts: Accounts) -> tuple[Folder, ...]:
    """Every folder that the launcher makes, parents first."""
    state, run, root = places.state, places.run, "root"
    hub, signin, door, front = accounts.hub, accounts.signin, accounts.door, accounts.front
    turnstile, directory = accounts.turnstile, accounts.directory
    return (
        Folder(places.program, root, root, 0o755, "the program and its Python"),
        Folder(places.law, root, root, 0o755, "the law that is enforced"),
        Folder(state, root, root, 0o711, "everything that survives"),
        Folder(state / "register", root, hub, 0o2750, "the register: root writes, the hub reads"),
        Folder(state / "register" / "history", root, hub, 0o2750, "the register's content, by fingerprint"),
        Folder(state / "register" / "files", root, hub, 0o2750, "the files of titles"),
        Folder(state / "keys", root, root, 0o755, "public keys that verify tickets, approvals and checkpoints"),
        Folder(state / "journal", root, root, 0o711, "one chain per account"),
        Folder(state / "journal" / "hub", hub, hub, 0o700, "the hub's chain"),
        Folder(state / "journal" / "signin", signin, signin, 0o700, "the sign-in's chain"),
        Folder(state / "journal" / "door", door, door, 0o700, "the door's chain"),
        Folder(state / "journal" / "guard", root, root, 0o700, "the guard's chain"),
        Folder(state / "journal" / "onboarding", root, root, 0o700, "the register writer's chain"),
        Folder(state / "journal" / "launch", root, root, 0o700, "the launcher's chain"),
        Folder(state / "journal" / "keeper", root, root, 0o700, "the keeper's chain"),
        Folder(
            state / "journal" / "checkpoints", root, root, 0o700, "where each chain ended when, signed by the keeper"
        ),
        Folder(state / "grounds", root, root, 0o700, "every law and set of public keys that decided, by fingerprint"),
        Folder(state / "keeper", root, root, 0o700, "the key that signs checkpoints, what the witness has"),
        Folder(state / "hub", hub, hub, 0o700, "the hub's database, cookie secret, directory password"),
        Folder(state / "signin", signin, signin, 0o700, "the signing key, directory password"),
        Folder(state / "signin" / "factors", signin, signin, 0o700, "the second factors, a file each"),
        Folder(state / "door", door, door, 0o700, "files that are being deposited"),
        Folder(state / "entries", root, door, 0o750, "what people deposited: the guard makes folders, the door files"),
        Folder(state / "guard", root, root, 0o700, "directory password"),
        Folder(state / "onboarding", root, root, 0o700, "directory password"),
        Folder(state / "quarantine", root, root, 0o700, "deliveries of producers that nobody confirmed yet"),
        Folder(places.datasets, root, root, 0o700, "the datasets, one folder per version"),
        Folder(state / "spaces", root, root, 0o700, "homes and project spaces, with their labels"),
        Folder(state / "directory", root, root, 0o711, "the demo directory"),
        Folder(state / "directory" / "tls", directory, root, 0o755, "certificate and authority of the directory"),
        Folder(state / "directory" / "seed", directory, root, 0o700, "people and groups of the demo"),
        Folder(state / "directory" / "data", directory, root, 0o700, "the demo directory's database"),
        Folder(state / "demo", root, root, 0o700, "the demo's accounts"),
        Folder(state / "log", root, root, 0o700, "what the processes print"),
        Folder(run, root, root, 0o711, "sockets and mounts"),
        Folder(run / "hub", hub, front, 0o2710, "the hub's socket, for the front"),
        Folder(run / "signin", signin, hub, 0o2710, "the sign-in's socket, for the hub"),
        Folder(run / "door", door, front, 0o2710, "the door's socket, for the front"),
        Folder(run / "deposits", door, hub, 0o2710, "the door's socket, for the hub"),
        Folder(run / "identity", signin, signin, 0o2710, "the face's socket, the passes' key, for the front alone"),
        Folder(run / "guard", root, hub, 0o2710, "the guard's socket, for the hub"),
        Folder(run / "gate", front, turnstile, 0o2710, "the front's inner side, for the turnstile"),
        Folder(
            run / "turnstile", root, turnstile, 0o750, "what workspaces may say to the hub: a folder each, of its own"
        ),
        Folder(run / "ws", root, root, 0o711, "workspaces' sockets, a tmpfs each: nosymfollow,nosuid,nodev,noexec"),
        Folder(run / "mounts", root, root, 0o700, "what a starting workspace is about to get"),
        Folder(run / "supervisor", root, root, 0o700, "the supervisor's socket and configuration"),
    )


def ensure_folders(table: Iterable[Folder]) -> None:
    """Make what is missing and set owner, group and mode of all; a link in the way is refused."""
    for folder in table:
        folder.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            uid, gid = pwd.getpwnam(folder.owner).pw_uid, grp.getgrnam(folder.group).gr_gid
            os.fchown(handle, uid, gid)
            os.fchmod(handle, folder.mode)
        finally:
            os.close(handle)


def hand_over(table: Iterable[Folder]) -> None:
    """Give each account the files that root left in its folder, such as its directory password."""
    for folder in table:
        account = pwd.getpwnam(folder.owner)
        if account.pw_uid == 0:
            continue
        for path in folder.path.iterdir():
            if path.is_file() and path.lstat().st_uid == 0:
                os.chown(path, account.pw_uid, account.pw_gid, follow_symlinks=False)


def check_folders(table: Iterable[Folder]) -> None:
    """Raises DatalabError naming every folder whose owner, group or mode is not that of the table."""
    wrong = [line for folder in table if (line := _difference(folder))]
    if wrong:
        raise DatalabError("\n".join(wrong))


def _difference(folder: Folder) -> str | None:
    try:
        found = folder.path.lstat()
    except FileNotFoundError:
        return f"{folder.path}: missing; run the launcher again"
    actual = (
        pwd.getpwuid(found.st_uid).pw_name,
        grp.getgrgid(found.st_gid).gr_name,
        stat.S_IMODE(found.st_mode),
    )
    expected = (folder.owner, folder.group, folder.mode)
    if actual == expected:
        return None
    return (
        f"{folder.path}: is {actual[0]}:{actual[1]} {actual[2]:o}, must be {expected[0]}:{expected[1]} {expected[2]:o}"
    )


def render_table(table: Iterable[Folder]) -> str:
    """The table of SECURITY.md: path, account, group, mode, use."""
    head = "| path | account | group | mode | what it holds |\n|---|---|---|---|---|\n"
    rows = (f"| `{f.path}` | {f.owner} | {f.group} | {f.mode:04o} | {f.use} |\n" for f in table)
    return head + "".join(rows)
