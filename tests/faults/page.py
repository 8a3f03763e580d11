"""`python -m tests.faults.page`: the page `docs/faults.md`, made from the table of faults and the tests that it names.

Which tests are long is read from the tests themselves.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.faults.table import FAULTS, Fault

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "faults.md"
INTRODUCTION = """\
# Les pannes, et ce qu'elles font

Cette page est produite par `make docs` à partir de `tests/faults/table.py` et des essais qu'elle nomme ; `make check`
échoue si elle ne leur correspond plus.

Après chacune de ces pannes, les essais vérifient que rien n'est ouvert qui ne devrait l'être, qu'aucun fichier ni
aucune entrée du journal n'est perdu, qu'il ne reste ni conteneur, ni montage, ni socket, ni dossier d'un espace fini,
et que le prochain démarrage réussit. `make test` exécute les essais courts, dans leurs premiers cas ; `make test-long`
exécute les longs, et les autres cas.
"""
OUTSIDE = """\
## Ce que ce tableau ne dit pas

- Une fin de droit survenue pendant que le journal ne pouvait pas être écrit y est inscrite dès qu'il peut l'être, avec
  le moment où elle a eu lieu (`happened`) ; si le gardien meurt avant, il n'en reste qu'une ligne de son journal
  technique.
- Les essais ne touchent jamais l'horloge de la machine : ils changent l'heure que lit chaque processus (`libfaketime`),
  pas celle de Docker, du frontal ni des espaces. Le frontal n'a pas de mémoire : une session d'un navigateur finie
  depuis une heure y vaudrait de nouveau si l'horloge reculait d'une heure, mais un droit fini ne revient pas.
- Une horloge en retard sans que personne ne l'ait vue à l'heure fait durer un droit d'autant ; une horloge en avance
  plus de six heures fait effacer du journal ce qui aurait alors passé son terme, et la vérification le dit jusqu'à ce
  moment-là.
- Ce qui est journalisé par une horloge en retard de plus que son terme est effacé comme s'il datait d'alors.
- Un disque figé retarde la fin des droits qu'une suspension ou une fin anticipée retire : le gardien s'en souvient
  d'abord.
- Docker tué au milieu d'un démarrage peut laisser un processus `containerd-shim` qui ne tient plus rien : aucun
  processus d'un espace ne tourne, c'est ce que les essais vérifient. Il est à containerd, qui ne le reprend pas.
- La panne de courant n'est pas essayée : ce que la page dit d'un processus tué suppose que le noyau de la machine vit.
"""


@cache
def functions(path: str) -> dict[str, bool]:
    """The tests of a file, and whether each is left to the long runs with all of its cases."""
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    whole = any(isinstance(line, ast.Assign) and _is_long(line) for line in tree.body)
    found = [line for line in ast.walk(tree) if isinstance(line, ast.FunctionDef) and line.name.startswith("test_")]
    return {each.name: whole or any(map(_is_mark, each.decorator_list)) for each in found}


def _is_mark(decorator: ast.expr) -> bool:
    return ast.unparse(decorator) == "pytest.mark.long"


def _is_long(line: ast.Assign) -> bool:
    return ast.unparse(line.targets[0]) == "pytestmark" and _is_mark(line.value)


def render() -> str:
    """The whole page."""
    head = ("panne", "ce qu'elle fait", "essais")
    rows = [head, ("---",) * 3, *map(_row, FAULTS)]
    table = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join([INTRODUCTION, *table, "", OUTSIDE])


def _row(fault: Fault) -> tuple[str, str, str]:
    return fault.breaks, fault.does, "<br>".join(map(_test, fault.tests))


def _test(name: str) -> str:
    path, _, function = name.partition("::")
    return f"`{path}` `{function}`, {'long' if functions(path)[function] else 'court'}"


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
