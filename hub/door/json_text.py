"""JSON as the door reads and writes it: strictly, and never more values than it has memory for. Pure.

A value costs up to a hundred times its bytes once it is read, so values are counted in the bytes first.
"""

from __future__ import annotations

import json
import re
from typing import Any

from hub.door.errors import RefusedError, bad_request
from policies.files import strict_json

MOST_VALUES = 1_000_000
# what is no string, or a string: whole, or without an end; nothing is tried twice, whatever it holds
_TOKEN = re.compile(rb'[^"]++|"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
_QUOTE = ord('"')
TOO_MANY = (
    f"Ce fichier compte plus de {MOST_VALUES // 1_000_000} million de valeurs JSON (nombres, listes, objets), le plus "
    "que la porte lit. Enregistrez ces données en CSV ou en Parquet, et effacez les sorties qui les affichent."
)


def parse_json(content: bytes) -> Any:
    """The value of a JSON text in UTF-8; raises RefusedError: 413 for too many values, 400 for what is no JSON.

    A key that is there twice and `NaN` are no JSON; nor is what is nested deeper than Python reads.
    """
    if has_more_values(content, MOST_VALUES):
        raise RefusedError(413, TOO_MANY)
    try:
        return strict_json(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise bad_request("ce n'est pas du JSON en UTF-8") from None


def parse_json_or(content: bytes, otherwise: RefusedError) -> Any:
    """As `parse_json`, with another refusal of what is no JSON; too many values are told as they are."""
    try:
        return parse_json(content)
    except RefusedError as refused:
        if refused.status == 413:
            raise
        raise otherwise from None


def has_more_values(content: bytes, most: int) -> bool:
    """Whether a JSON text may hold more values than that: each begins the text, or follows a comma or an opening.

    Those are counted outside of strings, as far as the text is JSON.
    """
    if _separators(content) < most:
        return False  # even with those within strings
    found = strings = 0
    for token in _TOKEN.finditer(content):
        if content[token.start()] == _QUOTE:
            strings += 1
        else:
            found += _separators(token[0])
        if found >= most or strings > 2 * most:
            return True
    return False


def _separators(content: bytes) -> int:
    return content.count(b",") + content.count(b"[") + content.count(b"{")


def write_json(values: object) -> bytes:
    """Our own writing of a value; raises RefusedError on what UTF-8 cannot hold."""
    try:
        return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError):
        raise bad_request("il contient du texte qui ne s'écrit pas en UTF-8") from None


def write_around(values: dict[str, Any], key: str, content: bytes) -> bytes:
    """Our own writing of an object, with one more key whose value is written already."""
    return write_json(values)[:-1] + (b"," if values else b"") + write_json(key) + b":" + content + b"}"
