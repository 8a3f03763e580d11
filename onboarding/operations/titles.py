"""A title opens an access while it lasts and while its file is the one that was approved."""

from __future__ import annotations

import hashlib
from pathlib import Path

from onboarding.actor import Actor
from onboarding.operations.office import AlreadyThereError, Draft, Office, Outcome, Values, at_processing
from onboarding.operations.projects import end_period
from policies.errors import UnavailableError
from policies.files import fingerprint, write_atomic
from policies.register.blobs import FILES

LARGEST_FILE = 50 * 1024 * 1024


def propose_title(
    office: Office, actor: Actor, reason: str, processing: str, name: str, values: Values, file: Path, folder: Path
) -> Outcome:
    """A title is proposed with its file, kept under the register's `files/` by fingerprint; it counts once approved.

    `values`: kind, number, issuer, period, and people and parts that it names; `folder` is the register's.
    """
    content = read_file(file)
    kept = f"{fingerprint(content)[:16]}{file.suffix.lower()}"

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        titles = entry.setdefault("titles", {})
        if name in titles:
            raise AlreadyThereError(f"{name} : un titre de ce nom existe ; mettez-y fin, ou choisissez un autre nom")
        keep_file(folder, kept, content)
        told = {"file": kept, "fingerprint": fingerprint(content), "proposed": draft.proposed()}
        titles[name] = values | told
        return [f"{found.place}/titles/{name}"]

    return office.carry_out("propose_title", actor, reason, at_processing(processing), edit)


def end_title(office: Office, actor: Actor, reason: str, processing: str, name: str) -> Outcome:
    """A title that is ended counts no longer, from today; nothing of its history is lost."""

    def edit(draft: Draft) -> list[str]:
        titles = draft.processing(processing)[1].get("titles", {})
        if name not in titles:
            raise AlreadyThereError(f"{processing} : n'a pas de titre {name}")
        end_period(draft, titles[name]["period"])
        return []

    return office.carry_out("end_title", actor, reason, at_processing(processing), edit)


def read_file(path: Path) -> bytes:
    """The content of a title's file; raises UnavailableError when it cannot be read or is too large."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnavailableError(f"{path} : ne peut pas être lu : {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise UnavailableError(f"{path} : plus de {LARGEST_FILE // (1024 * 1024)} Mio ; donnez un fichier plus petit")
    return content


def keep_file(folder: Path, name: str, content: bytes) -> None:
    """A title's file is in the register's folder, whole; the same content is kept once."""
    place = folder / FILES / name
    if place.exists() and hashlib.sha256(place.read_bytes()).digest() == hashlib.sha256(content).digest():
        return
    write_atomic(place, content, 0o640)
