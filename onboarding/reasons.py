"""A reason is kept for years in the register's history and in the journal: it says why, and nobody's address."""

from __future__ import annotations

import re

from policies.errors import DatalabError

LONGEST_REASON = 500
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")


class ReasonError(DatalabError):
    """Raised when a reason says nothing, is too long, or holds an e-mail address."""


def check_reason(text: str) -> str:
    """A reason as people give it: some words, no e-mail address; that it names nobody is theirs to see to."""
    if not text.strip():
        raise ReasonError("le motif est vide ; dites pourquoi")
    if len(text) > LONGEST_REASON:
        raise ReasonError(f"le motif dépasse {LONGEST_REASON} caractères ; résumez-le")
    if _ADDRESS.search(text):
        raise ReasonError("le motif contient une adresse électronique ; désignez la personne par son identifiant")
    return text
