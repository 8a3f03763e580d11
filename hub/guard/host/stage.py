"""What a starting workspace is about to get, laid out on the host for the moment of its start.

Under `mounts/<name>/` the spaces, the datasets and two notes: once it runs it keeps mounts of its
own, and the host's side is taken away. Under `ws/<name>/` a small file system for its socket, and under
`turnstile/<name>/` a folder for the one on which it speaks to the hub: both last as long as it does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from hub.guard.errors import TroubleError
from hub.guard.host import mounts
from hub.guard.host.expected import READ_ONLY, SOCKETS, SPACE
from hub.guard.host.folders import (
    ROOT_ONLY,
    Owner,
    check_immutable,
    ensure_folder,
    opened,
    remove_note,
    remove_points,
    remove_tree,
    replace_note,
    write_note,
)
from hub.guard.host.mountinfo import points_at, points_below
from hub.guard.host.spaces_store import Beside, Shown
from hub.workspace.spec import CATALOGUE, README, WorkspaceSpec
from policies.access.decision import Grant
from policies.names import WorkspaceName
from policies.settings import Places

EMPTY = ".empty"
NOTES = (README, CATALOGUE)
ANNOUNCEMENT = "avis.json"
BESIDE_DATA = "mode=0755,size=64k,nr_inodes=64"
WS_DATA = "mode=0711,size=16m,nr_inodes=8192"
SOCKET_DATA = "uid={uid},gid={gid},mode=2710,size=256k,nr_inodes=32"


class Stage:
    """The folders `ws` and `mounts` of an installation."""

    def __init__(self, places: Places, front_gid: int, turnstile_uid: int) -> None:
        self._ws = places.run / "ws"
        self._mounts = places.run / "mounts"
        self._turnstile = places.run / "turnstile"
        self._state = places.state
        self._datasets = places.datasets
        self._entries = places.entries
        self._front_gid = front_gid
        self._turnstile_owner = Owner(turnstile_uid, 0, 0o711)

    def prepare(self) -> None:
        """The file systems that hold sockets refuse links, devices and programs."""
        for folder, mode in ((self._ws, 0o711), (self._turnstile, 0o750), (self._mounts, 0o700)):
            if not folder.exists():
                folder.mkdir(parents=True)
                folder.chmod(mode)
        ensure_folder(self._mounts, [EMPTY], ROOT_ONLY)
        self._entries.mkdir(mode=0o750, exist_ok=True)
        points = {mount.target for mount in mounts.host_mounts()}
        if str(self._ws) not in points:
            mounts.tmpfs(self._ws, SOCKETS, WS_DATA)
        mounts.share(self._ws)
        if str(self._turnstile) not in points:
            mounts.bind(self._turnstile, self._turnstile, SOCKETS)

    def lay(self, spec: WorkspaceSpec, notes: Mapping[str, str]) -> None:
        """Empty mount points, the notes, and a new empty place for the socket."""
        name = str(spec.name)
        self.clear(spec.name)
        for steps in self._points(spec):
            ensure_folder(self._mounts, [name, *steps], ROOT_ONLY)
        for file, content in notes.items():
            write_note(self._mounts, [name, "donnees"], file, content)
        self._lay_socket_folder(name, spec.uid)
        ensure_folder(self._turnstile, [name], self._turnstile_owner)
        self._ensure_entries(spec.name)

    def _ensure_entries(self, name: WorkspaceName) -> None:
        """Where the door puts what the person deposits: its group alone writes there, the workspace reads."""
        door = self._entries.stat().st_gid
        ensure_folder(self._entries, [name.processing, name.person], Owner(0, door, 0o775), Owner(0, door, 0o750))

    def _lay_socket_folder(self, name: str, uid: int) -> None:
        """The person's, on a file system of its own: whoever fills it is in nobody's way.

        The front's container sees it come and go, because `ws` is shared with it.
        """
        ensure_folder(self._ws, [name], ROOT_ONLY)
        mounts.tmpfs(self._ws / name, SOCKETS, SOCKET_DATA.format(uid=uid, gid=self._front_gid))

    def _points(self, spec: WorkspaceSpec) -> list[tuple[str, ...]]:
        own = PurePosixPath(self._mounts / str(spec.name))
        inside = [bind.source for bind in spec.binds if own in bind.source.parents]
        return [("donnees",), *(path.relative_to(own).parts for path in inside if path.name not in NOTES)]

    def mount(self, name: WorkspaceName, shown: Shown, grants: Iterable[Grant]) -> None:
        """The spaces, those beside, each granted version, and the notes, each with its protections."""
        own = self._mounts / str(name)
        for steps, point in ((shown.home, own / "home"), (shown.project, own / "projet")):
            with opened(self._state / "spaces", *steps) as folder:
                mounts.bind(folder, point, SPACE)
        self._mount_beside(name, shown.beside)
        with opened(self._entries, name.processing, name.person) as folder:
            mounts.bind(folder, own / "entrees", READ_ONLY)
        for grant in grants:
            self._mount_version(grant, own / "donnees" / grant.dataset / grant.part)
        for file in NOTES:
            mounts.bind(own / "donnees" / file, own / "donnees" / file, READ_ONLY)

    def _mount_beside(self, name: WorkspaceName, beside: Sequence[Beside]) -> None:
        """Project spaces of smaller labels, through read-only overlays: nothing goes from here to there.

        They stand in a small file system of their own, which lives as long as the workspace shows it.
        """
        own = self._mounts / str(name) / "autres"
        mounts.tmpfs(own, SOCKETS, BESIDE_DATA)
        for space in beside:
            (own / space.name).mkdir(mode=0o700)
        write_note(self._mounts, [str(name), "autres"], README, render_beside(beside))
        mounts.protect(own, READ_ONLY)
        for space in beside:
            lower = (self._state / "spaces").joinpath(*space.steps)
            mounts.overlay(lower, self._mounts / EMPTY, own / space.name, READ_ONLY)

    def _mount_version(self, grant: Grant, point: Path) -> None:
        steps = (grant.dataset, grant.part, grant.version)
        store = self._datasets
        try:
            with opened(store, *steps) as folder:
                check_immutable(folder, "/".join(steps))
                mounts.overlay(store.joinpath(*steps), self._mounts / EMPTY, point, READ_ONLY)
        except FileNotFoundError:
            raise TroubleError(
                f"La version {'/'.join(steps)} n'est pas dans l'entrepôt des données : prévenez la DINUM."
            ) from None

    def strike(self, name: str) -> None:
        """The host's side of a workspace's mounts is gone; what runs keeps its own."""
        own = self._mounts / name
        for point in points_below(mounts.host_mounts(), PurePosixPath(own)):
            mounts.unmount(point)
        remove_points(own, [own / "donnees" / note for note in NOTES])

    def clear(self, name: WorkspaceName | str) -> None:
        """Nothing is left on the host of what was made for a workspace, but its spaces."""
        self.strike(str(name))
        folder = self._ws / str(name)
        for point in points_at(mounts.host_mounts(), PurePosixPath(folder)):
            mounts.unmount(point)
        remove_tree(folder)
        remove_tree(self._turnstile / str(name))

    def announce(self, name: WorkspaceName, content: str | None) -> None:
        """A note beside the workspace's socket, where its server reads it, or none."""
        with opened(self._ws, str(name)) as folder:
            if content is None:
                remove_note(folder, ANNOUNCEMENT)
            else:
                replace_note(folder, ANNOUNCEMENT, content)

    def socket_folder(self, name: WorkspaceName) -> Path:
        """Where a workspace's socket appears."""
        return self._ws / str(name)

    def names(self) -> set[str]:
        """The workspaces for which something is laid out."""
        folders = (self._ws, self._turnstile, self._mounts)
        return {name for each in folders for name in os.listdir(each)} - {EMPTY}  # noqa: PTH208 - names, not paths


def render_beside(beside: Sequence[Beside]) -> str:
    """What /projet-autres is, and which parts each space in it stood beside."""
    lines = [
        "# Autres dossiers de l'équipe",
        "",
        "Dossiers d'équipe de ce traitement faits à côté de moins de données que vous n'en lisez aujourd'hui.",
        "Ils sont en lecture seule, tels qu'au démarrage de votre espace : copiez dans /projet ce qui vous sert.",
        "",
        *(f"- {each.name} : à côté de {', '.join(sorted(each.label)) or 'données ouvertes'}" for each in beside),
    ]
    return "\n".join(lines if beside else [*lines, "Il n'y en a pas."]) + "\n"
