"""Section `demo` of values.yaml: what the invented datalab is generated from, and where its secrets go."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from policies.files import Closed
from policies.settings import Places


class DemoSettings(Closed):
    """`seed` decides who is who; each process that reads the directory has its own copy of the password."""

    seed: int = Field(ge=0)
    reader_password_files: tuple[Path, ...] = Field(min_length=1)


def demo_folder(places: Places) -> Path:
    """What the generator keeps: its stamps, the communes, the directory's seed, the accounts."""
    return places.state / "demo"
