"""JSON is read strictly: what two readers could understand differently is refused, not interpreted.

Docker reads keys without regard to case and takes the last of two: neither may pass.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

from hub.guard.errors import RefusedCallError

LARGEST_BODY = 64 * 1024
DEEPEST_BODY = 8


def parse_body(content: bytes) -> dict[str, Any]:
    """The object that a body holds; raises RefusedCallError on anything ambiguous, deep or large."""
    if len(content) > LARGEST_BODY:
        raise RefusedCallError(f"Corps de requête refusé : plus de {LARGEST_BODY} octets.")
    try:
        values = json.loads(
            content.decode("utf-8"), object_pairs_hook=_without_doubles, parse_constant=_refuse_constant
        )
    except (ValueError, RecursionError):
        raise RefusedCallError("Corps de requête refusé : ce n'est pas du JSON strict.") from None
    if not isinstance(values, dict):
        raise RefusedCallError("Corps de requête refusé : un objet JSON est attendu.")
    _check_depth(values)
    return values


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len({key.casefold() for key in found}) != len(pairs):
        raise RefusedCallError("Corps de requête refusé : une clé y figure deux fois, ou à la casse près.")
    return found


def _refuse_constant(text: str) -> NoReturn:
    raise RefusedCallError(f"Corps de requête refusé : {text} n'est pas un nombre.")


def _check_depth(values: object) -> None:
    level = [values]
    for _ in range(DEEPEST_BODY):
        level = [inner for each in level for inner in _inside(each)]
        if not level:
            return
    raise RefusedCallError(f"Corps de requête refusé : plus de {DEEPEST_BODY} niveaux.")


def _inside(value: object) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
