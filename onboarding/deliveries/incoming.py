"""A producer's folder is read without following a link, and copied so that an interruption costs nothing."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.package import DESCRIPTOR, Resource
from onboarding.deliveries.quarantine import READ_ONLY, Quarantined
from policies.files import LARGEST_FILE, sync_folder
from policies.wording import say_count

BLOCK = 1024 * 1024
SYNC_EVERY = 256 * BLOCK
Tell = Callable[[int], None]


@contextmanager
def opened(base: Path, path: str) -> Iterator[int]:
    """A descriptor of a regular file below a folder, no link followed on the way; raises DeliveryError."""
    *folders, name = path.split("/")
    try:
        handle = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise DeliveryError(f"{base} : dossier absent ou illisible ({error.strerror})") from None
    try:
        for folder in folders:
            handle = _step(handle, folder, os.O_DIRECTORY)
        handle = _step(handle, name, os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise DeliveryError(f"{path} : n'est pas un fichier ordinaire")
        yield handle
    finally:
        os.close(handle)


def _step(parent: int, name: str, flags: int) -> int:
    try:
        inner = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | flags, dir_fd=parent)
    except OSError as error:
        raise DeliveryError(f"{name} : absent ou illisible dans le dossier à recevoir ({error.strerror})") from None
    os.close(parent)
    return inner


def read_descriptor(base: Path) -> bytes:
    """What the producer announces; raises DeliveryError when it is not there or too large."""
    with opened(base, DESCRIPTOR) as handle, os.fdopen(os.dup(handle), "rb") as stream:
        content = stream.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise DeliveryError(f"{DESCRIPTOR} : dépasse {LARGEST_FILE} octets")
    return content


def check_size(base: Path, resource: Resource) -> None:
    """Raises DeliveryError when a file is not there, or not of the size that was announced."""
    with opened(base, resource.path) as handle:
        found = os.fstat(handle).st_size
    if found != resource.size:
        raise DeliveryError(f"{resource.path} : {say_count(found, 'octet')} ; {DESCRIPTOR} en annonce {resource.size}")


def copy_in(base: Path, resource: Resource, to: Quarantined, tell: Tell) -> None:
    """Bring one file into the quarantine, from where an earlier try stopped; raises DeliveryError.

    `tell` hears the bytes that are there, those of an earlier try too. What a power cut left wrong of
    an earlier try is begun anew.
    """
    partial = to.partial(resource)
    resumed = partial.exists()
    if _copy(base, resource, partial, tell) != resource.fingerprint:
        partial.unlink()
        if not resumed or _copy(base, resource, partial, tell) != resource.fingerprint:
            partial.unlink(missing_ok=True)
            raise DeliveryError(
                f"{resource.path} : l'empreinte n'est pas celle que {DESCRIPTOR} annonce ; déposez le fichier à nouveau"
            )
    partial.chmod(READ_ONLY)
    partial.rename(to.file(resource))
    sync_folder(to.file(resource).parent)


def _copy(base: Path, resource: Resource, partial: Path, tell: Tell) -> str:
    """The fingerprint of what is in the quarantine once all bytes came."""
    digest = hashlib.sha256()
    with opened(base, resource.path) as source, partial.open("a+b") as out:
        done = 0
        for block in _blocks(out.fileno(), resource.size, 0):
            digest.update(block)
            done += len(block)
            tell(len(block))
        out.truncate(done)
        unsynced = 0
        for block in _blocks(source, resource.size, done):
            out.write(block)
            digest.update(block)
            tell(len(block))
            unsynced += len(block)
            if unsynced >= SYNC_EVERY:
                unsynced = 0
                out.flush()
                os.fsync(out.fileno())
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _blocks(handle: int, size: int, start: int) -> Iterator[bytes]:
    while start < size and (block := os.pread(handle, min(BLOCK, size - start), start)):
        yield block
        start += len(block)


def digest_of(path: Path, tell: Tell) -> str:
    """The SHA-256 of a file, in constant memory."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            digest.update(block)
            tell(len(block))
    return digest.hexdigest()
