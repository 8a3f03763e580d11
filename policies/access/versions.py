"""Which version of a part is mounted: the last one delivered, not withdrawn, and rightly confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from policies.register.dataset import Dataset, Delivered, Delivery

Counts = Callable[[str, Delivery], bool]


def latest_version(dataset: Dataset, part: str, day: date, counts: Counts) -> str | None:
    """The last version by that day; `counts` says of a delivery that was confirmed by itself whether it does.

    Of two on one day, one confirmed by itself comes after one approved with the part, then names decide:
    those of deliveries begin with their moment.
    """
    ready = sorted((each for each in dataset.standing(part) if each.day <= day), key=_rank, reverse=True)
    return next((each.name for each in ready if _counts(each, counts)), None)


def next_delivery(dataset: Dataset, part: str, day: date, counts: Counts) -> date | None:
    """The first later day on which another version is the one to mount; None when none is announced."""
    later = sorted((each for each in dataset.standing(part) if each.day > day), key=_rank)
    return next((each.day for each in later if _counts(each, counts)), None)


def _rank(version: Delivered) -> tuple[date, bool, str]:
    return version.day, version.delivery is not None, version.name


def _counts(version: Delivered, counts: Counts) -> bool:
    return version.delivery is None or counts(version.name, version.delivery)
