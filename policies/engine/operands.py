"""What stands beside an operator: a literal, a fact, a parameter or `day`, of the type that it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from policies.calendar import parse_day
from policies.engine.documents import Declaration
from policies.engine.known import Known
from policies.engine.logic import read_name
from policies.engine.operators import SUITS, FactRef, Literally, Operand, ParameterRef, Today
from policies.engine.vocabulary import IS, Vocabulary
from policies.files import nearest

Say = Callable[[str], None]


def parse_operand(
    raw: object,
    operator: str,
    declared: Declaration,
    known: Known,
    say: Say,
) -> Operand | None:
    """The operand of an operator on a declared fact; `None` after a problem was told."""
    wanted = _wanted_type(operator, declared, say)
    if wanted is None:
        return None
    if raw == "day" and wanted == "day":
        return Today()
    if isinstance(raw, Mapping):
        if operator == "present":
            say("takes true or false")
            return None
        return _parse_reference(raw, wanted, known, say)
    return _parse_literal(raw, wanted, declared, known.vocabulary, say)


def _wanted_type(operator: str, declared: Declaration, say: Say) -> str | None:
    if operator == "present":
        if not declared.optional:
            say("suits optional facts only; declare the fact `optional: true` or take the condition out")
            return None
        return "boolean"
    if operator not in SUITS:
        say("unknown operator" + nearest(operator, [*SUITS, "present"]))
        return None
    wanted = SUITS[operator].get(declared.type)
    if wanted is None:
        suiting = [name for name, types in SUITS.items() if declared.type in types]
        say(f"does not suit a fact of type {declared.type}; allowed: {', '.join(suiting) or 'some'}")
    return wanted


def _parse_reference(raw: Mapping[str, Any], wanted: str, known: Known, say: Say) -> Operand | None:
    (kind, name), *others = raw.items() or [(None, None)]
    if others or kind not in ("fact", "parameter") or not isinstance(name, str):
        say("an operand is a literal, `day`, {fact: name} or {parameter: name}")
        return None
    return _to_parameter(name, wanted, known, say) if kind == "parameter" else _to_fact(name, wanted, known, say)


def _to_parameter(name: str, wanted: str, known: Known, say: Say) -> Operand | None:
    if name not in known.parameters:
        say(f"unknown parameter {name}{nearest(name, known.parameters)}")
        return None
    dated = known.parameters[name].dated
    if not all(IS[wanted](value) for value in dated.every()):
        say(f"the parameter {name} is {dated.type}; a {wanted} is needed")
        return None
    return ParameterRef(name, dated)


def _to_fact(name: str, wanted: str, known: Known, say: Say) -> Operand | None:
    declared = known.scope.facts.get(name)
    if declared is None:
        say(f"{name} is not a fact that this action has{nearest(name, known.scope.facts)}")
    elif declared.type != wanted:
        say(f"the fact {name} is {declared.type}; a {wanted} is needed")
    elif declared.without_route is not None:
        say(f"the fact {name} is found by the engine and cannot be an operand; put it before the operator")
    else:
        return FactRef(name, declared, read_name(name, in_element=False))
    return None


def _parse_literal(raw: Any, wanted: str, declared: Declaration, vocabulary: Vocabulary, say: Say) -> Operand | None:
    if wanted == "day" and isinstance(raw, str):
        try:
            return Literally(parse_day(raw))
        except ValueError as error:
            say(str(error))
            return None
    if not IS[wanted](raw):
        say(f"{raw!r} is not a {wanted}; the fact is {declared.type}" + _quotes(raw, wanted))
        return None
    if not check_words(raw, wanted, declared.words, vocabulary, say):
        return None
    return Literally(tuple(raw) if isinstance(raw, list) else raw)


def _quotes(raw: object, wanted: str) -> str:
    return f"; write '{raw}' between quotes" if wanted == "text" and isinstance(raw, int | float) else ""


def check_words(raw: Any, type_: str, group: str | None, vocabulary: Vocabulary, say: Say) -> bool:
    """Text about a fact with words is one of them; says so of each that is not."""
    if group is None or type_ not in ("text", "list of text"):
        return True
    values: Iterable[str] = [raw] if type_ == "text" else raw
    unknown = [value for value in values if value not in vocabulary.words.get(group, {})]
    for value in unknown:
        say(f"{value!r} is not one of the words of {group}{nearest(value, vocabulary.words.get(group, {}))}")
    return not unknown
