"""What a workspace says of a file, read as a closed model and written again: no byte of its answer passes as it came.

Its server is written by whoever works in it, so what it says is only ever shown, bounded.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from hub.door.calls import Call, Read, Simple, parse_json, picture, write_json
from hub.door.errors import NOTHING_LEAVES, RefusedError, too_large
from hub.door.settings import KIB, DoorSettings
from hub.door.target import Target

UNREADABLE = "L'espace de travail a répondu autre chose qu'un fichier."
LONGEST_MESSAGE = 500
Model = TypeVar("Model", bound="Shown")
Said = Literal["file", "notebook", "directory"]


class Shown(BaseModel):
    """The base of what is shown: unknown keys are dropped, nothing is converted."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore", strict=True)


class About(Shown):
    """What is known of a file or folder."""

    name: str = Field(max_length=255)
    path: str = Field(max_length=1000)
    type: Said
    writable: bool | None = None
    created: str = Field(max_length=40)
    last_modified: str = Field(max_length=40)
    size: int | None = None
    mimetype: str | None = Field(default=None, max_length=100)
    format: Literal["json", "text", "base64"] | None = None
    hash: str | None = Field(default=None, max_length=128)
    hash_algorithm: str | None = Field(default=None, max_length=20)
    message: str | None = Field(default=None, max_length=LONGEST_MESSAGE)
    content: None = None


class Listing(About):
    """A folder with what is known of each of its entries."""

    type: Literal["directory"]
    content: list[About]  # type: ignore[assignment]  # a listing has what an entry of it has not


class Opened(About):
    """A notebook or a file with its content."""

    type: Literal["notebook", "file"]
    content: dict[str, Any] | str  # type: ignore[assignment]  # an opened file has what one that is known has not


class Checkpoint(Shown):
    """A copy that Jupyter keeps of a file."""

    id: str = Field(max_length=64)
    last_modified: str = Field(max_length=40)


class Failure(Shown):
    """Why a workspace did not do what it was asked."""

    message: str = ""
    reason: str | None = None


@dataclass(frozen=True)
class Passing:
    """An answer in our own writing, and of what of a file it shows, if it shows one."""

    answer: bytes
    kind: str = ""
    shown: bytes | None = None


def read_answer(target: Target, call: Call, content: bytes, settings: DoorSettings) -> Passing:
    """What a workspace answered to a call; raises RefusedError when it is nothing that may be shown."""
    values = _parse(content)
    if isinstance(call, Simple):
        return Passing(write_json(_checkpoints(values)))
    if isinstance(call, Read) and call.content:
        return _opened(target, values, settings)
    return Passing(write_json(_model(About, _known(values)).model_dump(mode="json")))


def read_failure(content: bytes) -> bytes:
    """Why a workspace refused, in words that are only shown."""
    try:
        failure = Failure.model_validate(parse_json(content))
    except (RefusedError, ValidationError):
        failure = Failure(message="L'espace de travail a refusé, sans dire pourquoi.")
    return write_json({"message": _shortened(failure.message), "reason": failure.reason and _shortened(failure.reason)})


def _shortened(text: str) -> str:
    return "".join(each if each.isprintable() else " " for each in text[:LONGEST_MESSAGE])


def _parse(content: bytes) -> Any:
    try:
        return parse_json(content)
    except RefusedError:
        raise RefusedError(502, UNREADABLE) from None


def _model(model: type[Model], values: Any) -> Model:
    try:
        return model.model_validate(values)
    except ValidationError:
        raise RefusedError(502, UNREADABLE) from None


def _known(values: Any) -> Any:
    """What is known of a file; a content that was not asked for is not read."""
    return values | {"content": None} if isinstance(values, dict) else values


def _checkpoints(values: Any) -> Any:
    found = values if isinstance(values, list) else [values]
    shown = [_model(Checkpoint, each).model_dump() for each in found[:10]]
    return shown if isinstance(values, list) else shown[0]


def _opened(target: Target, values: Any, settings: DoorSettings) -> Passing:
    kind = values.get("type") if isinstance(values, dict) else None
    if kind == "directory":
        return Passing(write_json(_listing(values, settings).model_dump(mode="json")))
    found = _model(Opened, values)
    kind, shown = _content_of(target, found, settings)
    return Passing(write_json(found.model_dump(mode="json")), kind, shown)


def _listing(values: Mapping[str, Any], settings: DoorSettings) -> Shown:
    entries = values.get("content")
    if isinstance(entries, list) and len(entries) > settings.longest_listing:
        raise RefusedError(
            413,
            f"Ce dossier a plus de {settings.longest_listing} entrées, le plus montré : rangez-le dans un terminal.",
        )
    known = [_known(each) for each in entries] if isinstance(entries, list) else entries
    return _model(Listing, {**values, "content": known})


def _content_of(target: Target, found: Opened, settings: DoorSettings) -> tuple[str, bytes]:
    """What kind of content is shown, and its bytes; raises RefusedError."""
    match found.type, found.format, found.content:
        case "notebook", "json", dict():
            return "notebook", _bounded(write_json(found.content), settings.largest_notebook_kib, "Ce notebook")
        case "file", "text", str():
            return "text", _bounded(_encode(found.content), settings.largest_text_kib, "Ce texte")
        case "file", "base64", str():
            return "picture", _bounded(_picture(target, found.content), settings.largest_image_kib, "Cette image")
    raise RefusedError(502, UNREADABLE)


def _bounded(content: bytes, most_kib: int, what: str) -> bytes:
    if len(content) > most_kib * KIB:
        raise too_large(what, most_kib)
    return content


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise RefusedError(502, UNREADABLE) from None


def _picture(target: Target, text: str) -> bytes:
    """A picture by its name and by its first bytes; whatever else is in base64 does not pass."""
    begun = picture(target.path)
    try:
        content = base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        raise RefusedError(502, UNREADABLE) from None
    if begun is None or re.match(begun, content, re.DOTALL) is None:
        raise RefusedError(403, NOTHING_LEAVES)
    return content
