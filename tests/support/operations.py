"""Operations on a register on disk, with the real writer, journal and law; the directory is a table of people."""

from __future__ import annotations

import inspect
import json
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from onboarding.actor import Actor, actor_of
from onboarding.history import Past
from onboarding.lifting import check_undone
from onboarding.operations import datasets, projects, teams, titles
from onboarding.operations import processings as purposes
from onboarding.operations.approve import Ask, approve
from onboarding.operations.by_hand import record_by_hand
from onboarding.operations.check_delivery import check_delivery
from onboarding.operations.judging import Judge
from onboarding.operations.office import Office, Outcome
from onboarding.operations.receive_delivery import receive_delivery
from onboarding.operations.withdraw_delivery import withdraw_delivery
from onboarding.storing import Storage
from onboarding.tree import render_values
from onboarding.writing import Writer
from policies.access.approvals import Approvals
from policies.access.decision import Decision
from policies.directory.person import Person
from policies.files import fingerprint
from policies.journal.append import Journal
from policies.journal.read import read_journal
from policies.register.attested import Attested, plain
from policies.register.follow import Register, read_register
from policies.register.places import find_entry
from tests.support.deliveries import make_desk, write_source
from tests.support.judged import (
    ADMINISTRATOR,
    IN_GROUP,
    KEY,
    KEYS,
    LEAD,
    OFFICER,
    OPERATOR,
    PEOPLE,
    PRODUCERS,
    approved,
    person,
    shipped_law,
)
from tests.support.judged_documents import (
    ANALYST,
    DAY,
    OTHER_PROCESSING,
    PROCESSING,
    PROJECT,
    TITLE_FILES,
    YEAR,
    Values,
    judged_documents,
)
from tests.support.small_register import store

NEWCOMER, HIRED = "pnew01", "pexp04"
SECONDS = {
    "project_lead": person("plead2", "minefi", "project_lead"),
    "producer": person("pprod9", "insee", "producer"),
    "administrator": person("padm02", "dinum", "administrator"),
    "dinum": person("pdinu2", "dinum", "dinum"),
    "dpo": person("pdpo02", "minefi", "dpo"),
}
"""By role, somebody who is neither a proposer nor a beneficiary of what is tried."""
KNOWN: dict[str, Person] = {
    **PEOPLE,
    NEWCOMER: person(NEWCOMER, "minefi", projects=IN_GROUP),
    HIRED: person(HIRED, "dinum", projects=IN_GROUP),
}
FIRSTS = {
    "project_lead": LEAD,
    "producer": PRODUCERS["insee"],
    "administrator": ADMINISTRATOR,
    "dinum": OPERATOR,
    "dpo": OFFICER,
}
ANNOUNCED: Values = {"schema": {"fields": [{"name": "dossier", "type": "string"}]}}
NAME = "l20260504-120000"
"""What is delivered at the moment on which everything is tried."""
PRECAUTION: Values = {"day": "2026-05-03", "by": "padm09", "reason": "Vérification"}
REASON = "Parce qu'il le faut"
Call = Callable[["Desk", Actor], Outcome]
Answers = Callable[..., object]


def verbs(package: ModuleType) -> dict[str, Answers]:
    """The operations of a package: public functions that begin with an office, an actor and a reason."""
    modules = [import_module(each.name) for each in pkgutil.iter_modules(package.__path__, f"{package.__name__}.")]
    public = [
        (name, value)
        for module in modules
        for name, value in vars(module).items()
        if inspect.isfunction(value) and value.__module__ == module.__name__ and not name.startswith("_")
    ]
    first_three = ["office", "actor", "reason"]
    return {name: value for name, value in public if list(inspect.signature(value).parameters)[:3] == first_three}


def moment() -> datetime:
    """Noon of the day on which everything is tried."""
    return datetime(DAY.year, DAY.month, DAY.day, 10, tzinfo=UTC)


class Desk:
    """A register in a folder, and the office that works on it."""

    def __init__(self, folder: Path, documents: Mapping[str, Values] | None = None) -> None:
        self.folder = folder / "register"
        self._journal = folder / "journal" / "onboarding"
        signed = approved(real_files(documents or judged_documents()))
        store(self.folder, signed)
        (self.folder / "files").mkdir()
        for name in TITLE_FILES:
            (self.folder / "files" / name).write_bytes(name[0].encode())
        self.deliveries = make_desk(folder, moment())
        self.delivered = write_source(folder / "livraison", {"p2024/menages.csv": b"dossier\nd1\n"}, p2024=ANNOUNCED)
        self.file = folder / "signé.pdf"
        self.file.write_bytes(b"un document")
        self.judge = Judge(shipped_law(), KEYS, self._people, DAY)
        self.office = Office(self.writer(), self.folder, self.register, self.judge, lambda: DAY)

    def writer(self) -> Writer:
        """A writer of this register, with the check of an installation."""
        journal = Journal(self._journal, "onboarding", moment)
        check = check_undone(lambda: Approvals(shipped_law(), KEYS), Past(Storage(self.folder)))
        return Writer(self.folder, journal, moment, check=check)

    def _people(self, ids: Iterable[str]) -> Mapping[str, Person | None]:
        return {each: KNOWN.get(each) for each in ids}

    def register(self) -> Register:
        return read_register(self.folder)

    def changed_by_another(self) -> None:
        """Somebody else changes a project, a dataset and a person; nobody's access is about it."""
        register = self.register()
        changes = {
            f"projects/{PROJECT}.yaml": {"contact": "autre@example.test"},
            "datasets/menages.yaml": {"contact": "autre@example.test"},
            f"people/{ANALYST}.yaml": {"siret": "12345678901234"},
        }
        documents = {
            path: plain(found) | change for path, change in changes.items() if (found := register.document(path))
        }
        self.writer().write(documents, register.documents, "padm09", "Autre chose")

    def edit_by_hand(self, path: str, change: Callable[[Values], object]) -> None:
        """Somebody edits a file of the register's tree."""
        self.writer().repair()
        found = self.register().document(path)
        assert found is not None
        values = plain(found)
        change(values)
        (self.folder / path).write_text(render_values(values), encoding="utf-8")

    def dry(self) -> Office:
        """The same office, writing nothing."""
        return replace(self.office, dry_run=True)

    def decide(self, who: str = ANALYST, processing: str = PROCESSING) -> Decision:
        found = self.judge(self.register(), who, processing)
        assert found is not None
        return found

    def read(self, who: str = ANALYST, processing: str = PROCESSING) -> list[str]:
        """The parts that somebody may read."""
        return sorted(each.id for each in self.decide(who, processing).grants if each.mode == "read")

    def entry(self, place: str) -> Attested:
        found = find_entry(self.register(), place)
        assert found is not None, place
        return found

    def approve(self, place: str, who: Person) -> None:
        approve(self.register(), place, self.signed_by(who), self.writer())

    def signed_by(self, who: Person) -> Ask:
        """Approves whatever is asked, as somebody who signs in does."""
        return lambda digest: KEY.approval(who, DAY, digest)

    def receive(self) -> None:
        """A delivery comes into the quarantine, brought by an administrator."""
        QUARANTINE_CALLS["receive_delivery"](self, first("administrator"))

    def journaled(self) -> list[tuple[str, str]]:
        """Who changed the register, and why."""
        if not self._journal.exists():
            return []
        payloads = [each.payload for each in read_journal(self._journal)]
        return [(each["actor"], each["reason"]) for each in payloads if each]

    def state(self) -> tuple[str, list[str], list[tuple[str, str]], list[Path]]:
        """All that a refused operation must leave as it was: register, files, journal, quarantine."""
        files = sorted(path.name for path in (self.folder / "files").iterdir())
        quarantined = sorted(self.deliveries.quarantine.folder.rglob("*"))
        return self.register().digest, files, self.journaled(), quarantined


def real_files(documents: Mapping[str, Values]) -> dict[str, Values]:
    """The documents with the fingerprints of files that can be written: each holds the letter it begins with."""
    text = json.dumps(documents)
    for letter in {name[0] for name in TITLE_FILES}:
        text = text.replace(letter * 64, fingerprint(letter.encode()))
    found: dict[str, Values] = json.loads(text)
    return found


def suspended(documents: Mapping[str, Values], *keys: str) -> dict[str, Values]:
    """The documents with something of them suspended."""
    copied: Any = json.loads(json.dumps(documents))
    inner = copied
    for key in keys:
        inner = inner[key]
    inner["suspension"] = PRECAUTION
    return dict(copied)


def all_suspended() -> dict[str, Values]:
    """The judged documents, with a suspension on each thing that can have one."""
    documents = judged_documents()
    project = f"projects/{PROJECT}.yaml"
    for keys in (
        (project,), (project, "processings", PROCESSING), ("datasets/menages.yaml",), (f"people/{ANALYST}.yaml",),
    ):  # fmt: skip
        documents = suspended(documents, *keys)
    return documents


AS_OF: Values = {"from": DAY.isoformat(), "until": "2026-12-31"}
NEW_PROJECT: Values = {
    "name": "Routes", "carrier": "minefi", "kinds": ["data_sharing"], "origin": "call", "period": YEAR,
    "contact": "routes@minefi.test",
}  # fmt: skip
NEW_PROCESSING: Values = {
    "name": "Suivi", "purpose": "pilotage", "recipient": "minefi", "controller": "minefi", "period": YEAR,
    "legal_basis": {"article": "6_1_e", "text": "décret d'exemple"}, "register_sheet": "RT-3", "risk_criteria": [],
    "processors": [{"organisation": "dinum", "act": "ACTE-1", "period": YEAR}],
}  # fmt: skip
NEW_DATASET: Values = {"name": "Routes", "description": "Essai", "producer": "insee", "contact": "p@insee.test"}
NEW_TITLE: Values = {
    "kind": "accord_producteur", "number": "A-9", "issuer": "insee", "period": AS_OF, "parts": ["menages/p2024"],
}  # fmt: skip
NEW_MISSION: Values = {"person": HIRED, "skill": "data_science", "period": AS_OF, "letter": "LM-9"}
FILES: Values = {"person": ANALYST, "home": "1", "parts": ["menages/p2024"], "files": {"a.py": "0" * 64}}


def by_hand(desk: Desk, actor: Actor) -> Outcome:
    """A contact changed in a file, in the name of who records it."""

    def change(values: Values) -> None:
        values |= {"contact": "nouveau@insee.test", "proposed": {"person": actor.person, "day": DAY.isoformat()}}
        del values["approved"]

    desk.edit_by_hand("datasets/menages.yaml", change)
    return record_by_hand(desk.office, actor, REASON)


def withdrawn(desk: Desk, actor: Actor) -> Outcome:
    """A version of one part, of two parts that have one of this name."""
    found = withdraw_delivery(desk.office, actor, REASON, desk.deliveries, "livraison-1", "menages", "p2024")
    assert found.outcome is not None
    return found.outcome


CALLS: dict[str, Call] = {
    "create_project": lambda d, a: projects.create_project(d.office, a, REASON, "routes", NEW_PROJECT),
    "change_project": lambda d, a: projects.change_project(d.office, a, REASON, PROJECT, {"name": "Autre"}),
    "suspend_project": lambda d, a: projects.suspend_project(d.office, a, REASON, PROJECT),
    "resume_project": lambda d, a: projects.resume_project(d.office, a, REASON, PROJECT),
    "close_project": lambda d, a: projects.close_project(d.office, a, REASON, PROJECT),
    "set_milestone": lambda d, a: projects.set_milestone(d.office, a, REASON, PROJECT, 2, "2026-09-01", "Revue"),
    "propose_processing": lambda d, a: purposes.propose_processing(
        d.office, a, REASON, PROJECT, "aides-routes", NEW_PROCESSING
    ),
    "change_processing": lambda d, a: purposes.change_processing(d.office, a, REASON, PROCESSING, {"name": "Autre"}),
    "suspend_processing": lambda d, a: purposes.suspend_processing(d.office, a, REASON, PROCESSING),
    "resume_processing": lambda d, a: purposes.resume_processing(d.office, a, REASON, PROCESSING),
    "set_register_sheet": lambda d, a: purposes.set_register_sheet(d.office, a, REASON, PROCESSING, "RT-2"),
    "set_impact_assessment": lambda d, a: purposes.set_impact_assessment(
        d.office, a, REASON, PROCESSING, "2026-05-01", "favorable"
    ),
    "ask_dataset": lambda d, a: purposes.ask_dataset(d.office, a, REASON, OTHER_PROCESSING, "communes", ["p2025"]),
    "drop_dataset": lambda d, a: purposes.drop_dataset(d.office, a, REASON, PROCESSING, "menages"),
    "request_requalification": lambda d, a: purposes.request_requalification(
        d.office, a, REASON, PROCESSING, "retour", FILES
    ),
    "propose_title": lambda d, a: titles.propose_title(
        d.office, a, REASON, PROCESSING, "accord2", NEW_TITLE, d.file
    ),
    "end_title": lambda d, a: titles.end_title(d.office, a, REASON, PROCESSING, "accord"),
    "invite": lambda d, a: teams.invite(d.office, a, REASON, PROCESSING, NEWCOMER, AS_OF),
    "end_habilitation": lambda d, a: teams.end_habilitation(d.office, a, REASON, PROCESSING, ANALYST),
    "record_commitment": lambda d, a: teams.record_commitment(
        d.office, a, REASON, PROCESSING, ANALYST, "2026-05-02", d.file
    ),
    "suspend_person": lambda d, a: teams.suspend_person(d.office, a, REASON, ANALYST),
    "resume_person": lambda d, a: teams.resume_person(d.office, a, REASON, ANALYST),
    "agree_mission": lambda d, a: teams.agree_mission(d.office, a, REASON, PROCESSING, "appui2", NEW_MISSION),
    "end_mission": lambda d, a: teams.end_mission(d.office, a, REASON, PROCESSING, "appui"),
    "create_dataset": lambda d, a: datasets.create_dataset(d.office, a, REASON, "routes", NEW_DATASET),
    "change_dataset": lambda d, a: datasets.change_dataset(d.office, a, REASON, "menages", {"name": "Autre"}),
    "add_part": lambda d, a: datasets.add_part(
        d.office, a, REASON, "menages", "p2025", {"name": "2025", "unit": "household", "regimes": ["rgpd"]}
    ),
    "withdraw_delivery": withdrawn,
    "record_by_hand": by_hand,
    "suspend_dataset": lambda d, a: datasets.suspend_dataset(d.office, a, REASON, "menages"),
    "resume_dataset": lambda d, a: datasets.resume_dataset(d.office, a, REASON, "menages"),
}  # fmt: skip
"""Every operation on the register once, as somebody would call it."""
QUARANTINE_CALLS: dict[str, Callable[[Desk, Actor], object]] = {
    "receive_delivery": lambda d, a: receive_delivery(d.office, a, REASON, d.deliveries, d.delivered, "menages"),
    "check_delivery": lambda d, a: check_delivery(d.office, a, REASON, d.deliveries, NAME),
}
"""Those that change nothing but the quarantine."""

RESUMING = {name for name in CALLS if name.startswith("resume_")}


def desk_for(operation: str, folder: Path) -> Desk:
    """A desk on which an operation has something to do."""
    desk = Desk(folder, all_suspended() if operation in RESUMING else None)
    if operation == "check_delivery":
        desk.receive()
    return desk


def first(role: str, operation: str = "") -> Actor:
    """Somebody with a role, in the organisation where it counts for an operation."""
    found = actor_of(FIRSTS[role])
    of_data = operation.endswith(("_dataset", "_delivery"))
    return replace(found, organisation="insee") if role == "dpo" and of_data else found
