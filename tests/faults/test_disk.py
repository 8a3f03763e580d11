"""The disk of state and journal is full, read-only or hangs: rights end, nothing half starts, no file is lost."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from hub.guard.watching import sweep, watch
from onboarding.writing import Writer
from policies.errors import DatalabError
from policies.journal.append import Journal
from policies.journal.verify import verify
from policies.register.attested import plain
from policies.register.follow import read_register
from tests.support import guarded_site as sites
from tests.support.aftermath import (
    check_files,
    check_next_start,
    check_whole,
    close,
    expected,
    found,
    leave_files,
    process,
    wait_says,
)
from tests.support.guarded_site import MATE, NAME, GuardedSite, guarded_site, wait_for

DISK_MIB = 8
AT_ONCE_S = 2.0
HEALED_S = 15.0
PATIENCE_S = 60.0
PAGE = 4096
SAID = ("Le disque du Datalab est", "Le journal ne peut pas être écrit")


@pytest.fixture
def site(image: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[GuardedSite]:
    """Somebody worked here, a teammate works on.

    The guard starts nothing on a nearly full disk: that is taken away, so that a start meets it halfway.
    """
    settings = sites.guard_settings().model_copy(update={"free_mib": 0})
    monkeypatch.setattr(sites, "guard_settings", lambda _: settings)
    monkeypatch.setattr(watch, "SWEEP_S", 0.2)
    monkeypatch.setattr(watch, "PEOPLE_S", 0.1)
    monkeypatch.setattr(sweep, "LEFT_S", 0.5)
    with guarded_site(image, disk_mib=DISK_MIB) as made:
        for name in (NAME, MATE):
            made.open(name)
            leave_files(made, name)
        close(made)
        yield made


@contextmanager
def full(folder: Path, leave: int) -> Iterator[None]:
    """The disk is full but for some bytes."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as stream:
        try:
            while True:
                stream.write(b"x" * PAGE)
        except OSError:
            stream.truncate(max(0, stream.tell() - leave))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    try:
        yield
    finally:
        subprocess.run(["mount", "-o", "remount,rw", folder], check=True)


def settles_to(site: GuardedSite, names: list[str], where: str) -> None:
    """Nothing stays but what these have."""
    with wait_says(f"{where}: left: {found(site)}"):
        wait_for(lambda: found(site) == expected(site, names), HEALED_S)


def check_over(site: GuardedSite, where: str) -> None:
    """Once there is room again, nothing is missing from the journal or the spaces, and who could open can."""
    wait_for(lambda: site.guard.parts.diary.pay() is None)
    check_whole(site, where)
    check_next_start(site, where)


def start_on(site: GuardedSite, where: str) -> None:
    """A start is refused with words that name the disk, or comes to its end."""
    status, text = site.create_raw(site.body())
    if status == 201:
        status, text = site.call("POST", f"/containers/{NAME}/start")
    if status < 300:
        close(site)
    else:
        assert (status, any(words in text for words in SAID)) == (503, True), f"{where}: {status} {text}"


def test_a_full_disk_starts_nothing_halfway_and_is_over_once_there_is_room(site: GuardedSite) -> None:
    with full(site.places.state, 0):
        start_on(site, "full")
        settles_to(site, [str(MATE)], "full")
    check_files(site, "room again", MATE)
    check_over(site, "room again")


@pytest.mark.long
def test_a_disk_that_fills_at_any_moment_of_a_start_starts_nothing_halfway(site: GuardedSite) -> None:
    for leave in range(0, 40 * PAGE, PAGE):
        with full(site.places.state, leave):
            start_on(site, f"{leave} bytes left")
            settles_to(site, [str(MATE)], f"{leave} bytes left")
        check_files(site, f"{leave} bytes were left", MATE)
        check_over(site, f"{leave} bytes were left")


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_on_a_disk_that_takes_nothing_a_new_guard_begins_rights_end_and_the_journal_says_so_afterwards(
    site: GuardedSite, fault: str
) -> None:
    state = site.places.state
    with full(state, 0) if fault == "full" else read_only(state), process(site, MATE) as dies:
        site.stop_guard()
        assert site.start_guard() == [str(MATE)]
        start_on(site, fault)
        assert not dies(0.5)
        site.people.ids.remove(MATE.person)
        assert dies(AT_ONCE_S)
        wait_for(lambda: site.containers() == [])
        if fault == "read-only":  # the journal's last page may have room
            assert site.payloads("enforcement") == []
    settles_to(site, [], f"{fault} no more")
    site.people.ids.add(MATE.person)
    check_over(site, fault)
    assert [each["person"] for each in site.payloads("enforcement")] == [MATE.person]
    check_next_start(site, fault, MATE)


def test_a_disk_that_hangs_keeps_nobody_in_and_takes_afterwards_what_it_was_to_keep(
    site: GuardedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is to last waits for the disk: neither the guard's own notes nor the journal make a right last longer."""
    waits, awake = threading.Event(), threading.Event()

    def hang(_: int) -> None:
        waits.set()
        assert awake.wait(PATIENCE_S)

    with process(site, MATE) as dies, monkeypatch.context() as hanging:
        for name in ("fsync", "fdatasync"):
            hanging.setattr(os, name, hang)
        site.clock_offset = timedelta(minutes=1)  # the guard has something to note
        wait_for(waits.is_set)
        site.people.ids.remove(MATE.person)
        assert dies(AT_ONCE_S)
        awake.set()
        settles_to(site, [], "awake")
    site.people.ids.add(MATE.person)
    check_over(site, "awake")
    assert [each["person"] for each in site.payloads("enforcement")] == [MATE.person]
    check_next_start(site, "awake", MATE)


@pytest.mark.parametrize("leave", [0, PAGE, 4 * PAGE])
def test_a_register_on_a_full_disk_stays_as_it_was_and_takes_the_same_change_later(tmp_path: Path, leave: int) -> None:
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    try:
        change_on_a_full_disk(folder, leave)
    finally:
        subprocess.run(["umount", folder], check=True)


def change_on_a_full_disk(folder: Path, leave: int) -> None:
    register, journal = folder / "register", folder / "onboarding"
    writer = Writer(register, Journal(journal, "onboarding"))
    path = "datalab.yaml"
    before = {"name": "Essai", "contact": "essai@example.test"}
    after = before | {"name": "x" * 120}
    writer.write({path: before}, {path: None}, "padm01", "essai")
    seen = {path: read_register(register).documents[path]}
    with full(folder, leave):
        try:
            writer.write({path: after}, seen, "padm01", "essai")
            written = True
        except DatalabError:
            written = False
        document = read_register(register).document(path)
        assert document is not None
        assert plain(document)["name"] == (after if written else before)["name"]
    if not written:
        writer.write({path: after}, seen, "padm01", "essai")
    document = read_register(register).document(path)
    assert document is not None
    assert plain(document)["name"] == after["name"]
    assert verify(journal).sound
    assert {each.name for each in folder.rglob(".*")} <= {".lock", ".rendered", ".schemas"}
