"""A space is measured while nobody waits; one that holds too much refuses the next start, and says how much."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from hub.guard.errors import RefusalError, TroubleError
from hub.guard.host.quotas import MIB, Limits, Quotas, Usage, measure

HOME, PROJECT = ("aides", "homes", "pana01", "1"), ("aides", "projet", "abc")


@pytest.fixture
def spaces(tmp_path: Path) -> Path:
    for steps in (HOME, PROJECT):
        tmp_path.joinpath(*steps).mkdir(parents=True)
    return tmp_path


def fill(spaces: Path, steps: tuple[str, ...], mib: int, name: str = "file") -> Path:
    file = spaces.joinpath(*steps) / name
    file.write_bytes(b"x" * mib * MIB)
    return file


def quotas(spaces: Path, home_mib: int = 2, project_mib: int = 4, free_mib: int = 0) -> Quotas:
    return Quotas(spaces, Limits(home_mib, project_mib, free_mib))


def measured(found: Quotas) -> Quotas:
    found.measure_later(HOME, PROJECT)
    assert found.measure_waiting()
    return found


def test_what_was_never_measured_refuses_nobody(spaces: Path) -> None:
    fill(spaces, HOME, 3)
    quotas(spaces).check(HOME, PROJECT)


def test_a_home_that_holds_too_much_refuses_and_says_how_much_and_who_helps(spaces: Path) -> None:
    fill(spaces, HOME, 3)
    with pytest.raises(RefusalError, match=r"dossier personnel contient 3 Mio ; il peut en contenir 2.*L'équipe"):
        measured(quotas(spaces)).check(HOME, PROJECT)


def test_both_spaces_are_said_at_once(spaces: Path) -> None:
    fill(spaces, HOME, 3)
    fill(spaces, PROJECT, 5)
    assert len(list(measured(quotas(spaces)).exceeded(HOME, PROJECT))) == 2


def test_a_space_within_its_limit_or_without_one_opens(spaces: Path) -> None:
    fill(spaces, HOME, 1)
    fill(spaces, PROJECT, 5)
    measured(quotas(spaces, project_mib=0)).check(HOME, PROJECT)


def test_a_space_that_was_emptied_opens_once_it_is_measured_again(spaces: Path) -> None:
    file = fill(spaces, HOME, 3)
    found = measured(quotas(spaces))
    file.unlink()
    measured(found).check(HOME, PROJECT)


def test_a_disk_that_is_nearly_full_starts_nothing(spaces: Path) -> None:
    with pytest.raises(TroubleError, match="presque plein"):
        quotas(spaces, free_mib=10**9).check(HOME, PROJECT)


def test_what_waits_is_measured_once(spaces: Path) -> None:
    found = quotas(spaces)
    found.measure_later(HOME, HOME, ("nobody", "homes", "x", "1"))
    assert (found.measure_waiting(), found.measure_waiting()) == (True, False)


def test_links_lead_nowhere_and_two_names_of_one_file_count_once(spaces: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "big").write_bytes(b"x" * 3 * MIB)
    home = spaces.joinpath(*HOME)
    before = measure(home)
    (home / "link").symlink_to(outside)
    file = fill(spaces, HOME, 1)
    os.link(file, home / "again")
    found = measure(home)
    assert MIB <= found.bytes - before.bytes < 2 * MIB
    assert found.files - before.files == 2


def test_a_hole_is_not_counted_as_what_it_could_hold(spaces: Path) -> None:
    with (spaces.joinpath(*HOME) / "hole").open("wb") as stream:
        stream.truncate(100 * MIB)
    assert measure(spaces.joinpath(*HOME)).bytes < MIB


def test_a_measure_that_cannot_be_read_refuses_nobody(spaces: Path) -> None:
    found = measured(quotas(spaces))
    spaces.joinpath(*HOME[:-1], "1.usage").write_text("{")
    found.check(HOME, PROJECT)
    assert Usage(bytes=1, files=1).files == 1
