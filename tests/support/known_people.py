"""Who asks, judged with everything real but the directory, which is a table of logins and passwords."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.signin.attempts import Attempts
from hub.signin.diary import Diary
from hub.signin.factor_store import FactorStore
from hub.signin.identity import Identity
from hub.signin.second_factors import SecondFactors
from hub.signin.settings import SigninSettings
from hub.signin.slowdown import Slowdown
from policies.calendar import now
from policies.directory.lookup import UnknownPersonError, WrongPasswordError
from policies.directory.person import Person
from policies.journal.append import Journal
from policies.journal.read import read_journal
from tests.hub.signin.test_factors import PATIENCE
from tests.hub.signin.test_slowdown import SETTINGS

PASSWORD = "mot de passe <d'essai>"
PEOPLE = {
    "ana": Person(id="pana01", name="Ana Essai", organisation="minsante"),
    "ben": Person(id="pben02", name="Ben Essai", organisation="minsante"),
    "adm": Person(id="padm01", name="Adm Essai", organisation="dinum", roles=frozenset({"administrator"})),
    "bis": Person(id="padm02", name="Bis Essai", organisation="dinum", roles=frozenset({"administrator"})),
    "far": Person(id="pfar03", name="Far Essai", organisation="minint", roles=frozenset({"administrator"})),
    "dev": Person(id="pdev04", name="Dev Essai", organisation="dinum", roles=frozenset({"dinum"})),
}


class Table:
    """A directory that is a table; like LDAP, it takes a login in any case."""

    def sign_in(self, login: str, password: str) -> Person:
        person = PEOPLE.get(login.lower())
        if person is None:
            raise UnknownPersonError("nobody has this login")
        if password != PASSWORD:
            raise WrongPasswordError(person.id)
        return person


class KnownPeople:
    """The parts of a sign-in process, in a folder of a test's own."""

    def __init__(self, folder: Path, clock: Callable[[], datetime] = now) -> None:
        (folder / "factors").mkdir()
        self.chain = folder / "signin"
        self.store = FactorStore(folder / "factors")
        diary = Diary(Journal(self.chain, "signin"))
        factors = SecondFactors(self.store, diary, PATIENCE)
        self.identity = Identity(Table(), factors, diary, clock)  # type: ignore[arg-type]  # a table is enough here

    def attempts(self, **changes: object) -> Attempts:
        settings: SigninSettings = SETTINGS.model_copy(update={"free_failures": 20, **changes})
        return Attempts(Slowdown(settings, b"secret"))

    def journaled(self) -> list[tuple[str, Any]]:
        return [(each.entry.kind, each.payload) for each in read_journal(self.chain)] if self.chain.exists() else []
