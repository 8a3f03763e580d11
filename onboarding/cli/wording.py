"""A decision in lines for the terminal. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policies.access.decision import Decision, Grant, PartRefusal
from policies.engine.model import Reason, Refusal

MODES = {"read": "lecture", "catalogue": "catalogue seulement"}


def decision_lines(decision: Decision) -> Iterator[str]:
    """The decision, then each part, granted or refused, with its grounds."""
    verdict = "permis" if decision.allowed else "refusé"
    yield f"{decision.person} sur {decision.processing} au {decision.day:%d/%m/%Y} : {verdict}{_until(decision.until)}"
    for reason in decision.reasons:
        yield f"  {_reason(reason)}"
    for refusal in decision.refusals:
        yield from _refusal(refusal, "  ")
    for grant in decision.grants:
        yield from _grant(grant)
    for part in decision.refused_parts:
        yield from _refused_part(part)
    for obligation in decision.obligations:
        yield f"  obligation ({obligation.rule}) : {obligation.text}"
    for warning in decision.warnings:
        yield f"  attention : {_reason(warning)}"


def _grant(grant: Grant) -> Iterator[str]:
    yield f"  {grant.id} : {MODES[grant.mode]}{_until(grant.until)}"
    for reason in grant.reasons:
        yield f"    {_reason(reason)}"


def _refused_part(part: PartRefusal) -> Iterator[str]:
    yield f"  {part.id} : refusée"
    for refusal in part.refusals:
        yield from _refusal(refusal, "    ")


def _reason(reason: Reason) -> str:
    return f"{reason.rule} ({reason.source}, {reason.article}) : {reason.text}"


def _refusal(refusal: Refusal, margin: str) -> Iterator[str]:
    yield f"{margin}{refusal.rule} ({refusal.source}, {refusal.article}) : {refusal.message}"
    for missing in refusal.missing:
        yield f"{margin}  manque : {missing}"
    yield f"{margin}  à qui s'adresser : {refusal.ask}"


def _until(day: date | None) -> str:
    return f", jusqu'au {day:%d/%m/%Y} inclus" if day else ""
