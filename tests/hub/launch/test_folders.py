"""No process can write another's law, register, journal, keys or code: the modes say so."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.launch.folders import Folder, check_folders, ensure_folders, folders, render_table
from hub.launch.settings import Accounts
from policies.errors import DatalabError
from policies.settings import Places

ROOT = Path(__file__).parents[3]
ACCOUNTS = Accounts(
    hub="datalab-hub",
    signin="datalab-signin",
    door="datalab-door",
    front="datalab-front",
    turnstile="datalab-turnstile",
    directory="datalab-directory",
)
PLACES = Places(
    program=Path("/opt/datalab"),
    law=Path("/opt/datalab/law"),
    state=Path("/var/lib/datalab"),
    run=Path("/run/datalab"),
)
TABLE = folders(PLACES, ACCOUNTS)
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="owners are set by root; `make test` runs as root")


def writers(folder: Folder) -> set[str]:
    found = {folder.owner}
    if folder.mode & 0o020:
        found.add(folder.group)
    if folder.mode & 0o002:
        found.add("everyone")
    return found


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/opt/datalab", {"root"}),
        ("/opt/datalab/law", {"root"}),
        ("/var/lib/datalab/register", {"root"}),
        ("/var/lib/datalab/register/history", {"root"}),
        ("/var/lib/datalab/keys", {"root"}),
        ("/var/lib/datalab/journal", {"root"}),
        ("/var/lib/datalab/journal/hub", {"datalab-hub"}),
        ("/var/lib/datalab/journal/signin", {"datalab-signin"}),
        ("/var/lib/datalab/journal/door", {"datalab-door"}),
        ("/var/lib/datalab/journal/guard", {"root"}),
        ("/var/lib/datalab/journal/launch", {"root"}),
        ("/var/lib/datalab/journal/keeper", {"root"}),
        ("/var/lib/datalab/journal/checkpoints", {"root"}),
        ("/var/lib/datalab/keeper", {"root"}),
        ("/var/lib/datalab/grounds", {"root"}),
        ("/var/lib/datalab/signin", {"datalab-signin"}),
        ("/var/lib/datalab/signin/factors", {"datalab-signin"}),
        ("/var/lib/datalab/hub", {"datalab-hub"}),
        ("/var/lib/datalab/door", {"datalab-door"}),
        ("/var/lib/datalab/entries", {"root"}),
        ("/var/lib/datalab/datasets", {"root"}),
        ("/var/lib/datalab/spaces", {"root"}),
        ("/run/datalab/guard", {"root"}),
        ("/run/datalab/hub", {"datalab-hub"}),
        ("/run/datalab/signin", {"datalab-signin"}),
        ("/run/datalab/door", {"datalab-door"}),
        ("/run/datalab/deposits", {"datalab-door"}),
        ("/run/datalab/identity", {"datalab-signin"}),
        ("/run/datalab/gate", {"datalab-front"}),
        ("/run/datalab/turnstile", {"root"}),
        ("/run/datalab/ws", {"root"}),
        ("/run/datalab/mounts", {"root"}),
    ],
)
def test_a_folder_is_written_by_its_owner_alone(path: str, allowed: set[str]) -> None:
    [folder] = [each for each in TABLE if str(each.path) == path]
    assert writers(folder) == allowed


def test_nothing_is_written_by_everyone() -> None:
    assert [folder for folder in TABLE if "everyone" in writers(folder)] == []


def test_what_several_workspaces_see_is_never_listable() -> None:
    seen = [folder for folder in TABLE if folder.path.name in {"turnstile", "ws"}]
    assert [folder.mode & 0o004 for folder in seen] == [0, 0]


def test_the_sign_ins_key_is_out_of_reach_of_the_hub() -> None:
    [folder] = [each for each in TABLE if each.path == PLACES.state / "signin"]
    assert (folder.owner, folder.mode & 0o077) == ("datalab-signin", 0)


def test_each_of_the_doors_sockets_is_for_one_account_beside_its_own() -> None:
    entered = {str(folder.path): (folder.group, oct(folder.mode & 0o077)) for folder in TABLE}
    assert entered["/run/datalab/door"] == ("datalab-front", "0o10")
    assert entered["/run/datalab/deposits"] == ("datalab-hub", "0o10")


def test_the_keepers_key_is_out_of_reach_of_all_but_root() -> None:
    [folder] = [each for each in TABLE if each.path == PLACES.state / "keeper"]
    assert (folder.owner, folder.mode & 0o077) == ("root", 0)


def test_second_factors_are_out_of_reach_of_all_but_the_sign_in() -> None:
    [folder] = [each for each in TABLE if each.path == PLACES.state / "signin" / "factors"]
    assert (folder.owner, folder.mode & 0o077) == ("datalab-signin", 0)


def test_the_faces_socket_is_for_no_group_that_the_hub_is_in() -> None:
    """The hub's account is in its own group and in the front's, to reach workspaces."""
    [folder] = [each for each in TABLE if each.path == PLACES.run / "identity"]
    assert folder.group not in {"datalab-hub", "datalab-front"}
    assert folder.mode & 0o007 == 0


def test_security_md_holds_the_table() -> None:
    assert render_table(TABLE) in (ROOT / "SECURITY.md").read_text(encoding="utf-8")


@needs_root
def test_folders_are_made_with_their_modes_and_a_second_run_changes_nothing(tmp_path: Path) -> None:
    table = (
        Folder(tmp_path / "a", "root", "root", 0o711, ""),
        Folder(tmp_path / "a" / "b", "root", "root", 0o2710, ""),
    )
    ensure_folders(table)
    ensure_folders(table)
    check_folders(table)


@needs_root
def test_a_link_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="Not a directory|Too many levels"):
        ensure_folders([Folder(tmp_path / "a", "root", "root", 0o711, "")])


@needs_root
def test_a_mode_that_someone_changed_is_named(tmp_path: Path) -> None:
    table = (Folder(tmp_path / "a", "root", "root", 0o711, ""),)
    ensure_folders(table)
    (tmp_path / "a").chmod(0o777)
    with pytest.raises(DatalabError, match=r"a: is root:root 777, must be root:root 711"):
        check_folders(table)
