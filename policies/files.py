"""Files are read strictly: closed models, no duplicate key, every problem at once.

Reading is in three steps: `read_yaml` (the disk), `parse` (pure: plain values to a frozen closed
model), then use. Dates stay text until the model reads them, so that 30 February is a problem with
a place and not a traceback.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Hashable, Iterable
from pathlib import Path
from typing import Any, ClassVar, NoReturn, TypeVar, cast, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from policies.errors import InvalidFilesError, Problem

LARGEST_FILE = 1_000_000
DEEPEST = 30
MOST_VALUES = 100_000
_HALF_WRITTEN = re.compile(r"\..+\.[a-z0-9_]{8}")


class Closed(BaseModel):
    """A frozen model that refuses unknown keys and never converts between types in silence."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


Model = TypeVar("Model", bound=BaseModel)


class _StrictLoader(yaml.CSafeLoader):
    """YAML without aliases, dates, octal numbers, yes/no booleans or duplicate keys."""


def _mapping(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    found: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(None, None, "a key must be text", key_node.start_mark)
        if key in found:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {key!r} stands twice; keep one", key_node.start_mark
            )
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_StrictLoader.add_constructor("tag:yaml.org,2002:map", _mapping)
_DROPPED = {"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int"}
_StrictLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag not in _DROPPED]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), ["t", "f"])
_StrictLoader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789"))


def parse_yaml(text: str, file: str) -> Any:
    """The plain values of a YAML text; raises InvalidFilesError naming the line that is wrong."""
    try:
        _check_events(text)
        return yaml.load(text, Loader=_StrictLoader)  # noqa: S506 - a safe loader, made stricter
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise InvalidFilesError([Problem(file, line, error.problem or "not YAML")]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidFilesError([Problem(file, "", f"not YAML: {error}")]) from None


def _check_events(text: str) -> None:
    depth = values = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise _located("aliases are not allowed; write it out", event)
        values += isinstance(event, yaml.NodeEvent)
        if values > MOST_VALUES:
            raise _located(f"more than {MOST_VALUES} values; split it", event)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            raise _located(f"nested deeper than {DEEPEST} levels", event)


def _located(problem: str, event: yaml.Event) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=cast("yaml.Mark", event.start_mark))


def read_text(path: Path, file: str | None = None) -> str:
    """The text of a file of a megabyte at most, in UTF-8; raises InvalidFilesError otherwise."""
    name = file or str(path)
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise InvalidFilesError([Problem(name, "", f"larger than {LARGEST_FILE} bytes; split it")])
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise InvalidFilesError([Problem(name, "", "not UTF-8; save it as UTF-8")]) from None
    except OSError as error:
        raise InvalidFilesError([Problem(name, "", f"cannot be read: {error.strerror}")]) from None


def read_yaml(path: Path, file: str | None = None) -> Any:
    """The plain values of a YAML file; `file` is how problems name it."""
    return parse_yaml(read_text(path, file), file or str(path))


def parse(model: type[Model], values: object, file: str, within: str = "") -> Model:
    """The model that plain values describe; raises InvalidFilesError with every problem at once.

    Values pass through JSON in strict mode: text becomes a date where the model wants one, but
    "1" never becomes 1.
    """
    try:
        return model.model_validate_json(canonical_json(values), strict=True)
    except (TypeError, ValueError, RecursionError) as error:
        if not isinstance(error, ValidationError):
            raise InvalidFilesError([Problem(file, within, f"holds a value that JSON has not: {error}")]) from None
        raise InvalidFilesError(_problem(model, details, file, within) for details in error.errors()) from None


def _problem(model: type[BaseModel], details: ErrorDetails, file: str, within: str) -> Problem:
    location = details["loc"]
    key = within
    for part in location:
        key += f"[{part}]" if isinstance(part, int) else f".{part}" if key else str(part)
    if details["type"] == "extra_forbidden":
        return Problem(file, key, "unknown key" + nearest(str(location[-1]), _keys_at(model, location[:-1])))
    message = details["msg"].removeprefix("Value error, ")
    if details["type"].startswith("date"):
        message = f"{details['input']} is not a date; write YYYY-MM-DD"
    elif details["type"] == "missing":
        message = "missing; add it"
    elif details["type"] not in {"value_error", "assertion_error"}:
        message += f" (found {details['input']!r})"[:200]
    return Problem(file, key, message)


def _keys_at(model: type[BaseModel], location: Iterable[int | str]) -> list[str]:
    """The keys that a model allows at a place; all that it can tell when the place is in a union."""
    models = [model]
    for part in location:
        if isinstance(part, int):
            continue
        fields = [each for m in models for name, each in m.model_fields.items() if part in {name, each.alias}]
        inner = [each.annotation for each in fields]
        models = [found for annotation in inner for found in _models_in(annotation)] or models
    return [field.alias or name for m in models for name, field in m.model_fields.items()]


def _models_in(annotation: object) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for inner in get_args(annotation) for found in _models_in(inner)]


def nearest_word(word: str, allowed: Iterable[str]) -> str | None:
    """The allowed word that is nearest to this one, None when none is near."""
    return next(iter(difflib.get_close_matches(word, sorted(set(allowed)), n=1)), None)


def nearest(word: str, allowed: Iterable[str]) -> str:
    """What to add to an error about an unknown word: the nearest that is allowed, else all of them."""
    choices = sorted(set(allowed))
    if close := nearest_word(word, choices):
        return f"; did you mean {close}?"
    return f"; allowed: {', '.join(choices)}" if choices else ""


def strict_json(text: str) -> Any:
    """The value of a JSON text that no two readers take differently; raises ValueError or RecursionError.

    A key that stands twice, and what only Python takes for a number, are refused.
    """
    return json.loads(text, object_pairs_hook=once_each, parse_constant=_no_number)


def once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Pairs as a mapping; raises ValueError when a key stands twice, of which two readers would take two values."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def canonical_json(values: object) -> bytes:
    """The one form in which things are fingerprinted, signed and stored: sorted keys, UTF-8, no spaces."""
    return json.dumps(values, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def fingerprint(content: bytes) -> str:
    """The SHA-256 of a content, in 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def write_atomic(path: Path, content: bytes, mode: int = 0o644, durable: bool = True) -> None:
    """Replace a file whole and durably: readers see the old content or the new, never a part.

    What is not to be `durable` outlives the process, and is lost with the machine's power.
    """
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fchmod(stream.fileno(), mode)
            if durable:
                os.fsync(stream.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    if durable:
        sync_folder(path.parent)


def remove_half_written(folder: Path) -> None:
    """Take away what a killed `write_atomic` left in a folder, of which the caller is the only writer."""
    for path in folder.glob(".*"):
        if _HALF_WRITTEN.fullmatch(path.name):
            path.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
