"""The files of a law folder: each at a place that says what it is, read once, and all of them in the digest."""

from __future__ import annotations

import re
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel

from policies.engine.known import Tell
from policies.errors import InvalidFilesError, Problem
from policies.files import canonical_json, fingerprint, nearest, parse, parse_yaml, read_text

Model = TypeVar("Model", bound=BaseModel)

_RULE_ID = r"[A-Z][A-Z0-9]*(?:-[A-Za-z0-9]+)*"
_WORD = r"[a-z][a-z0-9_]*"
PLACES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("facts", re.compile(r"facts\.yaml")),
    ("source", re.compile(r"sources/([a-z0-9]+(?:-[a-z0-9]+)*)\.yaml")),
    ("parameter", re.compile(rf"parameters/({_WORD}(?:/{_WORD})*)\.yaml")),
    ("regime", re.compile(rf"regimes/({_WORD})\.yaml")),
    ("readings", re.compile(r"readings\.yaml")),
    ("identifiers", re.compile(r"identifiers\.yaml")),
    ("reminder", re.compile(rf"reminders/({_RULE_ID})/({_WORD})\.yaml")),
    ("base", re.compile(rf"rules/({_WORD})/base\.yaml")),
    ("rule_base", re.compile(rf"rules/({_WORD})/({_RULE_ID})/base\.yaml")),
    ("rule", re.compile(rf"rules/({_WORD})/({_RULE_ID})/rule\.yaml")),
    ("cases", re.compile(rf"rules/({_WORD})/({_RULE_ID})/cases\.yaml")),
)
PLACES_SAID = (
    "facts.yaml, readings.yaml, identifiers.yaml, sources/<id>.yaml, parameters/<folder>/<name>.yaml, "
    "regimes/<id>.yaml, reminders/<ID>/<name>.yaml, rules/<action>/base.yaml, "
    "rules/<action>/<ID>/rule.yaml, cases.yaml and base.yaml"
)


class Problems:
    """Every problem found so far, so that an author sees all of them at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def tell(self, file: str, key: str, text: str) -> None:
        """Note one problem."""
        self.found.append(Problem(file, key, text))

    def refuse(self) -> NoReturn:
        """Refuse everything with all that was found; raises InvalidFilesError."""
        raise InvalidFilesError(self.found)

    def teller(self, file: str) -> Tell:
        """How to note problems of one file."""
        return lambda key, text: self.tell(file, key, text)

    def unknown(self, file: str, key: str, what: str, name: str, allowed: Iterable[str]) -> None:
        """Note a reference to something that does not exist."""
        self.tell(file, key, f"unknown {what} {name}{nearest(name, allowed)}")

    def parse(self, model: type[Model], values: object, file: str, within: str = "") -> Model | None:
        """The model that values describe, `None` after its problems were noted."""
        try:
            return parse(model, values, file, within)
        except InvalidFilesError as error:
            self.found.extend(error.problems)
            return None


@dataclass(frozen=True)
class Entry:
    """A file that was read: what it is, the names that its path holds, its plain values."""

    kind: str
    path: str
    names: tuple[str, ...]
    values: Any


@dataclass(frozen=True)
class LawFiles:
    """Every file of a law folder that could be read, sorted by path, and the digest of all.

    `paths` names those that could not be read too, so that nobody is told that they are missing.
    """

    entries: tuple[Entry, ...]
    paths: frozenset[str]
    digest: str

    def all(self, kind: str) -> list[Entry]:
        """The files of a kind."""
        return [entry for entry in self.entries if entry.kind == kind]

    def one(self, kind: str) -> Entry | None:
        """The file of a kind that stands at one place only."""
        return next(iter(self.all(kind)), None)


def read_folder(folder: Path, problems: Problems) -> LawFiles:
    """The files of a law folder. Names beginning with a dot are editors' and are left out."""
    texts, paths = read_texts(folder, problems)
    return files_of(texts, paths, problems)


def read_texts(folder: Path, problems: Problems) -> tuple[dict[str, str], frozenset[str]]:
    """Path -> text of every file that has a place in the law, in order; and every path that was found."""
    texts: dict[str, str] = {}
    paths = sorted(walk(folder, problems))
    for path in paths:
        if place_of(path)[0] is None:
            problems.tell(path, "", f"not a place of the law; rename or remove it; places are {PLACES_SAID}")
            continue
        try:
            texts[path] = read_text(folder / path, path)
        except InvalidFilesError as error:
            problems.found.extend(error.problems)
    return texts, frozenset(paths)


def files_of(texts: Mapping[str, str], paths: frozenset[str], problems: Problems) -> LawFiles:
    """The files that texts are; what is not YAML is a problem."""
    entries: list[Entry] = []
    for path, text in texts.items():
        kind, names = place_of(path)
        try:
            entries.append(Entry(kind or "", path, names, parse_yaml(text, path)))
        except InvalidFilesError as error:
            problems.found.extend(error.problems)
    return LawFiles(tuple(entries), paths, fingerprint(listing(texts)))


def listing(texts: Mapping[str, str]) -> bytes:
    """Every path with the fingerprint of its text: the digest of a law is the fingerprint of this."""
    return canonical_json([(path, fingerprint(text.encode())) for path, text in texts.items()])


def place_of(path: str) -> tuple[str | None, tuple[str, ...]]:
    """What a file is by its path, and the names in it; a parameter's are joined by dots."""
    for kind, pattern in PLACES:
        if found := pattern.fullmatch(path):
            return kind, tuple(name.replace("/", ".") for name in found.groups())
    return None, ()


def walk(folder: Path, problems: Problems, within: str = "") -> Iterator[str]:
    """The paths of the regular files under a folder; links and devices are problems, never followed."""
    try:
        names = sorted(path.name for path in (folder / within).iterdir())
    except OSError as error:
        problems.tell(within or str(folder), "", f"cannot be read: {error.strerror}")
        return
    for name in names:
        if name.startswith("."):
            continue
        path = f"{within}/{name}" if within else name
        try:
            mode = (folder / path).lstat().st_mode
        except OSError as error:
            problems.tell(path, "", f"cannot be read: {error.strerror}")
            continue
        if stat.S_ISDIR(mode):
            yield from walk(folder, problems, path)
        elif stat.S_ISREG(mode):
            yield path
        else:
            problems.tell(path, "", "neither a file nor a folder; links are not followed: copy the file here")
