"""What a change of the register changes for people: parts that open, close, or stay closed, for want of what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from policies.access.decision import Decision
from policies.explain.account import part_name, say_until
from policies.register.follow import FoundProcessing, Register

Decide = Callable[[Register, str, str], Decision | None]
"""The decision on a register for a person and a processing; None when there is nobody or nothing to decide on."""


@dataclass(frozen=True, order=True)
class Reach:
    """What a person may read of one part, before or after a change; `until` counts only when open."""

    open: bool
    until: str = ""
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """One part of one processing, with the people for whom the same thing changed."""

    processing: str
    part: str
    before: Reach
    after: Reach
    people: tuple[str, ...]


def affected(before: Register, after: Register) -> list[str]:
    """The processings that a change may concern: of a changed project, dataset or person."""
    changed = {path for path in before.documents.keys() | after.documents.keys() if _differs(path, before, after)}
    found = [*before.processings(), *after.processings()]
    return sorted({each.id for each in found if _concerns(each, changed)})


def _differs(path: str, before: Register, after: Register) -> bool:
    return before.documents.get(path) != after.documents.get(path)


def _concerns(found: FoundProcessing, changed: set[str]) -> bool:
    named = {f"projects/{found.project_id}.yaml", "datalab.yaml"}
    named |= {f"datasets/{dataset}.yaml" for dataset in found.processing.datasets}
    named |= {f"people/{person}.yaml" for person in people_of(found)}
    return bool(named & changed)


def people_of(found: FoundProcessing | None) -> set[str]:
    """Everybody who is named on a processing."""
    if found is None:
        return set()
    missions = found.processing.missions.values()
    return {*found.processing.team, *(mission.person for mission in missions)}


def effects(before: Register, after: Register, decide: Decide, processings: Iterable[str]) -> tuple[Effect, ...]:
    """What changed for whom on these processings, people with the same change together."""
    together: dict[tuple[str, str, Reach, Reach], list[str]] = {}
    for processing in processings:
        people = people_of(before.find_processing(processing)) | people_of(after.find_processing(processing))
        for person in sorted(people):
            reaches = [_reaches(register, decide(register, person, processing)) for register in (before, after)]
            for part, was, now in _changed(*reaches):
                together.setdefault((processing, part, was, now), []).append(person)
    return tuple(Effect(*key, tuple(people)) for key, people in together.items())


CLOSED = Reach(False)


def _reaches(register: Register, decision: Decision | None) -> Mapping[str, Reach]:
    """By part, with its name: what may be read, or what is missing."""
    if decision is None:
        return {}
    found = register.find_processing(decision.processing)
    wanted = {} if found is None else found.processing.datasets
    closed = tuple(text for refusal in decision.refusals for text in (refusal.missing or (refusal.message,)))
    parts = [(dataset, part) for dataset, use in wanted.items() for part in use.parts]
    names = {f"{dataset}/{part}": part_name(register, dataset, part) for dataset, part in parts}
    told = {names[part]: Reach(False, missing=closed) for part in names}
    for grant in decision.grants:
        if grant.mode == "read":
            told[names[grant.id]] = Reach(True, say_until(grant.until))
    for refused in decision.refused_parts:
        missing = tuple(text for refusal in refused.refusals for text in (refusal.missing or (refusal.message,)))
        told[names[refused.id]] = Reach(False, missing=missing)
    return told


def _changed(before: Mapping[str, Reach], after: Mapping[str, Reach]) -> Iterator[tuple[str, Reach, Reach]]:
    for part in before.keys() | after.keys():
        was, now = before.get(part, CLOSED), after.get(part, CLOSED)
        if was != now:
            yield part, was, now


def sentences(found: Iterable[Effect]) -> Iterator[str]:
    """What changed, as people read it: what opens and closes first, then what is still missing."""
    for effect in sorted(found, key=lambda each: (not each.after.open, not each.before.open, each.part)):
        who = f"{len(effect.people)} personne{'s' if len(effect.people) > 1 else ''}"
        if effect.after.open and not effect.before.open:
            yield f"Ouvre « {effect.part} » ({effect.processing}) à {who}, {effect.after.until}."
        elif effect.after.open:
            yield f"« {effect.part} » ({effect.processing}) : {who}, désormais {effect.after.until}."
        elif effect.before.open:
            yield f"Ferme « {effect.part} » ({effect.processing}) à {who}{_why(effect)}."
        else:
            yield f"« {effect.part} » ({effect.processing}) reste fermée à {who}{_why(effect)}."


def _why(effect: Effect) -> str:
    return f" ; il manque : {' ; '.join(dict.fromkeys(effect.after.missing))}" if effect.after.missing else ""
