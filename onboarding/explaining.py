"""What one person may open on one processing after a given sign-in, decided exactly as hub and guard decide it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from onboarding.ground import read_ground
from policies.access.decision import Decision
from policies.access.workspace import decide_workspace
from policies.directory.person import Person
from policies.engine.model import Law
from policies.proofs.tickets import PASSWORD_ALONE
from policies.register.follow import Register
from policies.settings import Places


@dataclass(frozen=True)
class Explained:
    """A decision with the register and the law that it was made on."""

    decision: Decision
    register: Register
    law: Law


def decide_now(
    places: Places, person: Person, processing: str, day: date, factors: tuple[str, ...] = PASSWORD_ALONE
) -> Explained:
    """The decision on the present law, register and keys, after such a sign-in; raises what their reading raises."""
    ground = read_ground(places)
    known = ground.processing(processing).id
    decision = decide_workspace(ground.law, ground.register, person, factors, known, day, ground.keys)
    return Explained(decision, ground.register, ground.law)


def only_part(decision: Decision, part: str) -> Decision | None:
    """The decision with this part alone; None when it is neither granted nor refused."""
    narrowed = decision.model_copy(
        update={
            "grants": tuple(grant for grant in decision.grants if grant.id == part),
            "refused_parts": tuple(refusal for refusal in decision.refused_parts if refusal.id == part),
        }
    )
    return narrowed if narrowed.grants or narrowed.refused_parts else None
