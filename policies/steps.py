"""Long work shows what it does and how long each step took."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print what is being done, then the seconds it took; on an error the line says so."""
    begun = time.monotonic()
    sys.stdout.write(f"  {what} … ")
    sys.stdout.flush()
    try:
        yield
    except BaseException:
        sys.stdout.write("échec\n")
        raise
    sys.stdout.write(f"{time.monotonic() - begun:.1f} s\n")
    sys.stdout.flush()
