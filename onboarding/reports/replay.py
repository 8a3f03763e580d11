"""A journaled decision is made again with the law, the register and the facts of its moment, and compared.

Law, keys and register come by the fingerprints that the entry holds, so what is read is what was judged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from onboarding.reports.past import Past
from policies.access.decision import Decision
from policies.access.ground import Ground, files_of, person_of
from policies.access.workspace import decide_workspace
from policies.errors import DatalabError, UnavailableError
from policies.files import parse
from policies.journal.read import Recorded

DECIDED = frozenset({"decision", "refusal"})
SHOWN = 60
Outcome = Literal["same", "different", "purged", "unknown"]


@dataclass(frozen=True)
class Replayed:
    """What became of one entry: `differences` are places with what stood there; `why` it could not be replayed."""

    entry: str
    moment: str
    outcome: Outcome
    differences: tuple[str, ...] = ()
    why: str = ""


def replay(past: Past, account: str, recorded: Recorded) -> Replayed | None:
    """Decide an entry again; None when it holds no decision and never did."""
    entry, payload = recorded.entry, recorded.payload
    if entry.kind not in DECIDED:
        return None
    name = f"{account}/{entry.n}"
    if payload is None:
        return Replayed(name, entry.moment, "purged")
    if "decision" not in payload:
        return None
    try:
        again = decide_again(past, *decision_of(payload, name))
    except DatalabError as error:
        return Replayed(name, entry.moment, "unknown", why=str(error))
    found = tuple(differences(payload["decision"], again.model_dump(mode="json")))
    return Replayed(name, entry.moment, "different" if found else "same", found)


def decision_of(payload: dict[str, Any], name: str) -> tuple[Decision, Ground]:
    """The decision of an entry and its ground; raises InvalidFilesError or UnavailableError."""
    if "ground" not in payload:
        raise UnavailableError(f"{name}: journaled without its ground; this program cannot decide it again")
    return parse(Decision, payload["decision"], name, "decision"), parse(Ground, payload["ground"], name, "ground")


def decide_again(past: Past, decided: Decision, ground: Ground) -> Decision:
    """The decision as the law and the facts of its moment give it today."""
    law, keys, register = past.law(decided.law), past.keys(ground.keys), past.register(ground.register_)
    found = register.find_processing(decided.processing)
    if found is None:
        raise UnavailableError(f"the register {ground.register_} has no processing {decided.processing}")
    person = person_of(ground, decided.person, found.project_id)
    register = replace(register, files=files_of(ground, register, found, decided.person))
    return decide_workspace(law, register, person, ground.factors, decided.processing, decided.day, keys)


def differences(before: object, after: object, place: str = "") -> Iterator[str]:
    """Where two JSON values differ, with what stands in each."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(before.keys() | after.keys()):
            yield from differences(before.get(key), after.get(key), f"{place}.{key}" if place else str(key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for position, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, f"{place}[{position}]")
    elif before != after:
        yield f"{place}: {_short(before)} -> {_short(after)}"


def _short(value: object) -> str:
    text = f"{len(value)} items" if isinstance(value, list) else repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
