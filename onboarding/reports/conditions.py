"""The conditions of a rule as French lines, indented as they nest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any

from policies.engine.conditions import AllOf, Leaf, Node, Not, OneOf, Some, TitleOf, Way, Ways, When
from policies.engine.operators import FactRef, Literally, Operand, ParameterRef
from policies.engine.vocabulary import LISTS, Vocabulary
from policies.engine.wording import join, say

Line = tuple[int, str]
"""How deep a line stands, and its text."""

SENSES = MappingProxyType(
    {
        "is": "{fact} : {value}",
        "in": "{fact}, parmi : {value}",
        "has": "{fact}, dont : {value}",
        "only": "{fact}, et rien d'autre que : {value}",
        "at_least": "{fact} : au moins {value}",
        "at_most": "{fact} : au plus {value}",
        "more_than": "{fact} : plus de {value}",
        "less_than": "{fact} : moins de {value}",
        "contains": "{fact} : comprend {value}",
    }
)
COVERED = MappingProxyType({"person": "la personne", "part": "la partie"})


def say_condition(node: Node, vocabulary: Vocabulary) -> list[Line]:
    """The lines of a condition; those on one level must all hold unless the line above says otherwise."""
    return [line for each in _parts(node) for line in _lines(each, vocabulary, 0)]


def _lines(node: Node, vocabulary: Vocabulary, depth: int) -> Iterator[Line]:
    if isinstance(node, AllOf) and len(_parts(node)) > 1:
        yield depth, "toutes ces conditions :"
        yield from _below(_parts(node), vocabulary, depth)
    elif isinstance(node, AllOf):
        yield from _lines(_parts(node)[0], vocabulary, depth)
    elif isinstance(node, OneOf):
        yield depth, "l'une au moins de ces conditions :"
        yield from _below(node.inner, vocabulary, depth)
    elif isinstance(node, Not):
        yield depth, "le contraire de :"
        yield from _below(_parts(node.inner), vocabulary, depth)
    elif isinstance(node, When):
        yield depth, "si :"
        yield from _below(_parts(node.condition), vocabulary, depth)
        yield depth, "alors :"
        yield from _below(_parts(node.then), vocabulary, depth)
    elif isinstance(node, Ways):
        yield depth, "l'une de ces voies, entière :"
        for way in node.inner:
            yield from _way(way, vocabulary, depth + 1)
    else:
        yield from _leaf(node, vocabulary, depth)


def _way(way: Way, vocabulary: Vocabulary, depth: int) -> Iterator[Line]:
    yield depth, f"**{way.name}**"
    yield depth + 1, "elle admet :"
    yield from _below(_parts(way.admits), vocabulary, depth + 1)
    yield depth + 1, "elle demande :"
    yield from _below(_parts(way.needs), vocabulary, depth + 1)


def _leaf(node: Some | TitleOf | Leaf, vocabulary: Vocabulary, depth: int) -> Iterator[Line]:
    if isinstance(node, Some):
        yield depth, f"l'un de ceux-ci : {node.declared.meaning}, tel que :"
        yield from _below(_parts(node.such_that), vocabulary, depth)
    elif isinstance(node, TitleOf):
        covered = join([COVERED[name] for name in node.covers], "et")
        name = vocabulary.words["title_kinds"][node.kind]
        yield depth, f"titre : {name}" + (f", qui couvre {covered}" if covered else "")
        if node.such_that is not None:
            yield depth + 1, "et qui porte :"
            yield from _below(_parts(node.such_that), vocabulary, depth + 1)
    else:
        yield depth, say_leaf(node, vocabulary)


def _parts(node: Node) -> list[Node]:
    """The conditions that must all hold; that a fact is there goes without saying where more is asked of it."""
    if not isinstance(node, AllOf):
        return [node]
    parts = [part for inner in node.inner for part in _parts(inner)]
    asked = {part.name for part in parts if isinstance(part, Leaf) and part.operator != "present"}
    return [each for each in parts if not (isinstance(each, Leaf) and _is_there(each) and each.name in asked)]


def _is_there(leaf: Leaf) -> bool:
    return leaf.operator == "present" and isinstance(leaf.operand, Literally) and bool(leaf.operand.value)


def _below(nodes: Iterable[Node], vocabulary: Vocabulary, depth: int) -> Iterator[Line]:
    for node in nodes:
        yield from _lines(node, vocabulary, depth + 1)


def say_leaf(leaf: Leaf, vocabulary: Vocabulary) -> str:
    """One operator on one fact, as people say it."""
    fact = leaf.declared.meaning
    if leaf.operator == "present":
        return f"renseigné : {fact}" if _is_there(leaf) else f"non renseigné : {fact}"
    value = say_operand(leaf.operand, leaf, vocabulary)
    if leaf.operator == "only" and value == "aucun":
        return f"{fact} : aucun"
    return SENSES[leaf.operator].format(fact=fact, value=value)


def say_operand(operand: Operand, leaf: Leaf, vocabulary: Vocabulary) -> str:
    """What stands beside an operator: a value, a parameter of the law, another fact, the day."""
    if isinstance(operand, ParameterRef):
        return f"la valeur de `{operand.name}` ce jour-là"
    if isinstance(operand, FactRef):
        return operand.declared.meaning
    if isinstance(operand, Literally):
        return _literal(operand.value, leaf, vocabulary)
    return "ce jour"


def _literal(value: Any, leaf: Leaf, vocabulary: Vocabulary) -> str:
    if value.__class__ in LISTS:
        return join([say(each, leaf.declared, vocabulary) for each in value], "ou") or "aucun"
    return say(value, leaf.declared, vocabulary)
