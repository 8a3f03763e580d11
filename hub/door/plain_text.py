"""Text as people and programs write it: UTF-8, or the Windows code page that French offices write. Pure.

No control character is text, in either. Almost any byte is a sign of the code page, so a text in it must also look
like one: most bytes in ASCII, most others signs that French is written with. What is binary, and written in
letters (base64), is text and passes as such.
"""

from __future__ import annotations

import codecs
import re

from hub.door.errors import RefusedError

CONTROLS = frozenset(range(0x20)) - {0x09, 0x0A, 0x0D, 0x0C} | {0x7F}
# of a document that programs read, in letters alone
BEGINNINGS = (b"%PDF-", b"{\\rtf", b"%!PS", b"PAR1", b"SQLite format", b"!<arch>")
NOT_TEXT = (
    "Ce fichier n'est pas du texte, ou son encodage est abîmé. Enregistrez vos tableaux en CSV (UTF-8) ou en Parquet, "
    "votre code en texte."
)
_ASCII = bytes(range(0x80))
_UNDEFINED = frozenset(b"\x81\x8d\x8f\x90\x9d")
_FRENCH = "àâäçéèêëîïôöùûüÿœæÀÂÄÇÉÈÊËÎÏÔÖÙÛÜŸŒÆ«»‹›‘’“”„…–—•€£§©®™°º²³±×÷µ·½¼¾\xa0\xad".encode("cp1252")
_UNSEEN = re.compile("[\x80-\x9f\ufffe\uffff]")
# a short text may hold anything
SPARED = 16


class PlainText:
    """Reads a text's bytes as they come, and says at the end how it is written."""

    def __init__(self) -> None:
        self._utf8: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")()
        self._first = b""
        self._size = self._signs = self._foreign = 0
        self._undefined = False

    def feed(self, part: bytes) -> None:
        """Look at the next bytes; raises RefusedError as soon as they cannot be text."""
        longest = max(map(len, BEGINNINGS))
        self._first = (self._first + part[:longest])[:longest]
        if not CONTROLS.isdisjoint(part) or self._first.startswith(BEGINNINGS):
            raise RefusedError(415, NOT_TEXT)
        signs = part.translate(None, _ASCII)
        self._size += len(part)
        self._signs += len(signs)
        self._foreign += len(signs.translate(None, _FRENCH))
        self._undefined = self._undefined or not _UNDEFINED.isdisjoint(signs)
        self._decode(part)

    def verdict(self) -> str:
        """`text` in UTF-8, else `text_cp1252`; raises RefusedError when it is neither."""
        self._decode(b"", final=True)
        if self._utf8:
            return "text"
        many = self._signs > SPARED + self._size // 4
        strange = self._foreign > SPARED + self._signs // 10
        if self._undefined or many or strange:
            raise RefusedError(415, NOT_TEXT)
        return "text_cp1252"

    def _decode(self, part: bytes, final: bool = False) -> None:
        """UTF-8 until it is not; signs that nobody sees are none of it."""
        if self._utf8 is None:
            return
        try:
            unseen = _UNSEEN.search(self._utf8.decode(part, final))
        except UnicodeDecodeError:
            self._utf8 = None
            return
        if unseen:
            raise RefusedError(415, NOT_TEXT)
