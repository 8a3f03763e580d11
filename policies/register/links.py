"""What a document defines for the others, and what it needs of them.

A link is a kind and an id (`("part", "communes/2025")`); beside it stands the key at which the
document says so, for whoever has to correct it.
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.files import Closed
from policies.register.dataset import Dataset
from policies.register.documents import split_path
from policies.register.person import PersonDocument
from policies.register.project import Processing, Project

Link = tuple[str, str]
Said = tuple[Link, str]

PERSON_NUMBER = "person number"
PROCESSING_NUMBER = "processing number"


def defined(path: str, document: Closed) -> Iterator[Said]:
    """What exists because of this document; nothing may be defined twice."""
    _, name = split_path(path)
    if isinstance(document, Project):
        for identifier, processing in document.processings.items():
            yield ("processing", identifier), f"processings.{identifier}"
            yield (PROCESSING_NUMBER, str(processing.number)), f"processings.{identifier}.number"
    elif isinstance(document, Dataset):
        yield ("dataset", name), ""
        for part in document.parts:
            yield ("part", f"{name}/{part}"), f"parts.{part}"
    elif isinstance(document, PersonDocument):
        yield ("person", name), ""
        yield (PERSON_NUMBER, str(document.number)), "number"


def needed(document: Closed) -> Iterator[Said]:
    """What must exist for this document to make sense; only projects name other documents."""
    if isinstance(document, Project):
        for identifier, processing in document.processings.items():
            yield from _needed_by(processing, f"processings.{identifier}")


def _needed_by(processing: Processing, at: str) -> Iterator[Said]:
    for person in processing.team:
        yield ("person", person), f"{at}.team.{person}"
    for name, mission in processing.missions.items():
        yield ("person", mission.person), f"{at}.missions.{name}.person"
        for index, widening in enumerate(mission.widened):
            yield ("dataset", widening.dataset), f"{at}.missions.{name}.widened[{index}].dataset"
    for name, requalification in processing.requalifications.items():
        yield ("person", requalification.person), f"{at}.requalifications.{name}.person"
    for dataset, use in processing.datasets.items():
        yield ("dataset", dataset), f"{at}.datasets.{dataset}"
        for index, part in enumerate(use.parts):
            yield ("part", f"{dataset}/{part}"), f"{at}.datasets.{dataset}.parts[{index}]"
    yield from _needed_by_titles(processing, at)
    for index, pair in enumerate(processing.pairings):
        for side, part in enumerate(pair):
            yield ("part", part), f"{at}.pairings[{index}][{side}]"


def _needed_by_titles(processing: Processing, at: str) -> Iterator[Said]:
    for name, title in processing.titles.items():
        for index, person in enumerate(title.people or ()):
            yield ("person", person), f"{at}.titles.{name}.people[{index}]"
        for index, part in enumerate(title.parts or ()):
            yield ("part", part), f"{at}.titles.{name}.parts[{index}]"
        for index, pair in enumerate(title.pairs or ()):
            for side, part in enumerate(pair):
                yield ("part", part), f"{at}.titles.{name}.pairs[{index}][{side}]"
