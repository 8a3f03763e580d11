"""The answers of the journal, as one JSON object each. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from typing import Any

from pydantic import BaseModel

from onboarding.reports.answers import GroundAnswer, ReadersAnswer
from onboarding.reports.deeds import DeedsAnswer
from onboarding.reports.reads import Read

Answer = GroundAnswer | ReadersAnswer | DeedsAnswer


def to_json(answer: Answer, broken: Sequence[str]) -> str:
    """An answer as one JSON object; days are written YYYY-MM-DD, moments in UTC; `broken` are chains it comes from."""
    values = _shallow(answer) | {"broken_chains": list(broken)}
    return json.dumps(values, default=_plain, ensure_ascii=False, indent=2, sort_keys=True)


def _plain(value: object) -> Any:
    """What JSON has no word for."""
    if isinstance(value, Read):
        return _shallow(value) | {"decided": value.decided and f"guard/{value.decided.entry.n}"}
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else _shallow(value)


def _shallow(value: object) -> dict[str, Any]:
    if not is_dataclass(value) or isinstance(value, type):
        raise TypeError(f"{type(value).__name__} is no part of an answer")
    return {each.name: getattr(value, each.name) for each in fields(value)}
