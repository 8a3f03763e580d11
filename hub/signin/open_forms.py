"""What a person has begun on the face: kept in memory for ten minutes, named by a secret, used once.

A form is found by the token that its page holds together with the cookie that came with the page;
either alone finds nothing. A person has one at a time: who begins anew voids what was begun before.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

LIFETIME_S = 600
MOST = 10_000
TRIES = 5


@dataclass(frozen=True)
class Key:
    """What opens a form: the token of its page, and the cookie of the browser that it was given to."""

    token: str = field(repr=False)
    cookie: str = field(repr=False)


@dataclass(frozen=True)
class OpenForm:
    """Whose form it is. `secret` is shown to them until a code confirms it; without one they choose what to do.

    `factor` is the id of the second factor that they showed a code of, None when they had none.
    """

    person: str
    login: str
    factor: str | None
    until: float
    secret: str | None = field(default=None, repr=False)
    tries: int = TRIES


class OpenForms:
    """The forms under way, bounded in time and number. Time is seconds of any steady clock, given by the caller."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._forms: OrderedDict[bytes, tuple[bytes, OpenForm]] = OrderedDict()
        self._lock = threading.Lock()

    def put(self, form: OpenForm, now: float) -> Key:
        """Keep a form; what opens it is new each time, and is kept as a digest only."""
        key = Key(secrets.token_urlsafe(32), secrets.token_urlsafe(32))
        with self._lock:
            self._drop(form.person, now)
            self._forms[_digest(key.token)] = (_digest(key.cookie), form)
            while len(self._forms) > self._most:
                self._forms.popitem(last=False)
        return key

    def take(self, key: Key, now: float) -> OpenForm | None:
        """The form, which is no longer there afterwards; None when there is none, or the cookie is another's."""
        with self._lock:
            cookie, form = self._forms.pop(_digest(key.token), (b"", None))
        if form is None or form.until <= now or not hmac.compare_digest(cookie, _digest(key.cookie)):
            return None
        return form

    def __len__(self) -> int:
        return len(self._forms)

    def _drop(self, person: str, now: float) -> None:
        gone = [at for at, (_, form) in self._forms.items() if form.person == person or form.until <= now]
        for at in gone:
            del self._forms[at]


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()
