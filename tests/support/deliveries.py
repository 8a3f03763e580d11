"""A producer's folder, and a desk on a register of its own, for tests; the clock stands still."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from onboarding.actor import Actor
from onboarding.deliveries.quarantine import Quarantine, Quarantined
from onboarding.deliveries.settings import DeliverySettings
from onboarding.deliveries.store import Store
from onboarding.operations.confirm_delivery import confirm_delivery
from onboarding.operations.confirmable import find_to_confirm
from onboarding.operations.deliveries import Desk, Silent, find_delivery
from onboarding.operations.office import Office
from onboarding.operations.receive_delivery import receive_delivery
from policies.access.approvals import Approvals
from policies.journal.append import Journal
from policies.register.attested import Approval
from policies.register.follow import Register, read_register
from tests.support.judged import KEY, KEYS, PRODUCERS, shipped_law
from tests.support.small_register import Values, small_register
from tests.support.written_register import ACTOR, MOMENT, REASON, first_write, make_writer

DAY = MOMENT.date()
RECEIVER = Actor(ACTOR, "dinum", frozenset({"administrator"}))
COLUMNS: list[Values] = [
    {"name": "code", "type": "texte", "meaning": "Code de la commune"},
    {"name": "habitants", "type": "entier", "meaning": "Nombre d'habitants"},
]
FIELDS: list[Values] = [
    {"name": "code", "type": "string", "constraints": {"required": True, "maxLength": 5}},
    {"name": "habitants", "type": "integer", "constraints": {"minimum": 0}},
]
TOWNS = b"code,habitants\n01001,780\n01002,250\n"
MORE = b"code,habitants\n2A004,71000\n"
FILES = {"p2024/communes.csv": TOWNS, "p2025/communes.csv": MORE}


def documents(columns: list[Values] | None = None) -> dict[str, Values]:
    """The small register, its dataset's columns described."""
    found = small_register()
    for part in found["datasets/communes.yaml"]["parts"].values():
        part["columns"] = COLUMNS if columns is None else columns
    return found


def resource(path: str, content: bytes, fields: list[Values] | None = None, **more: Any) -> Values:
    """A file as a descriptor announces it."""
    digest = hashlib.sha256(content).hexdigest()
    table = {"fields": FIELDS if fields is None else fields}
    return {"path": path, "bytes": len(content), "hash": f"sha256:{digest}", "schema": table} | more


def write_source(folder: Path, files: Mapping[str, bytes] | None = None, **changes: Values) -> Path:
    """A producer's folder; `changes`: part of a path -> keys of its resource that are otherwise."""
    resources = []
    for path, content in (FILES if files is None else files).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        more = changes.get(path.partition("/")[0], {})
        resources.append(resource(path, content, **more))
    (folder / "datapackage.json").write_text(json.dumps({"name": "essai", "resources": resources}))
    return folder


def make_desk(folder: Path, moment: datetime = MOMENT, **settings: Any) -> Desk:
    """The desk of an installation in a folder; ClamAV has no signatures there."""
    limits: dict[str, Any] = {"largest_file_gib": 1, "largest_delivery_gib": 2, "free_mib": 1}
    return Desk(
        Quarantine(folder / "quarantine"),
        Store(folder / "datasets"),
        DeliverySettings(**limits | {"malware_database": folder / "clamav"} | settings),
        Journal(folder / "journal" / "onboarding", "onboarding", lambda: moment),
        lambda: moment,
        Silent(),
    )


def make_site(folder: Path, **settings: Any) -> Desk:
    """A desk whose register knows the dataset."""
    first_write(folder, documents())
    return make_desk(folder, **settings)


@contextmanager
def signatures(text: str, name: str = "test.ndb") -> Iterator[Path]:
    """A folder of ClamAV's signatures that the account nobody may read, as pytest's own folders are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / name).write_text(text)
        yield Path(folder)


def register_in(folder: Path) -> Register:
    """The register as it is now."""
    return read_register(folder / "register")


def office_in(folder: Path, dry_run: bool = False) -> Office:
    """The office of an installation whose directory knows nobody: nothing is said of who may open what."""
    return Office(
        make_writer(folder), folder / "register", lambda: register_in(folder), lambda *_: None, lambda: DAY, dry_run
    )


def bring(folder: Path, desk: Desk, source: Path) -> Quarantined:
    """Receive a producer's folder."""
    name = receive_delivery(office_in(folder), RECEIVER, REASON, desk, source, "communes").name
    assert name is not None
    return find_delivery(desk, name)


def sign(fingerprint: str) -> Approval:
    """The producer's approval."""
    return KEY.approval(PRODUCERS["insee"], DAY, fingerprint)


def approvals() -> Approvals:
    """What approvals are judged with: the shipped law."""
    return Approvals(shipped_law(), KEYS)


def confirm_in(folder: Path, desk: Desk, name: str) -> str:
    """Confirm a delivery as its producer."""
    register = register_in(folder)
    found = find_to_confirm(desk, register, name, None)
    return confirm_delivery(desk, register, found, sign, approvals(), make_writer(folder))


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, with its content."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}
