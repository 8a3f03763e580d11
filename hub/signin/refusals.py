"""Why the sign-in refuses: a word that is answered and journaled, a status, and whether it counts as guessing."""

from __future__ import annotations

from enum import Enum

from policies.errors import DatalabError


class Refused(Enum):
    """Each refusal: its word, its HTTP status, and whether whoever asks again may be guessing."""

    WRONG_PASSWORD = ("wrong_password", 401, True)
    UNKNOWN_PERSON = ("unknown_person", 401, True)
    WRONG_CODE = ("wrong_code", 401, True)
    USED_CODE = ("used_code", 401, True)
    # the password was right and no code was looked at: nothing was guessed, and nothing is forgiven
    CODE_NEEDED = ("code_needed", 401, False)
    NO_FACTOR = ("no_factor", 401, False)
    TOO_MANY_CODES = ("too_many_codes", 429, False)
    TOO_MANY_ATTEMPTS = ("too_many_attempts", 429, False)
    TICKET_REFUSED = ("ticket_refused", 403, False)
    NOT_THEIRS = ("not_theirs", 403, False)
    NOT_ADMINISTRATOR = ("not_administrator", 403, False)
    OWN_FACTOR = ("own_factor", 403, False)
    TWO_FACTORS_NEEDED = ("two_factors_needed", 403, False)
    NOTHING_TO_RESET = ("nothing_to_reset", 404, False)
    FACTOR_CHANGED = ("factor_changed", 409, False)
    FORM_GONE = ("form_gone", 410, False)
    ENTRY_REFUSED = ("entry_refused", 503, False)
    FACTOR_UNAVAILABLE = ("factor_unavailable", 503, False)
    DIRECTORY_UNAVAILABLE = ("directory_unavailable", 503, False)
    JOURNAL_UNAVAILABLE = ("journal_unavailable", 503, False)

    @property
    def word(self) -> str:
        """What is answered and journaled."""
        return self.value[0]

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.value[1]

    @property
    def guessed(self) -> bool:
        """Whether this counts as guessing."""
        return self.value[2]


class RefusedError(DatalabError):
    """Raised instead of an answer; `person` is the id that the directory gave, if any."""

    def __init__(self, why: Refused, person: str | None = None) -> None:
        self.why = why
        self.person = person
        super().__init__(why.word)
