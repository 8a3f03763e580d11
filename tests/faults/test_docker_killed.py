"""Docker dies or hangs at any moment: rights end all the same, and nothing is left once it is back."""

from __future__ import annotations

import itertools
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from hub.guard.watching import sweep, watch
from tests.support import guarded_site as sites
from tests.support.aftermath import (
    call_all,
    check_files,
    check_next_start,
    check_whole,
    close,
    expected,
    found,
    leave_files,
    leave_team,
    open_as_the_hub,
    process,
    wait_says,
)
from tests.support.guarded_site import MATE, NAME, GuardedSite, guarded_site, wait_for
from tests.support.own_docker import OwnDocker, own_docker

AT_ONCE_S = 2.0
HEALED_S = 30.0
ASKED = ("create_container_from_config", "start", "stop", "remove_container")


@pytest.fixture(scope="module")
def own() -> Iterator[OwnDocker]:
    with tempfile.TemporaryDirectory(prefix="owd", dir="/tmp") as folder, own_docker(Path(folder)) as made:
        yield made


@pytest.fixture
def site(own: OwnDocker, monkeypatch: pytest.MonkeyPatch) -> Iterator[GuardedSite]:
    """A site on that Docker, whose guard looks around more often; somebody worked there before."""
    for module, name, seconds in (
        (watch, "SWEEP_S", 0.2),
        (watch, "RETRY_S", 0.1),
        (sweep, "LEFT_S", 0.5),
        (sweep, "UNSTARTED_S", 1.0),
    ):
        monkeypatch.setattr(module, name, seconds)
    settings = sites.guard_settings(own.socket).model_copy(update={"docker_timeout_s": 2})
    monkeypatch.setattr(sites, "guard_settings", lambda _: settings)
    with guarded_site(own.image, own.socket) as made:
        made.open(NAME)
        leave_files(made)
        close(made)
        yield made


@contextmanager
def when_asked(site: GuardedSite, name: str, act: Callable[[], object], after_ms: int | None) -> Iterator[None]:
    """Do something when the guard next asks Docker for this: before (0), meanwhile, or after the answer (None)."""
    client = site.guard.parts.engine._client
    call, times = getattr(client, name), itertools.count()

    def hooked(*given: Any, **named: Any) -> Any:
        if next(times) > 0:
            return call(*given, **named)
        if after_ms is None:
            answer = call(*given, **named)
            act()
            return answer
        if after_ms == 0:
            act()
        else:
            threading.Timer(after_ms / 1000, act).start()
        return call(*given, **named)

    setattr(client, name, hooked)
    yield
    delattr(client, name)


def check_healed(site: GuardedSite, where: str) -> None:
    """The guard that lived through it leaves nothing of what ended, without being started anew."""
    with wait_says(f"{where}: not healed: {found(site)}"):
        wait_for(lambda: found(site) == expected(site, []), HEALED_S)
    assert check_whole(site, where) == []
    check_next_start(site, where)


def call_all_but(site: GuardedSite, where: str, words: str) -> None:
    """The calls of a start and of a stop, until one is refused, if one is, with these words."""
    refusals = []
    try:
        call_all(site)
    except AssertionError as refused:
        refusals.append(str(refused))
    assert all(words in each for each in refusals), f"{where}: {refusals}"


def die_and_recover(own: OwnDocker, site: GuardedSite, name: str, after_ms: int | None) -> None:
    where = f"dockerd killed {'after' if after_ms is None else f'{after_ms} ms into'} {name}"
    killed = threading.Event()

    def kill() -> None:
        own.kill()
        killed.set()

    with when_asked(site, name, kill, after_ms):
        call_all_but(site, where, "message")
        assert killed.wait(10), where
    own.start()
    check_healed(site, where)
    with wait_says(f"{where}: still running: {own.inside()}"):
        wait_for(lambda: own.inside() == [])


@pytest.mark.long
@pytest.mark.parametrize("name", ASKED)
def test_docker_killed_while_it_is_asked_leaves_nothing_once_it_is_back(
    own: OwnDocker, site: GuardedSite, name: str
) -> None:
    die_and_recover(own, site, name, 15)


@pytest.mark.long
@pytest.mark.parametrize("name", ASKED)
def test_docker_killed_at_any_moment_of_what_it_is_asked(own: OwnDocker, site: GuardedSite, name: str) -> None:
    for after_ms in (0, 1, 3, 8, 30, 60, 100, 200, 400, None):
        die_and_recover(own, site, name, after_ms)


def test_who_loses_a_right_while_docker_is_dead_is_out_at_once_and_the_others_work_on(
    own: OwnDocker, site: GuardedSite
) -> None:
    site.open(NAME)
    assert len(own.inside()) > 0  # what tells that nothing runs in a container tells that something does
    site.open(MATE)
    with process(site, NAME) as dies, process(site, MATE) as mate_dies:
        own.kill()
        leave_team(site, NAME.person)
        assert dies(AT_ONCE_S)
        assert not mate_dies(0.5)
    assert [each["person"] for each in site.payloads("enforcement")] == [NAME.person]
    own.start()  # which ends what a killed one left running
    with wait_says(f"not healed: {found(site)}"):
        wait_for(lambda: found(site) == expected(site, []), HEALED_S)
    check_whole(site, "after Docker came back")
    told = site.guard.parts.kept.ended.read(MATE)
    assert told is not None
    assert told.cause == "itself"
    site.open(MATE)


@pytest.mark.parametrize("fault", ["killed", pytest.param("frozen", marks=pytest.mark.long)])
def test_a_guard_that_starts_without_docker_ends_rights_and_starts_nothing_until_docker_is_back(
    own: OwnDocker, site: GuardedSite, fault: str
) -> None:
    open_as_the_hub(site, NAME)
    body = site.body(MATE)
    with process(site) as dies:
        site.stop_guard()
        (own.kill if fault == "killed" else own.freeze)()
        assert site.start_guard() == [str(NAME)]
        status, text = site.create_raw(body, str(MATE))
        assert (status, "Docker ne répond pas" in text) == (503, True)
        assert not dies(0.5)
        leave_team(site, NAME.person)
        assert dies(AT_ONCE_S)
    (own.start if fault == "killed" else own.thaw)()
    with wait_says(f"not healed: {found(site)}"):
        wait_for(lambda: found(site) == expected(site, []), HEALED_S)
    check_whole(site, "after Docker came back")
    site.open(MATE)


def test_docker_that_hangs_is_said_starts_nothing_and_goes_on_where_it_was(own: OwnDocker, site: GuardedSite) -> None:
    site.open(MATE)
    with process(site, MATE) as mate_dies:
        own.freeze()
        status, text = site.create_raw(site.body())
        own.thaw()
        assert (status, "Docker ne répond pas" in text) == (503, True)
        assert not mate_dies(0.2)
    with wait_says(f"not healed: {found(site)}"):
        wait_for(lambda: found(site) == expected(site, [str(MATE)]), HEALED_S)
    check_next_start(site, "after Docker went on")


@pytest.mark.long
@pytest.mark.parametrize("name", ["create_container_from_config", "start", "remove_container"])
def test_docker_that_hangs_in_the_midst_does_late_what_nobody_waits_for_and_the_guard_takes_it_away(
    own: OwnDocker, site: GuardedSite, name: str
) -> None:
    with when_asked(site, name, own.freeze, 0):
        call_all_but(site, name, "Docker ne répond pas")
    own.thaw()
    check_healed(site, f"dockerd frozen before {name}")


@pytest.mark.long
def test_a_full_disk_of_images_is_said_creates_nothing_and_is_over_once_there_is_room(
    own: OwnDocker, site: GuardedSite
) -> None:
    site.open(MATE)
    leave_files(site, MATE)
    filler = own.fill()
    try:
        status, text = site.create_raw(site.body())
        if status == 201:
            status, text = site.call("POST", f"/containers/{NAME}/start")
        assert (status, "no space left" in text) == (503, True), text
        with wait_says(f"left: {found(site)}"):
            wait_for(lambda: found(site) == expected(site, [str(MATE)]), HEALED_S)
        check_files(site, "full", MATE)
        close(site, MATE)
    finally:
        filler.unlink()
    check_healed(site, "room again")
