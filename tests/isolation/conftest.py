"""One laboratory for all the tests of this folder: workspaces are opened once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.isolation.lab import Lab, laboratory
from tests.support.site import Installation


@pytest.fixture(scope="session")
def lab(site: Installation) -> Iterator[Lab]:
    with laboratory(site) as made:
        yield made
