"""Everything that can be checked about an installation, each source by itself, every problem at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from onboarding.attested_entries import file_problems, unapproved_places
from onboarding.keeper.terms import term_problems
from policies.calendar import today
from policies.directory.lookup import Directory
from policies.engine.check import check_law
from policies.engine.load import load_law
from policies.errors import InvalidFilesError, UnavailableError
from policies.proofs.keys import read_public_keys
from policies.register.follow import Register, read_register
from policies.settings import Places
from policies.wording import say_count

NOBODY = "zzzzzzzzzzzz"


@dataclass(frozen=True)
class Area:
    """One thing checked: its French name, what is wrong, why it could not be looked at, what it holds."""

    name: str
    problems: tuple[str, ...] = ()
    unavailable: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def sound(self) -> bool:
        """Whether it was looked at and nothing is wrong."""
        return not self.problems and self.unavailable is None


def check_law_folder(folder: Path) -> Area:
    """A folder of law with all its cases, enforced or not."""
    return _area("loi", lambda: _law(folder))


def check_installation(places: Places, directory: Directory) -> Iterator[Area]:
    """The areas of an installation, one after the other."""
    yield check_law_folder(places.law)
    yield _area("registre", lambda: _register(places.register_folder))
    yield _area("fichiers des titres", lambda: _files(read_register(places.register_folder)))
    yield _area("clés publiques", lambda: _keys(places.keys))
    yield _area("annuaire", lambda: _directory(directory))


def _area(name: str, look: Callable[[], Area]) -> Area:
    try:
        return look()
    except InvalidFilesError as error:
        return Area(name, tuple(map(str, error.problems)))
    except UnavailableError as error:
        return Area(name, unavailable=str(error))


def _law(folder: Path) -> Area:
    law = load_law(folder)
    problems = tuple(map(str, [*check_law(law), *term_problems(law, today())]))
    return Area("loi", problems, notes=(f"{say_count(len(law.rules), 'règle')}, {len(law.cases)} cas",))


def _register(folder: Path) -> Area:
    register = read_register(folder)
    counts = ", ".join(
        (
            say_count(len(register.projects), "projet"),
            say_count(len(register.datasets), "jeu de données", "jeux de données"),
            say_count(len(register.people), "personne"),
        )
    )
    waiting = [f"à approuver : {place}" for place in unapproved_places(register)]
    return Area("registre", notes=(counts, *waiting))


def _files(register: Register) -> Area:
    problems = tuple(map(str, file_problems(register)))
    return Area("fichiers des titres", problems, notes=(say_count(len(register.files), "fichier"),))


def _keys(path: Path) -> Area:
    keys = read_public_keys(path)
    problems = (
        ()
        if keys.keys
        else (f"{path}: aucune clé, donc aucune approbation ne compte ; relancez le Datalab, qui y écrit les siennes",)
    )
    return Area("clés publiques", problems, notes=(say_count(len(keys.keys), "clé"),))


def _directory(directory: Directory) -> Area:
    directory.person(NOBODY)
    return Area("annuaire", notes=("répond",))
