"""Whether an entry of the register was approved by a second person with the right role.

The law says which roles approve what (parameters `approval.<kind>`); the proof says which roles the
approver held, in which organisation, when the sign-in process saw them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policies.engine.model import Law
from policies.proofs.approvals import check_approval
from policies.proofs.keys import ProofError, PublicKeys
from policies.register.attested import Approval, Attested
from policies.wording import say_day

OPERATOR = "dinum"


@dataclass(frozen=True)
class Organisations:
    """Which organisation each role must belong to, for one project, processing or dataset."""

    carrier: str | None = None
    controller: str | None = None
    producer: str | None = None

    def of_role(self, role: str) -> str | None:
        """The organisation in which this role approves; administrators and DINUM are the operator's."""
        return {
            "project_lead": self.carrier,
            "dpo": self.controller or self.producer,
            "producer": self.producer,
        }.get(role, OPERATOR)


@dataclass(frozen=True)
class Approvals:
    """Judges approvals under one law, with the public keys of the sign-in process."""

    law: Law
    keys: PublicKeys

    def flaw(
        self, kind: str, place: str, entry: Attested, at: Organisations, beneficiaries: frozenset[str]
    ) -> str | None:
        """Why this entry does not count, in French; None when it counts.

        `kind` names the parameter of the law that lists the roles; `beneficiaries` may not approve.
        """
        approval = entry.approved
        if approval is None:
            return f"proposé le {say_day(entry.proposed.day)}, pas encore approuvé par une seconde personne"
        if approval.person == entry.proposed.person:
            return "approuvé par la personne même qui l'a proposé"
        if approval.person in beneficiaries:
            return "approuvé par la personne même qui en bénéficie"
        if not self._has_role(kind, approval, at):
            return "approuvé par une personne qui n'a pas le rôle que la règle demande"
        try:
            check_approval(approval, entry.signed_fingerprint(place), self.keys)
        except ProofError:
            return "modifié depuis son approbation, ou approuvé sans preuve valable"
        return None

    def _has_role(self, kind: str, approval: Approval, at: Organisations) -> bool:
        allowed = self.law.parameter(f"approval.{kind}", approval.day) or ()
        proof = approval.proof
        return any(role in allowed and proof.organisation == at.of_role(role) for role in proof.roles)


def unapproved(flaws: Mapping[str, str | None]) -> list[str]:
    """The flaws of named entries as phrases, in the order given; entries that count say nothing."""
    return [f"{name} : {flaw}" for name, flaw in flaws.items() if flaw]
