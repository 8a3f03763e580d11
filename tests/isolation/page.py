"""`python -m tests.isolation.page`: the page `docs/isolation.md`, made from the probes and removals that the tests run.

Nothing in its tables is written by hand: a probe or a removal that is not tried is not in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.isolation.inside.frame import PROBES
from tests.isolation.inside.run import load
from tests.isolation.removals import ALWAYS, REMOVALS, WITHOUT_REMOVAL, Removal

PAGE = Path(__file__).parents[2] / "docs" / "isolation.md"
INTRODUCTION = """\
# L'isolation, prouvée de l'intérieur

Cette page est produite par `make docs` à partir des essais eux-mêmes (`tests/isolation`) ; `make check` échoue si
elle ne leur correspond plus. Les noms entre accents graves sont ceux du code.

Une **sonde** est une tentative d'un analyste qui veut sortir. Elle s'exécute dans des espaces de travail réels,
ouverts par le parcours ordinaire, sous le compte de la personne ; plusieurs sont ouverts à la fois, de personnes, de
traitements et de droits différents. Celles que l'on marque « à deux » ont un complice dans un autre espace. Chacune
doit ne rien obtenir ; ne pas pouvoir essayer est une erreur, jamais une réussite.

Une sonde qui n'obtiendrait jamais rien ne prouverait rien. C'est pourquoi chaque protection est **retirée à son
tour**, dans un espace que les essais fabriquent à côté des autres avec les mêmes pièces : les sondes nommées en face
doivent alors obtenir quelque chose. `make test` en retire un échantillon, les essais courts ; `make test-long` retire
les autres.

Aucun réglage du produit ne donne un espace affaibli de la sorte : le gardien refuse une demande changée, et tue un
conteneur qui diffère de ce qui a été jugé (`tests/integration/test_guard.py`).
"""
OUTSIDE = """\
## Ce que ces tableaux ne disent pas

- Aucune sonde ne compte sur AppArmor ou SELinux : le profil que Docker ajoute, là où la machine en a un, est en plus.
- Les espaces partagent le noyau de la machine et sa table des comptes : personne n'y est root, même dans son
  conteneur.
- Deux espaces partagent le matériel : caches, charge et mémoire libre restent des canaux lents (voir `SECURITY.md`).
- Ce que tente un hub hostile est essayé dans `tests/end_to_end/test_hostile_hub.py`, `test_attacks.py` à côté,
  `tests/integration/test_guard.py` et `test_guard_flood.py` à côté.
"""


def render() -> str:
    """The whole page."""
    load()
    return "\n".join([INTRODUCTION, *_protections(), *_probes(), *_without_removal(), OUTSIDE])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(cell.replace('<', '&lt;') for cell in line)} |" for line in lines] + [""]


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _protections() -> list[str]:
    head = ("protection", "à sa place, le temps de l'essai", "sondes qui obtiennent alors quelque chose", "essai")
    return [f"## Les {len(REMOVALS)} retraits", "", *_table(head, map(_protection, REMOVALS))]


def _protection(removal: Removal) -> Sequence[str]:
    what, _, instead = removal.lost.partition(" : ")
    often = "court" if removal.name in ALWAYS else "long"
    return what, instead or "rien", _codes(removal.caught_by), f"`{removal.name}`, {often}"


def _probes() -> list[str]:
    head = ("sonde", "ce qu'elle tente", "retraits qu'elle attrape")
    return [f"## Les {len(PROBES)} sondes", "", *_table(head, map(_probe, sorted(PROBES)))]


def _probe(name: str) -> Sequence[str]:
    probe = PROBES[name]
    catches = _codes(each.name for each in REMOVALS if name in each.caught_by)
    return f"`{name}`", probe.tried + (" (à deux)" if probe.helper else ""), catches or "aucun, voir plus bas"


def _without_removal() -> list[str]:
    lines = [f"- `{name}` : {why}." for name, why in WITHOUT_REMOVAL.items()]
    return ["## Sondes qu'aucun retrait ne peut ouvrir", "", *lines, ""]


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
