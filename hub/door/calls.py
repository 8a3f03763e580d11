"""The calls of JupyterLab's contents that the door knows: a closed list, each read strictly. Pure.

JupyterLab adds the time to each query, and the name of a provider that it has not: both are dropped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl

from pydantic import Field, ValidationError

from hub.door.errors import DEPOSIT_INSTEAD, NOTHING_LEAVES, RefusedError, bad_request
from hub.door.target import Target, check_path
from policies.files import Closed, strict_json

Kind = Literal["file", "notebook", "directory"]
VALUES: Mapping[str, frozenset[str]] = {
    "content": frozenset({"0", "1"}),
    "hash": frozenset({"0", "1"}),
    "type": frozenset({"file", "notebook", "directory"}),
    "format": frozenset({"text", "base64"}),
    "contentProviderId": frozenset({"undefined"}),
}
DROPPED = {"contentProviderId"}
PICTURES: Mapping[str, bytes] = {
    ".png": rb"\x89PNG\r\n\x1a\n",
    ".jpg": rb"\xff\xd8\xff",
    ".jpeg": rb"\xff\xd8\xff",
    ".gif": rb"GIF8[79]a",
    ".webp": rb"RIFF....WEBP",
}
UPLOADS = frozenset({"chunk", "name"})


@dataclass(frozen=True)
class Read:
    """Show a file or a folder, or only what is known of it."""

    query: Mapping[str, str]

    @property
    def content(self) -> bool:
        """Whether more than what is known of it is asked for."""
        return self.query.get("content", "1") == "1"


class Save(Closed):
    """Write a notebook or a text that was on the screen; `path` only repeats the address."""

    type: Literal["notebook", "file"]
    format: Literal["json", "text"]
    content: Any
    path: str = ""


class Create(Closed):
    """Make an empty file or folder, whose name the workspace chooses."""

    type: Kind
    ext: str = Field(default="", pattern=r"\A(\.[A-Za-z0-9]{1,12})?\z")
    path: str = ""


class Copy(Closed):
    """Copy within the workspace."""

    copy_from: str


class Rename(Closed):
    """Give another path within the workspace."""

    path: str


@dataclass(frozen=True)
class Simple:
    """A call that moves nothing: delete, list or keep or restore a checkpoint, trust."""

    method: str


Call = Read | Save | Create | Copy | Rename | Simple
SIMPLE = {
    ("DELETE", "", False),
    ("GET", "checkpoints", False),
    ("POST", "checkpoints", False),
    ("POST", "checkpoints", True),
    ("DELETE", "checkpoints", True),
    ("POST", "trust", False),
}


def parse_call(method: str, target: Target, query: str, body: bytes) -> Call:
    """The call that a request makes; raises RefusedError."""
    asked = _parse_query(query)
    if method == "GET" and not target.action:
        _check_format(target, asked)
        return _without_body(Read(asked), body)
    if asked:
        raise bad_request("cet appel ne prend pas de précision")
    if (method, target.action, bool(target.checkpoint)) in SIMPLE:
        return _without_body(Simple(method), body)
    if target.action:
        raise bad_request("cet appel n'existe pas")
    return _with_body(method, target, body)


def _parse_query(query: str) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=8)
    except ValueError:
        raise bad_request("ses précisions ne se lisent pas") from None
    pairs = [(key, value) for key, value in pairs if not (re.fullmatch("[0-9]{1,16}", key) and not value)]
    if any(key == "download" for key, _ in pairs):
        raise RefusedError(403, NOTHING_LEAVES)
    if len({key for key, _ in pairs}) != len(pairs) or any(value not in VALUES.get(key, ()) for key, value in pairs):
        raise bad_request("une de ses précisions n'est pas prévue")
    return {key: value for key, value in pairs if key not in DROPPED}


def _check_format(target: Target, asked: Mapping[str, str]) -> None:
    if asked.get("format") == "base64" and picture(target.path) is None:
        raise RefusedError(403, NOTHING_LEAVES)


def picture(path: str) -> bytes | None:
    """How the bytes of a picture begin by its name; None for what is not shown as a picture."""
    return next((begun for end, begun in PICTURES.items() if path.lower().endswith(end)), None)


def _without_body(call: Call, body: bytes) -> Call:
    if body:
        raise bad_request("cet appel ne prend pas de corps")
    return call


def _with_body(method: str, target: Target, body: bytes) -> Call:
    values = parse_json(body)
    if not isinstance(values, dict):
        raise bad_request("un objet JSON est attendu")
    if method == "PUT" and (UPLOADS & values.keys() or values.get("format") == "base64"):
        raise RefusedError(403, DEPOSIT_INSTEAD)
    model: Callable[[Any], Call] | None = {
        "PUT": Save.model_validate,
        "POST": Copy.model_validate if "copy_from" in values else Create.model_validate,
        "PATCH": Rename.model_validate,
    }.get(method)
    if model is None:
        raise bad_request("cet appel n'existe pas")
    try:
        return _checked(target, model(values))
    except ValidationError:
        raise bad_request("son contenu n'est pas celui que JupyterLab envoie") from None


def _checked(target: Target, call: Call) -> Call:
    match call:
        case Save(path=path) | Create(path=path) if path not in {"", target.path}:
            raise bad_request("son contenu dit un autre chemin que son adresse")
        case Save(type="notebook", format="json", content=dict()) | Save(type="file", format="text", content=str()):
            return call
        case Save():
            raise bad_request("ni un notebook, ni un texte")
        case Copy():
            return Copy(copy_from=check_path(call.copy_from.strip("/")))
        case Rename():
            return Rename(path=check_path(call.path.strip("/")))
    return call


def parse_json(content: bytes) -> Any:
    """The value of a JSON text in UTF-8; raises RefusedError, also on a key that is there twice and on `NaN`."""
    try:
        return strict_json(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise bad_request("ce n'est pas du JSON en UTF-8") from None


def write_json(values: object) -> bytes:
    """Our own writing of a value; raises RefusedError on what UTF-8 cannot hold."""
    try:
        return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        raise bad_request("il contient du texte qui ne s'écrit pas en UTF-8") from None
