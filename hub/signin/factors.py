"""A second factor: a secret that one device shares, and the last step of time whose code was taken. Pure.

Codes are those of any authenticator application (TOTP, RFC 6238): SHA-1, six digits, steps of 30
seconds, one step of drift on either side. A step is taken once: neither its code nor an earlier
one counts again. Wrong codes come from whoever has the password already, so after a few of them
one code is looked at in a long while: guessing would take years, and no stranger can cause it.
"""

from __future__ import annotations

import hmac
import re
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from pydantic import Field
from pyotp import TOTP

from policies.files import Closed
from policies.names import PersonId
from policies.proofs.tickets import Moment

SECRET_BYTES = 20
STEP_S = 30
DRIFT = 1
ISSUER = "Datalab"
_CODE = re.compile(r"[0-9]{6}")


class Factor(Closed):
    """A person's second factor as its file holds it; `id` tells it from one that replaced it."""

    person: PersonId
    id: str = Field(pattern=r"\A[0-9a-f]{16}\z")
    secret: str = Field(pattern=r"\A[A-Z2-7]{32}\z", repr=False)
    since: Moment
    used_step: int = Field(ge=0, description="the last step whose code was taken")
    wrong_codes: int = Field(default=0, ge=0, description="in a row, since the last right one")
    wrong_at: Moment | None = None


class Verdict(Enum):
    """What a code is."""

    RIGHT = auto()
    WRONG = auto()
    USED = auto()
    NOT_LOOKED_AT = auto()


class Judged(NamedTuple):
    """A verdict, and the factor as it must be kept before the verdict is told."""

    verdict: Verdict
    factor: Factor


class Patience(NamedTuple):
    """How many wrong codes cost nothing, and how long a pause is beyond."""

    free: int
    pause: timedelta


def judge_code(factor: Factor, code: str, moment: datetime, patience: Patience) -> Judged:
    """Whether a code is right at a moment, and what must be remembered of the attempt."""
    if _is_paused(factor, moment, patience):
        return Judged(Verdict.NOT_LOOKED_AT, factor)
    steps = matching_steps(factor.secret, code, moment)
    fresh = [step for step in steps if step > factor.used_step]
    if fresh:
        taken = {"used_step": fresh[0], "wrong_codes": 0, "wrong_at": None}
        return Judged(Verdict.RIGHT, factor.model_copy(update=taken))
    if steps:
        return Judged(Verdict.USED, factor)
    counted = {"wrong_codes": factor.wrong_codes + 1, "wrong_at": moment}
    return Judged(Verdict.WRONG, factor.model_copy(update=counted))


def matching_steps(secret: str, code: str, moment: datetime) -> list[int]:
    """The steps around a moment that have this code, oldest first; each is compared, whatever the others gave."""
    totp, typed = TOTP(secret, interval=STEP_S), plain_code(code)
    now = totp.timecode(moment)
    near = range(max(0, now - DRIFT), now + DRIFT + 1)
    equal = [hmac.compare_digest(totp.generate_otp(step), typed) for step in near]
    return [step for step, found in zip(near, equal, strict=True) if found]


def plain_code(text: str) -> str:
    """A code without the spaces that applications show in it; empty when it is not six digits."""
    joined = "".join(text.split())
    return joined if _CODE.fullmatch(joined) else ""


def setup_uri(secret: str, login: str) -> str:
    """What the QR code says to an authenticator application; never an address that is opened."""
    return TOTP(secret).provisioning_uri(name=login, issuer_name=ISSUER)


def _is_paused(factor: Factor, moment: datetime, patience: Patience) -> bool:
    if factor.wrong_at is None or factor.wrong_codes < patience.free:
        return False
    # a clock that was set back must not make the pause longer
    return abs(moment - factor.wrong_at) < patience.pause
