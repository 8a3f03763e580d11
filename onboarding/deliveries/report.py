"""What the check of a delivery found: kept beside its files, shown to whoever confirms."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from pydantic import Field

from policies.files import Closed, canonical_json, fingerprint
from policies.names import Slug
from policies.register.attested import plain
from policies.register.dataset import Dataset, DeliveredPart


class FileReport(Closed):
    """One file: its rows, what is wrong with it, and what was not looked at."""

    path: str
    rows: int = Field(ge=0)
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


class Report(Closed):
    """One delivery; `catalogue`: fingerprint of the columns it was checked against, `package`: of its announcement."""

    delivery: Slug
    dataset: Slug
    day: date
    package: str
    catalogue: str
    malware: str
    files: tuple[FileReport, ...]
    parts: dict[Slug, DeliveredPart]

    @property
    def sound(self) -> bool:
        """Whether nothing stands against a confirmation."""
        return not any(file.problems for file in self.files)


def catalogue_fingerprint(dataset: Dataset, parts: Iterable[str]) -> str:
    """The fingerprint of the columns of parts, as the catalogue has them today."""
    found = {part: [plain(column) for column in dataset.parts[part].columns] for part in parts if part in dataset.parts}
    return fingerprint(canonical_json(found))


def fingerprint_of_files(digests: Iterable[str]) -> str:
    """The fingerprint of a version: that of the sorted list of its files' fingerprints."""
    return fingerprint(canonical_json(sorted(digests)))
