"""The cases of the law notice every change of a value that a rule reads: a day earlier or later, a word or one more."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from policies.engine.compile import Parts, compile_rule
from policies.engine.documents import ParameterFile
from policies.engine.folder import Entry, Problems, read_folder
from policies.engine.known import Parameter
from policies.engine.model import Rule
from policies.engine.parameters import read_parameter
from policies.errors import InvalidFilesError
from policies.files import parse
from tests.policies.test_law_mutants import cases_of, notices
from tests.support.judged import LAW_FOLDER, shipped_law
from tests.support.value_mutants import Values, parameter_mutants


@cache
def parameter_files() -> dict[str, Entry]:
    """The file of each parameter, by its name."""
    return {entry.names[0]: entry for entry in read_folder(Path(LAW_FOLDER), Problems()).all("parameter")}


@cache
def readers(name: str) -> tuple[Rule, ...]:
    """The rules whose conditions read a parameter."""
    wanted = json.dumps({"parameter": name})
    return tuple(
        rule for rule in shipped_law().rules.values() if wanted in json.dumps([rule.file.where, rule.file.requires])
    )


def read_mutant(name: str, values: Values) -> Parameter | None:
    """The parameter that a file would be, `None` when the loader refuses it."""
    law, entry = shipped_law(), parameter_files()[name]
    try:
        file = parse(ParameterFile, values, entry.path)
    except InvalidFilesError:
        return None
    return read_parameter(entry, file, law.vocabulary, law.sources, Problems())


def recompiled(rule: Rule, name: str, parameter: Parameter) -> Rule:
    """The rule of a law in which one parameter is another."""
    law = shipped_law()
    parts = Parts(law.vocabulary, law.sources, law.regimes, {**law.parameters, name: parameter}, law.routes)
    found = compile_rule(rule.action, rule.id, rule.file, parts, lambda where, text: None)
    assert found is not None
    return found


def survivors(name: str) -> Iterator[str]:
    """The mutants that no case of a rule that reads them notices; no rule reads a value on a day before its own."""
    file = parameter_files()[name].values
    words = list(shipped_law().words[file["words"]]) if "words" in file else []
    for what, day, values in parameter_mutants(file, words):
        parameter = read_mutant(name, values)
        reading = [rule for rule in readers(name) if day <= rule.in_force.last and reads(rule, what, day)]
        if parameter is None or not reading:
            continue
        mutants = [recompiled(rule, name, parameter) for rule in reading]
        if not any(notices(rule, case) for rule in mutants for case in cases_of(rule.key)):
            yield what


def reads(rule: Rule, what: str, day: date) -> bool:
    """Whether a rule is in force on the one day that a mutant of days changes."""
    return rule.in_force.from_ <= day if what.endswith(" day") else True


ROWS = ("data_science", "data_engineering")
SAYING_THE_SAME = {
    # whoever reads rows reads all the rest: people are told so in the lists too, and nothing depends on it
    "skills.reading_aggregates": [f"2023-01-01: without {skill}" for skill in ROWS],
    "skills.reading_catalogue": [f"2023-01-01: without {skill}" for skill in ROWS],
}
READ = sorted(name for name in parameter_files() if readers(name))


@pytest.mark.parametrize("name", READ)
def test_every_mutant_of_a_value_is_noticed_by_the_cases_of_a_rule_that_reads_it(name: str) -> None:
    """What survives is a value that no case needs: write the case."""
    assert list(survivors(name)) == SAYING_THE_SAME.get(name, [])


def test_mutants_of_days_and_of_values_are_many_and_read() -> None:
    """Were they all refused by the loader, the cases would have noticed nothing."""
    made = {name: list(parameter_mutants(parameter_files()[name].values, ["inconnu"])) for name in READ}
    read = [what for name, each in made.items() for what, _, values in each if read_mutant(name, values)]
    kinds = {kind: sum(kind in what for what in read) for kind in ("-1 day", "+1 day", "without")}
    assert {kind: count > 10 for kind, count in kinds.items()} == dict.fromkeys(kinds, True)


def test_without_its_case_a_mutant_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative control: a licence less is noticed by the case of that licence alone."""
    every = cases_of("release_output/SRC-01")
    fewer = tuple(case for case in every if "MPL-2.0" not in case.name)
    monkeypatch.setattr("tests.policies.test_law_value_mutants.cases_of", lambda key: fewer)
    assert (len(every) - len(fewer), list(survivors("code.licences"))) == (1, ["2023-01-01: without MPL-2.0"])
