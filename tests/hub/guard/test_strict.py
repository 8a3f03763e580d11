"""JSON that two readers could understand differently is refused."""

from __future__ import annotations

import pytest

from hub.guard.calling.strict import LARGEST_BODY, parse_body
from hub.guard.errors import RefusedCallError

REFUSED = [
    ("a key twice", b'{"Image": "a", "Image": "b"}'),
    ("a key twice, deep", b'{"HostConfig": {"Binds": [], "Binds": ["/:/host"]}}'),
    ("a key in two cases", b'{"HostConfig": {}, "hostconfig": {"Privileged": true}}'),
    ("a key in two cases of Unicode", '{"Mounts": [], "mount\u017f": []}'.encode()),
    ("NaN", b'{"Memory": NaN}'),
    ("Infinity", b'{"Memory": -Infinity}'),
    ("a list", b"[]"),
    ("a number", b"1"),
    ("nothing", b""),
    ("half of it", b'{"Image": "a'),
    ("two values", b"{} {}"),
    ("not UTF-8", b'{"Image": "\xff"}'),
    ("UTF-16", '{"Image": "a"}'.encode("utf-16")),
    ("a byte order mark", b'\xef\xbb\xbf{"Image": "a"}'),
    ("a comment", b'{"Image": "a" /* b */}'),
    ("nine levels", b'{"a":' * 9 + b"1" + b"}" * 9),
    ("a tower of lists", b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
    ("a number of a million digits", b'{"a":' + b"9" * 50_000 + b"}"),
    ("too large", b'{"a":"' + b"x" * LARGEST_BODY + b'"}'),
]


@pytest.mark.parametrize(("what", "content"), REFUSED, ids=[what for what, _ in REFUSED])
def test_refused(what: str, content: bytes) -> None:
    with pytest.raises(RefusedCallError):
        parse_body(content)


def test_an_ordinary_object_is_read_as_it_is() -> None:
    content = '{"Image": "a", "Env": ["É=1"], "HostConfig": {"Memory": 5, "Init": true, "Binds": null}}'
    expected = {"Image": "a", "Env": ["É=1"], "HostConfig": {"Memory": 5, "Init": True, "Binds": None}}
    assert parse_body(content.encode()) == expected
