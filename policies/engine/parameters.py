"""Parameters of the law: dated values of one type, each with the source that sets it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.calendar import parse_day
from policies.engine.compile import check_source
from policies.engine.dated import Dated
from policies.engine.documents import Declaration, FactType, InForce, ParameterFile, Source
from policies.engine.folder import Entry, Problems
from policies.engine.known import Parameter
from policies.engine.operands import check_words
from policies.engine.vocabulary import IS, Vocabulary

INFERRED: tuple[FactType | str, ...] = ("boolean", "number", "text", "list of text", "list of number")


def read_parameter(
    entry: Entry, file: ParameterFile, vocabulary: Vocabulary, sources: Mapping[str, Source], problems: Problems
) -> Parameter | None:
    """The parameter that a file describes, `None` after its problems were noted."""
    before = len(problems.found)
    values = {day: _read_value(entry, file, day, vocabulary, problems) for day in file.values}
    for day, value in file.values.items():
        check_source(
            value.source,
            InForce.model_construct(from_=day, until=day),
            sources,
            lambda text, day=day: problems.tell(entry.path, f"values.{day}.source.text", text),  # type: ignore[misc]
        )
    if len(problems.found) > before:
        return None
    type_ = _type_of(list(values.values()), file)
    if type_ is None:
        problems.tell(entry.path, "values", "are of several types, or all null; write values of one type")
        return None
    said = Declaration(type="text", meaning=file.description, words=file.words, unit=file.unit)
    return Parameter(Dated(values, type_), said, file)


def _read_value(entry: Entry, file: ParameterFile, day: date, vocabulary: Vocabulary, problems: Problems) -> Any:
    value = file.values[day].value
    key = f"values.{day}.value"
    if value is None:
        return None
    if file.type == "day":
        try:
            return parse_day(str(value))
        except ValueError as error:
            problems.tell(entry.path, key, str(error))
            return None
    if file.words is not None:
        type_ = "text" if isinstance(value, str) else "list of text"
        if not IS[type_](value):
            problems.tell(entry.path, key, f"must be text of the words of {file.words}")
        else:
            check_words(value, type_, file.words, vocabulary, lambda text: problems.tell(entry.path, key, text))
    return value


def _type_of(values: list[Any], file: ParameterFile) -> str | None:
    """The one type of all values; an empty list is a list of whatever the others are."""
    given = [value for value in values if value is not None]
    if not given:
        return None
    candidates = ("day",) if file.type == "day" else INFERRED
    return next((type_ for type_ in candidates if all(IS[type_](value) for value in given)), None)
