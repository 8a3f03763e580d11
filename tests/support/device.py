"""The device that shows a person's codes: the same library as the sign-in's, the secret alone in common."""

from __future__ import annotations

import time

from pyotp import TOTP

STEP_S = 30
# how long an answer may take before a code at the edge of what counts is too old
MARGIN_S = 8


class Device:
    """Shows codes that were never used: of the last step, then of this one, of the next, then waits."""

    def __init__(self, secret: str) -> None:
        self.secret = secret.replace(" ", "")
        self._totp = TOTP(self.secret)
        self._used = 0

    def code(self) -> str:
        """A code that counts now and was not shown before; waits for one as its person would."""
        while True:
            now = time.time()
            step, left = int(now) // STEP_S, STEP_S - now % STEP_S
            wanted = max(step - 1 if left > MARGIN_S else step, self._used + 1)
            if wanted <= step + 1:
                self._used = wanted
                return self._totp.generate_otp(wanted)
            time.sleep(left)  # nothing announces that a step of time has begun

    def wrong(self) -> str:
        """Six digits that no step around this moment has."""
        step = int(time.time()) // STEP_S
        near = {self._totp.generate_otp(each) for each in range(step - 3, step + 4)}
        return next(code for code in (f"{number:06}" for number in range(8)) if code not in near)
