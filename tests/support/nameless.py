"""What would give somebody away in a journal: names, logins, addresses, names of files; and where they are found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from onboarding.demo.people import Actor

ADDRESS = re.compile(r"[^\s@\"]+@[^\s@\"]+\.[a-z]{2,}")


def words_of(actors: Iterable[Actor]) -> Iterator[str]:
    """Everything that the directory says of people and no journal may."""
    for actor in actors:
        yield from (actor.login, actor.name, actor.family, actor.mail)


def traces(text: str, words: Iterable[str]) -> list[str]:
    """Those of the words that stand in a text, whatever their case, and every e-mail address."""
    alternatives = "|".join(re.escape(word) for word in sorted(set(words)))
    known = re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)", re.IGNORECASE)
    return sorted({each.group() for pattern in (known, ADDRESS) for each in pattern.finditer(text)})


def journal_text(journal: Path) -> dict[str, str]:
    """Every file of a journal: lines, payloads by class and day, checkpoints."""
    files = (path for path in sorted(journal.rglob("*")) if path.is_file() and path.name != "lock")
    return {str(path.relative_to(journal)): path.read_text(encoding="utf-8") for path in files}


def classes(journal: Path) -> set[str]:
    """The classes of which a journal holds payloads."""
    return {path.parent.name for path in journal.glob("*/payloads/*/*.jsonl")}
