"""The demo's datasets on disk: one folder per version, named by its content, never changed afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from onboarding.deliveries.report import fingerprint_of_files
from onboarding.demo.catalogue import Catalogue, PartEntry
from onboarding.demo.settings import demo_folder
from policies.errors import DatalabError
from policies.files import canonical_json, fingerprint, parse, sync_folder, write_atomic
from policies.settings import Places

if TYPE_CHECKING:
    import pyarrow as pa

    from onboarding.demo.tables.spec import Spec


def year_of(day: date) -> int:
    """The year that the datasets speak of: the last one that is over."""
    return day.year - 1


def known_data(places: Places) -> Catalogue:
    """What was made; raises DatalabError when nothing was."""
    file = _catalogue(places)
    if not file.exists():
        raise DatalabError(f"{file}: missing; run `python -m onboarding.demo` first")
    return parse(Catalogue, json.loads(file.read_text(encoding="utf-8")), str(file))


def ensure_data(places: Places, seed: int, day: date) -> Catalogue:
    """The datasets of this seed and year, made when they are not there yet."""
    file = _catalogue(places)
    stamp = _stamp(places, seed, year_of(day))
    if file.exists():
        known = known_data(places)
        if known.stamp == stamp and all(_folder(places, part, known).is_dir() for part in known.parts):
            return known
    made = Catalogue(stamp=stamp, year=year_of(day), parts=_make_all(places, seed, year_of(day)))
    write_atomic(file, canonical_json(made.model_dump(mode="json")), 0o600)
    return made


def _stamp(places: Places, seed: int, year: int) -> str:
    """What decides the content: seed, year, communes, and the code that invents."""
    sources = sorted((Path(__file__).parent / "tables").glob("*.py"))
    digests = [fingerprint(path.read_bytes()) for path in (_communes(places), *sources)]
    return fingerprint(canonical_json([seed, year, digests]))


def _catalogue(places: Places) -> Path:
    return demo_folder(places) / "datasets.json"


def _communes(places: Places) -> Path:
    return demo_folder(places) / "communes.json"


def _folder(places: Places, part: str, known: Catalogue) -> Path:
    return places.datasets / part / known.parts[part].version


def _make_all(places: Places, seed: int, year: int) -> dict[str, PartEntry]:
    # the libraries of tables take half a second to import, and most runs have nothing to make
    from onboarding.demo.tables.catalogue import TABLES
    from onboarding.demo.tables.world import World, read_communes

    world = World(seed, year, read_communes(_communes(places)))
    return {spec.id: _make(places.datasets, spec, spec.table(world), year) for spec in TABLES}


def _make(root: Path, spec: Spec, table: pa.Table, year: int) -> PartEntry:
    import pyarrow.parquet as pq

    from onboarding.demo.tables.spec import type_name

    _ensure_folder(root, 0o700)
    _ensure_folder(root / spec.dataset)
    _ensure_folder(root / spec.dataset / spec.part)
    temporary = Path(tempfile.mkdtemp(dir=root, prefix=".new-"))
    try:
        file = temporary / f"{spec.part}.parquet"
        pq.write_table(table, file, compression="zstd", row_group_size=250_000)
        digest = version_fingerprint(temporary)
        version = f"v{year}-{digest[:8]}"
        size = file.stat().st_size
        _publish(temporary, root / spec.dataset / spec.part / version)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    columns = [(field.name, type_name(field.type), spec.meanings[field.name]) for field in table.schema]
    return PartEntry(version=version, fingerprint=digest, rows=table.num_rows, size=size, columns=tuple(columns))


def _ensure_folder(folder: Path, mode: int = 0o755) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(mode)


def version_fingerprint(folder: Path) -> str:
    """The fingerprint of a version: that of the sorted list of its files' fingerprints."""
    return fingerprint_of_files(_digest(path) for path in folder.rglob("*") if path.is_file())


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _publish(made: Path, place: Path) -> None:
    """The version appears whole; one that is there already has the same content, by its name."""
    if place.is_dir():
        return
    for file in made.iterdir():
        handle = os.open(file, os.O_RDONLY)
        os.fsync(handle)
        os.close(handle)
        file.chmod(0o444)
    made.chmod(0o755)
    made.rename(place)
    sync_folder(place.parent)
