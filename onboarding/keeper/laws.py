"""The law that is enforced now: kept, and journaled when somebody changed it without the launcher."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from policies.contents import Contents
from policies.engine.follow import LawFollower
from policies.engine.model import Law
from policies.engine.past import keep_law
from policies.errors import DatalabError
from policies.journal.append import Journal
from policies.journal.read import Recorded, read_journal
from policies.proofs.keys import read_public_keys
from policies.settings import Places

KIND = "law_change"
log = logging.getLogger("datalab.keeper")


def law_changes(journal: Path) -> Iterator[Recorded]:
    """Every change of the law that the launcher made or the keeper noticed, in the order of their moments."""
    chains = [journal / account for account in ("launch", "keeper")]
    found = [each for chain in chains for each in read_journal(chain) if each.entry.kind == KIND and each.payload]
    yield from sorted(found, key=lambda each: each.entry.moment)


class Laws:
    """Follows the enforced law for the keeper."""

    def __init__(self, places: Places, journal: Journal) -> None:
        self._places = places
        self._journal = journal
        self._follower = LawFollower(places.law)
        self._contents = Contents(places.grounds)
        self._known: str | None = None
        self._told = ""

    def look(self) -> Law | None:
        """The law now, kept with the public keys; None, said once, when nothing is enforced that can be read."""
        try:
            law = self._follower.current()
            keep_law(self._places.law, self._contents, law.digest)
            self._contents.keep(read_public_keys(self._places.keys).content)
            self._note(law.digest)
        except DatalabError as error:
            if str(error) != self._told:
                log.warning("the law cannot be read or kept: %s", error)
            self._told = str(error)
            return None
        self._told = ""
        return law

    def _note(self, digest: str) -> None:
        """Journal a change that nobody journaled."""
        if digest == self._known:
            return
        last = [each.payload for each in law_changes(self._places.journal("")) if each.payload]
        before = last[-1].get("after") if last else None
        if before != digest:
            self._journal.append(KIND, {"before": before, "after": digest, "noticed": True})
        self._known = digest
