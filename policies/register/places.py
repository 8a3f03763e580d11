"""The place of an entry in the register: its document's path without `.yaml`, then keys, joined by slashes.

`projects/aides/processings/aides-eval/team/p7f3k2` is what an approval signs besides the entry's
content, so that an approved entry moved elsewhere no longer counts.
"""

from __future__ import annotations

from collections.abc import Iterator

from policies.errors import InvalidFilesError
from policies.files import Closed
from policies.register.attested import Attested
from policies.register.documents import split_path
from policies.register.follow import Register

SUFFIX = ".yaml"


def attested_entries(path: str, document: Closed) -> Iterator[tuple[str, Attested]]:
    """Every entry of a document that needs an approval, with its place, outermost first."""
    yield from _entries(path.removesuffix(SUFFIX), document)


def _entries(place: str, value: object) -> Iterator[tuple[str, Attested]]:
    if isinstance(value, Attested):
        yield place, value
    if isinstance(value, Closed):
        inner = {name: getattr(value, name) for name in type(value).model_fields}
    elif isinstance(value, dict):
        inner = value
    else:
        return
    for name, each in inner.items():
        # Keys of the model that hold entries by id (`team`, `parts`) are part of the place.
        yield from _entries(f"{place}/{name}", each)


def split_place(place: str) -> tuple[str, tuple[str, ...]]:
    """The path of the document that holds a place, and the keys that lead to it inside."""
    words = place.split("/")
    depth = 1 if words[0] == "datalab" else 2
    return "/".join(words[:depth]) + SUFFIX, tuple(words[depth:])


def find_entry(register: Register, place: str) -> Attested | None:
    """The entry at this place, None when the register has none there."""
    path, _ = split_place(place)
    try:
        split_path(path)
    except InvalidFilesError:
        return None
    document = register.document(path)
    entries = attested_entries(path, document) if document is not None else ()
    return next((entry for at, entry in entries if at == place), None)
