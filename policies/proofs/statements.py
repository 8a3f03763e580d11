"""What exactly is signed. Each statement holds its purpose, so that none can serve as another."""

from __future__ import annotations

from datetime import UTC, date, datetime

from policies.files import canonical_json


def approval_statement(person: str, organisation: str, roles: tuple[str, ...], day: date, approved: str) -> bytes:
    """Who, holding which roles in which organisation, approved on which day the entry of this fingerprint."""
    return canonical_json(
        {
            "purpose": "approval",
            "person": person,
            "organisation": organisation,
            "roles": roles,
            "day": day.isoformat(),
            "fingerprint": approved,
        }
    )


def ticket_statement(person: str, factors: tuple[str, ...], signed_at: datetime) -> bytes:
    """Who showed which factors at which moment."""
    return canonical_json(
        {
            "purpose": "ticket",
            "person": person,
            "factors": factors,
            "signed_at": written_moment(signed_at),
        }
    )


def written_moment(moment: datetime) -> str:
    """A moment as statements hold it: UTC, to the microsecond."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
