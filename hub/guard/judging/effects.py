"""What a running workspace holds, against what the law gives today: it ends for what it lost, and only then. Pure.

A new dataset, a reworded rule, a new delivery, a longer title end nobody's work.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from policies.access.decision import Decision
from policies.access.spaces import Label
from policies.calendar import ONE_DAY
from policies.engine.model import Refusal
from policies.files import Closed
from policies.register.follow import Register

Cause = Literal["right", "source", "itself"]
REGISTER, DIRECTORY, GUARD = "REGISTRE", "ANNUAIRE", "GARDIEN"
HELPER = "dinum"


class Held(Closed):
    """What a workspace was started with: factors shown at sign-in, versions mounted (`dataset/part` -> version)."""

    factors: tuple[str, ...]
    parts: dict[str, str]
    services: tuple[str, ...]
    home: tuple[str, ...]
    project: tuple[str, ...]


class Loss(Closed):
    """A right that ended, with every reason; `part` is empty when it is the whole workspace's."""

    part: str
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class End:
    """The last day on which nothing is lost, and what is lost on the next one."""

    day: date
    losses: tuple[Loss, ...]


def said(rule: str, message: str, part: str = "") -> Loss:
    """A loss that no rule of the law states: the register, the directory or the guard itself says so."""
    refusal = Refusal(rule=rule, source="", article="", link=None, message=message, missing=(), ask=HELPER)
    return Loss(part=part, refusals=(refusal,))


def losses(held: Held, labels: Label, decision: Decision, register: Register) -> tuple[Loss, ...]:
    """What a workspace lost; `labels`: the restricted parts that its home and project space stand for today."""
    if not decision.allowed:
        return (Loss(part="", refusals=decision.refusals),)
    named = (*_lost_parts(held, decision, register), *_lost_services(held, decision))
    return named or tuple(_outgrown(labels, decision))


def _lost_parts(held: Held, decision: Decision, register: Register) -> Iterator[Loss]:
    granted = {grant.id for grant in decision.grants if grant.mode == "read"}
    refused = {part.id: part.refusals for part in decision.refused_parts}
    for part, version in held.parts.items():
        if part in refused:
            yield Loss(part=part, refusals=refused[part])
        elif part not in granted:
            yield said(REGISTER, "Ce traitement ne demande plus cette partie.", part)
        elif not _is_standing(part, version, register):
            yield said(REGISTER, f"La livraison {version}, que votre espace lisait, a été retirée.", part)


def _is_standing(part: str, version: str, register: Register) -> bool:
    dataset, _, name = part.partition("/")
    standing = register.datasets[dataset].standing(name)
    return any(each.name == version and (each.delivery is None or each.delivery.approved) for each in standing)


def _lost_services(held: Held, decision: Decision) -> Iterator[Loss]:
    for service in held.services:
        if service not in decision.services:
            yield said(REGISTER, f"Ce traitement ne donne plus accès au service {service}.")


def _outgrown(labels: Label, decision: Decision) -> Iterator[Loss]:
    """The team's space may have grown while it was mounted: copies of what it stands for may lie in it."""
    if not labels <= decision.label:
        parts = ", ".join(sorted(labels - decision.label))
        yield said(GUARD, f"Les dossiers de cet espace peuvent contenir des copies de données fermées : {parts}.")


def known_end(
    decide: Callable[[date], Decision], lost: Callable[[Decision], tuple[Loss, ...]], now: Decision, horizon: date
) -> End | None:
    """When something will be lost if nothing changes but the day; None when that is not before the horizon."""
    standing = now
    while standing.until is not None and standing.until < horizon:
        following = decide(standing.until + ONE_DAY)
        losing = lost(following)
        if losing:
            return End(standing.until, losing)
        standing = following
    return None
