"""What a data protection officer or a lawyer has still to confirm: every claim of the law that nobody signed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import date

from policies.calendar import parse_day
from policies.engine.documents import Citation, Trusted
from policies.engine.model import Law
from policies.wording import say_day

ORDER = ("doctrine", "interpretation", "known", "read")
"""The least sure first: what was read in a copy comes last."""


@dataclass(frozen=True)
class Claim:
    """One thing that the law says, what it rests on, and how far it was checked."""

    kind: str
    name: str
    confidence: str
    source: str
    article: str
    seen_in: str
    checked_on: str
    says: str


def unsigned_claims(law: Law) -> list[Claim]:
    """Every claim without a confirmation, the least sure first."""
    return sorted(_claims(law), key=lambda claim: (ORDER.index(claim.confidence), claim.kind, claim.name))


def _claims(law: Law) -> Iterator[Claim]:
    for key, rule in law.rules.items():
        file = rule.file
        if file.confirmed is None:
            yield _claim("règle", key, file, file.source, file.checked_on, file.message)
    for name, parameter in law.parameters.items():
        for day, value in parameter.file.values.items():
            if value.confirmed is None:
                says = f"{parameter.file.description} : {value.value}"
                yield _claim("valeur", f"{name} {day}", value, value.source, parameter.file.checked_on, says)
    for name, regime in law.regimes.items():
        if regime.confirmed is None:
            yield _claim("régime", name, regime, regime.source, None, f"{regime.name} : {regime.protects}")
    for name, reminder in law.notices.reminders.items():
        if reminder.confirmed is None:
            yield _claim("rappel", name, reminder, reminder.source, reminder.checked_on, reminder.text)


def _claim(kind: str, name: str, said: Trusted, source: Citation, checked: date | None, says: str) -> Claim:
    seen, on = ", ".join(said.seen_in), "" if checked is None else checked.isoformat()
    return Claim(kind, name, said.confidence, source.text, source.article, seen, on, " ".join(says.split()))


COLUMNS = ("confiance", "quoi", "nom", "source", "article", "lu dans", "vérifié le")
CONFIDENCES = {
    "doctrine": "choix de la DINUM", "interpretation": "interprétation", "known": "connue", "read": "lue",
}  # fmt: skip


def claim_rows(claims: list[Claim]) -> list[tuple[str, ...]]:
    """The claims as people read them; CSV keeps words and days as programs do."""
    return [
        (CONFIDENCES[each.confidence], each.kind, each.name, each.source, each.article, each.seen_in, _checked(each))
        for each in claims
    ]


def _checked(claim: Claim) -> str:
    return say_day(parse_day(claim.checked_on)) if claim.checked_on else ""


def claims_csv(claims: list[Claim]) -> str:
    """The claims as CSV, one a line, with the names of the columns."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(field.name for field in fields(Claim))
    writer.writerows(astuple(claim) for claim in claims)
    return written.getvalue()
