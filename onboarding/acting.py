"""Whoever signed in freshly acts: the sign-in process's ticket says who, the directory says with which roles."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from onboarding.actor import Actor, actor_of
from onboarding.finding import NotFoundError
from policies.calendar import now
from policies.directory.lookup import Directory
from policies.proofs.keys import read_public_keys
from policies.proofs.tickets import check_ticket

FRESH = timedelta(minutes=5)


def actor_of_ticket(ticket: str, keys: Path, directory: Directory) -> Actor:
    """The actor whom a ticket names, if the sign-in process signed it minutes ago.

    Raises ProofError, NotFoundError for somebody who left meanwhile, and what the directory raises.
    """
    person = check_ticket(ticket, read_public_keys(keys), now(), FRESH).person
    found = directory.person(person)
    if found is None:
        raise NotFoundError(f"L'annuaire ne connaît plus {person}.")
    return actor_of(found)
