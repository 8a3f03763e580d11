"""The register's YAML tree: rendered for people; a hand edit counts only once it is recorded.

`.rendered` remembers which content each file shows and the SHA-256 of its text, so that a crash
before the rendering is told apart from a hand edit, and a hand edit is never overwritten: it is put
aside as `<file>.edited`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import yaml

from onboarding.schemas import register_modeline, render_register_schemas
from policies.errors import InvalidFilesError, Problem
from policies.files import Closed, canonical_json, fingerprint, read_text, write_atomic
from policies.register.attested import plain
from policies.register.documents import FOLDERS, SINGLE

STATE = ".rendered"
EDITED = ".edited"
SCHEMAS = ".schemas"
SECOND_LINE = "# Une modification à la main ne compte qu'après `datalab register record`.\n"
WIDTH = 100

Shown = dict[str, tuple[str, str]]


class _Dumper(yaml.CSafeDumper):
    """Days are written bare, as people write them: the strict reader takes them as text. No aliases."""

    def ignore_aliases(self, data: object) -> bool:
        """Everything is written out, as the strict reader asks."""
        return True


_Dumper.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeDumper.yaml_implicit_resolvers.items()
}


def first_lines(path: str) -> str:
    """What stands before a document: its schema, for editors, and what a hand edit counts for."""
    return f"{register_modeline(path, SCHEMAS)}\n{SECOND_LINE}"


def render_document(path: str, document: Closed) -> str:
    """A document as YAML for people, in the order of its model."""
    return first_lines(path) + render_values(plain(document))


def render_values(values: object) -> str:
    """Plain values as YAML for people."""
    return yaml.dump(values, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)


class Tree:
    """The YAML files of one register's folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def shown(self) -> Shown | None:
        """Path -> (fingerprint of the content shown, SHA-256 of the text); None when that is not known."""
        try:
            values = json.loads((self._folder / STATE).read_bytes())
            return {str(path): (str(content), str(text)) for path, (content, text) in values.items()}
        except (OSError, ValueError, AttributeError, TypeError):
            return None

    def paths(self) -> Iterator[str]:
        """The files that stand where documents do, hidden ones and those put aside left out."""
        for name in SINGLE:
            if (self._folder / name).exists():
                yield name
        for name in FOLDERS:
            for path in sorted((self._folder / name).glob("*")):
                if not path.name.startswith(".") and path.suffix != EDITED:
                    yield f"{name}/{path.name}"

    def edited(self, documents: Mapping[str, str]) -> tuple[dict[str, str | None], list[Problem]]:
        """Path -> text of each file that is not as it was rendered, None when it was taken away by hand;
        and what is wrong with files that cannot be read."""
        shown = self.shown() or {}
        present = set(self.paths())
        edited: dict[str, str | None] = dict.fromkeys(documents.keys() - present)
        problems: list[Problem] = []
        for path in sorted(present):
            try:
                text = read_text(self._folder / path, path)
            except InvalidFilesError as error:
                problems.extend(error.problems)
                continue
            if path not in documents or shown.get(path, ("", ""))[1] != _hash(text):
                edited[path] = text
        return edited, problems

    def render(
        self,
        documents: Mapping[str, str],
        load: Callable[[str, str], Closed],
        taken: Mapping[str, str | None] | None = None,
    ) -> tuple[str, ...]:
        """Make the tree show these documents; answers the hand edits that were put aside.

        `taken` are the texts that were just recorded: they may be overwritten. Files that show their
        document already are not touched.
        """
        shown = self.shown()
        before = shown or {}
        after: Shown = {path: each for path, each in before.items() if each[0] == documents.get(path)}
        aside: list[str] = []
        for path in (documents.keys() | before.keys()) - after.keys():
            known = {before[path][1]} if path in before else set()
            if taken and (text := taken.get(path)) is not None:
                known.add(_hash(text))
            wanted = render_document(path, load(path, documents[path])) if path in documents else None
            if self._put(path, wanted, known):
                aside.append(path)
            if wanted is not None:
                after[path] = (documents[path], _hash(wanted))
        self._put_schemas()
        if shown != after:
            write_atomic(self._folder / STATE, canonical_json(after))
        return tuple(sorted(aside))

    def _put_schemas(self) -> None:
        """The schemas that the documents name, as this program reads them."""
        folder = self._folder / SCHEMAS
        folder.mkdir(exist_ok=True)
        for name, text in render_register_schemas().items():
            place = folder / name
            if not place.exists() or place.read_bytes() != text.encode():
                write_atomic(place, text.encode())

    def _put(self, path: str, wanted: str | None, known: set[str]) -> bool:
        """Write or take away one file; whether what stood there was put aside first."""
        place = self._folder / path
        place.parent.mkdir(exist_ok=True)
        there = fingerprint(place.read_bytes()) if place.exists() else None
        if wanted is not None and there == _hash(wanted):
            return False
        foreign = there is not None and there not in known
        if foreign:
            place.rename(_free_name(place))
        elif wanted is None:
            place.unlink(missing_ok=True)
        if wanted is not None:
            write_atomic(place, wanted.encode())
        return foreign


def _free_name(place: Path) -> Path:
    """Where a hand edit is put aside without covering an earlier one."""
    name, number = place.with_name(place.name + EDITED), 1
    while name.exists():
        number += 1
        name = place.with_name(f"{place.name}.{number}{EDITED}")
    return name


def _hash(text: str) -> str:
    return fingerprint(text.encode())
