"""What an operation writes to suspend, and to propose the lift of exactly that suspension. Plain values."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.register.attested import Precaution

Values = dict[str, Any]


def suspension(day: date, by: str, reason: str, number: str | None = None) -> Values:
    """A suspension that no other one is, so that its lift lifts it alone; its `number` is drawn where none is given."""
    return {"id": number or secrets.token_hex(16), "day": day.isoformat(), "by": by, "reason": reason}


def lift_of(standing: Mapping[str, Any], proposed: Mapping[str, Any], reason: str) -> Values:
    """The lift of the suspension that stands, as it is proposed: it repeats all that the suspension says."""
    of = {key: standing[key] for key in Precaution.model_fields if standing.get(key) is not None}
    return {"reason": reason, "of": of, "proposed": dict(proposed)}
