"""One workspace, rendered as hub and guard render it, for tests that change one thing of it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import PurePosixPath
from typing import Any

from hub.workspace.docker import render_container
from hub.workspace.profiles import Profile
from hub.workspace.spec import Address, Numbers, Site, WorkspaceSpec, make_spec
from policies.access.decision import Decision, Grant

RUN = PurePosixPath("/run/datalab")
NAME = "p7f3k2--aides-ciblage"
TOKEN = "0123456789abcdef0123456789abcdef"
TICKET = "a-ticket"
PROFILE = Profile(
    label="Petit",
    image="workspace-python",
    memory_mib=2048,
    cpus=1.5,
    processes=256,
    open_files=4096,
    temporary_mib=256,
    idle_minutes=240,
)
SITE = Site(
    address=Address("http", "datalab.localhost", "espaces.localhost", 8000),
    run=RUN,
    images=(("workspace-python", f"sha256:{'a' * 64}"),),
)


def grant(dataset: str, part: str) -> Grant:
    return Grant(dataset=dataset, part=part, version="v1", mode="read", restricted=True, until=None, reasons=())


DECISION = Decision(
    person="p7f3k2",
    processing="aides-ciblage",
    day=date(2026, 5, 4),
    allowed=True,
    until=None,
    grants=(grant("revenus", "p2024"), grant("communes", "tout")),
    profiles=("petit",),
    law="1" * 64,
    facts="f" * 64,
)


def example_spec() -> WorkspaceSpec:
    return make_spec(DECISION, "petit", PROFILE, Numbers(person=7, processing=3), SITE)


def example_config() -> dict[str, Any]:
    """A definition of its own each time: tests change it."""
    return deepcopy(render_container(example_spec(), TOKEN, TICKET))
