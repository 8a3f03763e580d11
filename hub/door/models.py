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

from hub.door.calls import Call, Kind, Read, Simple, picture
from hub.door.errors import NOTHING_LEAVES, RefusedError, too_large
from hub.door.json_text import parse_json, parse_json_or, write_around, write_json
from hub.door.settings import KIB, DoorSettings
from hub.door.target import Target

UNREADABLE = "L'espace de travail a répondu autre chose qu'un fichier."
LONGEST_MESSAGE = 500
MOMENT = r"\A[0-9T:.+Z -]*\z"
NOT_OF_AN_ENTRY = {"format": None, "hash": None, "hash_algorithm": None, "message": None, "content": None}
Model = TypeVar("Model", bound="Shown")


class Shown(BaseModel):
    """The base of what is shown: unknown keys are dropped, nothing is converted."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="ignore", strict=True)


class Named(Shown):
    """What is known of each entry of a folder: nothing but its name is free text."""

    name: str = Field(max_length=255, pattern=r"\A[^/]*\z")
    type: Kind
    writable: bool | None = None
    created: str = Field(max_length=40, pattern=MOMENT)
    last_modified: str = Field(max_length=40, pattern=MOMENT)
    size: int | None = Field(default=None, ge=0, le=2**53)
    mimetype: str | None = Field(default=None, max_length=100, pattern=r"\A[A-Za-z0-9.+*/; =_-]*\z")


class About(Named):
    """What is known of a file or folder that was asked for."""

    path: str = Field(max_length=1000)
    format: Literal["json", "text", "base64"] | None = None
    hash: str | None = Field(default=None, max_length=128, pattern=r"\A[0-9a-f]*\z")
    hash_algorithm: str | None = Field(default=None, max_length=20, pattern=r"\A[a-z0-9_]*\z")
    message: str | None = Field(default=None, max_length=LONGEST_MESSAGE)
    content: None = None


class Listing(About):
    """A folder with what is known of each of its entries."""

    type: Literal["directory"]
    content: list[Named]  # type: ignore[assignment]  # a listing has what an entry of it has not


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
    return parse_json_or(content, RefusedError(502, UNREADABLE))


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
        return Passing(write_json(_listing(target, values, settings)))
    found = _model(Opened, values)
    kind, shown, written = _content_of(target, found, settings)
    known = found.model_dump(mode="json", exclude={"content"})
    return Passing(write_around(known, "content", written), kind, shown)


def _listing(target: Target, values: Mapping[str, Any], settings: DoorSettings) -> dict[str, Any]:
    """A folder as it is shown: where each entry is follows from where the folder is, and is not asked."""
    entries = values.get("content")
    if isinstance(entries, list) and len(entries) > settings.longest_listing:
        raise RefusedError(
            413,
            f"Ce dossier a plus de {settings.longest_listing} entrées, le plus montré : rangez-le en sous-dossiers, "
            "dans un terminal.",
        )
    found = _model(Listing, values)
    if sum(len(_encode(each.name)) for each in found.content) > settings.listing_names_kib * KIB:
        raise RefusedError(
            413,
            f"Les noms de ce dossier font ensemble plus de {settings.listing_names_kib} Kio, le plus montré : "
            "raccourcissez-les ou rangez-le en sous-dossiers, dans un terminal.",
        )
    place = f"{target.path}/" if target.path else ""
    shown = [each.model_dump() | {"path": f"{place}{each.name}"} | NOT_OF_AN_ENTRY for each in found.content]
    return found.model_dump(exclude={"content"}) | {"content": shown}


def _content_of(target: Target, found: Opened, settings: DoorSettings) -> tuple[str, bytes, bytes]:
    """What kind of content is shown, its bytes, and those in JSON; raises RefusedError."""
    match found.type, found.format, found.content:
        case "notebook", "json", dict():
            written = bounded(write_json(found.content), "notebook", settings)
            return "notebook", written, written
        case "file", "text", str():
            text = bounded(_encode(found.content), "text", settings)
            return "text", text, write_json(found.content)
        case "file", "base64", str():
            picture = bounded(_picture(target, found.content), "picture", settings)
            return "picture", picture, write_json(base64.b64encode(picture).decode())
    raise RefusedError(502, UNREADABLE)


def bounded(content: bytes, kind: str, settings: DoorSettings) -> bytes:
    """A content that may pass, whichever way; raises RefusedError for one that is larger than its kind may be."""
    what, most_kib = {
        "notebook": ("Ce notebook", settings.largest_notebook_kib),
        "text": ("Ce texte", settings.largest_text_kib),
        "picture": ("Cette image", settings.largest_image_kib),
    }[kind]
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
        content = base64.b64decode(text.encode("ascii").translate(None, b" \t\r\n"), validate=True)
    except (ValueError, binascii.Error):
        raise RefusedError(502, UNREADABLE) from None
    if begun is None or re.match(begun, content, re.DOTALL) is None:
        raise RefusedError(403, NOTHING_LEAVES)
    return content
