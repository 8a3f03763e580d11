"""Everything that can be checked about an installation, each source by itself, every problem at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from onboarding.areas import Area, look_at
from onboarding.attested_entries import file_problems, unapproved_places
from onboarding.checking_law import check_law_folder
from policies.directory.lookup import Directory
from policies.proofs.keys import read_public_keys
from policies.register.follow import Register, read_register
from policies.settings import Places
from policies.wording import say_count

NOBODY = "zzzzzzzzzzzz"


def check_installation(places: Places, directory: Directory) -> Iterator[Area]:
    """The areas of an installation, one after the other."""
    yield check_law_folder(places.law)
    yield look_at("registre", lambda: _register(places.register_folder))
    yield look_at("fichiers des titres", lambda: _files(read_register(places.register_folder)))
    yield look_at("clés publiques", lambda: _keys(places.keys))
    yield look_at("annuaire", lambda: _directory(directory))


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
