"""What one person did, and what was done that names them: every entry of every chain, in the order of time.

Trusts the chains: whoever asks says whether they verify. What the hub journaled is worth what the hub is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from policies.calendar import paris_day
from policies.journal.entry import JOURNAL_CLASS, moment_of
from policies.journal.read import Recorded, read_journal

DONE_TO = frozenset({"enforcement", "notice", "start_failed"})
"""What the datalab does to a workspace: its person suffers it."""
TOLD = (
    "processing", "workspace", "part", "delivery", "act", "person", "of", "on", "from", "to", "replay", "reason",
    "level", "day", "after",
)  # fmt: skip
"""What is told of a payload, in this order; of these, only words and numbers."""
Role = Literal["by", "about"]


@dataclass(frozen=True)
class Deed:
    """One entry: done `by` the person, or `about` them; `told` is what identifies it."""

    entry: str
    moment: str
    kind: str
    role: Role
    told: Mapping[str, str]


@dataclass(frozen=True)
class DeedsAnswer:
    """What a person did between two days in Paris; `forgotten` entries of those days may have named them."""

    person: str
    first: date
    last: date
    deeds: tuple[Deed, ...]
    forgotten: int


def answer_deeds(journal: Path, chains: Sequence[str], person: str, first: date, last: date) -> DeedsAnswer:
    """Every entry of these days that names the person."""
    deeds: list[Deed] = []
    forgotten = 0
    for account in chains:
        for recorded in read_journal(journal / account):
            if not first <= paris_day(moment_of(recorded.entry.moment)) <= last:
                continue
            if recorded.payload is None:
                forgotten += recorded.entry.class_ != JOURNAL_CLASS
            elif (role := role_of(recorded.entry.kind, recorded.payload, person)) is not None:
                deeds.append(_deed(account, recorded, recorded.payload, role))
    deeds.sort(key=lambda each: each.moment)
    return DeedsAnswer(person, first, last, tuple(deeds), forgotten)


def role_of(kind: str, payload: Mapping[str, Any], person: str) -> Role | None:
    """Whether an entry says that the person did something, is about them, or does not name them."""
    if kind not in DONE_TO and _who(payload) == person:
        return "by"
    return "about" if person in _named(payload) else None


def _who(payload: Mapping[str, Any]) -> str | None:
    """Who acts: the entry's actor, its person, the one who was judged, or whose workspace it is."""
    decision = payload.get("decision")
    judged = decision.get("person") if isinstance(decision, dict) else None
    workspace = str(payload.get("workspace") or "").partition("--")[0]
    found = payload.get("actor") or payload.get("person") or judged or workspace
    return str(found) if found else None


def _named(value: object) -> Iterator[str]:
    """Every text of a payload, keys included, that may be a person's id; a workspace and a document name one."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _named(key)
            yield from _named(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _named(inner)
    elif isinstance(value, str):
        yield value.partition("--")[0].removeprefix("people/").removesuffix(".yaml")


def _deed(account: str, recorded: Recorded, payload: Mapping[str, Any], role: Role) -> Deed:
    entry = recorded.entry
    return Deed(f"{account}/{entry.n}", entry.moment, entry.kind, role, _told(payload))


def _told(payload: Mapping[str, Any]) -> dict[str, str]:
    """What an entry says at its first level, and of what was asked or decided."""
    inner = [each for key in ("asked", "decision") if isinstance(each := payload.get(key), dict)]
    found = {key: each[key] for each in [*inner, payload] for key in TOLD if isinstance(each.get(key), str | int)}
    return {key: str(found[key]) for key in TOLD if key in found}
