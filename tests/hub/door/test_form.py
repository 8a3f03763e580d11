"""The form of a deposit is read as it comes: two answers, one file, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.door.errors import RefusedError
from hub.door.form import Form

TYPE = "multipart/form-data; boundary=limite"


@dataclass
class Got:
    """What a form gave."""

    names: list[str] = field(default_factory=list)
    content: bytes = b""

    def open(self, name: str) -> None:
        self.names.append(name)

    def write(self, part: bytes) -> None:
        self.content += part


def part(name: str, content: bytes, filename: str | None = None, extra: str = "") -> bytes:
    file = "" if filename is None else f'; filename="{filename}"'
    head = f'--limite\r\nContent-Disposition: form-data; name="{name}"{file}\r\n{extra}\r\n'
    return head.encode() + content + b"\r\n"


END = b"--limite--\r\n"
CONTENT = b"a;b\r\n--limit\r\n\r\n1;2\n"
WHOLE = (
    part("declaration", b"code")
    + part("engagement", b"oui")
    + part("fichier", CONTENT, "\u00e9t\u00e9.csv", "Content-Type: text/csv\r\n")
    + END
)


def read(*pieces: bytes, content_type: str = TYPE) -> tuple[Form, Got]:
    got = Got()
    form = Form(content_type, got.open, got.write)
    for piece in pieces:
        form.feed(piece)
    form.finish()
    return form, got


def test_a_form_gives_its_answers_and_its_file() -> None:
    form, got = read(WHOLE)
    assert (form.answers, got) == ({"declaration": "code", "engagement": "oui"}, Got(["été.csv"], CONTENT))


@given(st.lists(st.integers(1, len(WHOLE) - 1), max_size=12))
def test_how_a_form_is_cut_on_its_way_changes_nothing(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(WHOLE)]
    pieces = [WHOLE[start:end] for start, end in pairwise(places)]
    form, got = read(*pieces)
    assert (form.answers, got) == ({"declaration": "code", "engagement": "oui"}, Got(["été.csv"], CONTENT))


def test_the_file_may_come_first() -> None:
    form, got = read(part("fichier", b"x", "a.csv") + part("declaration", b"code") + END)
    assert (form.answers, got.content) == ({"declaration": "code"}, b"x")


REFUSED: dict[str, bytes] = {
    "no file": part("declaration", b"code") + END,
    "a file that was not chosen": part("fichier", b"", "") + END,
    "a file without a name": part("fichier", b"x") + END,
    "two files": part("fichier", b"x", "a.csv") + part("fichier", b"y", "b.csv") + END,
    "another field": part("chemin", b"/etc", None) + part("fichier", b"x", "a.csv") + END,
    "another file": part("autre", b"x", "a.csv") + END,
    "an answer twice": part("declaration", b"a") + part("declaration", b"b") + part("fichier", b"x", "a.csv") + END,
    "an answer of a kilobyte": part("declaration", b"a" * 1000) + part("fichier", b"x", "a.csv") + END,
    "no end": WHOLE[: -len(END)],
    "half of the file": WHOLE[:-40],
    "nothing": b"",
    "no form": b"a;b\n1;2\n" * 100,
    "no disposition": b"--limite\r\nContent-Type: text/csv\r\n\r\nx\r\n" + END,
    "an attachment": WHOLE.replace(b"form-data", b"attachment"),
    "a header of a megabyte": part("fichier", b"x", "a.csv", f"X: {'a' * 1_000_000}\r\n") + END,
    "many headers": part("fichier", b"x", "a.csv", "X: a\r\n" * 20) + END,
}


@pytest.mark.parametrize("what", REFUSED)
def test_any_other_form_is_refused(what: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(REFUSED[what])
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "content_type",
    ["", "text/csv", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=",
     "multipart/form-data; boundary=a b", f"multipart/form-data; boundary={'a' * 71}",
     "multipart/mixed; boundary=limite"],
)  # fmt: skip
def test_what_is_no_form_with_a_file_is_refused(content_type: str) -> None:
    with pytest.raises(RefusedError) as refused:
        read(WHOLE, content_type=content_type)
    assert refused.value.status == 400
