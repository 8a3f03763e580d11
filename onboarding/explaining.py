"""What one person may open on one processing, decided exactly as hub and guard decide it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onboarding.finding import NotFoundError
from policies.access.decision import Decision
from policies.access.workspace import UnknownProcessingError, decide_workspace
from policies.directory.person import Person
from policies.engine.follow import LawFollower
from policies.engine.model import Law
from policies.files import nearest
from policies.proofs.keys import read_public_keys
from policies.register.follow import Register, read_register
from policies.settings import Places

# A person who asks why is taken to have signed in with their password, as on the hub's pages.
FACTORS = ("password",)


@dataclass(frozen=True)
class Explained:
    """A decision with the register and the law that it was made on."""

    decision: Decision
    register: Register
    law: Law


def decide_now(places: Places, person: Person, processing: str, day: date) -> Explained:
    """The decision on the present law, register and keys; raises what their reading raises."""
    law = LawFollower(places.law).current()
    register = read_register(places.register_folder)
    keys = read_public_keys(places.keys)
    try:
        return Explained(decide_workspace(law, register, person, FACTORS, processing, day, keys), register, law)
    except UnknownProcessingError:
        known = [found.id for found in register.processings()]
        raise NotFoundError(f"Aucun traitement « {processing} » dans le registre{_hint(processing, known)}.") from None


def _hint(word: str, known: list[str]) -> str:
    hint = nearest(word, known)
    return f" ; vouliez-vous dire {hint.removeprefix('; did you mean ').rstrip('?')}" if "mean" in hint else ""


def only_part(decision: Decision, part: str) -> Decision | None:
    """The decision with this part alone; None when it is neither granted nor refused."""
    narrowed = decision.model_copy(
        update={
            "grants": tuple(grant for grant in decision.grants if grant.id == part),
            "refused_parts": tuple(refusal for refusal in decision.refused_parts if refusal.id == part),
        }
    )
    return narrowed if narrowed.grants or narrowed.refused_parts else None
