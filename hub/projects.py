"""What the page "Mes projets" shows of each processing: the decision, the workspace, the homes kept aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hub.desk import Judged
from hub.guard.judging.effects import Loss
from hub.workspace.profiles import Profiles
from policies.calendar import PARIS, parse_day
from policies.explain.account import Account, Obstacle, obstacles_of
from policies.files import parse
from policies.wording import say_day


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
class Ending:
    """Why the last workspace was ended: when, in a sentence, and each right that ended with who can help."""

    sentence: str
    obstacles: tuple[Obstacle, ...]


@dataclass(frozen=True)
class Entry:
    """One processing on the page. `state`: `stopped`, `spawn`, `stop`, `running`. `notice`: an end that is near."""

    account: Account
    choices: tuple[Choice, ...]
    state: str
    sealed: tuple[SealedHome, ...] = ()
    notice: str = ""
    ending: Ending | None = None


@dataclass(frozen=True)
class Group:
    """A project with the processings that concern the person."""

    name: str
    carrier: str
    entries: tuple[Entry, ...]


def make_entry(judged: Judged, profiles: Profiles, state: str, situation: Mapping[str, Any]) -> Entry:
    """One processing, with what the guard says of the person's homes and of how their workspace ends or ended."""
    offered = ((name, profiles.get(name)) for name in judged.decision.profiles)
    choices = tuple(Choice(name, profile.label) for name, profile in offered if profile)
    sealed = tuple(_sealed(home, judged.account) for home in situation.get("sealed", ()))
    notice = (situation.get("end") or {}).get("text", "")
    ended = situation.get("ended") if state == "stopped" else None
    return Entry(judged.account, choices, state, sealed, notice, _ending(ended, judged) if ended else None)


CAUSES = {
    "right": "Votre espace de travail a été arrêté {moment} : un droit a pris fin.",
    "source": "Votre espace de travail a été arrêté {moment} : vos droits ne pouvaient plus être vérifiés.",
    "itself": "Votre espace de travail s'est arrêté {moment}, sans que le Datalab l'ait demandé ({detail}).",
}


def _ending(ended: Mapping[str, Any], judged: Judged) -> Ending:
    local = datetime.fromisoformat(str(ended["moment"])).astimezone(PARIS)
    moment = f"le {say_day(local.date())} à {local:%H h %M}"
    losses = [parse(Loss, loss, "guard") for loss in ended["losses"]]
    names = {part.id: part.name for part in judged.account.parts}
    told = (
        replace(obstacle, text=f"{names.get(loss.part, loss.part)} : {obstacle.text}" if loss.part else obstacle.text)
        for loss in losses
        for obstacle in obstacles_of(judged.contacts, loss.refusals, loss.part.partition("/")[0])
    )
    sentence = CAUSES[ended["cause"]].format(moment=moment, detail=ended["detail"])
    return Ending(sentence, tuple(dict.fromkeys(told)))


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
