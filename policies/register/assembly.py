"""Documents fit together or none is taken: what one names, another defines, once.

An assembly holds documents that fit. A change is checked against what it touches alone, so that one
document among ten thousand costs no more than itself; a change that does not fit changes nothing.
"""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext

from policies.errors import InvalidFilesError, Problem
from policies.files import Closed, nearest
from policies.register.datalab import Numbers
from policies.register.documents import DATALAB, NUMBERS, parse_content
from policies.register.links import PERSON_NUMBER, PROCESSING_NUMBER, Link, defined, needed

Changed = Mapping[str, Closed | None]
MOST_CHOICES = 12
MANY = 2_000


def _parsed(wanted: Mapping[str, str], read: Callable[[str], bytes]) -> dict[str, Closed]:
    found: dict[str, Closed] = {}
    problems: list[Problem] = []
    for path, name in wanted.items():
        try:
            found[path] = parse_content(path, read(name))
        except InvalidFilesError as error:
            problems.extend(error.problems)
    if problems:
        raise InvalidFilesError(problems)
    return found


@contextmanager
def _kept_from_collection() -> Iterator[None]:
    """Millions of objects that stay are not searched for cycles, now or later: it would take most of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if was_on:
            gc.enable()


class Assembly:
    """Parsed documents with an index of what defines and what needs what."""

    def __init__(self) -> None:
        self.fingerprints: dict[str, str] = {}
        self.documents: dict[str, Closed] = {}
        self.definer: dict[Link, str] = {}
        self._users: defaultdict[Link, set[str]] = defaultdict(set)

    def advance(self, target: Mapping[str, str], read: Callable[[str], bytes]) -> Changed:
        """Become the documents that `target` names; answers what changed.

        Only contents with another fingerprint are read and parsed. Raises InvalidFilesError with
        every problem, and then stays as it was.
        """
        known = self.fingerprints
        wanted = [path for path, name in target.items() if known.get(path) != name]
        changed: dict[str, Closed | None] = dict.fromkeys(known.keys() - target.keys())
        with _kept_from_collection() if len(wanted) >= MANY else nullcontext():
            changed |= _parsed({path: target[path] for path in wanted}, read)
        self._check(changed)
        self._apply(changed)
        self.fingerprints = dict(target)
        return changed

    def _check(self, changed: Changed) -> None:
        problems = list(_Change(self, changed).problems())
        if problems:
            raise InvalidFilesError(problems)

    def _apply(self, changed: Changed) -> None:
        for path in changed:
            self._forget(path)
        for path, document in changed.items():
            if document is not None:
                self._take(path, document)

    def _forget(self, path: str) -> None:
        old = self.documents.pop(path, None)
        if old is None:
            return
        for link, _ in defined(path, old):
            del self.definer[link]
        for link, _ in needed(old):
            self._users[link].discard(path)

    def _take(self, path: str, document: Closed) -> None:
        self.documents[path] = document
        for link, _ in defined(path, document):
            self.definer[link] = path
        for link, _ in needed(document):
            self._users[link].add(path)

    def users(self, link: Link) -> frozenset[str]:
        """The paths of the documents that need what this link names."""
        return frozenset(self._users.get(link, ()))


class _Change:
    """What a change would define and take away, to find every problem before anything is done."""

    def __init__(self, assembly: Assembly, changed: Changed) -> None:
        self.assembly = assembly
        self.changed = changed
        self.new = {path: document for path, document in changed.items() if document is not None}
        self.gone = {
            link
            for path in changed
            if path in assembly.documents
            for link, _ in defined(path, assembly.documents[path])
        }
        self.added: defaultdict[Link, list[tuple[str, str]]] = defaultdict(list)
        self.hints: dict[Link, str] = {}
        for path, document in self.new.items():
            for link, key in defined(path, document):
                self.added[link].append((path, key))

    def problems(self) -> Iterator[Problem]:
        if self._document(DATALAB) is None:
            yield Problem(DATALAB, "", "missing; add it")
        yield from self._defined_twice()
        yield from self._undefined()
        yield from self._still_needed()
        yield from self._numbers_not_given()

    def _document(self, path: str) -> Closed | None:
        return self.changed[path] if path in self.changed else self.assembly.documents.get(path)

    def _exists(self, link: Link) -> bool:
        return link in self.added or (link in self.assembly.definer and link not in self.gone)

    def _defined_twice(self) -> Iterator[Problem]:
        for (kind, name), places in self.added.items():
            elsewhere = self.assembly.definer.get((kind, name))
            first = places[0][0]
            again = places[1:]
            if elsewhere is not None and elsewhere not in self.changed:
                first, again = elsewhere, places
            for path, key in again:
                where = "above" if first == path else f"in {first}"
                yield Problem(path, key, f"{kind} {name} stands already {where}; each has its own")

    def _undefined(self) -> Iterator[Problem]:
        for path, document in self.new.items():
            for link, key in needed(document):
                if not self._exists(link):
                    yield Problem(path, key, self._missing(link))

    def _still_needed(self) -> Iterator[Problem]:
        for link in self.gone:
            if link in self.added:
                continue
            for path in self.assembly.users(link) - self.changed.keys():
                for each, key in needed(self.assembly.documents[path]):
                    if each == link:
                        yield Problem(path, key, self._missing(link))

    def _missing(self, link: Link) -> str:
        kind, name = link
        if kind == "person":
            return f"no document people/{name}.yaml; write it first"
        if link not in self.hints:
            self.hints[link] = self._hint(kind, name)
        return f"no {kind} {name} in the register{self.hints[link]}"

    def _hint(self, kind: str, name: str) -> str:
        """The nearest id that exists, or all of them when they are few."""
        links = {*self.assembly.definer, *self.added}
        known = [each for of, each in links if of == kind and self._exists((of, each))]
        hint = nearest(name, known)
        return "" if hint.startswith("; allowed") and len(known) > MOST_CHOICES else hint

    def _numbers_not_given(self) -> Iterator[Problem]:
        last = _last_numbers(self._document(NUMBERS))
        before = _last_numbers(self.assembly.documents.get(NUMBERS))
        documents = self.new
        if any(last[kind] < before[kind] for kind in last):
            # Numbers that went back may take away those of documents that did not change.
            kept = {path: each for path, each in self.assembly.documents.items() if path not in self.changed}
            documents = kept | documents
        for path, document in documents.items():
            for (kind, name), key in defined(path, document):
                if kind in last and int(name) > last[kind]:
                    yield Problem(path, key, f"{name} was never given; leave the key out, the register gives one")


def _last_numbers(document: Closed | None) -> dict[str, int]:
    numbers = document if isinstance(document, Numbers) else Numbers()
    return {PERSON_NUMBER: numbers.person, PROCESSING_NUMBER: numbers.processing}
