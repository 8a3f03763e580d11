"""The example of an output's record has every key that a record may have, each with what the law says of it."""

from __future__ import annotations

import re

from onboarding.reports.output_example import OTHERS, TABLE, render_example
from policies.access.outputs import Output
from policies.files import parse, parse_yaml
from tests.support.judged import shipped_law

EXAMPLE = render_example(shipped_law())


def test_what_stands_in_it_is_a_record() -> None:
    assert parse(Output, parse_yaml(EXAMPLE, "exemple"), "exemple").kind == "statistics"


def test_every_key_of_a_record_is_in_it_once() -> None:
    keys = re.findall(r"^(?:# )?([a-z_]+): \S", EXAMPLE, re.MULTILINE)
    assert sorted(keys) == sorted(Output.model_fields)
    assert TABLE.keys().isdisjoint(OTHERS)


def test_what_is_commented_is_a_record_too_once_it_is_not() -> None:
    bare = re.sub(r"^# ([a-z_]+: .*)$", r"\1", EXAMPLE, flags=re.MULTILINE)
    found = parse(Output, parse_yaml(bare, "exemple"), "exemple")
    assert {name for name in Output.model_fields if getattr(found, name) is None} == set()


def test_each_line_says_what_its_key_is_and_which_words_it_takes() -> None:
    lines = [line for line in EXAMPLE.splitlines() if re.match(r"(# )?[a-z_]+: ", line)]
    assert [line for line in lines if "  # " not in line] == []
    (kind,) = [line for line in lines if line.startswith("kind: ")]
    assert all(f"{word} (" in kind for word in ("statistics", "model", "code", "nominative"))
