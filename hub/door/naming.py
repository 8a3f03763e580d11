"""The name under which a deposited file is kept: one function from what a browser sends. Pure.

Two different names may give one: the second is then refused, never written over the first.
"""

from __future__ import annotations

import re
import unicodedata

from hub.door.errors import RefusedError

LONGEST = 80
_LAST_STEP = re.compile(r"[^/\\]*\Z")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")


def file_name(sent: str) -> str:
    """A plain name: letters without accents, digits, dots, hyphens; raises RefusedError when nothing is left."""
    found = _LAST_STEP.search(sent)
    plain = unicodedata.normalize("NFKD", found[0] if found else "").encode("ascii", "ignore").decode()
    stem, dot, end = plain.rpartition(".")
    joined = f"{_plain(stem)}{dot}{end.strip()}" if dot else ""
    if len(joined) > LONGEST or _NAME.fullmatch(joined) is None:
        raise RefusedError(
            400, f"Renommez ce fichier : des lettres, des chiffres, une extension, {LONGEST} caractères au plus."
        )
    return joined


def _plain(stem: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]+", "-", stem).strip("-._")
