"""The demo's register is written once per day: titles' files, approvals through the sign-in, one change."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from onboarding.demo.approvals import Roles, Signature, signatures, with_approvals
from onboarding.demo.content.frame import ADMINISTRATOR, Frame
from onboarding.demo.register_content import DemoRegister, build_register
from onboarding.demo.settings import demo_folder
from onboarding.numbering import allot
from onboarding.writing import Writer
from policies.files import canonical_json, fingerprint, write_atomic
from policies.register.blobs import MANIFEST, parse_manifest, read_manifest_file
from policies.register.documents import parse_document
from policies.settings import Places

REASON = "Données de démonstration du {day}"
APPROVERS_AT_ONCE = 6
Approve = Callable[[str, str], Mapping[str, Any]]


def stamp(places: Places, frame: Frame) -> str:
    """What decides the register: seed, day, datasets, the keys that approvals verify with, and this code."""
    folder = Path(__file__).parent
    sources = sorted([*folder.glob("*.py"), *(folder / "content").glob("*.py")])
    keys = places.keys.read_bytes() if places.keys.exists() else b""
    digests = [fingerprint(path.read_bytes()) for path in sources]
    parts = [frame.cast.seed, frame.day.isoformat(), frame.catalogue.stamp, fingerprint(keys), digests]
    return fingerprint(canonical_json(parts))


def is_written(places: Places, wanted: str) -> bool:
    """Whether this register was written already; what people changed in it since then stays."""
    return bool(_written(places).get("stamp") == wanted and (places.register_folder / MANIFEST).exists())


def write_register(places: Places, frame: Frame, roles: Roles, approve: Approve, writer: Writer) -> int:
    """Write the whole demo; answers the number of approvals. `approve` takes a login and a fingerprint."""
    demo = build_register(frame)
    write_files(places.register_folder / "files", demo.files)
    approved = sign(demo, frame, roles, approve)
    documents: dict[str, Any] = dict.fromkeys(_written(places).get("paths", ())) | with_approvals(
        demo.documents, approved
    )
    present = _present(places)
    gone = [path for path, values in documents.items() if values is None and path not in present]
    for path in gone:
        del documents[path]
    seen = {path: present.get(path) for path in documents}
    reason = REASON.format(day=frame.day.isoformat())
    writer.write(documents, seen, frame.cast.id(ADMINISTRATOR), reason)
    remember(places, stamp(places, frame), demo)
    return len(approved)


def sign(demo: DemoRegister, frame: Frame, roles: Roles, approve: Approve) -> dict[str, Mapping[str, Any]]:
    """Every approval of the demo, by place, each asked for under its approver's login.

    Approvers sign side by side, each one entry after the other: the sign-in slows down a login that
    comes several times at once.
    """
    numbered = allot(demo.documents, {})
    models = {path: parse_document(path, values) for path, values in numbered.items()}
    of_login: dict[str, list[Signature]] = {}
    for each in signatures(models, demo.pending, roles, frame.cast):
        of_login.setdefault(each.login, []).append(each)

    def sign_all(mine: list[Signature]) -> dict[str, Mapping[str, Any]]:
        return {each.place: approve(each.login, each.fingerprint) for each in mine}

    with ThreadPoolExecutor(APPROVERS_AT_ONCE) as pool:
        return {
            place: approval for signed in pool.map(sign_all, of_login.values()) for place, approval in signed.items()
        }


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """The files of titles, before the register that names them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        if not path.exists() or path.read_bytes() != content:
            write_atomic(path, content)


def remember(places: Places, wanted: str, demo: DemoRegister) -> None:
    """Note what was written, so that a second run does nothing."""
    note = {"stamp": wanted, "paths": sorted(demo.documents)}
    write_atomic(_note(places), canonical_json(note), 0o600)


def _note(places: Places) -> Path:
    return demo_folder(places) / "register.json"


def _written(places: Places) -> dict[str, Any]:
    note = _note(places)
    return dict(json.loads(note.read_text(encoding="utf-8"))) if note.exists() else {}


def _present(places: Places) -> Mapping[str, str]:
    if not (places.register_folder / MANIFEST).exists():
        return {}
    content, _ = read_manifest_file(places.register_folder)
    return parse_manifest(content).documents
