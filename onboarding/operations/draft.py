"""Documents in the making: what an operation edits before the register's writer takes all of it or none."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from onboarding.actor import Actor
from onboarding.operations.refusals import NotNowError, UnknownTargetError
from onboarding.operations.targets import find_processing
from policies.errors import InvalidFilesError, Problem
from policies.files import fingerprint, nearest
from policies.register.attested import Attested, Endable, plain
from policies.register.documents import model_at
from policies.register.follow import FoundProcessing, Register

Values = dict[str, Any]
OFFICE = frozenset({"proposed", "approved", "ended"})
"""What the operations write themselves: nobody gives the mark of another."""


@dataclass
class Draft:
    """Documents in the making, on the register that the operation starts from; `kept`: name -> new file."""

    register: Register
    actor: Actor
    day: date
    changes: dict[str, Values] = field(default_factory=dict)
    kept: dict[str, bytes] = field(default_factory=dict)

    def document(self, path: str) -> Values:
        """A document's plain values, to be edited; raises UnknownTargetError when there is none."""
        if path not in self.changes:
            found = self.register.document(path) if path in self.register.documents else None
            if found is None:
                raise UnknownTargetError(f"{path} : le registre n'a pas ce document")
            self.changes[path] = copy.deepcopy(plain(found))
        return self.changes[path]

    def new(self, path: str, values: Values) -> None:
        """A document that was not there; raises NotNowError, and InvalidFilesError for an id of another form."""
        model_at(path)
        if path in self.register.documents or path in self.changes:
            raise NotNowError(f"{path} : existe déjà ; choisissez un autre identifiant")
        self.changes[path] = values

    def processing(self, name: str) -> tuple[FoundProcessing, Values]:
        """A processing of the register and its values in the draft; raises UnknownTargetError."""
        found = find_processing(self.register, name)
        values: Values = self.document(f"projects/{found.project_id}.yaml")["processings"][name]
        return found, values

    def person(self, person: str) -> Values:
        """A person's document, made when the register does not know them yet."""
        path = f"people/{person}.yaml"
        if path not in self.register.documents and path not in self.changes:
            self.new(path, {})
        return self.document(path)

    def proposed(self) -> Values:
        """The mark of who proposes an entry, and when; it counts once somebody else approved it."""
        return {"person": self.actor.person, "day": self.day.isoformat()}

    def keep(self, name: str, content: bytes) -> Values:
        """Keep a file under the register's `files/`; answers what an entry says of it."""
        digest = fingerprint(content)
        kept = f"{digest[:16]}{name.lower()}"
        self.kept[kept] = content
        return {"file": kept, "fingerprint": digest}

    @property
    def files(self) -> Mapping[str, str]:
        """The fingerprints of the files to be kept."""
        return {name: fingerprint(content) for name, content in self.kept.items()}

    def propose_again(self, entry: Values) -> None:
        """An entry that changes is proposed by who changes it, and waits for an approval."""
        entry["proposed"] = self.proposed()
        entry.pop("approved", None)

    def change(self, model: type[Attested], entry: Values, values: Values) -> bool:
        """Change an entry; whether that is a new proposal: it is, unless only what nobody signs changes.

        A new period takes away the end that somebody wrote of the old one.
        """
        signed = {key for key, value in values.items() if key not in model.apart and entry.get(key) != value}
        entry |= values
        if not signed:
            return False
        self.propose_again(entry)
        if issubclass(model, Endable) and model.term in signed:
            entry.pop("ended", None)
        return True

    def suspend(self, entry: Values, name: str, reason: str) -> None:
        """Mark an entry as suspended; raises NotNowError when it is and nobody approved a lift."""
        standing = entry.get("suspension")
        if standing and not (standing.get("lifted") or {}).get("approved"):
            raise NotNowError(f"{name} : est déjà suspendu")
        entry["suspension"] = {"day": self.day.isoformat(), "by": self.actor.person, "reason": reason}

    def lift(self, entry: Values, name: str, reason: str) -> None:
        """Propose to lift a suspension; raises NotNowError without one, or when a lift was proposed already."""
        standing = entry.get("suspension")
        if not standing:
            raise NotNowError(f"{name} : n'est pas suspendu")
        if lifted := standing.get("lifted"):
            how = "approuvée" if lifted.get("approved") else "proposée ; une seconde personne l'approuve"
            raise NotNowError(f"{name} : la levée est déjà {how}")
        precaution = {key: standing[key] for key in ("day", "by", "reason")}
        standing["lifted"] = {"reason": reason, "of": precaution, "proposed": self.proposed()}

    def end(self, entry: Values, term: str, name: str, reason: str) -> bool:
        """An entry counts no longer from today; answers False for one that had not begun, to be taken away.

        Raises NotNowError when it ended already. `term` is the key of its approved period.
        """
        eve, period = (self.day - timedelta(days=1)).isoformat(), entry[term]
        last = min(each for each in (period.get("until"), (entry.get("ended") or {}).get("day"), "9999") if each)
        if last <= eve:
            raise NotNowError(f"{name} : a déjà pris fin le {last}")
        if period["from"] > eve:
            return False
        entry["ended"] = {"day": eve, "by": self.actor.person, "reason": reason}
        return True

    def end_or_drop(self, entries: Values, name: str, model: type[Endable], what: str, reason: str) -> None:
        """End an entry; one that has not begun before today is taken away. Raises UnknownTargetError."""
        if name not in entries:
            raise UnknownTargetError(f"{what} {name} : n'est pas au registre")
        if not self.end(entries[name], model.term, name, reason):
            del entries[name]


def given(model: type[Attested], values: Values, also: frozenset[str] = frozenset()) -> Values:
    """The values that people may give of an entry; raises InvalidFilesError for what others mark or attest."""
    allowed = {info.alias or name for name, info in model.model_fields.items()} - model.apart - OFFICE | also
    wrong = [Problem("", str(key), f"unknown key{nearest(str(key), allowed)}") for key in values if key not in allowed]
    if wrong:
        raise InvalidFilesError(wrong)
    return values
