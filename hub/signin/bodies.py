"""What may be asked of the sign-in process: closed bodies and forms, nothing converted, nothing repeated. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError

from policies.errors import DatalabError
from policies.files import Closed, once_each, strict_json
from policies.names import PersonId

LARGEST_BODY = 8 * 1024


class BadRequestError(DatalabError):
    """Raised on a body that is not exactly one of those asked for; never holds the body."""


class Typed(Closed):
    """What a person typed; `code` is empty unless they have a second factor."""

    login: str = Field(max_length=256)
    password: str = Field(max_length=1024, repr=False)
    code: str = Field(default="", max_length=32, repr=False)


class SignInBody(Typed):
    """A sign-in is what a person typed, and nothing more."""


class ApproveBody(Typed):
    """What a person typed, and the fingerprint of what they approve."""

    fingerprint: str = Field(pattern=r"\A[0-9a-f]{64}\z")


class ResetBody(Typed):
    """What an administrator typed, and whose second factor is to be taken away."""

    person: PersonId


def parse_sign_in(content: bytes) -> SignInBody:
    """The body of POST /sign-in; raises BadRequestError."""
    try:
        return SignInBody.model_validate(_parse(content), strict=True)
    except ValidationError:
        raise BadRequestError("write {login, password}, and {code} if there is one, all text") from None


def parse_approve(content: bytes) -> ApproveBody:
    """The body of POST /approve; raises BadRequestError."""
    try:
        return ApproveBody.model_validate(_parse(content), strict=True)
    except ValidationError:
        raise BadRequestError("write {login, password, fingerprint}, and {code} if there is one, all text") from None


def parse_reset(content: bytes) -> ResetBody:
    """The body of POST /reset-factor; raises BadRequestError."""
    try:
        return ResetBody.model_validate(_parse(content), strict=True)
    except ValidationError:
        raise BadRequestError("write {login, password, code, person}, all text; person is an id") from None


def parse_form(content: bytes, fields: Collection[str]) -> dict[str, str]:
    """The fields of a form as a browser sends them: these and no others, each once; raises BadRequestError."""
    try:
        text = content.decode("ascii")
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=10)
        found = once_each(list(pairs))
    except ValueError:
        raise BadRequestError("send the form as the page has it") from None
    if found.keys() != set(fields):
        raise BadRequestError("send the form as the page has it")
    return found


def _parse(content: bytes) -> Any:
    try:
        return strict_json(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise BadRequestError("write one JSON object, in UTF-8, no key twice") from None
