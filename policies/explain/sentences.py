"""A decision as lines of text, in the Markdown that LISEZ-MOI.md and the command line show."""

from __future__ import annotations

from collections.abc import Iterator

from policies.access.decision import Decision
from policies.engine.model import Law
from policies.explain.account import Account, Citation, Ground, Obstacle, PartAccount, make_account
from policies.explain.contacts import Helper
from policies.register.follow import Register

DATA = "/donnees"
STATES = {
    "read": "lecture, {until}",
    "catalogue": "lecture refusée ; sa description au catalogue vous est ouverte {until}",
    "refused": "accès refusé",
}


def decision_lines(decision: Decision, register: Register, law: Law) -> list[str]:
    """The decision in French, line by line."""
    lines = list(account_lines(make_account(decision, register, law)))
    return lines[:-1]  # without the empty line that ends the last section


def account_lines(account: Account) -> Iterator[str]:
    """An account, line by line."""
    yield f"# {account.name}"
    yield ""
    yield f"Projet : {account.project} ({account.carrier})."
    yield f"Finalité : {account.purpose}."
    yield f"Décision du {account.day} pour {account.person} sur le traitement {account.processing}."
    yield ""
    yield from _opening(account)
    yield from _section("Données", [line for part in account.parts for line in _part(part)])
    yield from _section("Vos obligations", [f"- {text}" for text in account.obligations])
    yield from _section("À savoir", [_ground(warning) for warning in account.warnings])


def _opening(account: Account) -> Iterator[str]:
    verdict = "Espace de travail ouvert" if account.allowed else "Espace de travail refusé"
    yield f"## {verdict}"
    yield ""
    yield f"Cette décision vaut {account.until}."
    yield from map(_obstacle, account.obstacles)
    yield from map(_ground, account.grounds)
    yield ""


def _part(part: PartAccount) -> Iterator[str]:
    place = f" (dans `{DATA}/{part.id}`)" if part.state == "read" else ""
    yield f"- **{part.name}**{place} : {STATES[part.state].format(until=part.until)}."
    reasons = [_obstacle(each) for each in part.obstacles] or [_ground(each) for each in part.grounds]
    yield from (f"  {reason}" for reason in reasons)


def _ground(ground: Ground) -> str:
    return f"- {ground.text}{_citation(ground.citation)}"


def _obstacle(obstacle: Obstacle) -> str:
    return f"- {obstacle.text}{_citation(obstacle.citation)} Qui peut vous aider : {_helper(obstacle.helper)}."


def _helper(helper: Helper) -> str:
    """Who can help; an address is a link of Markdown's own."""
    address = f"<{helper.address}>" if "@" in helper.address else helper.address
    return f"{helper.name} ({address})" if address else helper.name


def _citation(citation: Citation) -> str:
    if not citation.text:
        return ""
    return f" [{citation.text}]({citation.link})" if citation.link else f" ({citation.text})"


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield f"## {title}"
        yield ""
        yield from lines
        yield ""
