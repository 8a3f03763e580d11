"""The guard's note to this workspace, beside its socket."""

from pathlib import Path

ANNOUNCEMENT = Path("/run/ws/avis.json")
LARGEST = 16_384


def read_announcement(path: Path = ANNOUNCEMENT) -> str:
    """The guard's note as JSON; an empty object when there is none."""
    try:
        with path.open("rb") as stream:
            return stream.read(LARGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return "{}"
