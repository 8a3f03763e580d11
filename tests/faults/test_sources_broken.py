"""A register half edited by hand, a clock that leaps: nothing opens, nobody's work is lost, and then it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from policies.calendar import now
from policies.register.follow import read_register
from tests.support.aftermath import check_files, check_next_start, check_whole, close, leave_files, process
from tests.support.guarded_site import MATE, NAME, GuardedSite, guarded_site, wait_for

PROJECT = "projects/aides.yaml"
LEAP = timedelta(hours=3)


@pytest.fixture
def site(image: str) -> Iterator[GuardedSite]:
    """Somebody worked here, a teammate works on."""
    with guarded_site(image) as made:
        made.open(NAME)
        leave_files(made, NAME)
        close(made)
        made.open(MATE)
        leave_files(made, MATE)
        yield made


def manifest(site: GuardedSite) -> Path:
    return site.places.register_folder / "manifest.json"


def content(site: GuardedSite) -> Path:
    """The stored content of the project's document."""
    name = read_register(site.places.register_folder).documents[PROJECT]
    return next(path for path in site.places.register_folder.rglob("*") if path.is_file() and name in path.name)


def cut(content: bytes) -> bytes:
    """As an editor that was killed leaves a file."""
    return content[: len(content) // 2]


def another_word(content: bytes) -> bytes:
    """A hand writes a right into what was signed."""
    return content.replace(b'"statistique_publique"', b'"recherche_scientifique"')


@pytest.mark.parametrize(
    ("which", "edit"),
    [
        pytest.param(manifest, cut, id="the manifest cut off"),
        pytest.param(manifest, lambda _: b"", id="the manifest empty", marks=pytest.mark.long),
        pytest.param(content, cut, id="a document cut off", marks=pytest.mark.long),
        pytest.param(content, another_word, id="a document changed in its place"),
    ],
)
def test_a_register_half_edited_by_hand_opens_nothing_ends_nothing_and_opens_once_it_is_mended(
    site: GuardedSite, which: Callable[[GuardedSite], Path], edit: Callable[[bytes], bytes]
) -> None:
    body, path = site.body(NAME), which(site)
    whole = path.read_bytes()
    assert edit(whole) != whole
    path.chmod(0o600)
    path.write_bytes(edit(whole))
    with process(site, MATE) as dies:
        if which is content:  # a document is read once: a guard that knows it goes on with what was signed
            assert not any(site.guard.ground.trouble.values())
            site.stop_guard()
            assert site.start_guard() == [str(MATE)]
        wait_for(lambda: any(site.guard.ground.trouble.values()))
        assert site.create_raw(body)[0] == 503
        assert check_whole(site, "half edited") == [str(MATE)]
        assert not dies(0.5)
        path.write_bytes(whole)
        wait_for(lambda: not any(site.guard.ground.trouble.values()))
        check_next_start(site, "mended")
        assert not dies(0.2)
    check_files(site, "mended", MATE)
    assert check_whole(site, "mended") == [str(MATE)]


def test_a_clock_that_leaps_and_comes_back_ends_nobody_and_opens_again_once_time_has_caught_up(
    site: GuardedSite,
) -> None:
    with process(site, MATE) as dies:
        site.clock_offset = LEAP
        wait_for(lambda: site.guard.ground.went_back(now() + LEAP / 2))
        check_next_start(site, "ahead")
        site.clock_offset = timedelta()
        status, text = site.create_raw(site.body())
        assert (status, "horloge" in text) == (503, True)
        site.stop_guard()
        assert site.start_guard() == [str(MATE)]
        assert site.create_raw(site.body())[0] == 503
        assert check_whole(site, "back") == [str(MATE)]
        assert not dies(0.5)
        site.clock_offset = LEAP
        check_next_start(site, "caught up")
        assert not dies(0.2)
    assert check_whole(site, "caught up") == [str(MATE)]
    site.put_clock_back()
