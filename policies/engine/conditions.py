"""A rule's conditions as a tree: what is judged on each request, and what explains a failure afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from policies.engine.commonest import judge_commonest
from policies.engine.documents import Declaration
from policies.engine.known import Known, Tell
from policies.engine.logic import Judge, Read, judge_all, judge_any, judge_not, judge_some
from policies.engine.operands import parse_operand
from policies.engine.operators import Literally, Operand, bounded, judge_operator
from policies.engine.titles import SUBJECTS, TITLES, judge_title
from policies.files import nearest


@dataclass(frozen=True)
class AllOf:
    """Each of these."""

    inner: tuple[Node, ...]
    judge: Judge = field(compare=False, repr=False)


@dataclass(frozen=True)
class OneOf:
    """One of these at least."""

    inner: tuple[Node, ...]
    judge: Judge = field(compare=False, repr=False)


@dataclass(frozen=True)
class Way:
    """One way in: whom and what for it admits, and what it then needs."""

    name: str
    admits: Node
    needs: Node
    judge: Judge = field(compare=False, repr=False)


@dataclass(frozen=True)
class Ways:
    """One of these ways whole: a way counts only for those whom it admits."""

    inner: tuple[Way, ...]
    judge: Judge = field(compare=False, repr=False)


@dataclass(frozen=True)
class When:
    """Where one thing holds, another must; where it does not, nothing is asked."""

    condition: Node
    then: Node
    judge: Judge = field(compare=False, repr=False)


@dataclass(frozen=True)
class Not:
    """The contrary of this."""

    inner: Node
    judge: Judge = field(compare=False, repr=False)


@dataclass(frozen=True)
class Some:
    """A record of a list such that this holds."""

    name: str
    declared: Declaration
    such_that: Node
    read: Read = field(compare=False, repr=False)
    judge: Judge = field(compare=False, repr=False)


@dataclass(frozen=True)
class TitleOf:
    """A title of a kind that covers who and what is at hand, and whose own fields are such."""

    kind: str
    covers: tuple[str, ...]
    such_that: Node | None
    judge: Judge = field(compare=False, repr=False)


@dataclass(frozen=True)
class Leaf:
    """One operator on one fact."""

    name: str
    declared: Declaration
    operator: str
    operand: Operand
    read: Read = field(compare=False, repr=False)
    judge: Judge = field(compare=False, repr=False)


Node = AllOf | OneOf | Ways | When | Not | Some | TitleOf | Leaf


def inner_nodes(node: Node) -> tuple[Node, ...]:
    """The conditions on the same facts that a condition is made of; none for one that stands alone."""
    if isinstance(node, AllOf | OneOf):
        return node.inner
    if isinstance(node, Ways):
        return tuple(part for way in node.inner for part in (way.admits, way.needs))
    if isinstance(node, When):
        return (node.condition, node.then)
    return (node.inner,) if isinstance(node, Not) else ()


def parse_condition(raw: object, key: str, known: Known, tell: Tell) -> Node | None:
    """The condition that a mapping describes: each of its keys must hold. `None` after a problem."""
    if not isinstance(raw, Mapping) or not raw:
        tell(key, "must be a mapping with at least one condition")
        return None
    nodes = list(_parts(raw, key, known, tell))
    read = tuple(node for node in nodes if node is not None)
    if len(read) < len(nodes):
        return None
    return read[0] if len(read) == 1 else AllOf(read, judge_all([node.judge for node in read]))


def _parts(raw: Mapping[str, Any], key: str, known: Known, tell: Tell) -> Iterator[Node | None]:
    for name, value in raw.items():
        here = f"{key}.{name}"
        if name in _PARSED:
            yield _PARSED[name](value, here, known, tell)
        elif name in _PAIRS:
            second, parse = _PAIRS[name]
            yield parse(value, raw.get(second), key, known, tell)
        elif (first := _SECONDS.get(name)) is not None:
            if first not in raw:
                tell(here, f"stands without `{first}`; add it")
                yield None
        else:
            yield from _parse_fact(name, value, here, known, tell)


def _parse_all(raw: object, key: str, known: Known, tell: Tell) -> Node | None:
    inner = _parse_many(raw, key, known, tell)
    return AllOf(inner, judge_all([node.judge for node in inner])) if inner else None


def _parse_any(raw: object, key: str, known: Known, tell: Tell) -> Node | None:
    inner = _parse_many(raw, key, known, tell)
    return OneOf(inner, judge_any([node.judge for node in inner])) if inner else None


def _parse_not(raw: object, key: str, known: Known, tell: Tell) -> Node | None:
    inner = parse_condition(raw, key, known, tell)
    return inner and Not(inner, judge_not(inner.judge))


def _parse_many(raw: object, key: str, known: Known, tell: Tell) -> tuple[Node, ...] | None:
    if not isinstance(raw, list) or not raw:
        tell(key, "must be a list of at least one condition")
        return None
    parsed = [parse_condition(item, f"{key}[{place}]", known, tell) for place, item in enumerate(raw)]
    inner = tuple(node for node in parsed if node is not None)
    return inner if len(inner) == len(parsed) else None


def _parse_when(condition: object, then: object, key: str, known: Known, tell: Tell) -> Node | None:
    if then is None:
        tell(key, "`if` stands without `then`; add it")
        return None
    asked = parse_condition(condition, f"{key}.if", known, tell)
    needed = parse_condition(then, f"{key}.then", known, tell)
    if asked is None or needed is None:
        return None
    return When(asked, needed, judge_any([judge_not(asked.judge), needed.judge]))


def _parse_ways(raw: object, key: str, known: Known, tell: Tell) -> Node | None:
    if not isinstance(raw, list) or not raw:
        tell(key, "must be a list of at least one way")
        return None
    parsed = [_parse_way(item, f"{key}[{place}]", known, tell) for place, item in enumerate(raw)]
    inner = tuple(way for way in parsed if way is not None)
    if len(inner) < len(parsed):
        return None
    if len({way.name for way in inner}) < len(inner):
        tell(key, "two ways have one name; rename one")
        return None
    return Ways(inner, judge_any([way.judge for way in inner]))


def _parse_way(raw: object, key: str, known: Known, tell: Tell) -> Way | None:
    if not isinstance(raw, Mapping) or set(raw) != {"way", "admits", "needs"} or not isinstance(raw["way"], str):
        tell(key, "must be written {way: its name in French, admits: {...}, needs: {...}}")
        return None
    admits = parse_condition(raw["admits"], f"{key}.admits", known, tell)
    needs = parse_condition(raw["needs"], f"{key}.needs", known, tell)
    if admits is None or needs is None:
        return None
    return Way(raw["way"], admits, needs, judge_all([admits.judge, needs.judge]))


def _parse_some(name: object, raw: object, key: str, known: Known, tell: Tell) -> Node | None:
    if not isinstance(name, str) or (found := known.scope.find(name)) is None:
        tell(f"{key}.some", f"{name!r} is not a declared fact{known.scope.hint(str(name))}")
        return None
    declared, in_element = found
    if declared.type != "list of records":
        tell(f"{key}.some", f"{name} is {declared.type}; `some` needs a list of records")
        return None
    if raw is None:
        tell(key, "`some` stands without `such_that`; add it")
        return None
    such_that = parse_condition(raw, f"{key}.such_that", known.within(declared.fields), tell)
    if such_that is None:
        return None
    read = known.reader(name, declared, in_element)
    return Some(name, declared, such_that, read, judge_some(read, such_that.judge))


def _parse_title(raw: object, key: str, known: Known, tell: Tell) -> Node | None:
    if not isinstance(raw, Mapping) or set(raw) - {"such_that"} != {"kind", "covers"}:
        tell(key, "must be written {kind: ..., covers: [...]}, with such_that: {...} if the title itself must be such")
        return None
    kind, covers = raw["kind"], raw["covers"]
    if not _is_title(kind, covers, key, known, tell):
        return None
    if "such_that" not in raw:
        return TitleOf(kind, tuple(covers), None, judge_title(kind, covers))
    fields = known.scope.facts[TITLES].fields
    such_that = parse_condition(raw["such_that"], f"{key}.such_that", known.within(fields), tell)
    return such_that and TitleOf(kind, tuple(covers), such_that, judge_title(kind, covers, such_that.judge))


def _is_title(kind: object, covers: object, key: str, known: Known, tell: Tell) -> bool:
    """Whether there are titles of this kind that may cover this; tells why not."""
    kinds = known.vocabulary.words["title_kinds"]
    if not isinstance(kind, str) or kind not in kinds:
        tell(f"{key}.kind", f"unknown kind of title {kind!r}{nearest(str(kind), kinds)}")
        return False
    if not isinstance(covers, list) or any(name not in list(SUBJECTS) for name in covers):
        tell(f"{key}.covers", f"must be a list; allowed in it: {', '.join(SUBJECTS)}")
        return False
    needed = [TITLES, *(SUBJECTS[name][1] for name in covers)]
    absent = [name for name in needed if name not in known.scope.facts]
    if absent:
        tell(key, f"needs {', '.join(absent)}, which the action does not have; add it to the action in facts.yaml")
    return not absent


def _parse_fact(name: str, raw: object, key: str, known: Known, tell: Tell) -> Iterator[Node | None]:
    found = known.scope.find(name)
    if found is None:
        tell(key, f"not a fact that this action has{known.scope.hint(name)}")
        yield None
    elif not isinstance(raw, Mapping) or not raw:
        tell(key, "must be a mapping from operator to operand, such as {is: ...}")
        yield None
    else:
        for operator, value in raw.items():
            yield _parse_leaf(name, found, operator, value, key, known, tell)


def _parse_leaf(
    name: str, found: tuple[Declaration, bool], operator: str, raw: object, key: str, known: Known, tell: Tell
) -> Node | None:
    declared, in_element = found
    operand = parse_operand(raw, operator, declared, known, lambda text: tell(f"{key}.{operator}", text))
    if operand is None:
        return None
    read = known.reader(name, declared, in_element)
    judge = judge_operator(operator, declared.type, read, operand)
    if declared.without_route is not None:
        judge = bounded(judge, known.routes)
    elif isinstance(operand, Literally) and not in_element:
        judge = judge_commonest(name, operator, declared.type, operand.value) or judge
    return Leaf(name, declared, operator, operand, read, judge)


_PARSED: Mapping[str, Callable[[object, str, Known, Tell], Node | None]] = MappingProxyType(
    {"all": _parse_all, "any": _parse_any, "not": _parse_not, "ways": _parse_ways, "title": _parse_title}
)
_PAIRS: Mapping[str, tuple[str, Callable[[object, object, str, Known, Tell], Node | None]]] = MappingProxyType(
    {"some": ("such_that", _parse_some), "if": ("then", _parse_when)}
)
_SECONDS: Mapping[str, str] = MappingProxyType({second: first for first, (second, _) in _PAIRS.items()})
"""Words of the language that are no facts: those that stand alone, and those that need a second one."""
