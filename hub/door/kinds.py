"""What may be deposited, told by its content and not by its name: a closed table.

Text is UTF-8, or the Windows code page that French offices write; nothing in it can be run unseen.
Archives and office documents hold more than one can see, and are refused with what to do instead.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from typing import IO, Any

from hub.door.errors import RefusedError
from hub.door.json_text import parse_json_or
from hub.door.parquet import check_parquet
from hub.door.plain_text import PlainText

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
PARSED = frozenset({".json", ".geojson", ".ipynb"})
LARGEST_PARSED = 32 * 1024 * 1024


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
        self._text = None if self._ending == ".parquet" else PlainText()
        self._size = 0

    @property
    def read_at_once(self) -> int:
        """How many bytes are read together at the end: those of what has a structure."""
        return self._size if self._text is None or self._ending in PARSED else 0

    def feed(self, part: bytes) -> None:
        """Look at the next bytes; raises RefusedError as soon as they cannot be what the name says."""
        self._size += len(part)
        if self._text:
            self._text.feed(part)
        if self._ending in PARSED and self._size > LARGEST_PARSED:
            raise RefusedError(413, f"Un fichier {self._ending} de plus de 32 Mio ne se vérifie pas : déposez un CSV.")

    def verdict(self, whole: IO[bytes]) -> str:
        """The kind, of the whole file: `parquet`, `notebook`, `json`, `text` or `text_cp1252`; raises RefusedError."""
        if not self._size:
            raise RefusedError(400, "Ce fichier est vide.")
        if self._text is None:
            check_parquet(whole)
            return "parquet"
        if self._ending in PARSED:
            return self._json(whole.read())
        return self._text.verdict()

    def _json(self, content: bytes) -> str:
        no_json = RefusedError(415, f"Ce fichier {self._ending} n'est pas du JSON en UTF-8.")
        values = parse_json_or(content.removeprefix(codecs.BOM_UTF8), no_json)
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
