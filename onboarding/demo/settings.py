"""Section `demo` of values.yaml: what the invented datalab is generated from."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from policies.files import Closed
from policies.settings import Places


class DemoSettings(Closed):
    """`seed` decides who is who."""

    seed: int = Field(ge=0)


def demo_folder(places: Places) -> Path:
    """What the generator keeps: its stamps, the communes, the directory's seed, the accounts."""
    return places.state / "demo"
