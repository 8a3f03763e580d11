"""An account as text: what LISEZ-MOI and the command line show."""

from __future__ import annotations

from dataclasses import replace

from policies.explain.account import Account, Citation, Ground, Obstacle, PartAccount
from policies.explain.contacts import Helper
from policies.explain.sentences import account_lines, decision_lines
from tests.support.judged import approved, judge, register_of, shipped_law
from tests.support.judged_documents import judged_documents

LINKED = Ground("Le secret est levé.", Citation("Loi, art. 6", "https://law.test/6"))
PLAIN = Ground("Vous êtes de l'équipe.", Citation("Doctrine, DL-01", None))
MISSING = Obstacle(
    "Il manque un avis.",
    Citation("Loi, art. 6", "https://law.test/6"),
    Helper("le comité", "comite@csn.test", "comite"),
)
BARE = Obstacle("Aucune règle ne permet ceci.", Citation("", None), Helper("la DINUM", "", "dinum"))
UNTIL = "jusqu'au 01/06/2026 inclus"
ACCOUNT = Account(
    person="pana01",
    processing="aides-eval",
    name="Évaluation",
    project="Aides",
    carrier="ministère de la santé",
    purpose="statistique publique",
    day="04/05/2026",
    allowed=True,
    until=UNTIL,
    grounds=(PLAIN,),
    obstacles=(),
    parts=(
        PartAccount("a/p1", "Jeu A : 2024", "read", UNTIL, (LINKED,), ()),
        PartAccount("b/p1", "Jeu B : 2024", "catalogue", UNTIL, (PLAIN,), (MISSING,)),
        PartAccount("c/p1", "Jeu C : 2024", "refused", "", (), (BARE,)),
    ),
    obligations=("Ne réidentifiez personne.",),
    warnings=(PLAIN,),
)


def test_an_open_workspace_is_told_line_by_line() -> None:
    assert list(account_lines(ACCOUNT)) == [
        "# Évaluation",
        "",
        "Projet : Aides (ministère de la santé).",
        "Finalité : statistique publique.",
        "Décision du 04/05/2026 pour pana01 sur le traitement aides-eval.",
        "",
        "## Espace de travail ouvert",
        "",
        "Cette décision vaut jusqu'au 01/06/2026 inclus.",
        "- Vous êtes de l'équipe. (Doctrine, DL-01)",
        "",
        "## Données",
        "",
        "- **Jeu A : 2024** (dans `/donnees/a/p1`) : lecture, jusqu'au 01/06/2026 inclus.",
        "  - Le secret est levé. [Loi, art. 6](https://law.test/6)",
        "- **Jeu B : 2024** : lecture refusée ;"
        " sa description au catalogue vous est ouverte jusqu'au 01/06/2026 inclus.",
        "  - Il manque un avis. [Loi, art. 6](https://law.test/6) Qui peut vous aider : le comité (<comite@csn.test>).",
        "- **Jeu C : 2024** : accès refusé.",
        "  - Aucune règle ne permet ceci. Qui peut vous aider : la DINUM.",
        "",
        "## Vos obligations",
        "",
        "- Ne réidentifiez personne.",
        "",
        "## À savoir",
        "",
        "- Vous êtes de l'équipe. (Doctrine, DL-01)",
        "",
    ]


def test_a_refused_workspace_says_what_stands_against_it_and_lists_nothing_that_it_has_not() -> None:
    refused = replace(ACCOUNT, allowed=False, grounds=(), obstacles=(MISSING,), parts=(), obligations=(), warnings=())
    assert list(account_lines(refused))[6:] == [
        "## Espace de travail refusé",
        "",
        "Cette décision vaut jusqu'au 01/06/2026 inclus.",
        "- Il manque un avis. [Loi, art. 6](https://law.test/6) Qui peut vous aider : le comité (<comite@csn.test>).",
        "",
    ]


def test_a_real_decision_names_each_part_once_and_ends_without_an_empty_line() -> None:
    documents = approved(judged_documents())
    lines = decision_lines(judge(documents), register_of(documents), shipped_law())
    parts = [line.split(" : lecture")[0] for line in lines if line.startswith("- **")]
    assert parts == [
        "- **Allocations : Une partie** (dans `/donnees/allocs/p2025`)",
        "- **Communes : Une partie** (dans `/donnees/communes/p2025`)",
        "- **Ménages : Une partie** (dans `/donnees/menages/p2024`)",
        "- **Ménages : Une partie** (dans `/donnees/menages/totaux`)",
    ]
    assert lines[-1]
