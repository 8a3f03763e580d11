"""Approving, reading and judging a register in memory: the shipped law, a throwaway key, no disk and no clock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from policies.access.decision import Decision
from policies.access.workspace import decide_workspace
from policies.directory.person import Person
from policies.engine.load import load_law
from policies.engine.model import Law, Refusal
from policies.files import canonical_json, fingerprint
from policies.proofs.keys import PublicKeys
from policies.register.assembly import Assembly
from policies.register.attested import Approval, Attested, plain
from policies.register.datalab import DatalabDocument, Numbers
from policies.register.dataset import Dataset
from policies.register.documents import parse_document
from policies.register.follow import Register
from policies.register.person import PersonDocument
from policies.register.places import attested_entries, split_place
from policies.register.project import Project
from tests.support.judged_documents import (
    ANALYST,
    DAY,
    EXPERT,
    PROCESSING,
    PROJECT,
    TEAMMATE,
    TITLE_FILES,
    Values,
    judged_documents,
)
from tests.support.signing import make_key, published

How = Callable[[str, Attested, Person], Approval | None]
"""How an entry at a place is approved, given who rightly may."""
Documents = Mapping[str, Values]
Effects = tuple[object, ...]

LAW_FOLDER = Path(__file__).parents[2] / "policies" / "law"
KEY = make_key(1)
KEYS = published(KEY)
APPROVED_ON = date(2026, 1, 2)


def person(id_: str, organisation: str, *roles: str, projects: frozenset[str] = frozenset()) -> Person:
    """Somebody of the directory."""
    return Person(id=id_, name="Essai", organisation=organisation, roles=frozenset(roles), projects=projects)


IN_GROUP = frozenset({PROJECT})
PEOPLE = {
    ANALYST: person(ANALYST, "minefi", projects=IN_GROUP),
    TEAMMATE: person(TEAMMATE, "minefi", projects=IN_GROUP),
    EXPERT: person(EXPERT, "dinum", projects=IN_GROUP),
}
LEAD = person("plead1", "minefi", "project_lead")
OFFICER = person("pdpo01", "minefi", "dpo")
ADMINISTRATOR = person("padm01", "dinum", "administrator")
OPERATOR = person("pdinu1", "dinum", "dinum")
PRODUCERS = {each: person(f"pprod{n}", each, "producer") for n, each in enumerate(("insee", "minefi"))}
APPROVERS = {
    "team": LEAD,
    "missions": LEAD,
    "processings": OFFICER,
    "titles": ADMINISTRATOR,
}


@cache
def shipped_law() -> Law:
    """The law of policies/law, read once."""
    return load_law(LAW_FOLDER)


def approver_of(place: str, producer: str) -> Person:
    """Who rightly approves the entry at a place; `producer` is the one of the dataset concerned."""
    words = place.split("/")
    if words[0] == "datalab" or (len(words) == 2 and words[0] == "projects"):
        return OPERATOR
    if words[0] == "people" or (words[-2] == "suspension" and words[0] != "datasets"):
        return ADMINISTRATOR
    return APPROVERS.get(words[-2], PRODUCERS[producer])


def rightly(place: str, entry: Attested, approver: Person) -> Approval:
    """As the sign-in process signs."""
    return KEY.approval(approver, APPROVED_ON, entry.signed_fingerprint(place))


def not_approved(place: str, entry: Attested, approver: Person) -> None:
    """Proposed, and left there."""


def approved(documents: Documents, how: Mapping[str, How] | None = None) -> dict[str, Values]:
    """The documents with every entry approved rightly, or `how` its place says."""
    signed: dict[str, Values] = json.loads(json.dumps(documents))
    for path in documents:
        for place, entry in attested_entries(path, parse_document(path, documents[path])):
            words = place.split("/")
            dataset = words[-1] if words[0] == "projects" else words[1]
            producer = documents.get(f"datasets/{dataset}.yaml", {}).get("producer", "insee")
            approval = (how or {}).get(place, rightly)(place, entry, approver_of(place, producer))
            if approval:
                _inside(signed, place)["approved"] = plain(approval)
    return signed


def _inside(documents: Documents, place: str) -> Values:
    path, keys = split_place(place)
    values = documents[path]
    for key in keys:
        values = values[key]
    return values


def register_of(documents: Documents, files: Mapping[str, str] | None = None) -> Register:
    """The register that these documents are, checked as one read from disk."""
    contents = {path: canonical_json(values) for path, values in documents.items()}
    names = {path: fingerprint(content) for path, content in contents.items()}
    blobs = {names[path]: content for path, content in contents.items()}
    assembly = Assembly()
    assembly.advance(names, blobs.__getitem__)
    held = dict(sorted(assembly.documents.items()))
    datalab, numbers = held["datalab.yaml"], held["numbers.yaml"]
    assert isinstance(datalab, DatalabDocument)
    assert isinstance(numbers, Numbers)
    projects = {_id(path): each for path, each in held.items() if isinstance(each, Project)}
    return Register(
        projects=projects,
        datasets={_id(path): each for path, each in held.items() if isinstance(each, Dataset)},
        people={_id(path): each for path, each in held.items() if isinstance(each, PersonDocument)},
        datalab=datalab,
        numbers=numbers,
        files=MappingProxyType(dict(TITLE_FILES if files is None else files)),
        documents=names,
        digest="0" * 64,
        homes={processing: name for name, project in projects.items() for processing in project.processings},
    )


def _id(path: str) -> str:
    return path.partition("/")[2].removesuffix(".yaml")


def judge(
    documents: Documents | None = None,
    who: Person = PEOPLE[ANALYST],
    *,
    day: date = DAY,
    files: Mapping[str, str] | None = None,
    keys: PublicKeys = KEYS,
    processing: str = PROCESSING,
    factors: tuple[str, ...] = ("password",),
) -> Decision:
    """The decision on documents that stand as they are; without documents: on the ones that lack nothing."""
    register = register_of(approved(judged_documents()) if documents is None else documents, files)
    return decide_workspace(shipped_law(), register, who, factors, processing, day, keys)


def modes(decision: Decision) -> dict[str, str]:
    """What is granted: part -> mode."""
    return {grant.id: grant.mode for grant in decision.grants}


def opening_rules(decision: Decision) -> list[str]:
    """The rules that refuse the workspace."""
    return [refusal.rule for refusal in decision.refusals]


def part_refusals(decision: Decision, part: str) -> tuple[Refusal, ...]:
    """The refusals of one part, none when it is mounted."""
    return next((each.refusals for each in decision.refused_parts if each.id == part), ())


def part_rules(decision: Decision, part: str) -> list[str]:
    """The rules that refuse one part."""
    return [refusal.rule for refusal in part_refusals(decision, part)]


def every_text(decision: Decision) -> str:
    """All that the refusals of a decision say."""
    refusals = [*decision.refusals, *(each for part in decision.refused_parts for each in part.refusals)]
    return "\n".join(text for each in refusals for text in (each.message, *each.missing))


def effects(decision: Decision) -> Effects:
    """What a decision does, apart from why: what `until` and the digest of facts answer for."""
    grants = tuple((grant.id, grant.version, grant.mode) for grant in decision.grants)
    return decision.allowed, grants, decision.services, decision.profiles


def without(documents: Documents, path: str, *keys: Any) -> dict[str, Values]:
    """The documents with one key taken away."""
    copied: dict[str, Values] = json.loads(json.dumps(documents))
    inner: Any = copied[path]
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]
    return copied
