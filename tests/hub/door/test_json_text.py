"""JSON is read strictly, and how many values it holds is told from its bytes, before they cost memory."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.door.errors import RefusedError
from hub.door.json_text import MOST_VALUES, has_more_values, parse_json, write_around

SHAPES: dict[str, tuple[bytes, int]] = {
    "a number": (b"1", 1),
    "a list of numbers": (b"[1,2,3]", 4),
    "an empty list": (b"[]", 1),
    "lists": (b"[[],[],[]]", 4),
    "objects": (b'[{"a":1},{"b":2}]', 5),
    "objects within each other": (b'{"a":{"a":{}}}', 3),
}


@pytest.mark.parametrize("what", SHAPES)
def test_values_are_never_counted_too_few(what: str) -> None:
    content, values = SHAPES[what]
    assert has_more_values(content, values - 1)
    assert not has_more_values(content, 2 * values)


TEXTS: dict[str, bytes] = {
    "separators": json.dumps("a,b;[c],{d}\n" * 1000).encode(),
    "separators behind a quotation mark": json.dumps('",[{' * 1000).encode(),
    "separators behind a backslash": json.dumps("\\,[{" * 1000).encode(),
    "separators behind both": json.dumps('\\",[{\\' * 1000).encode(),
    "a line of a table": json.dumps("\u00e9,\U0001f600,[" * 1000, ensure_ascii=False).encode(),
}


@pytest.mark.parametrize("what", TEXTS)
def test_what_stands_in_a_text_is_one_value(what: str) -> None:
    assert not has_more_values(TEXTS[what], 2)
    assert isinstance(parse_json(TEXTS[what]), str)


def values_in(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(values_in, inner))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_no_json_hides_a_value(value: Any, escaped: bool) -> None:
    content = json.dumps(value, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    assert has_more_values(content, values_in(value) - 1)


@pytest.mark.parametrize(
    "content",
    [
        b"[" + b"0," * MOST_VALUES + b"0]",
        b"[" + b"[]," * MOST_VALUES + b"0]",
        b'{"a":' * MOST_VALUES + b"0" + b"}" * MOST_VALUES,
        b"[" + b'{"a":1},' * MOST_VALUES + b"0]",
        b'["' + b'","' * MOST_VALUES + b'"]',
    ],
    ids=["numbers", "lists", "nested", "objects", "texts"],
)
def test_more_values_than_the_door_has_memory_for_are_refused_with_what_to_do(content: bytes) -> None:
    with pytest.raises(RefusedError, match="1 million de valeurs JSON.*en CSV ou en Parquet") as refused:
        parse_json(content)
    assert refused.value.status == 413


def test_as_many_as_it_has_memory_for_are_read() -> None:
    assert len(parse_json(b"[" + b"0," * (MOST_VALUES - 2) + b"0]")) == MOST_VALUES - 1


COUNT = """
import sys, time
from hub.door.json_text import has_more_values
content = eval(sys.argv[1]) + b",[" * 2_000_000
begun = time.process_time()
has_more_values(content, 1_000_000)
print(time.process_time() - begun)
"""
SLOW: dict[str, str] = {
    "a text without end": 'b\'"\' + b"x" * 20_000_000',
    "quotation marks that end nothing": "b'\"' + b'\\\\\"' * 10_000_000",
    "backslashes": "b'\"' + b'\\\\' * 20_000_001",
    "texts of nothing": "b'\"\"' * 10_000_000",
    "texts of one letter": "b'\"a\",' * 5_000_000",
}


@pytest.mark.parametrize("what", SLOW)
def test_counting_takes_no_longer_than_reading_would_whatever_the_bytes(what: str) -> None:
    """Some of these would take hours with an expression that tries again."""
    told = subprocess.run([sys.executable, "-c", COUNT, SLOW[what]], check=True, capture_output=True, text=True)
    assert float(told.stdout) < 10


def test_an_object_is_written_around_a_value_that_is_written_already() -> None:
    assert write_around({"a": "é"}, "content", b"[1]") == '{"a":"é","content":[1]}'.encode()
    assert write_around({}, "content", b"null") == b'{"content":null}'
