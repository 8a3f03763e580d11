"""Two renderings are equal when their canonical JSON is; a difference is named by its place, never shown whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from policies.files import canonical_json, fingerprint


def config_fingerprint(config: Mapping[str, Any]) -> str:
    """The fingerprint of a container's definition."""
    return fingerprint(canonical_json(config))


def differences(asked: object, own: object) -> list[str]:
    """The places where what is asked is not what the guard would write; empty when equal.

    1 and true are different here, as in JSON. Values are left out: one of them is a token.
    """
    return [] if canonical_json(asked) == canonical_json(own) else sorted(set(_walk(asked, own, "")))


def _walk(asked: object, own: object, place: str) -> Iterator[str]:
    if isinstance(asked, dict) and isinstance(own, dict):
        for key in asked.keys() | own.keys():
            yield from _pair(asked, own, key, f"{place}.{key}" if place else str(key))
    elif isinstance(asked, list) and isinstance(own, list) and len(asked) == len(own):
        for index, (left, right) in enumerate(zip(asked, own, strict=True)):
            yield from _walk(left, right, f"{place}[{index}]")
    elif canonical_json(asked) != canonical_json(own):
        yield place


def _pair(asked: dict[str, Any], own: dict[str, Any], key: str, place: str) -> Iterator[str]:
    if key in asked and key in own:
        yield from _walk(asked[key], own[key], place)
    else:
        yield place[:200]
