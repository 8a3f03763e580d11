"""`python -m onboarding.cli.operations_page`: writes `docs/operations.md` from the permissions and the commands.

Nothing in its tables is written by hand; a test compares the page with what this makes of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

import typer

from onboarding.cli.main import app
from onboarding.permissions import CALLED, ROLES, TABLE

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"
COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "create_project": "project create",
        "change_project": "project change",
        "suspend_project": "project suspend",
        "resume_project": "project resume",
        "close_project": "project close",
        "set_milestone": "project milestone",
        "propose_processing": "processing propose",
        "change_processing": "processing change",
        "suspend_processing": "processing suspend",
        "resume_processing": "processing resume",
        "set_register_sheet": "processing register-sheet",
        "set_impact_assessment": "processing assessment",
        "ask_dataset": "processing ask",
        "drop_dataset": "processing drop",
        "request_requalification": "processing requalify",
        "propose_title": "title propose",
        "end_title": "title end",
        "invite": "team invite",
        "end_habilitation": "team end",
        "record_commitment": "team commitment",
        "suspend_person": "team suspend",
        "resume_person": "team resume",
        "agree_mission": "mission agree",
        "end_mission": "mission end",
        "create_dataset": "dataset create",
        "change_dataset": "dataset change",
        "add_part": "dataset part",
        "suspend_dataset": "dataset suspend",
        "resume_dataset": "dataset resume",
        "receive_delivery": "delivery receive",
        "check_delivery": "delivery check",
        "withdraw_delivery": "delivery withdraw",
        "record_by_hand": "register record",
    }
)
"""By operation, the command that carries it out."""
APPROVING = ("approve", "delivery confirm")
"""The commands that approve: the law says who may, and no line of the table."""
HEADS = MappingProxyType(
    {
        "project_lead": "chef de projet", "producer": "producteur", "administrator": "administrateur",
        "dinum": "direction", "dpo": "délégué",
    }
)  # fmt: skip
INTRODUCTION = """\
# Qui fait quoi sur le registre

Cette page est produite par `make docs` à partir de la table des permissions (`onboarding/permissions.py`) et des
commandes ; `make check` échoue si elle ne leur correspond plus. Ce qui n'est pas dans la table est refusé.

- **Qui agit est qui se connecte.** Chaque commande demande l'identifiant, le mot de passe et le code s'il y en a un ;
  aucune option ne nomme l'auteur. L'annuaire dit ses rôles, qui ne valent que dans son organisation.
- **Élargir demande deux personnes.** Ce qui est proposé ne compte qu'une fois approuvé (`datalab approve PLACE`,
  `datalab delivery confirm` pour une livraison) par une autre personne, du rôle que la loi nomme
  (`docs/law/parameters.md`, `approval`) et qui n'en bénéficie pas.
- **Restreindre n'en demande qu'une,** et compte tout de suite : suspendre, mettre fin, retirer, ne plus demander.
- **La réponse dit ce qui a changé pour qui :** ce qui s'ouvre, jusqu'à quand, ce qui se ferme, ce qui manque encore.
- **`--dry-run`** dit tout cela sans rien écrire ; **`--json`** le dit aux programmes. Codes de sortie : 0 fait,
  1 refusé, 2 commande mal écrite, 3 source illisible.
- Un fichier modifié à la main entre au registre au nom de qui l'enregistre, et de personne d'autre : sinon qui propose
  pourrait approuver sous un autre nom.
"""


def render() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *_table(), *_roles(), *_commands()])


def helps() -> Mapping[str, str]:
    """By command (`project create`), its line of help."""
    return dict(_walk(app, ""))


def _walk(group: typer.Typer, name: str) -> Iterator[tuple[str, str]]:
    for each in group.registered_commands:
        own = each.name or (each.callback.__name__ if each.callback else "")
        yield f"{name} {own}".strip(), each.help or ""
    for inner in group.registered_groups:
        if inner.typer_instance is not None:
            yield from _walk(inner.typer_instance, f"{name} {inner.name}".strip())


def _table() -> Iterator[str]:
    yield "## La table"
    yield ""
    yield f"| commande | {' | '.join(HEADS[role] for role in ROLES)} |"
    yield f"|---|{'---|' * len(ROLES)}"
    for operation, allowed in TABLE.items():
        cells = ("oui" if role in allowed else "" for role in ROLES)
        yield f"| `{COMMANDS[operation]}` | {' | '.join(cells)} |"
    yield ""


def _roles() -> Iterator[str]:
    yield from ("Les rôles, dans l'organisation où ils valent :", "")
    for role in ROLES:
        yield f"- {HEADS[role]} : {CALLED[role]}"
    yield ""


def _commands() -> Iterator[str]:
    said = helps()
    yield from ("## Les commandes", "", "| commande | ce qu'elle fait |", "|---|---|")
    for command in (*COMMANDS.values(), *APPROVING):
        yield f"| `datalab {command}` | {said[command].splitlines()[0]} |"
    yield ""


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
