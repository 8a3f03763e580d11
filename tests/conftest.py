"""What every test may ask for; nothing runs until one asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policies.settings import read_values
from tests.support.site import VALUES, Installation, start, stop


@pytest.fixture(scope="session")
def site() -> Iterator[Installation]:
    """A whole installation under the prefix of the tests, removed at the end."""
    try:
        yield start()
    finally:
        stop(read_values(VALUES))
