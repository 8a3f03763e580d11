"""Text is UTF-8 or looks like French in the Windows code page; what is binary is neither, whatever its name."""

from __future__ import annotations

import gzip
import io
import random
import sqlite3
import sys
import zipfile
from pathlib import Path

import pytest

from hub.door.errors import RefusedError
from hub.door.plain_text import CONTROLS, PlainText

SENTENCE = "Les communes où la dépense par élève est la plus élevée : « voilà », œuvre n° 2, 1 000 €.\n"


def told(content: bytes, size: int = 0) -> str:
    text = PlainText()
    step = size or max(1, len(content))
    for place in range(0, len(content), step):
        text.feed(content[place : place + step])
    return text.verdict()


TEXTS: dict[str, tuple[bytes, str]] = {
    "nothing but ASCII": (b"a;b\n1;2\n", "text"),
    "French": (SENTENCE.encode(), "text"),
    "Greek and signs": ("αβγ → ∑ 日本\n".encode(), "text"),
    "pictures of feelings": ("bien \U0001f600\n".encode(), "text"),
    "a mark before it": (b"\xef\xbb\xbfa;b\n", "text"),
    "a key in base64": (b"TWFuIGlzIGRpc3Rpbmd1aXNoZWQ=\n" * 50, "text"),
    "French of an office": ((SENTENCE * 50).encode("cp1252"), "text_cp1252"),
    "names of places in capitals": (("ÉVREUX;CHÂTEAU-THIERRY;BÉZIERS;SÈTE\n" * 200).encode("cp1252"), "text_cp1252"),
    "one line of an office": ("é;œ;€\n".encode("cp1252"), "text_cp1252"),
    "a few names of elsewhere": (("Muñoz;Škoda;João;" + "abc;" * 40 + "\n").encode("cp1252"), "text_cp1252"),
}


@pytest.mark.parametrize("what", TEXTS)
@pytest.mark.parametrize("size", [0, 1, 7])
def test_what_people_write_is_text_however_it_arrives(what: str, size: int) -> None:
    content, kind = TEXTS[what]
    assert told(content, size) == kind


def archive() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("a.csv", "a;b\n" * 100)
    return stream.getvalue()


def database(folder: Path) -> bytes:
    connection = sqlite3.connect(folder / "a.sqlite")
    connection.execute("create table a (b text)")
    connection.commit()
    connection.close()
    return (folder / "a.sqlite").read_bytes()


def without_controls(content: bytes) -> bytes:
    """The same with each control character taken away: what somebody tries next."""
    return bytes(byte for byte in content if byte not in CONTROLS)


@pytest.fixture(scope="module")
def binaries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    chance = random.Random(1).randbytes(20_000)
    return {
        "an archive": archive(),
        "a program": Path(sys.executable).resolve().read_bytes()[:100_000],
        "a database": database(tmp_path_factory.mktemp("base")),
        "a compressed file": gzip.compress(chance),
        "anything": chance,
    }


BINARIES = ("an archive", "a program", "a database", "a compressed file", "anything")


@pytest.mark.parametrize("what", BINARIES)
def test_what_is_binary_is_no_text(binaries: dict[str, bytes], what: str) -> None:
    with pytest.raises(RefusedError) as refused:
        told(binaries[what])
    assert refused.value.status == 415


@pytest.mark.parametrize("what", ["an archive", "a program", "a compressed file", "anything"])
def test_it_is_none_either_once_its_control_characters_are_taken_away(binaries: dict[str, bytes], what: str) -> None:
    content = without_controls(binaries[what])
    assert CONTROLS.isdisjoint(content)
    with pytest.raises(RefusedError):
        told(content)


NO_TEXTS: dict[str, bytes] = {
    "a document for printers": b"%PDF-1.4\n1 0 obj\n",
    "an office's document in letters": b"{\\rtf1 Bonjour}",
    "a document for printers, in letters": b"%!PS-Adobe-3.0\n",
    "half of a table in Parquet": b"PAR1 and then letters",
    "the first letters of a database": b"SQLite format 3 and then letters",
    "a control character that two bytes write": "a\x9b31m".encode(),
    "no character": "a\ufffe".encode(),
    "bytes that the code page has not": b"caf\xe9 \x81\n",
    "signs alone": "éàç".encode("cp1252") * 200,
    "signs that no French has": ("abc " * 100).encode() + bytes(range(0xC0, 0x100)),
    "UTF-8 that broke off within": (SENTENCE * 20).encode() + b"\xc3",
    "UTF-8 and the code page in one": (SENTENCE * 20).encode() + SENTENCE.encode("cp1252"),
    "letters of UTF-16": "tableau;é\n".encode("utf-16"),
}


@pytest.mark.parametrize("what", NO_TEXTS)
@pytest.mark.parametrize("size", [0, 1, 3])
def test_what_only_looks_like_text_is_none(what: str, size: int) -> None:
    with pytest.raises(RefusedError) as refused:
        told(NO_TEXTS[what], size)
    assert refused.value.status == 415


@pytest.mark.parametrize("control", sorted(CONTROLS))
def test_no_control_character_is_text(control: int) -> None:
    with pytest.raises(RefusedError):
        told(b"a" + bytes([control]))
