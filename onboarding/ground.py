"""What a decision is made on, read once: the law, the register, the keys of approvals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from onboarding.finding import NotFoundError, did_you_mean
from policies.access.approvals import Approvals
from policies.engine.follow import LawFollower
from policies.engine.model import Law
from policies.proofs.keys import PublicKeys, read_public_keys
from policies.register.follow import FoundProcessing, Register, read_register
from policies.settings import Places


@dataclass(frozen=True)
class Ground:
    """The law, the register and the public keys of one moment."""

    law: Law
    register: Register
    keys: PublicKeys

    def processing(self, name: str) -> FoundProcessing:
        """The processing with this id; raises NotFoundError, with the nearest one that exists."""
        found = self.register.find_processing(name)
        if found is None:
            known = [each.id for each in self.register.processings()]
            raise NotFoundError(f"Aucun traitement « {name} » dans le registre{did_you_mean(name, known) or '.'}")
        return found

    def under(self, folder: Path) -> Ground:
        """The same register and keys under the law of another folder."""
        return replace(self, law=LawFollower(folder).current())


def read_approvals(places: Places) -> Approvals:
    """What approvals are judged with in an installation."""
    return Approvals(LawFollower(places.law).current(), read_public_keys(places.keys))


def read_ground(places: Places) -> Ground:
    """The ground of an installation."""
    law = LawFollower(places.law).current()
    return Ground(law, read_register(places.register_folder), read_public_keys(places.keys))
