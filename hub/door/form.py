"""The form of a deposit as a browser sends it: two short answers and one file, read as they come.

Nothing of the file is kept in memory; whatever else a form could hold refuses the whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from hub.door.errors import RefusedError, bad_request

FIELDS = ("declaration", "engagement")
FILE = "fichier"
LONGEST_ANSWER = 64
LONGEST_HEADER = 1024
_BOUNDARY = re.compile(rb"[A-Za-z0-9'()+_,./:=?-]{1,70}")


@dataclass
class _Part:
    """The part that is being read."""

    header: bytes = b""
    value: bytes = b""
    headers: dict[bytes, bytes] = field(default_factory=dict)
    name: str = ""


class Form:
    """Reads a form's bytes; `open_file` is called with the file's name, then `write` with its content."""

    def __init__(self, content_type: str, open_file: Callable[[str], None], write: Callable[[bytes], None]) -> None:
        self.answers: dict[str, str] = {}
        self.has_file = False
        self._ended = False
        self._part = _Part()
        self._open_file = open_file
        self._write = write
        self._parser = MultipartParser(
            _boundary(content_type),
            {
                "on_part_begin": self._begin,
                "on_header_field": lambda data, start, end: self._header(data[start:end]),
                "on_header_value": lambda data, start, end: self._value(data[start:end]),
                "on_header_end": self._end_header,
                "on_headers_finished": self._opened,
                "on_part_data": lambda data, start, end: self._data(data[start:end]),
                "on_part_end": self._close,
                "on_end": self._end,
            },
            max_header_count=4,
            max_header_size=LONGEST_HEADER,
        )

    def feed(self, part: bytes) -> None:
        """Read the next bytes; raises RefusedError."""
        try:
            self._parser.write(part)
        except FormParserError:
            raise bad_request("ce formulaire ne se lit pas") from None

    def finish(self) -> None:
        """Nothing follows; raises RefusedError when something is missing."""
        if not self._ended:
            raise RefusedError(400, "Le fichier n'est pas arrivé entier : il n'a pas été déposé.")
        if not self.has_file:
            raise RefusedError(400, "Choisissez un fichier.")

    def _begin(self) -> None:
        self._part = _Part()

    def _header(self, data: bytes) -> None:
        self._part.header += data

    def _value(self, data: bytes) -> None:
        self._part.value += data

    def _end_header(self) -> None:
        self._part.headers[self._part.header.lower()] = self._part.value
        self._part.header = self._part.value = b""

    def _opened(self) -> None:
        kind, options = parse_options_header(self._part.headers.get(b"content-disposition"))
        name = options.get(b"name", b"").decode("ascii", "replace")
        repeated = name in self.answers or (name == FILE and self.has_file)
        is_file = name == FILE and b"filename" in options
        if kind != b"form-data" or repeated or not (is_file or name in FIELDS):
            raise bad_request("ce formulaire n'est pas celui de la page")
        self._part.name = name
        if is_file:
            self._open(options[b"filename"])
        else:
            self.answers[name] = ""

    def _open(self, sent: bytes) -> None:
        """A browser sends an empty name when no file was chosen."""
        if sent:
            self.has_file = True
            self._open_file(sent.decode("utf-8", "replace"))

    def _data(self, data: bytes) -> None:
        name = self._part.name
        if name != FILE:
            self.answers[name] += data.decode("utf-8", "replace")
            if len(self.answers[name]) > LONGEST_ANSWER:
                raise bad_request("une réponse du formulaire est trop longue")
        elif self.has_file:
            self._write(data)

    def _close(self) -> None:
        self._part = _Part()

    def _end(self) -> None:
        self._ended = True


def _boundary(content_type: str) -> bytes:
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or _BOUNDARY.fullmatch(boundary) is None:
        raise bad_request("ce n'est pas le formulaire d'un dépôt")
    return boundary
