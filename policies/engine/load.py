"""A law folder read strictly into a law: refused whole when anything in it is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from policies.engine.cases import read_cases
from policies.engine.compile import Parts, compile_rule, eras_of, routes_of
from policies.engine.declarations import check_declarations
from policies.engine.documents import FactsFile, ParameterFile, Regime, RuleFile, Source
from policies.engine.folder import Entry, LawFiles, Problems, read_folder
from policies.engine.model import Case, Law, Rule
from policies.engine.notices import Notices
from policies.engine.parameters import read_parameter
from policies.engine.together import RuleFiles, check_apart, check_regimes, read_notices
from policies.engine.vocabulary import make_vocabulary


def load_law(folder: Path) -> Law:
    """The law of a folder; raises InvalidFilesError with every problem at once.

    The cases of the rules are read and checked, not run: that is `check.check_law`.
    """
    problems = Problems()
    return build_law(read_folder(folder, problems), problems)


def build_law(files: LawFiles, problems: Problems) -> Law:
    """The law that files describe; raises InvalidFilesError with these problems and its own."""
    found = files.one("facts")
    if "facts.yaml" not in files.paths:
        problems.tell("facts.yaml", "", "missing; it declares the actions, facts and words of the law")
    facts = None if found is None else problems.parse(FactsFile, found.values, found.path)
    law = None if facts is None else _build(files, facts, problems)
    if law is None or problems.found:
        problems.refuse()
    return law


def _build(files: LawFiles, facts: FactsFile, problems: Problems) -> Law:
    sources = _each(files, "source", Source, problems)
    regimes = _each(files, "regime", Regime, problems)
    vocabulary = make_vocabulary(facts, regimes)
    check_declarations(facts, vocabulary, problems)
    parameters = {
        entry.names[0]: parameter
        for entry, file in _parsed(files, "parameter", ParameterFile, problems)
        if (parameter := read_parameter(entry, file, vocabulary, sources, problems)) is not None
    }
    check_regimes(files, regimes, sources, set(parameters), problems)
    rule_files: RuleFiles = {
        (entry.names[0], entry.names[1]): (entry, file) for entry, file in _parsed(files, "rule", RuleFile, problems)
    }
    parts = Parts(vocabulary, sources, regimes, parameters, routes_of([file for _, file in rule_files.values()]))
    rules = _compile(rule_files, parts, problems)
    check_apart(rule_files, problems)
    written = {key: file for key, (_, file) in rule_files.items()}
    cases = read_cases(files, written, vocabulary, problems)
    return _assemble(files, parts, rules, cases, read_notices(files, parts, written, problems))


def _assemble(
    files: LawFiles, parts: Parts, rules: Mapping[str, Rule], cases: tuple[Case, ...], notices: Notices
) -> Law:
    actions = parts.vocabulary.actions
    eras = {name: eras_of([rule for rule in rules.values() if rule.action == name]) for name in actions}
    return Law(
        digest=files.digest,
        rules=MappingProxyType(dict(rules)),
        parameters=MappingProxyType(dict(parts.parameters)),
        sources=MappingProxyType(dict(parts.sources)),
        regimes=MappingProxyType(dict(parts.regimes)),
        vocabulary=parts.vocabulary,
        routes=parts.routes,
        eras=MappingProxyType(eras),
        cases=cases,
        notices=notices,
    )


def _parsed(files: LawFiles, kind: str, model: Any, problems: Problems) -> list[tuple[Entry, Any]]:
    found = [(entry, problems.parse(model, entry.values, entry.path)) for entry in files.all(kind)]
    return [(entry, file) for entry, file in found if file is not None]


def _each(files: LawFiles, kind: str, model: Any, problems: Problems) -> dict[str, Any]:
    return {entry.names[0]: file for entry, file in _parsed(files, kind, model, problems)}


def _compile(files: RuleFiles, parts: Parts, problems: Problems) -> dict[str, Rule]:
    rules: dict[str, Rule] = {}
    for (action, id_), (entry, file) in sorted(files.items(), key=lambda item: item[0]):
        rule = compile_rule(action, id_, file, parts, problems.teller(entry.path))
        if rule is not None:
            rules[rule.key] = rule
    return rules
