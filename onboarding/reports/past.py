"""Laws, registers and public keys as they once were; those that serve again are read once."""

from __future__ import annotations

from functools import cached_property, lru_cache
from pathlib import Path

from policies.contents import Contents
from policies.engine.model import Law
from policies.engine.past import past_law
from policies.proofs.keys import PublicKeys, parse_public_keys, read_public_keys
from policies.register.follow import PastRegisters
from policies.settings import Places

REMEMBERED = 16


class Past:
    """The past of one installation; every method raises UnavailableError or InvalidFilesError."""

    def __init__(self, places: Places) -> None:
        self._contents = Contents(places.grounds)
        self._keys: Path = places.keys
        self.law = lru_cache(REMEMBERED)(self._law)
        self.register = PastRegisters(places.register_folder).read
        self.keys = lru_cache(REMEMBERED)(self._past_keys)

    def _law(self, digest: str) -> Law:
        return past_law(self._contents, digest)

    def _past_keys(self, digest: str) -> PublicKeys:
        return parse_public_keys(self._contents.read(digest).decode("utf-8"), digest)

    @cached_property
    def present_keys(self) -> PublicKeys:
        """The public keys now: those of the past are among them, each with its days."""
        return read_public_keys(self._keys)
