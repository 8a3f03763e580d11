"""What may be deposited, told by its content and not by its name: a closed table. Pure.

Text is UTF-8, or the Windows code page that French offices write; nothing in it can be run unseen.
Archives and office documents hold more than one can see, and are refused with what to do instead.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from typing import Any

from hub.door.calls import parse_json
from hub.door.errors import RefusedError

# what a person declares, and which files that may be
DECLARATIONS: Mapping[str, str] = {
    "code": "du code, écrit ou relu par vous",
    "donnees_ouvertes": "des données ouvertes, déjà publiées",
    "table_de_reference": "une table de référence, sans information sur des personnes ou des entreprises",
}
_CODE = (".py", ".r", ".sql", ".ipynb", ".rmd", ".qmd", ".yaml", ".yml", ".toml")
_DATA = (".csv", ".tsv", ".parquet", ".geojson")
_BOTH = (".txt", ".md", ".json")
ALLOWED: Mapping[str, frozenset[str]] = {
    "code": frozenset(_CODE + _BOTH),
    "donnees_ouvertes": frozenset(_DATA + _BOTH),
    "table_de_reference": frozenset(_DATA + _BOTH),
}
ENDINGS = tuple(sorted(set(_CODE + _DATA + _BOTH)))
PARQUET = b"PAR1"
SMALLEST_PARQUET = 12
CONTROLS = frozenset(range(0x20)) - {0x09, 0x0A, 0x0D, 0x0C} | {0x7F}
PARSED = frozenset({".json", ".geojson", ".ipynb"})
LARGEST_PARSED = 32 * 1024 * 1024
NOT_TEXT = "Ce fichier n'est pas du texte. Enregistrez vos tableaux en CSV ou en Parquet, votre code en texte."


def ending(name: str) -> str:
    """How a name ends, in lower case."""
    return "." + name.rpartition(".")[2].lower()


def check_declaration(name: str, declaration: str) -> None:
    """Raises RefusedError when a file of this name is not what it is declared to be."""
    if declaration not in ALLOWED:
        raise RefusedError(
            400, "Dites ce que contient ce fichier : du code, des données ouvertes ou une table de référence."
        )
    if ending(name) not in ENDINGS:
        raise RefusedError(415, f"Ce type de fichier ne se dépose pas. Ceux qui se déposent : {', '.join(ENDINGS)}.")
    if ending(name) not in ALLOWED[declaration]:
        raise RefusedError(400, f"Un fichier {ending(name)} n'est pas {DECLARATIONS[declaration]}.")


class Judge:
    """Reads a file's bytes as they come, and says at the end what they are."""

    def __init__(self, name: str) -> None:
        self._ending = ending(name)
        self._utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._first = b""
        self._last = b""
        self._size = 0
        self._whole = bytearray()

    def feed(self, part: bytes) -> None:
        """Look at the next bytes; raises RefusedError as soon as they cannot be text."""
        self._first = (self._first + part)[: len(PARQUET)] if self._size < len(PARQUET) else self._first
        self._last = (self._last + part)[-SMALLEST_PARQUET:]
        self._size += len(part)
        if self._ending == ".parquet":
            return
        if not CONTROLS.isdisjoint(part):
            raise RefusedError(415, NOT_TEXT)
        self._decode(part)
        if self._ending in PARSED:
            self._keep(part)

    def verdict(self) -> str:
        """The kind: `parquet`, `notebook`, `json`, `text` or `text_cp1252`; raises RefusedError."""
        if not self._size:
            raise RefusedError(400, "Ce fichier est vide.")
        if self._ending == ".parquet":
            return self._parquet()
        if self._ending in PARSED:
            return self._json(bytes(self._whole))
        self._decode(b"", final=True)
        return "text" if self._utf8 else "text_cp1252"

    def _decode(self, part: bytes, final: bool = False) -> None:
        """UTF-8 until it is not; then any byte that is not a control stands for a letter of the code page."""
        if self._utf8 is None:
            return
        try:
            self._utf8.decode(part, final)
        except UnicodeDecodeError:
            self._utf8 = None

    def _keep(self, part: bytes) -> None:
        self._whole += part
        if len(self._whole) > LARGEST_PARSED:
            raise RefusedError(413, f"Un fichier {self._ending} de plus de 32 Mio ne se vérifie pas : déposez un CSV.")

    def _parquet(self) -> str:
        length = int.from_bytes(self._last[-8:-4], "little")
        framed = self._first == PARQUET and self._last.endswith(PARQUET)
        if not framed or not 0 < length <= self._size - SMALLEST_PARQUET:
            raise RefusedError(415, "Ce fichier .parquet n'en est pas un.")
        return "parquet"

    def _json(self, content: bytes) -> str:
        try:
            values = parse_json(content.removeprefix(codecs.BOM_UTF8))
        except RefusedError:
            raise RefusedError(415, f"Ce fichier {self._ending} n'est pas du JSON en UTF-8.") from None
        if self._ending == ".ipynb" and not _is_notebook(values):
            raise RefusedError(415, "Ce fichier .ipynb n'est pas un notebook.")
        return "notebook" if self._ending == ".ipynb" else "json"


def _is_notebook(values: Any) -> bool:
    checks: Mapping[str, Callable[[Any], bool]] = {
        "cells": lambda each: isinstance(each, list),
        "metadata": lambda each: isinstance(each, dict),
        "nbformat": lambda each: each == 4,
    }
    return isinstance(values, dict) and all(key in values and holds(values[key]) for key, holds in checks.items())
