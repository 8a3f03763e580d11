"""Why a condition failed, in French noun phrases that fit after "il manque : "; and what could not be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.engine.closest import why_none
from policies.engine.conditions import AllOf, Leaf, Node, Not, OneOf, Some, TitleOf, Ways, When, inner_nodes
from policies.engine.documents import Declaration
from policies.engine.operators import FactRef, Literally, Operand, ParameterRef
from policies.engine.titles import SUBJECTS, TITLES, covers_all
from policies.engine.vocabulary import IS, LISTS, Facts, Vocabulary, ends_of
from policies.engine.wording import join, say
from policies.wording import say_day

_BEFORE = {
    "at_least": "au moins ",
    "at_most": "au plus ",
    "more_than": "plus de ",
    "less_than": "moins de ",
    "only": "rien d'autre que ",
    "contains": "une période qui comprend le ",
}
_DAYS = {
    "at_least": "au plus tôt le ",
    "at_most": "au plus tard le ",
    "more_than": "après le ",
    "less_than": "avant le ",
}

_OTHERS = ((6, "part", "pour d'autres données"), (5, "person", "au nom d'autres personnes"))


@dataclass(frozen=True)
class Asked:
    """The question whose answer is explained."""

    vocabulary: Vocabulary
    facts: Facts
    day: date


def explain_failure(node: Node, asked: Asked) -> tuple[str, ...]:
    """What would have to be there for a condition that is false; each phrase once."""
    return tuple(dict.fromkeys(_phrases(node, asked, asked.facts, wanted=True)))


def explain_unknown(node: Node, asked: Asked) -> tuple[str, ...]:
    """The meanings of the facts that were needed and are absent or unreadable; each once."""
    return tuple(dict.fromkeys(_unjudged(node, asked, asked.facts)))


def _phrases(node: Node, asked: Asked, element: Facts, wanted: bool) -> list[str]:
    """The phrases of a node whose value is not the one wanted; negations are pushed to the leaves."""
    if isinstance(node, Not | When):
        told, way = (node.inner, not wanted) if isinstance(node, Not) else (node.then, wanted)
        return _phrases(told, asked, element, way)
    if isinstance(node, AllOf | OneOf):
        return _many_phrases(node, asked, element, wanted)
    if isinstance(node, Ways):
        return _way_phrases(node, asked, element, wanted)
    if isinstance(node, TitleOf):
        name = asked.vocabulary.words["title_kinds"][node.kind]
        return [name + _why_no_title(node, asked)] if wanted else [f"la fin de ce titre : {name}"]
    if isinstance(node, Some):
        said = _filled(node.declared, "", node.read(asked.facts, element, asked.day), asked)
        return [said + why_none(node, asked.facts, element, asked.day, asked.vocabulary)] if wanted else [said]
    return [_leaf_phrase(node, asked, element, wanted)]


def _many_phrases(node: AllOf | OneOf, asked: Asked, element: Facts, wanted: bool) -> list[str]:
    failed = [
        _phrases(inner, asked, element, wanted)
        for inner in node.inner
        if inner.judge(asked.facts, element, asked.day)[0] is (not wanted)
    ]
    if isinstance(node, AllOf) is wanted:
        return [phrase for phrases in failed for phrase in phrases]
    return _alternatives(failed)


def _way_phrases(node: Ways, asked: Asked, element: Facts, wanted: bool) -> list[str]:
    """What the ways that admit the person still need; where none does, which ways there are."""
    admitting = [way for way in node.inner if way.admits.judge(asked.facts, element, asked.day)[0] is True]
    if not wanted:
        return [f"la fin de cette voie d'accès : {way.name}" for way in admitting]
    if admitting:
        return _alternatives([_phrases(way.needs, asked, element, wanted) for way in admitting])
    return [
        f"une voie d'accès qui admette cette finalité et ce destinataire ({' ; '.join(w.name for w in node.inner)})"
    ]


def _alternatives(ways: Sequence[Sequence[str]]) -> list[str]:
    """What every way needs, then the choice between the rest; a way that needs no more ends the choice."""
    if not ways:
        return []
    shared = [phrase for phrase in ways[0] if all(phrase in way for way in ways)]
    rests = [tuple(phrase for phrase in way if phrase not in shared) for way in ways]
    return [*shared, *_choice(list(dict.fromkeys(rests)), alone=not shared)] if all(rests) else shared


def _choice(rests: Sequence[Sequence[str]], alone: bool) -> Sequence[str]:
    """One of several: a ou b; or, where that could be misread, soit a et b, soit c."""
    if len(rests) == 1:
        return rests[0]
    if alone and all(len(rest) == 1 and "soit " not in rest[0] for rest in rests):
        return [join([rest[0] for rest in rests], "ou")]
    return [", ".join("soit " + join(rest, "et") for rest in rests)]


def _leaf_phrase(leaf: Leaf, asked: Asked, element: Facts, wanted: bool) -> str:
    present = leaf.read(asked.facts, element, asked.day)
    if leaf.operator == "present":
        said = leaf.declared.missing
        return said if said and "{" not in said else leaf.declared.meaning
    expected = _expected(leaf, asked)
    return _filled(leaf.declared, expected if wanted else f"autre chose que {expected}", present, asked)


def _filled(declared: Declaration, expected: str, present: Any, asked: Asked) -> str:
    if declared.missing is None:
        return f"{declared.meaning} (attendu : {expected})" if expected else declared.meaning
    found = say(present, declared, asked.vocabulary) if declared.type != "list of records" else ""
    return declared.missing.replace("{expected}", expected).replace("{found}", found)


def _expected(leaf: Leaf, asked: Asked) -> str:
    """What an operator wants, as people say it."""
    value = _value(leaf.operand, asked)
    if leaf.operator in ("in", "only") and value.__class__ in LISTS:
        choices = [say(choice, leaf.declared, asked.vocabulary) for choice in value]
        return _BEFORE.get(leaf.operator, "") + join(choices, "ou") if choices else "aucun"
    before = _DAYS if leaf.declared.type == "day" else _BEFORE
    return before.get(leaf.operator, "") + say(value, leaf.declared, asked.vocabulary)


def _value(operand: Operand, asked: Asked) -> Any:
    if isinstance(operand, Literally):
        return operand.value
    if isinstance(operand, ParameterRef):
        return operand.dated.at(asked.day)[0]
    if isinstance(operand, FactRef):
        return operand.read(asked.facts, asked.facts, asked.day)
    return asked.day


def _why_no_title(node: TitleOf, asked: Asked) -> str:
    """Why the titles of the kind do not do, the one that comes nearest first; nothing when there is none."""
    titles = asked.facts.get(TITLES) or ()
    reasons = sorted(
        _why_not(title, node, asked) for title in titles if isinstance(title, dict) and title.get("kind") == node.kind
    )
    return f" ({reasons[0][2]})" if reasons else ""


def _why_not(title: Mapping[str, Any], node: TitleOf, asked: Asked) -> tuple[int, int, str]:
    """How far a title is from doing (less is nearer), and the reason."""
    for rank, name, text in _OTHERS:
        key, fact = SUBJECTS[name]
        if name in node.covers and not covers_all(title, [(key, _subject(fact, asked))]):
            return rank, 0, text
    if node.such_that is not None and node.such_that.judge(asked.facts, title, asked.day)[0] is not True:
        return 4, 0, f"il doit porter {join(_phrases(node.such_that, asked, title, wanted=True), 'et')}"
    ends = ends_of(title.get("period"))
    if ends is None:
        return 7, 0, "dates illisibles"
    if asked.day > ends[1]:
        return 3, -ends[1].toordinal(), f"dernier jour : {say_day(ends[1])}"
    if title.get("counts") is not True:
        return 1, ends[0].toordinal(), str(title.get("flaw") or "ne compte pas")
    return 2, ends[0].toordinal(), f"premier jour : {say_day(ends[0])}"


def _subject(fact: str, asked: Asked) -> str:
    root, field = fact.split(".")
    return str(asked.facts[root][field])


def _unjudged(node: Node, asked: Asked, element: Facts) -> list[str]:
    if node.judge(asked.facts, element, asked.day)[0] is not None:
        return []
    if inner := inner_nodes(node):
        return [phrase for each in inner for phrase in _unjudged(each, asked, element)]
    if isinstance(node, TitleOf):
        return ["les titres d'accès"]
    if isinstance(node, Some):
        return [node.declared.meaning]
    return _unread_leaf(node, asked, element) if isinstance(node, Leaf) else []


def _unread_leaf(node: Leaf, asked: Asked, element: Facts) -> list[str]:
    operand = _unreadable_operand(node.operand, asked)
    readable = IS[node.declared.type](node.read(asked.facts, element, asked.day))
    return operand if readable and operand else [node.declared.meaning, *operand]


def _unreadable_operand(operand: Operand, asked: Asked) -> list[str]:
    if _value(operand, asked) is not None:
        return []
    if isinstance(operand, FactRef):
        return [operand.declared.meaning]
    return [f"la valeur de {operand.name}"] if isinstance(operand, ParameterRef) else []
