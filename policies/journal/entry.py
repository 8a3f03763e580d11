"""What a line of the journal is, and what may stand in its payload. Pure.

A line carries a *commitment* to its payload, SHA-256 of salt and payload, never the payload: so
payloads can be purged, class by class, and the chain of lines still verifies. Each line also holds
the SHA-256 of the line before it; the first holds one made from the account's name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from policies.errors import DatalabError
from policies.files import canonical_json, fingerprint, nearest

JOURNAL_CLASS = "journal"
REPAIRED = "journal_repaired"
PURGED = "payloads_purged"
BROKEN = "journal_broken"

# Kind -> class. A class has one duration (the law's parameter `journal_months.<class>`) and is purged
# as a whole. The class `journal` is about the journal itself, names nobody, and is never purged:
# what it says of a purge is what tells that purge from a theft.
KINDS: Mapping[str, str] = {
    "decision": "access",
    "refusal": "access",
    "start": "access",
    "entrance": "access",
    "start_failed": "access",
    "stop": "access",
    "enforcement": "access",
    "notice": "access",
    "space_created": "access",
    "space_sealed": "access",
    "space_relabelled": "access",
    "requalification": "access",
    "file_in": "exchange",
    "file_in_outcome": "exchange",
    "file_out": "exchange",
    "deposit_removed": "exchange",
    "delivery": "exchange",
    "sign_in": "security",
    "sign_in_refused": "security",
    "sign_out": "security",
    "approval": "security",
    "approval_refused": "security",
    "factor_begun": "security",
    "factor_enrolled": "security",
    "factor_removed": "security",
    "factor_refused": "security",
    "factor_reset": "security",
    "factor_reset_refused": "security",
    "ticket_refused": "security",
    "call_refused": "security",
    "attack": "security",
    "register_change": "register",
    "register_recorded": "register",
    "law_change": "register",
    "administration": "operations",
    "process_started": "operations",
    "process_stopped": "operations",
    "source_lost": "operations",
    "source_back": "operations",
    "consultation": "consultation",
    BROKEN: JOURNAL_CLASS,
    REPAIRED: JOURNAL_CLASS,
    PURGED: JOURNAL_CLASS,
}
CLASSES = frozenset(KINDS.values())
PURGED_CLASSES = CLASSES - {JOURNAL_CLASS}

LARGEST_PAYLOAD = 1024 * 1024
DEEPEST_PAYLOAD = 12
SALT_BYTES = 32
NEVER_KEYS = frozenset({"login", "password", "token", "ticket", "secret", "cookie", "mail", "email"})

_LINE = re.compile(
    rb'\{"class":"([a-z_]+)","commitment":"([0-9a-f]{64})","kind":"([a-z_]+)",'
    rb'"moment":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)","n":([1-9]\d*),"previous":"([0-9a-f]{64})"\}\n'
)


class UnknownKindError(DatalabError):
    """Raised when a kind is not in the table: what happens must be named there first."""


class PayloadError(DatalabError):
    """Raised when a payload is not plain JSON, is too large, or has a key that no journal may hold."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the chain."""

    n: int
    moment: str
    kind: str
    class_: str
    commitment: str
    previous: str

    def line(self) -> bytes:
        """The line as it stands in the file: canonical JSON and a line feed."""
        return (
            f'{{"class":"{self.class_}","commitment":"{self.commitment}","kind":"{self.kind}",'
            f'"moment":"{self.moment}","n":{self.n},"previous":"{self.previous}"}}\n'
        ).encode("ascii")

    @property
    def fingerprint(self) -> str:
        """What the next line holds as `previous`."""
        return fingerprint(self.line())

    @property
    def day(self) -> str:
        """The day (UTC) whose payload file holds this entry's payload."""
        return self.moment[:10]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A payload ready to be chained: its canonical bytes, its salt, and the commitment to both."""

    kind: str
    salt: bytes
    payload: bytes
    commitment: str

    @property
    def class_(self) -> str:
        """The class that the table gives to the kind."""
        return KINDS[self.kind]

    def record(self, n: int) -> bytes:
        """The line of the payload file: canonical JSON and a line feed."""
        return b'{"n":%d,"payload":%b,"salt":"%b"}\n' % (n, self.payload, self.salt.hex().encode())


def genesis(account: str) -> str:
    """What the first line of an account's chain holds as `previous`: no chain passes for another's."""
    return fingerprint(b"datalab journal " + account.encode())


def commitment(salt: bytes, payload: bytes) -> str:
    """SHA-256 of salt, then payload: says nothing of the payload to whoever lacks the salt."""
    return hashlib.sha256(salt + payload).hexdigest()


def seal(kind: str, payload: Mapping[str, Any], salt: bytes) -> Sealed:
    """The payload as it will be kept; raises UnknownKindError or PayloadError."""
    if kind not in KINDS:
        raise UnknownKindError(f"journal: {kind!r} is no kind of entry{nearest(kind, KINDS)}")
    _check_values(payload, kind, DEEPEST_PAYLOAD)
    try:
        content = canonical_json(payload)
    except ValueError as error:
        raise PayloadError(f"journal: payload of {kind}: {error}; give plain JSON") from None
    if len(content) > LARGEST_PAYLOAD:
        raise PayloadError(f"journal: payload of {kind}: over {LARGEST_PAYLOAD} bytes; give a summary")
    return Sealed(kind, salt, content, commitment(salt, content))


def _check_values(value: object, where: str, depth: int) -> None:
    if depth == 0:
        raise PayloadError(f"journal: payload of {where}: nested deeper than {DEEPEST_PAYLOAD} levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_key(key, where)
            _check_values(inner, f"{where}.{key}", depth - 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            _check_values(inner, where, depth - 1)
    elif value is not None and not isinstance(value, str | int | float):
        raise PayloadError(f"journal: payload of {where}: {type(value).__name__} is not plain JSON")


def _check_key(key: object, where: str) -> None:
    if not isinstance(key, str):
        raise PayloadError(f"journal: payload of {where}: the key {key!r} is not text")
    if key.lower() in NEVER_KEYS:
        raise PayloadError(f"journal: payload of {where}: {key} may not be journaled; give the person's id")


def parse_line(raw: bytes) -> Entry | None:
    """The entry that a whole line holds; None when it is not exactly what `Entry.line` writes."""
    found = _LINE.fullmatch(raw)
    if found is None:
        return None
    class_, promise, kind, moment, n, previous = found.groups()
    return Entry(int(n), moment.decode(), kind.decode(), class_.decode(), promise.decode(), previous.decode())


def moment_of(text: str) -> datetime:
    """The moment that `written_moment` wrote; raises ValueError on what no calendar has."""
    return datetime.fromisoformat(text).astimezone(UTC)


def written_moment(moment: datetime) -> str:
    """A moment as lines hold it: UTC, to the microsecond."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
