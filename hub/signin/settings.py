"""Section `signin` of values.yaml: the reader's password, and how guessing passwords and codes is slowed."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from policies.files import Closed


class SigninSettings(Closed):
    """How people sign in. A delay grows with each failure for one login; nobody is ever locked out."""

    directory_password_file: Path = Field(description="the sign-in's own copy of the reader's password")
    free_failures: int = Field(ge=1, le=20, description="failures in a row that cost no delay")
    first_delay_s: float = Field(gt=0, le=60, description="doubles with each failure that follows")
    longest_delay_s: float = Field(gt=0, le=300)
    longest_wait_s: float = Field(gt=0, le=300, description="an attempt that would wait longer must come again")
    forget_after_s: float = Field(gt=0, le=86_400, description="failures are forgotten after this long without one")
    failures_per_minute: int = Field(ge=1, description="of everyone together; beyond, all wait a little")
    common_delay_s: float = Field(ge=0, le=30, description="what all wait at most when guessing is general")
    remembered_logins: int = Field(ge=100, le=1_000_000, description="what bounds the memory of failures")
    free_wrong_codes: int = Field(ge=1, le=20, description="wrong codes in a row, each after the right password")
    code_pause_s: float = Field(gt=0, le=86_400, description="beyond, one code is looked at in so long")
    most_at_once: int = Field(ge=1, le=1_000, description="attempts that wait or run; beyond, come again")

    @model_validator(mode="after")
    def _locks_nobody_out(self) -> SigninSettings:
        if max(self.longest_delay_s, self.common_delay_s) > self.longest_wait_s:
            raise ValueError("a delay longer than longest_wait_s would lock people out; shorten it")
        return self
