"""Why no record of a list does: what the one that comes closest has against it, in the words of its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from policies.engine.conditions import AllOf, Leaf, Node, Some, inner_nodes
from policies.engine.documents import Declaration
from policies.engine.vocabulary import Facts, Vocabulary, ends_of
from policies.engine.wording import join, say
from policies.wording import say_day


@dataclass(frozen=True)
class Record:
    """One record of the list, with what it is judged beside."""

    values: Mapping[str, object]
    fields: Mapping[str, Declaration]
    facts: Facts
    day: date


def why_none(node: Some, facts: Facts, element: Facts, day: date, vocabulary: Vocabulary) -> str:
    """The flaws of the closest record, in brackets; nothing when no record can be told.

    A record that fails on a field without `flaw`, such as the person that it names, is not the reader's to know of.
    """
    found = node.read(facts, element, day)
    records = [Record(each, node.declared.fields, facts, day) for each in found or () if isinstance(each, Mapping)]
    told = [flaws for record in records if (flaws := _flaws(node.such_that, record, vocabulary))]
    closest = min(told, key=lambda flaws: (len(flaws), sum(far for far, _ in flaws)), default=())
    return f" ({join([text for _, text in closest], 'et')})" if closest else ""


def _flaws(such_that: Node, record: Record, vocabulary: Vocabulary) -> Sequence[tuple[int, str]]:
    """What each condition that fails has against the record, how many days away; nothing when one has no words."""
    conditions = such_that.inner if isinstance(such_that, AllOf) else (such_that,)
    failed = [each for each in conditions if each.judge(record.facts, record.values, record.day)[0] is not True]
    flaws = [next((_said(leaf, record, vocabulary) for leaf in _telling(each, record)), None) for each in failed]
    told = [flaw for flaw in flaws if flaw is not None]
    return told if len(told) == len(flaws) else ()


def _telling(node: Node, record: Record) -> Iterator[Leaf]:
    """The leaves on fields that have words for their flaw."""
    if isinstance(node, Leaf) and record.fields.get(node.name) is node.declared and node.declared.flaw:
        yield node
    for inner in inner_nodes(node):
        yield from _telling(inner, record)


def _said(leaf: Leaf, record: Record, vocabulary: Vocabulary) -> tuple[int, str]:
    value = leaf.read(record.facts, record.values, record.day)
    far, when = _when(value, record.day)
    text = (leaf.declared.flaw or "").replace("{when}", when)
    return far, text.replace("{found}", say(value, leaf.declared, vocabulary))


def _when(value: object, day: date) -> tuple[int, str]:
    """How many days before or after a period a day is, and when the period ended or begins."""
    ends = ends_of(value)
    if ends is None:
        return 0, ""
    first, last = ends
    if day > last:
        return (day - last).days, f"a pris fin le {say_day(last)}"
    return max((first - day).days, 0), f"commence le {say_day(first)}"
