"""Which version of a part is mounted: the last one delivered, not withdrawn, and rightly confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from policies.access.approvals import Organisations
from policies.access.facts import Subject
from policies.register.dataset import Dataset, Delivered, Delivery

Counts = Callable[[str, Delivery], bool]


def version_of(subject: Subject, dataset: str, part: str) -> str | None:
    """The version of a part to mount today, None when there is none."""
    return latest_version(subject.register.datasets[dataset], part, subject.day, _counting(subject, dataset))


def next_delivery_of(subject: Subject, dataset: str, part: str) -> date | None:
    """The first later day on which another version is the one to mount, None when none is announced."""
    return next_delivery(subject.register.datasets[dataset], part, subject.day, _counting(subject, dataset))


def _counting(subject: Subject, dataset: str) -> Counts:
    """Whether the producer of the data rightly confirmed a delivery; not for whoever confirmed it."""
    at = Organisations(producer=subject.register.datasets[dataset].producer)

    def counts(name: str, delivery: Delivery) -> bool:
        place = f"datasets/{dataset}/deliveries/{name}"
        return subject.approvals.flaw("delivery", place, delivery, at, subject.themself) is None

    return counts


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
