"""Verdicts on a catalogue entry or on an output, as the rows of `explain`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onboarding.reports.reasoning import Row, articles_of, refused_rows, rules_of
from policies.engine.model import Law, Verdict
from policies.explain.contacts import Contacts
from policies.register.follow import FoundProcessing, Register
from policies.wording import say_day

COLUMNS = ("quoi", "verdict", "jusqu'au", "règle", "article", "ce qui manque", "qui peut le donner")


def catalogue_rows(verdicts: Mapping[str, Verdict], register: Register, law: Law) -> list[Row]:
    """The entry of each dataset in the register's order: what contradicts the law, then what it lacks."""
    rows: list[Row] = []
    contacts = Contacts(law, register)
    for dataset, verdict in verdicts.items():
        rows += verdict_rows(register.datasets[dataset].name, verdict, contacts, "en ordre", dataset)
    return rows


def output_rows(what: str, verdict: Verdict, register: Register, law: Law, found: FoundProcessing) -> list[Row]:
    """Whether an output made on a processing may leave."""
    return list(verdict_rows(what, verdict, Contacts(law, register, found), "peut sortir"))


def verdict_rows(what: str, verdict: Verdict, contacts: Contacts, allowed: str, dataset: str = "") -> Iterator[Row]:
    """One verdict: its refusals, else what allows it and what it warns of."""
    law = contacts.law
    if not verdict.allowed:
        yield from refused_rows(what, verdict.refusals, contacts, dataset)
        return
    until = "" if verdict.until is None else say_day(verdict.until)
    if not verdict.warnings:
        yield (what, allowed, until, rules_of(verdict.reasons), articles_of(verdict.reasons, law), "", "")
    for each in verdict.warnings:
        yield (what, "à compléter", until, each.rule, articles_of([each], law), each.text, "")
