"""How long the law keeps each class of the journal (LOG-01): parameter `journal_months.<class>`. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from policies.engine.model import Law
from policies.errors import InvalidFilesError, Problem
from policies.journal.entry import PURGED_CLASSES
from policies.journal.term import first_day_kept

PREFIX = "journal_months."


@dataclass(frozen=True)
class Terms:
    """The durations of one law."""

    law: Law

    def months(self, class_: str, on: date) -> int | None:
        """The months of a class as the law says on a day; None when it says nothing."""
        found = self.law.parameters.get(PREFIX + class_)
        value = found.at(on) if found is not None else None
        return value if isinstance(value, int) else None

    def first_kept(self, today: date) -> dict[str, date]:
        """Class -> the oldest day kept; raises InvalidFilesError naming every class without a duration."""
        check_terms(self.law, today)
        months = {class_: self.months(class_, today) for class_ in sorted(PURGED_CLASSES)}
        return {class_: first_day_kept(today, each) for class_, each in months.items() if each is not None}


def check_terms(law: Law, on: date) -> None:
    """Raises InvalidFilesError unless every class of the journal has its duration and nothing else has one."""
    problems = list(term_problems(law, on))
    if problems:
        raise InvalidFilesError(problems)


def term_problems(law: Law, on: date) -> Iterator[Problem]:
    """Classes without a duration, and durations without a class."""
    terms = Terms(law)
    for class_ in sorted(PURGED_CLASSES):
        if not terms.months(class_, on):
            yield Problem(_file(class_), "", f"the journal's class {class_} has no duration on {on}; give it months")
    for name in sorted(law.parameters):
        class_ = name.removeprefix(PREFIX)
        if class_ != name and class_ not in PURGED_CLASSES:
            yield Problem(_file(class_), "", f"the journal has no class {class_} that is purged; take the file out")


def _file(class_: str) -> str:
    return f"parameters/journal_months/{class_}.yaml"
