"""The decision on a person as some source describes them: with every factor, and every file of a title in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from onboarding.reports.people import Described
from policies.access.decision import Decision
from policies.access.ground import Ground, files_of, person_of
from policies.access.workspace import decide_workspace
from policies.engine.model import Law
from policies.proofs.keys import PublicKeys
from policies.proofs.tickets import EVERY_FACTOR
from policies.register.follow import FoundProcessing, Register


@dataclass(frozen=True)
class Standing:
    """What was in force: law, register, public keys."""

    law: Law
    register: Register
    keys: PublicKeys

    def decide(self, found: FoundProcessing, person: str, described: Described, day: date) -> Decision:
        """What a person may open on a processing on a day, at most."""
        ground = Ground(
            register=self.register.digest,
            keys=self.keys.digest,
            organisation=described.organisation,
            roles=described.roles,
            in_group=described.in_group,
            factors=EVERY_FACTOR,
        )
        who = person_of(ground, person, found.project_id)
        register = replace(self.register, files=files_of(ground, self.register, found, person))
        return decide_workspace(self.law, register, who, EVERY_FACTOR, found.id, day, self.keys)
