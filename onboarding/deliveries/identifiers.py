"""Numbers and addresses that point at a person: NIR and IBAN are told by their keys, not by their look. Pure.

A cell is never repeated: what is found is told by column and row.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from policies.register.dataset import Column, Held

# what the Arrow scan looks for first, in RE2 and over whole columns; what it finds is then verified here
CANDIDATES: Mapping[Held, str] = {
    "nir": r"[1-478](?:[ .-]?[0-9ABab]){14}",
    "iban": r"[A-Za-z]{2}[0-9]{2}(?:[ .-]?[0-9A-Za-z]){11}",
    "mail": r"[^\s@]@[^\s@]+\.[A-Za-z]",
}
WORDS: Mapping[Held, str] = {"nir": "un NIR", "iban": "un IBAN", "mail": "une adresse électronique"}
SHORT_NIR = r"^[12][0-9]{2}(?:0[1-9]|1[0-2]|[2-3][0-9]|4[0-2]|[5-9][0-9])(?:[0-9]{2}|2[ABab])[0-9]{6}$"
"""A NIR without its key: nothing proves one alone, but a column full of them is no accident."""

_NIR = re.compile(
    r"(?<![0-9A-Za-z])([1-478])[ .-]?([0-9]{2})[ .-]?(0[1-9]|1[0-2]|[2-9][0-9])[ .-]?([0-9]{2}|2[ABab])"
    r"[ .-]?([0-9]{3})[ .-]?([0-9]{3})[ .-]?([0-9]{2})(?![0-9A-Za-z])"
)
_IBAN = re.compile(r"(?<![0-9A-Za-z])(?=([A-Za-z]{2}[0-9]{2}(?:[ .-]?[0-9A-Za-z]){11,30}))")
_MAIL = re.compile(r"[A-Za-z0-9._%+'-]+@(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}")
_LENGTHS = {
    "AD": 24, "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21, "LT": 20,
    "LU": 20, "LV": 21, "MA": 28, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24, "SE": 24,
    "SI": 19, "SK": 24, "SM": 27, "TN": 24, "TR": 26,
}  # fmt: skip
_SEPARATORS = str.maketrans("", "", " .-")


def has_nir(text: str) -> bool:
    """Whether a text holds a social-security number whose key is right."""
    return any(_is_nir("".join(found.groups()).upper()) for found in _NIR.finditer(text))


def _is_nir(compact: str) -> bool:
    digits = compact[:13].replace("2A", "19", 1) if compact[5:7] == "2A" else compact[:13]
    digits = digits.replace("2B", "18", 1) if compact[5:7] == "2B" else digits
    return digits.isdigit() and int(compact[13:]) == 97 - int(digits) % 97


def has_iban(text: str) -> bool:
    """Whether a text holds a bank account number: its country's length, and a right key."""
    return any(_is_iban(found.group(1).translate(_SEPARATORS).upper()) for found in _IBAN.finditer(text))


def _is_iban(compact: str) -> bool:
    length = _LENGTHS.get(compact[:2])
    if length is None or len(compact) < length:
        return False
    turned = compact[4:length] + compact[:4]
    return int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def has_mail(text: str) -> bool:
    """Whether a text holds a mail address."""
    return _MAIL.search(text) is not None


VERIFY: Mapping[Held, Callable[[str], bool]] = {"nir": has_nir, "iban": has_iban, "mail": has_mail}


def announced(column: Column) -> frozenset[Held]:
    """What the catalogue says that a column holds."""
    implied: dict[str, Held] = {"nir": "nir", "contact": "mail"}
    more = {implied[column.identifier]} if column.identifier in implied else set()
    return frozenset({*column.holds, *more})
