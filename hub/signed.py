"""Who has signed in: the ticket says so, and the directory still knows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from hub.guard.judging.sources import Snapshot, Sources
from hub.settings import HubSettings
from policies.calendar import now
from policies.directory.lookup import Directory
from policies.directory.person import Person
from policies.errors import DatalabError
from policies.proofs.tickets import Ticket, check_ticket
from policies.settings import DirectorySettings, TicketSettings, Values


class GoneError(DatalabError):
    """Raised when the directory no longer knows a person who signed in."""


@dataclass(frozen=True)
class Signed:
    """A person who has signed in, with the ticket as text, and the sources at one moment."""

    ticket: Ticket
    text: str
    person: Person
    snapshot: Snapshot


class Entrance:
    """Verifies tickets on the keys and the directory as they are now. Blocking."""

    def __init__(self, sources: Sources, ticket_age: timedelta) -> None:
        self._sources = sources
        self._ticket_age = ticket_age

    def signed(self, text: str) -> Signed:
        """Who signed in with this ticket; raises ProofError, GoneError, or another DatalabError."""
        snapshot = self._sources.snapshot()
        ticket = check_ticket(text, snapshot.keys, now(), self._ticket_age)
        person = self._sources.person(ticket.person)
        if person is None:
            raise GoneError("L'annuaire ne vous connaît plus.")
        return Signed(ticket, text, person, snapshot)


def open_entrance(values: Values) -> Entrance:
    """The entrance of an installation, with the hub's own password of the directory's reader."""
    password_file = values.section(HubSettings).directory_password_file
    people = Directory(values.section(DirectorySettings), password_file)
    return Entrance(Sources(values.places, people), values.section(TicketSettings).max_age)
