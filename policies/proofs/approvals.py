"""An approval counts for one entry: the fingerprint that its proof signs is the entry's."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from policies.proofs.keys import ProofError, PublicKeys, is_signed
from policies.proofs.statements import approval_statement
from policies.register.attested import Approval

# A datalab of 100,000 accesses holds about as many approvals; each is verified once, not at each reading.
REMEMBERED = 300_000


def check_approval(approval: Approval, fingerprint: str, keys: PublicKeys) -> None:
    """Raise ProofError, in French, unless this approval is of the entry with this fingerprint."""
    proof = approval.proof
    public = keys.of(proof.key, approval.day).public
    if not _is_approval(
        public, approval.person, proof.organisation, proof.roles, approval.day, fingerprint, proof.signature
    ):
        raise ProofError(
            "La preuve d'approbation ne correspond pas à ce qui est présenté : "
            "l'entrée, la personne, ses rôles ou le jour ont changé depuis la signature."
        )


@lru_cache(maxsize=REMEMBERED)
def _is_approval(
    public: str,
    person: str,
    organisation: str,
    roles: tuple[str, ...],
    day: date,
    fingerprint: str,
    signature: str,
) -> bool:
    return is_signed(public, approval_statement(person, organisation, roles, day, fingerprint), signature)
