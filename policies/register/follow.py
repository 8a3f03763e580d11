"""The register as it is now: read whole from its manifest, then followed change by change.

Never read from the YAML tree, which is for people. A register that cannot be read, or whose
documents do not fit together, is unavailable: no last good one stands in for it in silence.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from policies.errors import InvalidFilesError, UnavailableError
from policies.files import Closed, fingerprint
from policies.register.assembly import Assembly, Changed
from policies.register.attachments import Attachments
from policies.register.blobs import (
    FILES,
    Signature,
    manifest_signature,
    parse_manifest,
    read_blob,
    read_manifest_file,
)
from policies.register.datalab import DatalabDocument, Numbers
from policies.register.dataset import Dataset
from policies.register.documents import DATALAB, NUMBERS, split_path
from policies.register.person import PersonDocument
from policies.register.project import Processing, Project

Doc = TypeVar("Doc", bound=Closed)
Value = TypeVar("Value")
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class FoundProcessing:
    """A processing with the project that it belongs to."""

    id: str
    project_id: str
    project: Project
    processing: Processing

    @property
    def place(self) -> str:
        """Its place in the register, as approvals name it."""
        return f"projects/{self.project_id}/processings/{self.id}"


@dataclass(frozen=True)
class Register:
    """The facts at one moment. `documents`: path -> fingerprint; `files`: name -> SHA-256.

    `digest` is the fingerprint of the manifest: two registers with one digest have the same
    documents (their `files/` may differ).
    """

    projects: Mapping[str, Project]
    datasets: Mapping[str, Dataset]
    people: Mapping[str, PersonDocument]
    datalab: DatalabDocument
    numbers: Numbers
    files: Mapping[str, str]
    documents: Mapping[str, str]
    digest: str
    homes: Mapping[str, str] = field(repr=False, compare=False)

    def find_processing(self, processing: str) -> FoundProcessing | None:
        """The processing with this id, None when no project has it."""
        project_id = self.homes.get(processing)
        if project_id is None:
            return None
        project = self.projects[project_id]
        return FoundProcessing(processing, project_id, project, project.processings[processing])

    def processings(self) -> Iterator[FoundProcessing]:
        """Every processing of every project."""
        for project_id, project in self.projects.items():
            for name, processing in project.processings.items():
                yield FoundProcessing(name, project_id, project, processing)

    def document(self, path: str) -> Closed | None:
        """The document at a path, None when there is none; raises InvalidFilesError for another form."""
        folder, name = split_path(path)
        if not folder:
            return {DATALAB: self.datalab, NUMBERS: self.numbers}[name]
        by_folder: dict[str, Mapping[str, Closed]] = {
            "projects": self.projects,
            "datasets": self.datasets,
            "people": self.people,
        }
        return by_folder[folder].get(name)


class RegisterFollower:
    """The register of one folder, kept up to date; `current` may be called from several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._assembly = Assembly()
        self._attachments = Attachments(folder / FILES)
        self._read: tuple[Signature, Register] | None = None
        self._refused: tuple[Signature, InvalidFilesError] | None = None
        self._turn = threading.Lock()

    def current(self) -> Register:
        """The register now; raises UnavailableError with the reason when it cannot be trusted."""
        try:
            return self.read()
        except InvalidFilesError as error:
            raise UnavailableError(f"the register does not hold together:\n{error}") from error

    def read(self) -> Register:
        """As `current`, but documents that do not fit together raise InvalidFilesError with all problems."""
        with self._turn:
            register = self._documents()
            files = self._attachments.current()
            if register.files is not files:
                register = replace(register, files=files)
                self._read = (self._read[0], register) if self._read else None
            return register

    def _documents(self) -> Register:
        now = manifest_signature(self._folder)
        if self._read and self._read[0] == now:
            return self._read[1]
        if self._refused and self._refused[0] == now:
            raise self._refused[1]
        content, now = read_manifest_file(self._folder)
        manifest = parse_manifest(content)
        try:
            changed = self._assembly.advance(manifest.documents, partial(read_blob, self._folder))
        except InvalidFilesError as error:
            self._read, self._refused = None, (now, error)
            raise
        except UnavailableError:
            self._read = None
            raise
        register = _register(self._assembly, changed, self._read[1] if self._read else None, fingerprint(content))
        self._read, self._refused = (now, register), None
        return register


def _register(assembly: Assembly, changed: Changed, before: Register | None, digest: str) -> Register:
    """The register of an assembly; what did not change is taken over from the one before."""
    touched: Changed = changed if before else assembly.documents
    projects = _merged(before.projects if before else NOTHING, touched, "projects", Project)
    datalab, numbers = assembly.documents[DATALAB], assembly.documents.get(NUMBERS, Numbers())
    if not isinstance(datalab, DatalabDocument) or not isinstance(numbers, Numbers):
        raise TypeError("a document's path says its model")
    return Register(
        projects=projects,
        datasets=_merged(before.datasets if before else NOTHING, touched, "datasets", Dataset),
        people=_merged(before.people if before else NOTHING, touched, "people", PersonDocument),
        datalab=datalab,
        numbers=numbers,
        files=before.files if before else NOTHING,
        documents=MappingProxyType(assembly.fingerprints),
        digest=digest,
        homes=_homes(before, touched, projects),
    )


def register_after(before: Register, changed: Changed, files: Mapping[str, str] = NOTHING) -> Register:
    """What another register would hold with these documents and files more; its `documents` and `digest` stay."""
    projects = _merged(before.projects, changed, "projects", Project)
    datalab, numbers = changed.get(DATALAB, before.datalab), changed.get(NUMBERS, before.numbers)
    if not isinstance(datalab, DatalabDocument) or not isinstance(numbers, Numbers):
        raise TypeError("a document's path says its model, and a register has both")
    return replace(
        before,
        projects=projects,
        datasets=_merged(before.datasets, changed, "datasets", Dataset),
        people=_merged(before.people, changed, "people", PersonDocument),
        datalab=datalab,
        numbers=numbers,
        files=MappingProxyType({**before.files, **files}),
        homes=_homes(before, changed, projects),
    )


def _merged(before: Mapping[str, Doc], touched: Changed, folder: str, model: type[Doc]) -> Mapping[str, Doc]:
    """The documents of one folder after a change, in the order of their ids."""
    found = [(split_path(path), document) for path, document in touched.items()]
    inside = [(name, document) for (of, name), document in found if of == folder]
    if not inside:
        return before
    merged = _copied(before)
    for name, document in inside:
        if isinstance(document, model):
            merged[name] = document
        else:
            merged.pop(name, None)
    if merged.keys() != before.keys():
        merged = dict(sorted(merged.items()))
    return MappingProxyType(merged)


def _copied(before: Mapping[str, Value]) -> dict[str, Value]:
    """A copy made at once: a proxy would be copied key by key."""
    return before.copy() if isinstance(before, MappingProxyType) else dict(before)


def _homes(before: Register | None, touched: Changed, projects: Mapping[str, Project]) -> Mapping[str, str]:
    """Processing -> project, after a change; a processing may have moved between two projects."""
    homes = _copied(before.homes) if before else {}
    names = [name for folder, name in map(split_path, touched) if folder == "projects"]
    for name in names:
        for processing in before.projects[name].processings if before and name in before.projects else ():
            del homes[processing]
    for name in names:
        for processing in projects[name].processings if name in projects else ():
            homes[processing] = name
    return MappingProxyType(homes)


class PastRegisters:
    """Registers as they once were, without their files; what one shares with the one asked for before is not read anew.

    Asked in the order of time, each costs no more than what changed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._assembly = Assembly()
        self._last: Register | None = None

    def read(self, digest: str) -> Register:
        """The register whose manifest had this fingerprint.

        Raises UnavailableError when a content of it was forgotten, InvalidFilesError when this program
        reads it no more.
        """
        if self._last is None or self._last.digest != digest:
            manifest = parse_manifest(read_blob(self._folder, digest), digest)
            changed = self._assembly.advance(manifest.documents, partial(read_blob, self._folder))
            self._last = _register(self._assembly, changed, self._last, digest)
        return self._last


def read_register(folder: Path) -> Register:
    """The register of a folder, once; raises UnavailableError or InvalidFilesError with every problem."""
    return RegisterFollower(folder).read()
