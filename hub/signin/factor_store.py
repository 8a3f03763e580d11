"""Second factors are one file a person, of the sign-in's account alone; one that cannot be read is never "none"."""

from __future__ import annotations

import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from hub.signin.factors import Factor
from policies.errors import UnavailableError
from policies.files import canonical_json, sync_folder, write_atomic
from policies.names import check_person_id
from policies.settings import Places

LARGEST_FILE = 4096


def factors_folder(places: Places) -> Path:
    """Where second factors are; the launcher makes it, and without it nobody signs in."""
    return places.state / "signin" / "factors"


class FactorStore:
    """Reads and writes factors; whoever changes one holds the lock from the reading to the writing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """One change at a time: what is read inside is still so when it is written."""
        with self._lock:
            yield

    def find(self, person: str) -> Factor | None:
        """A person's factor, None when there is none; raises UnavailableError when that cannot be told.

        The error never holds what the file does.
        """
        path = self._path(person)
        try:
            content = _read_private(path)
        except FileNotFoundError:
            self._check_folder()
            return None
        except OSError as error:
            raise UnavailableError(f"{path}: a second factor cannot be read: {error.strerror}") from None
        return _parse(content, path, person)

    def write(self, factor: Factor) -> None:
        """Keep a factor durably, in place of the one before; raises UnavailableError."""
        path = self._path(factor.person)
        try:
            write_atomic(path, canonical_json(factor.model_dump(mode="json")), 0o600)
        except OSError as error:
            raise UnavailableError(f"{path}: a second factor cannot be written: {error.strerror}") from None

    def remove(self, person: str) -> bool:
        """Forget a factor, readable or not, durably; False when there was none. Raises UnavailableError."""
        path = self._path(person)
        try:
            path.unlink()
            sync_folder(self._folder)
        except FileNotFoundError:
            self._check_folder()
            return False
        except OSError as error:
            raise UnavailableError(f"{path}: a second factor cannot be removed: {error.strerror}") from None
        return True

    def has(self, person: str) -> bool:
        """Whether there is a factor, readable or not; raises UnavailableError when that cannot be told."""
        try:
            self._path(person).lstat()
        except FileNotFoundError:
            self._check_folder()
            return False
        except OSError as error:
            raise UnavailableError(f"{self._folder}: cannot be read: {error.strerror}") from None
        return True

    def _path(self, person: str) -> Path:
        return self._folder / f"{check_person_id(person)}.json"

    def _check_folder(self) -> None:
        """A folder that is gone took everyone's factor with it: that is not the same as having none."""
        if not self._folder.is_dir():
            raise UnavailableError(f"{self._folder}: missing; restore it, or run the launcher again")


def _read_private(path: Path) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as stream:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode) or found.st_mode & 0o077:
            raise UnavailableError(f"{path}: others may read this second factor; reset it, and have it made anew")
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise UnavailableError(f"{path}: longer than any second factor; restore it, or reset that of this person")
    return content


def _parse(content: bytes, path: Path, person: str) -> Factor:
    try:
        factor = Factor.model_validate_json(content, strict=True)
    except ValidationError:
        raise UnavailableError(f"{path}: holds no second factor; restore it, or reset that of this person") from None
    if factor.person != person:
        raise UnavailableError(f"{path}: holds the second factor of another person; reset it")
    return factor
