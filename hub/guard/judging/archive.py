"""What the guard judges on is kept before it judges: a decision that is journaled can be made again."""

from __future__ import annotations

from pathlib import Path

from policies.contents import Contents
from policies.engine.model import Law
from policies.engine.past import keep_law
from policies.proofs.keys import PublicKeys
from policies.settings import Places


class Archive:
    """Laws and public keys by fingerprint, in a folder of root's; the register keeps its own history."""

    def __init__(self, places: Places) -> None:
        self._contents = Contents(places.grounds)
        self._law: Path = places.law

    def keep(self, law: Law, keys: PublicKeys) -> None:
        """Keep both, unless they are; raises UnavailableError or InvalidFilesError: then nothing is judged."""
        keep_law(self._law, self._contents, law.digest)
        if not self._contents.has(keys.digest):
            self._contents.keep(keys.content)
