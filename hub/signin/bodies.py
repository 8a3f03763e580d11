"""What may be asked of the sign-in process: two closed bodies, nothing converted, nothing repeated. Pure."""

from __future__ import annotations

import json
from typing import Any

from pydantic import Field, ValidationError

from policies.errors import DatalabError
from policies.files import Closed

LARGEST_BODY = 8 * 1024


class BadRequestError(DatalabError):
    """Raised on a body that is not exactly one of those asked for; never holds the body."""


class SignInBody(Closed):
    """What a person typed."""

    login: str = Field(max_length=256)
    password: str = Field(max_length=1024, repr=False)


class ApproveBody(Closed):
    """What a person typed, and the fingerprint of what they approve."""

    login: str = Field(max_length=256)
    password: str = Field(max_length=1024, repr=False)
    fingerprint: str = Field(pattern=r"\A[0-9a-f]{64}\z")


def parse_sign_in(content: bytes) -> SignInBody:
    """The body of POST /sign-in; raises BadRequestError."""
    try:
        return SignInBody.model_validate(_parse(content), strict=True)
    except ValidationError:
        raise BadRequestError("write {login, password}, both text") from None


def parse_approve(content: bytes) -> ApproveBody:
    """The body of POST /approve; raises BadRequestError."""
    try:
        return ApproveBody.model_validate(_parse(content), strict=True)
    except ValidationError:
        raise BadRequestError("write {login, password, fingerprint}, all text") from None


def _parse(content: bytes) -> Any:
    try:
        return json.loads(content.decode("utf-8"), object_pairs_hook=_without_duplicates)
    except (ValueError, RecursionError):
        raise BadRequestError("write one JSON object, in UTF-8, no key twice") from None


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found
