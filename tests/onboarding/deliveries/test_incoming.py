"""Files come in whole, resumed where they stopped, and no link in a producer's folder leads elsewhere."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from onboarding.deliveries import incoming
from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.incoming import check_size, copy_in, opened, read_descriptor
from onboarding.deliveries.package import Resource
from onboarding.deliveries.quarantine import Kept, Quarantined
from onboarding.operations.arriving import look_at
from tests.support.deliveries import DAY, MORE, TOWNS, make_desk, make_site, register_in, tree, write_source
from tests.support.deliveries import bring as receive
from tests.support.written_register import ACTOR, MOMENT, REASON

PATH = "p2025/communes.csv"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source", {PATH: TOWNS})


@pytest.fixture
def held(tmp_path: Path, source: Path) -> Quarantined:
    kept = Kept(dataset="communes", by=ACTOR, reason=REASON, day=DAY)
    desk = make_desk(tmp_path)
    return desk.quarantine.begin(kept, read_descriptor(source), MOMENT, frozenset(), lambda _: None)


def the_file(held: Quarantined) -> Resource:
    return held.package().resources[0]


def bring(source: Path, held: Quarantined) -> list[int]:
    told: list[int] = []
    copy_in(source, the_file(held), held, told.append)
    return told


def test_a_file_that_came_whole_is_closed_to_writers(source: Path, held: Quarantined) -> None:
    assert sum(bring(source, held)) == len(TOWNS)
    file = held.file(the_file(held))
    assert (file.read_bytes(), stat.S_IMODE(file.stat().st_mode), held.missing()) == (TOWNS, 0o444, [])


def test_what_the_producer_does_to_the_file_afterwards_changes_nothing(source: Path, held: Quarantined) -> None:
    bring(source, held)
    (source / PATH).write_bytes(MORE)
    assert held.file(the_file(held)).read_bytes() == TOWNS


def test_an_interrupted_copy_goes_on_where_it_stopped(
    source: Path, held: Quarantined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "BLOCK", 4)
    held.partial(the_file(held)).write_bytes(TOWNS[:16])
    # what is there already is not asked of the producer again: it may be gone from the folder's first bytes
    (source / PATH).write_bytes(b"-" * 16 + TOWNS[16:])
    assert sum(bring(source, held)) == len(TOWNS)
    assert held.file(the_file(held)).read_bytes() == TOWNS


@pytest.mark.parametrize("left", [b"0" * 10, b"0" * 1000, TOWNS + b"more"])
def test_what_a_power_cut_left_wrong_is_begun_anew(left: bytes, source: Path, held: Quarantined) -> None:
    held.partial(the_file(held)).write_bytes(left)
    bring(source, held)
    assert held.file(the_file(held)).read_bytes() == TOWNS


def test_a_file_with_another_fingerprint_does_not_stay(source: Path, held: Quarantined) -> None:
    (source / PATH).write_bytes(TOWNS.replace(b"780", b"781"))
    with pytest.raises(DeliveryError, match="l'empreinte n'est pas celle que datapackage.json annonce"):
        bring(source, held)
    assert (held.missing(), tree(held.folder / "files")) == ([the_file(held)], {})


def test_a_file_that_grows_meanwhile_brings_no_more_than_was_announced(source: Path, held: Quarantined) -> None:
    with (source / PATH).open("ab") as stream:
        stream.write(b"01003,1\n")
    bring(source, held)
    assert held.file(the_file(held)).read_bytes() == TOWNS


def replace_with_link(source: Path, to: Path) -> None:
    (source / PATH).unlink()
    (source / PATH).symlink_to(to)


def replace_with_folder_link(source: Path, to: Path) -> None:
    (source / PATH).unlink()
    (source / "p2025").rmdir()
    (source / "p2025").symlink_to(to.parent)


def replace_with_fifo(source: Path, to: Path) -> None:
    (source / PATH).unlink()
    os.mkfifo(source / PATH)


def take_away(source: Path, to: Path) -> None:
    (source / PATH).unlink()


@pytest.mark.parametrize("trap", [replace_with_link, replace_with_folder_link, replace_with_fifo, take_away])
def test_a_link_a_pipe_or_nothing_is_no_file(trap: object, tmp_path: Path, source: Path, held: Quarantined) -> None:
    secret = tmp_path / "secret" / "communes.csv"
    secret.parent.mkdir()
    secret.write_bytes(TOWNS)
    assert callable(trap)
    trap(source, secret)
    for act in (lambda: check_size(source, the_file(held)), lambda: bring(source, held)):
        with pytest.raises(DeliveryError):
            act()
    assert held.missing() == [the_file(held)]


def test_a_descriptor_behind_a_link_is_not_read(tmp_path: Path, source: Path) -> None:
    (source / "datapackage.json").rename(tmp_path / "elsewhere.json")
    (source / "datapackage.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(DeliveryError, match=r"datapackage\.json : absent ou illisible"):
        read_descriptor(source)


def test_a_descriptor_that_is_too_large_is_not_read(source: Path) -> None:
    (source / "datapackage.json").write_bytes(b" " * 1_000_001)
    with pytest.raises(DeliveryError, match="dépasse 1000000 octets"):
        read_descriptor(source)


def test_no_descriptor_is_left_open(source: Path) -> None:
    before = len(os.listdir("/proc/self/fd"))
    with opened(source, PATH) as handle:
        assert os.read(handle, 4) == TOWNS[:4]
    with pytest.raises(DeliveryError), opened(source, "p2025/absent.csv"):
        raise AssertionError("opened")
    with pytest.raises(DeliveryError, match="dossier absent ou illisible"), opened(source / "x", PATH):
        raise AssertionError("opened")
    assert len(os.listdir("/proc/self/fd")) == before


def test_the_same_announcement_is_resumed_and_another_is_another_delivery(tmp_path: Path, source: Path) -> None:
    desk = make_site(tmp_path)
    first = receive(tmp_path, desk, source)
    again = look_at(desk, register_in(tmp_path), source, "communes")
    assert (again.name, again.to_come) == (first.name, 0)
    second = receive(tmp_path, desk, write_source(tmp_path / "other", {PATH: MORE}))
    assert (first.name, second.name) == ("l20260302-103000", "l20260302-103001")
