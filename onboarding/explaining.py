"""What one person may open on one processing, decided exactly as hub and guard decide it."""

from __future__ import annotations

from datetime import date

from policies.access.decision import Decision
from policies.access.workspace import decide_workspace
from policies.directory.lookup import Directory
from policies.directory.person import Person
from policies.engine.follow import LawFollower
from policies.errors import DatalabError
from policies.names import check_person_id
from policies.proofs.keys import read_public_keys
from policies.register.follow import read_register
from policies.settings import Places

# A person who asks why is taken to have signed in with their password, as on the hub's pages.
FACTORS = ("password",)


class NobodyError(DatalabError):
    """Raised when the directory knows nobody by what was given."""


def find_person(directory: Directory, login_or_id: str) -> Person:
    """The person with this id, else with this login; raises NobodyError."""
    person = directory.person(login_or_id) if _is_id(login_or_id) else None
    person = person or directory.person_of_login(login_or_id)
    if person is None:
        raise NobodyError(f"L'annuaire ne connaît personne sous « {login_or_id} ».")
    return person


def _is_id(text: str) -> bool:
    try:
        check_person_id(text)
    except ValueError:
        return False
    return True


def decide_now(places: Places, person: Person, processing: str, day: date) -> Decision:
    """The decision on the present law, register and keys; raises what their reading raises."""
    law = LawFollower(places.law).current()
    register = read_register(places.register_folder)
    return decide_workspace(law, register, person, FACTORS, processing, day, read_public_keys(places.keys))


def only_part(decision: Decision, part: str) -> Decision | None:
    """The decision with this part alone; None when it is neither granted nor refused."""
    narrowed = decision.model_copy(
        update={
            "grants": tuple(grant for grant in decision.grants if grant.id == part),
            "refused_parts": tuple(refusal for refusal in decision.refused_parts if refusal.id == part),
        }
    )
    return narrowed if narrowed.grants or narrowed.refused_parts else None
