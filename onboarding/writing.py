"""The only register writer: several documents change at once or not at all, and nobody's change is lost.

A write locks, compares what its author saw, checks the whole register that would result, stores the
contents, journals, and only then replaces the manifest. The YAML tree for people comes last; a crash
before it is repaired by the next write.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from onboarding.hand_edits import Difference, Texts, parse_texts, unified_lines
from onboarding.numbering import try_allot
from onboarding.storing import Storage, document_content, manifest_content
from onboarding.tree import Tree
from policies.calendar import now
from policies.errors import DatalabError, InvalidFilesError, Problem, StaleError
from policies.files import Closed, fingerprint
from policies.register.assembly import Assembly
from policies.register.blobs import Manifest, Recorded
from policies.register.documents import NUMBERS, parse_content, parse_document

Changes = Mapping[str, dict[str, Any] | None]
Check = Callable[[str, Closed | None, Closed | None], Iterable[Problem]]
"""The problems of a document at a path, before and after a change."""
KIND = "register_change"
MOST_JOURNALED = 1_000
log = logging.getLogger(__name__)


class Appends(Protocol):
    """A journal, as far as whoever changes something needs one."""

    def append(self, kind: str, payload: Mapping[str, Any]) -> object:
        """Journal one thing durably before it happens."""


@dataclass(frozen=True)
class _Now:
    """The register that a change starts from."""

    documents: Mapping[str, str]
    digest: str | None


class Writer:
    """Writes one register; `journal` gets a line before each change counts."""

    def __init__(
        self,
        folder: Path,
        journal: Appends,
        clock: Callable[[], datetime] = now,
        storage: Storage | None = None,
        check: Check | None = None,
    ) -> None:
        self._storage = storage or Storage(folder)
        self._tree = Tree(folder)
        self._journal = journal
        self._clock = clock
        self._check = check
        self._assembly = Assembly()

    def also(self, check: Check) -> Writer:
        """The same writer, with one check more."""
        first = self._check

        def both(path: str, before: Closed | None, after: Closed | None) -> Iterable[Problem]:
            return [*(first(path, before, after) if first else ()), *check(path, before, after)]

        return Writer(self._storage.folder, self._journal, self._clock, self._storage, both)

    def write(self, changes: Changes, seen: Mapping[str, str | None], actor: str, reason: str) -> str:
        """Change documents (None takes one away); answers the new register's digest.

        `seen` is the fingerprint of each document that the author decided on, None when there was
        none; a changed document that is not in it must be new. Raises StaleError when one is another
        now, InvalidFilesError with every problem of the register that would result.
        """
        with self._storage.locked():
            at = self._now()
            self._check_seen(at, dict.fromkeys(changes) | dict(seen))
            self._show(at)
            return self._commit(at, changes, actor, reason, {})

    def preview(self, changes: Changes, seen: Mapping[str, str | None]) -> Mapping[str, Closed | None]:
        """What `write` would make of these changes, None for a document that goes; nothing is written.

        Raises what `write` raises.
        """
        with self._storage.locked():
            at = self._now()
            self._check_seen(at, dict.fromkeys(changes) | dict(seen))
            parsed = self._parse_or_refuse(at, changes)
            self._checked(at, parsed)
            return parsed

    def record(self, actor: str, reason: str, shown: tuple[Difference, ...] | None = None) -> str | None:
        """Take up what was edited by hand, as one change; None when nothing differs.

        Raises InvalidFilesError with every problem, StaleError when the differences are no longer
        those that were `shown` to the actor.
        """
        with self._storage.locked():
            at = self._now()
            self._render(at)
            texts, changes = self._edits(at)
            if shown is not None and self._differences(at, changes) != shown:
                raise StaleError("the files changed since they were shown; look at the differences again")
            if not changes:
                return None
            return self._commit(at, changes, actor, reason, texts)

    def differences(self) -> tuple[Difference, ...]:
        """What `record` would change now; raises InvalidFilesError with every problem of the files."""
        with self._storage.locked():
            at = self._now()
            self._render(at)
            return self._differences(at, self._edits(at)[1])

    def edited(self) -> Mapping[str, Closed | None]:
        """The documents that `record` would write, None for one that goes; raises as `differences`."""
        with self._storage.locked():
            at = self._now()
            self._render(at)
            parsed = self._parse_or_refuse(at, self._edits(at)[1])
            self._checked(at, parsed)
            return parsed

    def repair(self) -> tuple[str, ...]:
        """Make the YAML tree show the register; answers the hand edits that were put aside."""
        with self._storage.locked():
            return self._render(self._now())

    def _now(self) -> _Now:
        found = self._storage.manifest()
        return _Now(found[0].documents, found[1]) if found else _Now({}, None)

    def _load(self, path: str, name: str) -> Closed:
        return parse_content(path, self._storage.read(name))

    def _render(self, at: _Now, taken: Texts | None = None) -> tuple[str, ...]:
        return self._tree.render(at.documents, self._load, taken)

    def _show(self, at: _Now, taken: Texts | None = None) -> None:
        """Render beside a change that counts anyway: a tree that cannot be written must not stop it."""
        try:
            aside = self._render(at, taken)
        except OSError as error:
            log.warning("the register's YAML files could not be written: %s", error.strerror)
        else:
            for path in aside:
                log.warning("%s: edited by hand and not recorded; put aside as %s.edited", path, path)

    def _check_seen(self, at: _Now, seen: Mapping[str, str | None]) -> None:
        stale = [path for path, name in seen.items() if at.documents.get(path) != name]
        if stale:
            words = [f"{path}: {self._who(at, path, seen[path])}" for path in sorted(stale)]
            raise StaleError("\n".join(words) + "\nread it again and redo your change")

    def _who(self, at: _Now, path: str, seen: str | None) -> str:
        """Who made the first change that the author has not seen, as far back as history goes."""
        last, digest = None, at.digest
        try:
            while digest:
                manifest = self._storage.past_manifest(digest)
                if manifest.documents.get(path) == seen:
                    break
                last, digest = manifest.recorded, manifest.previous
        except DatalabError:
            return "changed since you read it (that part of the history was forgotten)"
        if last is None:
            return "changed since you read it"
        return f"changed since you read it, by {last.actor} on {last.moment:%Y-%m-%d %H:%M} UTC: {last.reason}"

    def _edits(self, at: _Now) -> tuple[Texts, dict[str, dict[str, Any] | None]]:
        """The edited files, and the documents in them that say something else than the register."""
        texts, unreadable = self._tree.edited(at.documents)
        edits, unparsed = parse_texts(texts)
        parsed, wrong = self._parse(at, edits)
        if unreadable or unparsed or wrong:
            raise InvalidFilesError([*unreadable, *unparsed, *wrong])
        return texts, {path: edits[path] for path in edits if parsed[path] != self._document(at, path)}

    def _document(self, at: _Now, path: str) -> Closed | None:
        name = at.documents.get(path)
        return self._load(path, name) if name else None

    def _parse(self, at: _Now, changes: Changes) -> tuple[dict[str, Closed | None], list[Problem]]:
        """The changed documents with their numbers, `numbers.yaml` too; and every problem of one alone."""
        old = {path: name for path in {*changes, NUMBERS} if (name := at.documents.get(path))}
        filled, problems = try_allot(
            changes, {path: json.loads(self._storage.read(name)) for path, name in old.items()}
        )
        parsed: dict[str, Closed | None] = {}
        for path, values in filled.items():
            try:
                parsed[path] = None if values is None else parse_document(path, values)
            except InvalidFilesError as error:
                problems.extend(error.problems)
        if self._check is not None:
            for path, document in parsed.items():
                problems.extend(self._check(path, self._document(at, path), document))
        return parsed, problems

    def _parse_or_refuse(self, at: _Now, changes: Changes) -> dict[str, Closed | None]:
        parsed, problems = self._parse(at, changes)
        if problems:
            raise InvalidFilesError(problems)
        return parsed

    def _differences(self, at: _Now, changes: Changes) -> tuple[Difference, ...]:
        parsed = self._parse_or_refuse(at, changes)
        return tuple(self._difference(at, path, parsed[path]) for path in sorted(changes))

    def _difference(self, at: _Now, path: str, new: Closed | None) -> Difference:
        after = fingerprint(document_content(new)) if new else None
        lines = unified_lines(self._document(at, path), new)
        return Difference(path, at.documents.get(path), after, lines)

    def _commit(self, at: _Now, changes: Changes, actor: str, reason: str, taken: Texts) -> str:
        documents, new = self._checked(at, self._parse_or_refuse(at, changes))
        if documents == at.documents and at.digest:
            return at.digest
        recorded = Recorded(actor=actor, reason=reason, moment=self._clock())
        manifest = manifest_content(Manifest(documents=documents, previous=at.digest, recorded=recorded))
        digest = fingerprint(manifest)
        self._storage.store(new | {digest: manifest})
        self._journal.append(KIND, _payload(at, documents, digest, actor, reason))
        self._storage.replace_manifest(manifest)
        self._show(_Now(documents, digest), taken)
        return digest

    def _checked(self, at: _Now, parsed: Mapping[str, Closed | None]) -> tuple[dict[str, str], dict[str, bytes]]:
        """The documents that would result, as fingerprints, and the new contents; refused if they misfit."""
        contents = {path: document_content(document) for path, document in parsed.items() if document is not None}
        names = {path: fingerprint(content) for path, content in contents.items()}
        new = {names[path]: content for path, content in contents.items()}
        kept = {path: name for path, name in at.documents.items() if path not in parsed}
        documents = kept | names
        self._assembly.advance(documents, lambda name: new[name] if name in new else self._storage.read(name))
        return documents, new


def _payload(at: _Now, documents: Mapping[str, str], digest: str, actor: str, reason: str) -> dict[str, Any]:
    """What the journal says of a change; of a very large one, the two manifests hold the list."""
    paths = [p for p in sorted(at.documents.keys() | documents.keys()) if at.documents.get(p) != documents.get(p)]
    changed = {path: {"before": at.documents.get(path), "after": documents.get(path)} for path in paths}
    return {
        "actor": actor,
        "reason": reason,
        "before": at.digest,
        "after": digest,
        "changed": len(changed),
        "documents": changed if len(changed) <= MOST_JOURNALED else {},
    }
