"""Titles as facts: who and what they cover, until when, and whether they count at all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from policies.access.approvals import Approvals, Organisations
from policies.calendar import ONE_DAY, months_after
from policies.engine.model import Law
from policies.register.attested import Period
from policies.register.follow import FoundProcessing, Register
from policies.register.person import Commitment, PersonDocument
from policies.register.project import Title

HABILITATION = "habilitation_nominative"


def period_fact(period: Period) -> dict[str, Any]:
    """A period as the law sees it: two days, the second absent when no end is known."""
    return {"from": period.from_, "until": period.until}


def capped(law: Law, kind: str, period: Period) -> Period:
    """A title lasts no longer than the law lets its kind last (parameter `title_months.<kind>`)."""
    limit = law.parameters.get(f"title_months.{kind}")
    months = limit.at(period.from_) if limit is not None else None
    if months is None:
        return period
    last = months_after(period.from_, months) - ONE_DAY
    return Period(**{"from": period.from_, "until": min(last, period.until or last)})


def title_facts(register: Register, found: FoundProcessing, person: str, approvals: Approvals) -> list[dict[str, Any]]:
    """Every title that could open something to this person on this processing.

    A commitment is a title of its own person; a habilitation is one for the processing.
    """
    processing_titles = [
        _title(register, found, name, title, person, approvals) for name, title in found.processing.titles.items()
    ]
    return [
        *processing_titles,
        *_habilitation(found, person, approvals),
        *commitment_facts(register, person, approvals),
    ]


def _title(
    register: Register, found: FoundProcessing, name: str, title: Title, person: str, approvals: Approvals
) -> dict[str, Any]:
    place = f"{found.place}/titles/{name}"
    # A title that names nobody benefits whoever is judged: they may not have approved it themselves.
    beneficiaries = frozenset({person} if title.people is None else title.people)
    flaw = approvals.flaw("title", place, title, _organisations(register, found, title), beneficiaries)
    return _fact(
        kind=title.kind,
        number=title.number,
        period=capped(approvals.law, title.kind, title.effective),
        people=None if title.people is None else list(title.people),
        parts=covered_parts(register, found, title),
        flaw=flaw or file_flaw(register, title),
        names=title,
    )


def covered_parts(register: Register, found: FoundProcessing, title: Title) -> list[str] | None:
    """The parts that a title opens, None for all of them; one that names years opens no part of another."""
    if title.years is None:
        return None if title.parts is None else list(title.parts)
    asked = [f"{dataset}/{part}" for dataset, use in found.processing.datasets.items() for part in use.parts]
    named = asked if title.parts is None else [each for each in title.parts if each in asked]
    return [each for each in named if _year(register, each) in title.years]


def _year(register: Register, part: str) -> int | None:
    dataset, _, name = part.partition("/")
    return register.datasets[dataset].parts[name].year


def _organisations(register: Register, found: FoundProcessing, title: Title) -> Organisations:
    """A producer approves titles about its own data alone: all parts named must be of one producer."""
    named = {part.partition("/")[0] for part in title.parts or ()}
    used = named or set(found.processing.datasets)
    producers = {register.datasets[name].producer for name in used if name in register.datasets}
    return Organisations(
        carrier=found.project.carrier,
        controller=found.processing.controller,
        producer=producers.pop() if len(producers) == 1 else None,
    )


def file_flaw(register: Register, title: Title | Commitment) -> str | None:
    """A title counts only while its file is there with the fingerprint that was approved."""
    actual = register.files.get(title.file)
    if actual is None:
        return f"son fichier {title.file} manque au registre"
    if actual != title.fingerprint:
        return f"son fichier {title.file} n'est plus celui qui a été approuvé"
    return None


def _habilitation(found: FoundProcessing, person: str, approvals: Approvals) -> Iterable[dict[str, Any]]:
    entry = found.processing.team.get(person)
    if entry is None:
        return
    yield _fact(
        kind=HABILITATION,
        number=f"{found.id}/{person}",
        period=entry.effective,
        people=[person],
        parts=None,
        flaw=team_flaw(found, person, approvals),
    )


def team_flaw(found: FoundProcessing, person: str, approvals: Approvals) -> str | None:
    """Why a team entry does not count, None when it does."""
    entry = found.processing.team[person]
    at = Organisations(carrier=found.project.carrier, controller=found.processing.controller)
    return approvals.flaw("team", f"{found.place}/team/{person}", entry, at, frozenset({person}))


def commitment_facts(register: Register, person: str, approvals: Approvals) -> list[dict[str, Any]]:
    """The person's confidentiality commitments, as titles that cover them alone."""
    document = register.people.get(person)
    return (
        []
        if document is None
        else [
            _fact(
                kind=commitment.kind,
                number=name,
                period=capped(approvals.law, commitment.kind, commitment.effective),
                people=[person],
                parts=None,
                flaw=_commitment_flaw(register, document, person, name, approvals),
            )
            for name, commitment in document.commitments.items()
        ]
    )


def _commitment_flaw(
    register: Register, document: PersonDocument, person: str, name: str, approvals: Approvals
) -> str | None:
    commitment = document.commitments[name]
    place = f"people/{person}/commitments/{name}"
    flaw = approvals.flaw("commitment", place, commitment, Organisations(), frozenset({person}))
    return flaw or file_flaw(register, commitment)


def _fact(
    *,
    kind: str,
    number: str,
    period: Period,
    people: list[str] | None,
    parts: list[str] | None,
    flaw: str | None,
    names: Title | None = None,
) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": number,
        "period": period_fact(period),
        "people": people,
        "parts": parts,
        "counts": flaw is None,
        "flaw": flaw,
        **_named(names),
    }


def _named(title: Title | None) -> dict[str, Any]:
    """What the document itself names; what it leaves out is absent."""
    lists = {name: getattr(title, name, None) for name in ("recipients", "purposes")}
    pairs = getattr(title, "pairs", None)
    return {
        "article": getattr(title, "article", None),
        "method": getattr(title, "method", None),
        **{name: None if each is None else list(each) for name, each in lists.items()},
        "pairs": None if pairs is None else [pair_id(*pair) for pair in pairs],
    }


def pair_id(one: str, other: str) -> str:
    """Two parts side by side, whichever is named first."""
    return " + ".join(sorted((one, other)))
