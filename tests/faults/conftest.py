"""What the tests of faults share."""

from __future__ import annotations

import docker
import pytest

from tests.support.guarded_site import DOCKER, test_image


@pytest.fixture(scope="session")
def image() -> str:
    """An image whose workspace is ten lines."""
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    try:
        return test_image(engine)
    finally:
        engine.close()
