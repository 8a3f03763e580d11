"""The files that a change keeps: there before the register names them, gone again when the change is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from policies.errors import DatalabError, UnavailableError
from policies.files import write_atomic
from policies.register.blobs import FILES


@contextmanager
def kept(register: Path, files: Mapping[str, bytes]) -> Iterator[None]:
    """Files under the register's `files/`; those that a refused change brought are taken away.

    Raises UnavailableError when one cannot be written.
    """
    folder = register / FILES
    new = [name for name in files if not (folder / name).exists()]
    try:
        for name in new:
            _write(folder / name, files[name])
        yield
    except DatalabError:
        for name in new:
            (folder / name).unlink(missing_ok=True)
        raise


def _write(place: Path, content: bytes) -> None:
    try:
        write_atomic(place, content, 0o640)
    except OSError as error:
        raise UnavailableError(f"{place}: cannot be written: {error.strerror}; nothing was changed") from None
