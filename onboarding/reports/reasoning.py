"""A decision as rows: dataset, verdict, until, rule, article, what is missing, who can give it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from types import MappingProxyType

from policies.access.decision import Decision, Grant
from policies.engine.model import Law, Reason, Refusal
from policies.engine.wording import join
from policies.explain.account import part_name, say_citation
from policies.explain.contacts import Contacts
from policies.register.follow import FoundProcessing, Register
from policies.wording import say_day

COLUMNS = ("données", "verdict", "jusqu'au", "règle", "article", "ce qui manque", "qui peut le donner")
VERDICTS = MappingProxyType({"read": "lecture", "catalogue": "catalogue", "refused": "refusé"})
Row = tuple[str, str, str, str, str, str, str]


def reasoning_rows(decision: Decision, found: FoundProcessing, register: Register, law: Law) -> list[Row]:
    """The workspace first, then its parts in the register's order; one row for each rule that refuses."""
    contacts = Contacts(law, register, found)
    rows = list(_opening(decision, contacts))
    for dataset, use in found.processing.datasets.items():
        for part in use.parts:
            rows += _part(decision, f"{dataset}/{part}", part_name(register, dataset, part), contacts)
    return rows


def _opening(decision: Decision, contacts: Contacts) -> Iterator[Row]:
    if decision.refusals:
        yield from refused_rows("espace de travail", decision.refusals, contacts)
        return
    rules = rules_of(decision.reasons)
    until = _day(decision.until)
    yield ("espace de travail", "ouvert", until, rules, articles_of(decision.reasons, contacts.law), "", "")


def _part(decision: Decision, id_: str, name: str, contacts: Contacts) -> Iterator[Row]:
    grant = next((each for each in decision.grants if each.id == id_), None)
    refused = next((each for each in decision.refused_parts if each.id == id_), None)
    if grant is not None:
        own = _own(decision, grant)
        until = _day(grant.until)
        yield (name, VERDICTS[grant.mode], until, rules_of(own), articles_of(own, contacts.law), "", "")
    if refused is not None:
        yield from refused_rows(name, refused.refusals, contacts, refused.dataset)


def _own(decision: Decision, grant: Grant) -> list[Reason]:
    """What opens a part besides what opens the workspace."""
    common = set(decision.reasons)
    return [each for each in grant.reasons if each not in common] or list(grant.reasons)


def refused_rows(what: str, refusals: Iterable[Refusal], contacts: Contacts, dataset: str = "") -> Iterator[Row]:
    """What is refused, one row for each rule that refuses it."""
    for each in dict.fromkeys(refusals):
        article = say_citation(contacts.law, each.source, each.article, None).text
        lacks = join(each.missing, "et") or each.message
        yield (what, VERDICTS["refused"], "", each.rule, article, lacks, str(contacts.helper(each.ask, dataset)))


def rules_of(reasons: Iterable[Reason]) -> str:
    """The rules, each once."""
    return ", ".join(dict.fromkeys(each.rule for each in reasons))


def articles_of(reasons: Iterable[Reason], law: Law) -> str:
    """The articles of rules, each once, as people cite them."""
    cited = (say_citation(law, each.source, each.article, None).text for each in reasons)
    return " ; ".join(dict.fromkeys(cited))


def _day(day: date | None) -> str:
    return "sans fin connue" if day is None else say_day(day)
