"""Probes are carried into a running container as one archive, and run there under its own account.

Nothing is written in the container: the archive is in memory. Python is the image's own, isolated from
whatever lies in the person's home.
"""

from __future__ import annotations

import base64
import io
import json
import subprocess
import threading
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.isolation.inside.frame import PROBES, Facts
from tests.isolation.inside.run import load
from tests.support.site import DOCKER

INSIDE = Path(__file__).parent / "inside"
PATIENCE_S = 120
BOOT = """
import base64, json, os, sys
archive = os.memfd_create("probes")
os.write(archive, base64.b64decode(sys.stdin.readline()))
sys.path.insert(0, f"/proc/self/fd/{archive}")
from tests.isolation.inside.run import main
main(json.loads(sys.stdin.readline()))
"""
load()


@dataclass(frozen=True)
class Report:
    """What a probe got in a workspace; `broken`: it could not try, and why."""

    got: tuple[str, ...] = ()
    broken: str | None = None

    @property
    def closed(self) -> bool:
        """It tried, and got nothing."""
        return self.broken is None and not self.got

    def __str__(self) -> str:
        return (
            f"could not try: {self.broken}" if self.broken else f"got {', '.join(self.got)}" if self.got else "closed"
        )


def archive() -> str:
    """The probes, as one line."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for place in ("tests", "tests/isolation", "tests/isolation/inside"):
            packed.writestr(f"{place}/__init__.py", "")
        for path in sorted(INSIDE.glob("*.py")):
            packed.write(path, f"tests/isolation/inside/{path.name}")
    return base64.b64encode(held.getvalue()).decode()


class Session:
    """A process of ours in a container, with which lines are exchanged; killed when it takes too long."""

    def __init__(self, container: str, order: Mapping[str, Any]) -> None:
        command = [DOCKER, "exec", "-i", container, "/usr/bin/python3", "-I", "-c", BOOT]
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        self._timer = threading.Timer(PATIENCE_S, self._process.kill)
        self._timer.start()
        self.tell(archive())
        self.tell(json.dumps(dict(order)))

    def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def lines(self) -> Iterator[dict[str, Any]]:
        assert self._process.stdout
        for line in self._process.stdout:
            yield json.loads(line)

    def heard(self) -> dict[str, Any]:
        """The next line; raises AssertionError with what the process printed when there is none."""
        line = next(self.lines(), None)
        assert line is not None, self.errors()
        return line

    def errors(self) -> str:
        assert self._process.stderr
        return self._process.stderr.read()

    def close(self) -> None:
        self._timer.cancel()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            assert stream
            stream.close()
        self._process.wait()


@contextmanager
def session(container: str, **order: Any) -> Iterator[Session]:
    made = Session(container, order)
    try:
        yield made
    finally:
        made.close()


def run_alone(container: str, facts: Facts, names: Iterable[str]) -> dict[str, Report]:
    """What each of these probes got in a workspace; none of them needs another one."""
    wanted = list(names)
    with session(container, role="main", facts=facts, probes=wanted) as told:
        found = {line.pop("probe"): _report(line) for line in told.lines()}
        assert list(found) == wanted, told.errors()
    return found


def run_together(main: tuple[str, Facts], helper: tuple[str, Facts], names: Iterable[str]) -> dict[str, Report]:
    """What each of these probes got in one workspace while another one helped."""
    wanted = list(names)
    if not wanted:
        return {}
    with (
        session(helper[0], role="helper", facts=helper[1]) as helps,
        session(main[0], role="main", facts=main[1], probes=wanted) as told,
    ):
        assert helps.heard() == {"ready": True}
        found = dict(_exchange(told, helps))
        assert list(found) == wanted, told.errors()
    return found


def _exchange(told: Session, helps: Session) -> Iterator[tuple[str, Report]]:
    """Pass requests for help on, until every probe has reported."""
    helped = False
    for line in told.lines():
        if "help" in line:
            helps.tell(line["help"])
            answer, helped = helps.heard(), True
            told.tell("done" if "done" in answer else "failed")
            if "failed" in answer:
                line["broken"] = answer["failed"]
            continue
        name = line.pop("probe")
        if helped:
            helps.tell("released")
            assert helps.heard() == {"released": name}
            helped = False
        yield name, _report(line)


def _report(line: Mapping[str, Any]) -> Report:
    return Report(tuple(line.get("got", ())), line.get("broken"))


def together() -> list[str]:
    """The names of the probes that need a helper."""
    return [name for name, each in PROBES.items() if each.helper]


def alone(heavy: bool) -> list[str]:
    """The names of the probes that need none, those that take much or the others."""
    return [name for name, each in PROBES.items() if not each.helper and each.heavy is heavy]
