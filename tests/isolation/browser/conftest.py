"""One Chromium, one set of neighbours, and fronts that each lack what a test takes away."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.isolation.browser.elsewhere import NAME, SAFE_NAME
from tests.isolation.browser.protections import REMOVALS
from tests.isolation.browser.world import OTHER, OWN, Fronts, Neighbours, neighbours
from tests.support.front import IMAGE, free_port, lay_out
from tests.support.screen import CHROMIUM, QUIET


@pytest.fixture(scope="session")
def front_tag(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The front's image of this tree, built if missing."""
    out = tmp_path_factory.mktemp("images") / "images.json"
    command = [sys.executable, str(IMAGE.parent / "build.py"), "--only", "front", "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return str(json.loads(out.read_text())["front"]["tag"])


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser that finds the host that is not ours on loopback."""
    names = f"--host-resolver-rules=MAP {NAME} 127.0.0.1, MAP {SAFE_NAME} 127.0.0.1"
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, names])
        try:
            yield found
        finally:
            found.close()


@pytest.fixture(scope="module")
def around() -> Iterator[Neighbours]:
    with tempfile.TemporaryDirectory(prefix="dl-") as made:
        folder = Path(made)
        folder.chmod(0o755)
        lay_out(folder, OWN, OTHER)
        with neighbours(folder) as found:
            yield found


@pytest.fixture(scope="module")
def fronts(front_tag: str, around: Neighbours) -> Iterator[Fronts]:
    with ExitStack() as stack:

        def start(run: Any, tag: str, folder: Path, *edits: Any, **settings: str) -> int:
            port = free_port()
            given = {"PUBLIC_PORT": str(port), **settings}
            return int(stack.enter_context(run(tag, folder, *edits, port=port, **given)).port)

        yield Fronts(start, front_tag, around.folder, REMOVALS)
