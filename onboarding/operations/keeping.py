"""The files that a change keeps: there before the register names them, gone again when the change is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from policies.errors import DatalabError
from policies.files import write_atomic
from policies.register.blobs import FILES


@contextmanager
def kept(register: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    """Files under the register's `files/`; those that a refused change brought are taken away."""
    folder = register / FILES
    new = [name for name in files if not (folder / name).exists()]
    try:
        for name in new:
            write_atomic(folder / name, files[name], 0o640)
        yield
    except DatalabError:
        for name in new:
            (folder / name).unlink(missing_ok=True)
        raise
