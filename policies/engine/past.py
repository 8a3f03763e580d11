"""Every law that was ever enforced is kept by its digest, so that any decision can be made again.

A kept law is its listing (path -> fingerprint), whose own fingerprint is the law's digest, and the text
of each file under its fingerprint: nothing kept can pass for another law.
"""

from __future__ import annotations

import json
from pathlib import Path

from policies.contents import Contents
from policies.engine.folder import Problems, files_of, listing, read_texts
from policies.engine.load import build_law
from policies.engine.model import Law
from policies.errors import InvalidFilesError, UnavailableError
from policies.files import fingerprint


def keep_law(folder: Path, contents: Contents, digest: str | None = None) -> str:
    """Keep the law of a folder; returns its digest. With a digest: keep that law, once.

    Raises InvalidFilesError when it cannot be read whole, and UnavailableError when it cannot be kept,
    or is no longer the law of this digest.
    """
    if digest is not None and contents.has(digest):
        return digest
    texts = _texts(folder)
    found = fingerprint(listing(texts))
    if digest not in (None, found):
        raise UnavailableError(f"{folder}: the law changed before it was kept; try again")
    if not contents.has(found):
        for text in texts.values():
            contents.keep(text.encode())
        contents.keep(listing(texts))  # last: a listing promises that every text is there
    return found


def law_files(folder: Path) -> dict[str, str]:
    """Path -> fingerprint of each file of a law; raises InvalidFilesError."""
    return {path: fingerprint(text.encode()) for path, text in _texts(folder).items()}


def _texts(folder: Path) -> dict[str, str]:
    problems = Problems()
    texts, _ = read_texts(folder, problems)
    if problems.found:
        raise InvalidFilesError(problems.found)
    return texts


def past_law(contents: Contents, digest: str) -> Law:
    """The law that had this digest.

    Raises UnavailableError when it was not kept, InvalidFilesError when this program reads it no more.
    """
    listed = json.loads(contents.read(digest))
    texts = {path: contents.read(name).decode("utf-8") for path, name in listed}
    problems = Problems()
    return build_law(files_of(texts, frozenset(texts), problems), problems)
