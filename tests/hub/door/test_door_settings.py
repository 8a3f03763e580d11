"""Section `door`: a share that lets nothing pass is refused where it is written, not found out by a person."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from hub.door.settings import KIB, MIB, SMALL, DoorSettings
from policies.errors import InvalidFilesError
from policies.files import parse
from tests.support.door import door_settings

SHIPPED = yaml.safe_load((Path(__file__).parents[3] / "values.yaml").read_text(encoding="utf-8"))["door"]


def test_the_settings_of_a_machine_are_taken_as_they_are() -> None:
    assert parse(DoorSettings, SHIPPED, "values.yaml").model_dump(mode="json") == SHIPPED


def test_a_save_is_as_large_as_a_notebook_and_what_is_shown_may_be_escaped() -> None:
    settings = door_settings(largest_notebook_kib=400, largest_text_kib=100, largest_image_kib=10)
    assert (settings.largest_body, settings.largest_answer) == (400 * KIB + SMALL, 800 * KIB + SMALL)
    settings = door_settings(largest_notebook_kib=10, largest_text_kib=100, largest_image_kib=200)
    assert (settings.largest_body, settings.largest_answer) == (200 * KIB + SMALL, 800 * KIB + SMALL)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"largest_deposit_mib": 501}, "largest_deposit_mib is more than deposits_mib"),
        ({"passing_mib_per_person": 39}, "passing_mib_per_person is less than the largest file"),
        ({"largest_image_kib": 64 * KIB}, "passing_mib_per_person is less than the largest file"),
        ({"passing_mib": 83}, "passing_mib_per_person is more than passing_mib"),
        ({"deposits_at_once_per_person": 9}, "deposits_at_once_per_person is more than deposits_at_once"),
    ],
)
def test_a_share_that_lets_nothing_pass_is_refused(changes: dict[str, int], why: str) -> None:
    with pytest.raises(InvalidFilesError, match=why):
        parse(DoorSettings, SHIPPED | changes, "values.yaml")


def test_what_passes_at_once_leaves_memory_to_read_it_in() -> None:
    """Of what ships: what is held, one large file that is read (400 MiB, measured), and the program itself."""
    settings = parse(DoorSettings, SHIPPED, "values.yaml")
    assert settings.passing_mib * MIB + 400 * MIB + 128 * MIB <= settings.memory_mib * MIB
