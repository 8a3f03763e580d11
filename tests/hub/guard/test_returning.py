"""A file of a sealed home comes back as it was attested, once, and by no link or other way out of the home."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from hub.guard.host.folders import Owner
from hub.guard.host.returning import FOLDER, Coming, bring_back, coming
from hub.guard.host.spaces_store import SpacesStore
from policies.access.requalified import Released
from policies.access.spaces import Space
from policies.files import fingerprint
from policies.names import WorkspaceName

SEALED = [Space(id="1", label=frozenset({"a/p1", "b/p1"}), since=date(2026, 5, 4))]
FILE = Coming("1", "code/a.py", fingerprint(b"code"))
OWNER = Owner(os.getuid(), os.getgid(), 0o2700)


def attests(*parts: str, home: str = "1", path: str = "code/a.py") -> Released:
    return Released("r", home, frozenset(parts), {path: FILE.content})


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        pytest.param([attests("a/p1", "b/p1")], [FILE], id="all parts by one"),
        pytest.param([attests("a/p1"), attests("b/p1")], [FILE], id="each part by its own producer"),
        pytest.param([attests("a/p1")], [], id="one part is not spoken for"),
        pytest.param([attests("a/p1"), attests("b/p1", path="code/b.py")], [], id="another file"),
        pytest.param([attests("a/p1", "b/p1", home="2")], [], id="a home that is not sealed"),
        pytest.param([], [], id="nothing attested"),
    ],
)
def test_every_part_beside_a_file_must_be_spoken_for(entries: list[Released], expected: list[Coming]) -> None:
    assert list(coming(SEALED, entries)) == expected


@pytest.fixture
def homes(tmp_path: Path) -> Path:
    for home in ("1", "2"):
        (tmp_path / "homes" / home / "code").mkdir(parents=True)
    (tmp_path / "homes" / "1" / "code" / "a.py").write_bytes(b"code")
    return tmp_path / "homes"


def returned(homes: Path) -> Path:
    return homes / "2" / FOLDER / "1" / "code" / "a.py"


def test_a_file_comes_back_as_it_was_attested(homes: Path) -> None:
    assert bring_back(homes, "2", FILE, OWNER)
    assert returned(homes).read_bytes() == b"code"
    assert returned(homes).stat().st_mode & 0o777 == 0o660


def test_a_file_that_changed_stays_and_leaves_nothing(homes: Path) -> None:
    (homes / "1" / "code" / "a.py").write_bytes(b"data")
    assert not bring_back(homes, "2", FILE, OWNER)
    assert not returned(homes).exists()


def test_a_guard_that_dies_while_it_copies_leaves_nothing_and_the_next_one_brings_the_file_back(homes: Path) -> None:
    child = os.fork()
    if child == 0:
        os.link = lambda *_, **__: os._exit(9)  # type: ignore[assignment]
        bring_back(homes, "2", FILE, OWNER)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert list(returned(homes).parent.iterdir()) == []
    assert bring_back(homes, "2", FILE, OWNER)
    assert returned(homes).read_bytes() == b"code"


def test_a_file_that_came_back_and_was_not_noted_counts_as_back(homes: Path) -> None:
    assert bring_back(homes, "2", FILE, OWNER)
    assert bring_back(homes, "2", FILE, OWNER)


@pytest.mark.parametrize("make", [lambda path: path.write_bytes(b"mine"), os.mkfifo, lambda path: path.mkdir()])
def test_what_the_person_made_in_its_place_stays_and_is_not_what_was_attested(homes: Path, make: object) -> None:
    returned(homes).parent.mkdir(parents=True)
    make(returned(homes))  # type: ignore[operator]
    before = returned(homes).lstat()
    assert not bring_back(homes, "2", FILE, OWNER)
    assert returned(homes).lstat() == before


def test_a_link_is_not_followed_wherever_it_stands(homes: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "a.py").write_bytes(b"code")
    (homes / "1" / "code" / "a.py").unlink()
    (homes / "1" / "code" / "a.py").symlink_to(secret / "a.py")
    assert not bring_back(homes, "2", FILE, OWNER)
    (homes / "1" / "code" / "a.py").unlink()
    (homes / "1" / "code").rmdir()
    (homes / "1" / "code").symlink_to(secret)
    assert not bring_back(homes, "2", FILE, OWNER)


def test_what_the_person_put_in_the_way_redirects_nothing(homes: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (homes / "2" / FOLDER).symlink_to(outside)
    with pytest.raises(OSError, match="Not a directory|Too many levels"):
        bring_back(homes, "2", FILE, OWNER)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: path.mkdir()])
def test_what_is_no_file_does_not_come_back(homes: Path, make: object) -> None:
    place = homes / "1" / "code" / "a.py"
    place.unlink()
    make(place)  # type: ignore[operator]
    assert not bring_back(homes, "2", FILE, OWNER)


def test_a_file_comes_back_once_even_when_its_copy_was_deleted(tmp_path: Path) -> None:
    store, name = SpacesStore(tmp_path), WorkspaceName("p7f3k2", "aides-ciblage")
    large, small, day = frozenset({"a/p1", "b/p1"}), frozenset({"a/p1"}), date(2026, 5, 4)
    first = store.show(name, os.getuid(), os.getgid(), large, day)
    (tmp_path.joinpath(*first.home) / "code").mkdir()
    (tmp_path.joinpath(*first.home) / "code" / "a.py").write_bytes(b"code")
    second = store.show(name, os.getuid(), os.getgid(), small, day)
    entries = [attests("a/p1", "b/p1")]
    [file] = store.returning(name, small, entries)
    assert store.bring_back(name, second.home[-1], file, os.getuid(), os.getgid())
    assert store.returning(name, small, entries) == []
    assert [space.id for space in store.home_choice(name, small).sealed] == ["1"]
