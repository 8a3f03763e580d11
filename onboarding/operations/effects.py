"""What a change of the register changes for people: parts that open, close, or stay closed, for want of what. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from policies.access.decision import Decision
from policies.engine.model import Refusal
from policies.explain.account import part_name, say_until
from policies.register.follow import FoundProcessing, Register
from policies.wording import say_count

Decide = Callable[[Register, str, str], Decision | None]
"""The decision on a register for a person and a processing; None when there is nobody or nothing to decide on."""
WORKSPACE = ""
"""Stands for the workspace itself where a part's id stands otherwise."""


@dataclass(frozen=True, order=True)
class Reach:
    """What a person may open of one thing, before or after a change; `until` and `version` count only when open."""

    open: bool
    until: str = ""
    missing: tuple[str, ...] = ()
    version: str = ""


CLOSED = Reach(False)


@dataclass(frozen=True)
class Effect:
    """One part of one processing (or its workspace), with the people for whom the same thing changed."""

    processing: str
    part: str
    name: str
    before: Reach
    after: Reach
    people: tuple[str, ...]


def affected(before: Register, after: Register, paths: Iterable[str]) -> list[str]:
    """The processings that a change of these documents may concern: of a project, a dataset, a person, the datalab."""
    changed = frozenset(paths)
    found = [*before.processings(), *after.processings()]
    return sorted({each.id for each in found if _concerns(each, changed)})


def _concerns(found: FoundProcessing, changed: frozenset[str]) -> bool:
    named = {f"projects/{found.project_id}.yaml", "datalab.yaml"}
    named |= {f"datasets/{dataset}.yaml" for dataset in found.processing.datasets}
    named |= {f"people/{person}.yaml" for person in people_of(found)}
    return bool(named & changed)


def people_of(found: FoundProcessing | None) -> set[str]:
    """Everybody who is named on a processing."""
    return set(found.processing.everybody) if found else set()


def effects(before: Register, after: Register, decide: Decide, processings: Iterable[str]) -> tuple[Effect, ...]:
    """What changed for whom on these processings, people with the same change together."""
    together: dict[tuple[str, str, str, Reach, Reach], list[str]] = {}
    for processing in processings:
        people = people_of(before.find_processing(processing)) | people_of(after.find_processing(processing))
        for person in sorted(people):
            was, now = (_reaches(register, decide(register, person, processing)) for register in (before, after))
            for part in sorted(was.keys() | now.keys()):
                reaches = was.get(part, CLOSED), now.get(part, CLOSED)
                if reaches[0] != reaches[1]:
                    name = _name(after if part in now else before, part)
                    together.setdefault((processing, part, name, *reaches), []).append(person)
    return tuple(Effect(*key, tuple(people)) for key, people in together.items())


def _reaches(register: Register, decision: Decision | None) -> Mapping[str, Reach]:
    """What may be opened, or what is missing: the workspace, and each part that the processing asks for.

    Where the workspace is closed, what is missing is said of it alone.
    """
    found = None if decision is None else register.find_processing(decision.processing)
    if decision is None or found is None:
        return {}
    asked = [f"{dataset}/{part}" for dataset, use in found.processing.datasets.items() for part in use.parts]
    workspace = (
        Reach(True, say_until(decision.until))
        if decision.allowed
        else Reach(False, missing=_missing(decision.refusals))
    )
    read = {
        grant.id: Reach(True, say_until(grant.until), version=grant.version)
        for grant in decision.grants
        if grant.mode == "read"
    }
    refused = {each.id: Reach(False, missing=_missing(each.refusals)) for each in decision.refused_parts}
    return {WORKSPACE: workspace, **dict.fromkeys(asked, CLOSED), **refused, **read}


def _missing(refusals: Iterable[Refusal]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for refusal in refusals for text in (refusal.missing or (refusal.message,))))


def _name(register: Register, part: str) -> str:
    return part_name(register, *part.split("/", 1)) if part else "l'espace de travail"


def sentences(found: Iterable[Effect]) -> Iterator[str]:
    """What changed, as people read it: what opens and closes first, then what is still missing."""
    for effect in sorted(found, key=lambda each: (not each.after.open, not each.before.open, each.part)):
        who = f"{say_count(len(effect.people), 'personne')} ({', '.join(effect.people)})"
        what = f"{effect.name} de {effect.processing}" if effect.part == WORKSPACE else f"« {effect.name} »"
        where = "" if effect.part == WORKSPACE else f" ({effect.processing})"
        if effect.after.open and not effect.before.open:
            yield f"Ouvre {what}{where} à {who}, {effect.after.until}."
        elif effect.after.open:
            yield f"Reste ouvert : {what}{where}, à {who}, désormais {_otherwise(effect)}."
        elif effect.before.open:
            yield f"Ferme {what}{where} à {who}{_why(effect)}."
        else:
            yield f"Reste fermé : {what}{where}, à {who}{_why(effect)}."


def _otherwise(effect: Effect) -> str:
    before, after = effect.before, effect.after
    version = f"dans la version {after.version} à la place de {before.version}"
    words = (version, before.version != after.version), (after.until, before.until != after.until)
    return ", ".join(said for said, differs in words if differs)


def _why(effect: Effect) -> str:
    return (
        f" ; il manque : {' ; '.join(each.rstrip('.') for each in effect.after.missing)}"
        if effect.after.missing
        else ""
    )
