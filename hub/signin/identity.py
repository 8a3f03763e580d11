"""Who asks: the directory judges the password, then the second factor is judged for whoever has one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hub.signin.bodies import Typed
from hub.signin.diary import Diary
from hub.signin.refusals import Refused, RefusedError
from hub.signin.second_factors import SecondFactors
from policies.calendar import now
from policies.directory.lookup import Directory, UnknownPersonError, WrongPasswordError
from policies.directory.person import DirectoryEntryError, Person
from policies.errors import UnavailableError
from policies.proofs.tickets import EVERY_FACTOR, PASSWORD_ALONE

log = logging.getLogger("datalab.signin")


@dataclass(frozen=True)
class Identified:
    """A person who has just shown who they are; `factor` is the id of their second factor, if they have one."""

    person: Person
    factor: str | None

    @property
    def factors(self) -> tuple[str, ...]:
        """What they have shown, in the words of the law's facts."""
        return EVERY_FACTOR if self.factor else PASSWORD_ALONE


@dataclass(frozen=True)
class Identity:
    """Judges what people typed, each time anew."""

    directory: Directory
    factors: SecondFactors
    diary: Diary
    clock: Callable[[], datetime] = now

    def identify(self, typed: Typed, kind: str) -> Identified:
        """Who typed this; raises RefusedError, journaled as an entry of this kind.

        The code is looked at after the password: whoever lacks the password learns nothing of factors,
        and takes no code.
        """
        with self.diary.refusing(kind):
            person = self._ask(typed.login, typed.password)
            return Identified(person, self.factors.take(person.id, typed.code.strip(), self.clock()))

    def _ask(self, login: str, password: str) -> Person:
        try:
            return self.directory.sign_in(login, password)
        except UnknownPersonError:
            raise RefusedError(Refused.UNKNOWN_PERSON) from None
        except WrongPasswordError as error:
            raise RefusedError(Refused.WRONG_PASSWORD, error.person) from None
        except DirectoryEntryError as error:
            log.warning("%s", error)
            raise RefusedError(Refused.ENTRY_REFUSED) from None
        except UnavailableError as error:
            log.warning("%s", error)
            raise RefusedError(Refused.DIRECTORY_UNAVAILABLE) from None
