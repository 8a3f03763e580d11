"""Everything that can be checked about an installation, each source by itself, every problem at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from onboarding.keeper.terms import term_problems
from policies.calendar import today
from policies.directory.lookup import Directory
from policies.engine.check import check_law
from policies.engine.load import load_law
from policies.errors import InvalidFilesError, Problem, UnavailableError
from policies.proofs.keys import read_public_keys
from policies.register.follow import Register, read_register
from policies.register.person import Commitment
from policies.register.places import attested_entries
from policies.register.project import Title
from policies.settings import Places

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


def check_installation(places: Places, directory: Directory) -> Iterator[Area]:
    """The areas of an installation, one after the other."""
    yield _area("loi", lambda: _law(places.law))
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
    return Area("loi", problems, notes=(f"{len(law.rules)} règles, {len(law.cases)} cas",))


def _register(folder: Path) -> Area:
    register = read_register(folder)
    counts = (
        f"{len(register.projects)} projets, {len(register.datasets)} jeux de données, {len(register.people)} personnes"
    )
    waiting = [f"à approuver : {place}" for place in unapproved_places(register)]
    return Area("registre", notes=(counts, *waiting))


def unapproved_places(register: Register) -> Iterator[str]:
    """The places of the register that wait for a second person."""
    for path in register.documents:
        document = register.document(path)
        for place, entry in attested_entries(path, document) if document else ():
            if entry.approved is None:
                yield place


def _files(register: Register) -> Area:
    problems = []
    for path in register.documents:
        document = register.document(path)
        for place, entry in attested_entries(path, document) if document else ():
            if isinstance(entry, Title | Commitment) and (flaw := _file_flaw(register, entry)):
                problems.append(str(Problem(path, place, flaw)))
    return Area("fichiers des titres", tuple(problems), notes=(f"{len(register.files)} fichiers",))


def _file_flaw(register: Register, entry: Title | Commitment) -> str | None:
    found = register.files.get(entry.file)
    if found is None:
        return f"files/{entry.file} is missing, so this does not count; put the file there"
    if found != entry.fingerprint:
        return f"files/{entry.file} is not the file that was approved, so this does not count"
    return None


def _keys(path: Path) -> Area:
    keys = read_public_keys(path)
    problems = () if keys.keys else (f"{path}: holds no key, so no approval counts",)
    return Area("clés publiques", problems, notes=(f"{len(keys.keys)} clé(s)",))


def _directory(directory: Directory) -> Area:
    directory.person(NOBODY)
    return Area("annuaire", notes=("répond",))
