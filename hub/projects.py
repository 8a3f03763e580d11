"""What the page "Mes projets" shows of each processing: the decision, the workspace, the homes kept aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from hub.desk import Judged
from hub.workspace.profiles import Profiles
from policies.calendar import parse_day
from policies.engine.wording import say_day
from policies.explain.account import Account


@dataclass(frozen=True)
class Choice:
    """A size that the decision offers."""

    name: str
    label: str


@dataclass(frozen=True)
class SealedHome:
    """A home that is kept and not shown: since when, and the parts that it may hold copies of."""

    since: str
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One processing on the page. `state`: `stopped`, `spawn`, `stop`, `running`."""

    account: Account
    choices: tuple[Choice, ...]
    state: str
    sealed: tuple[SealedHome, ...]


@dataclass(frozen=True)
class Group:
    """A project with the processings that concern the person."""

    name: str
    carrier: str
    entries: tuple[Entry, ...]


def make_entry(judged: Judged, profiles: Profiles, state: str, spaces: Mapping[str, Any]) -> Entry:
    """One processing, with what the guard says of the person's homes."""
    offered = ((name, profiles.get(name)) for name in judged.decision.profiles)
    choices = tuple(Choice(name, profile.label) for name, profile in offered if profile)
    sealed = tuple(_sealed(home, judged.account) for home in spaces.get("sealed", ()))
    return Entry(judged.account, choices, state, sealed)


@dataclass(frozen=True)
class Deposited:
    """A file that a person deposited: its name, its size in bytes, the day."""

    name: str
    bytes: int
    day: str


def make_deposited(told: Mapping[str, Any]) -> tuple[Deposited, ...]:
    """What the door says is deposited, as people read it."""
    return tuple(
        Deposited(each["name"], each["bytes"], say_day(parse_day(str(each["day"])))) for each in told["deposits"]
    )


def group(entries: Iterable[Entry]) -> tuple[Group, ...]:
    """Entries by project, in the order in which they come."""
    found: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        found.setdefault((entry.account.project, entry.account.carrier), []).append(entry)
    return tuple(Group(name, carrier, tuple(each)) for (name, carrier), each in found.items())


def _sealed(home: Mapping[str, Any], account: Account) -> SealedHome:
    names = {part.id: part.name for part in account.parts}
    return SealedHome(
        since=say_day(parse_day(str(home["since"]))),
        parts=tuple(names.get(part, part) for part in home["label"]),
    )
