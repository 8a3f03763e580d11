"""The cases of the rules: facts over a shared base, read strictly against what the action declares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policies.calendar import parse_day
from policies.engine.documents import BaseFile, CaseFile, Declaration, Effect, Outcome, RuleFile
from policies.engine.folder import Entry, LawFiles, Problems
from policies.engine.known import Tell
from policies.engine.model import Case
from policies.engine.titles import TITLES
from policies.engine.vocabulary import IS, Vocabulary
from policies.files import nearest

BITES: Mapping[Effect, Outcome] = {"permit": "permits", "forbid": "refuses", "require": "refuses", "warn": "warns"}
EXPECTABLE: Mapping[Effect, frozenset[Outcome]] = {
    "permit": frozenset({"permits", "does_not_apply", "error"}),
    "forbid": frozenset({"refuses", "does_not_apply", "error"}),
    "require": frozenset({"holds", "refuses", "does_not_apply", "error"}),
    "warn": frozenset({"warns", "does_not_apply", "error"}),
}
SPARES: frozenset[Outcome] = frozenset({"holds", "does_not_apply"})
RuleKey = tuple[str, str]


def read_cases(
    files: LawFiles, rules: Mapping[RuleKey, RuleFile], vocabulary: Vocabulary, problems: Problems
) -> tuple[Case, ...]:
    """Every case of every rule; each rule has one where it bites and one where it does not."""
    bases = {entry.names[0]: _read_base(entry, vocabulary, problems) for entry in files.all("base")}
    written = {(entry.names[0], entry.names[1]): entry for entry in files.all("cases")}
    known = {(entry.names[0], entry.names[1]) for entry in files.all("rule")}
    for key in written.keys() - known:
        problems.tell(written[key].path, "", "cases without rule; write rule.yaml beside them")
    found: list[Case] = []
    for key, rule in sorted(rules.items(), key=lambda item: item[0]):
        if key in written:
            cases = _read_file(written[key], rule, bases.get(key[0], {}), vocabulary, problems)
            _check_enough(written[key].path, rule.effect, cases, problems)
            found.extend(cases)
        else:
            problems.tell(f"rules/{key[0]}/{key[1]}/cases.yaml", "", "missing; a rule without cases is no law")
    return tuple(found)


def _read_base(entry: Entry, vocabulary: Vocabulary, problems: Problems) -> dict[str, Any]:
    file = problems.parse(BaseFile, entry.values, entry.path)
    if file is None:
        return {}
    return _read_facts(file.facts, file.titles, vocabulary.named_by(entry.names[0]), problems.teller(entry.path), "")


def _read_file(
    entry: Entry, rule: RuleFile, base: Mapping[str, Any], vocabulary: Vocabulary, problems: Problems
) -> list[Case]:
    if not isinstance(entry.values, list):
        problems.tell(entry.path, "", "must be a list of cases")
        return []
    action, id_ = entry.names
    found: list[Case] = []
    names: set[str] = set()
    for place, values in enumerate(entry.values):
        file = problems.parse(CaseFile, values, entry.path, f"[{place}]")
        if file is None:
            continue
        if file.name in names:
            problems.tell(entry.path, f"[{place}].name", "stands twice; a case is named by its sentence")
        names.add(file.name)
        if file.expect not in EXPECTABLE[rule.effect]:
            allowed = ", ".join(sorted(EXPECTABLE[rule.effect]))
            problems.tell(entry.path, f"[{place}].expect", f"a rule of effect {rule.effect} expects one of: {allowed}")
        declared = vocabulary.named_by(action)
        facts = _over(base, file, declared, problems.teller(entry.path), f"[{place}].")
        found.append(Case(f"{action}/{id_}", entry.path, file.name, file.day, facts, file.expect, file.missing))
    return found


def _check_enough(path: str, effect: Effect, cases: list[Case], problems: Problems) -> None:
    if not any(case.expect == BITES[effect] for case in cases):
        problems.tell(path, "", f"no case where the rule applies; add one that expects {BITES[effect]}")
    if not any(case.expect in SPARES for case in cases):
        spared = "holds or does_not_apply" if effect == "require" else "does_not_apply"
        problems.tell(path, "", f"no case where the rule does not apply; add one that expects {spared}")


def _over(
    base: Mapping[str, Any], file: CaseFile, declared: Mapping[str, Declaration], tell: Tell, key: str
) -> dict[str, Any]:
    """The facts of a case: the base's, without what it takes out, with its own over them; nested."""
    kept = dict(base)
    for name in file.without:
        gone = [given for given in kept if given == name or given.startswith(name + ".")]
        if not gone:
            tell(f"{key}without", f"{name} is not among the base's facts{nearest(name, kept)}")
        for given in gone:
            del kept[given]
    return nest(kept | _read_facts(file.facts, file.titles, declared, tell, key))


def _read_facts(
    facts: Mapping[str, Any], titles: list[Any] | None, declared: Mapping[str, Declaration], tell: Tell, key: str
) -> dict[str, Any]:
    """Facts by dotted name, days read from text; what is undeclared or of another type is told."""
    found: dict[str, Any] = {}
    given = dict(facts) if titles is None else {**facts, TITLES: titles}
    for name, value in _flatten(given, declared):
        if name not in declared:
            tell(f"{key}facts.{name}", f"not a fact that this action has{nearest(name, declared)}")
        elif declared[name].without_route is not None:
            tell(f"{key}facts.{name}", "the engine finds it by itself; take it out")
        else:
            found[name] = _read_value(value, declared[name], f"{key}facts.{name}", tell)
    return found


def _flatten(facts: Mapping[str, Any], declared: Mapping[str, Declaration], before: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for key, value in facts.items():
        name = before + key
        if name not in declared and isinstance(value, Mapping) and value:
            found.extend(_flatten(value, declared, name + "."))
        else:
            found.append((name, value))
    return found


def _read_value(value: Any, declared: Declaration, key: str, tell: Tell) -> Any:
    if value is None:
        return None
    if declared.type == "list of records" and isinstance(value, list):
        return [_read_record(record, declared, f"{key}[{place}]", tell) for place, record in enumerate(value)]
    read = value
    try:
        if declared.type == "day" and isinstance(value, str):
            read = parse_day(value)
        elif declared.type == "period" and isinstance(value, Mapping) and set(value) <= {"from", "until"}:
            read = {end: day and parse_day(str(day)) for end, day in value.items()}
    except ValueError as error:
        tell(key, str(error))
        return None
    if not IS[declared.type](read):
        tell(key, f"{value!r} is not a {declared.type}")
    return read


def _read_record(record: Any, declared: Declaration, key: str, tell: Tell) -> Any:
    if not isinstance(record, Mapping):
        tell(key, "must be a mapping")
        return {}
    found: dict[str, Any] = {}
    for name, value in _flatten(record, declared.fields):
        if name not in declared.fields:
            tell(f"{key}.{name}", f"not a declared field{nearest(name, declared.fields)}")
        else:
            found[name] = _read_value(value, declared.fields[name], f"{key}.{name}", tell)
    return nest(found)


def nest(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts by dotted name as nested mappings, the form in which the engine is asked."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        *path, last = name.split(".")
        inner = found
        for key in path:
            inner = inner.setdefault(key, {})
        inner[last] = value
    return found
