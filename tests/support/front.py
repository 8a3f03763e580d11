"""The front's own image with one of its protections taken away: what a probe must then find.

Its template is edited in a test's folder and shown to the container in the place of the true one; no
setting can do this.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

IMAGE = Path(__file__).parents[2] / "images" / "front"
TEMPLATE, ANSWERS, ROUTES = "front.nginx.conf", "answers.lua", "routes.txt"
Edit = tuple[str, Callable[[str], str]]


def without(file: str, pattern: str, instead: str = "") -> Edit:
    """A file of the front in which this pattern is replaced, nothing else; it must be there."""

    def change(text: str) -> str:
        changed, times = re.subn(pattern, lambda _: instead, text)
        assert times, f"{file} has no {pattern}: the protection has another form now"
        return changed

    return file, change


def edited(folder: Path, *edits: Edit) -> list[str]:
    """Docker's options that show the edited files in the place of the true ones."""
    texts: dict[str, str] = {}
    for file, change in edits:
        texts[file] = change(texts.get(file) or (IMAGE / file).read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in texts.items():
        (folder / file).write_text(text, encoding="utf-8")
        (folder / file).chmod(0o644)
    return [f"--volume={folder / file}:/opt/front/{file}:ro" for file in texts]
