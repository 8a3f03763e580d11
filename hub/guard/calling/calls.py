"""The few calls that the guard speaks, as a closed table: method, path, query. Pure.

They are those of Docker's interface that DockerSpawner makes, and two of ours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from hub.guard.errors import RefusedCallError
from policies.names import WorkspaceName, parse_workspace_name
from policies.proofs.tickets import EVERY_FACTOR, PASSWORD_ALONE

CONTAINER_ID = re.compile(r"[0-9a-f]{64}")
LONGEST_STOP = 60
MOST_PROCESSINGS = 500
_FLAG = {"0", "1", "true", "false", "True", "False"}


@dataclass(frozen=True)
class Create:
    """Create a workspace's container; the only call with a body."""

    name: WorkspaceName


@dataclass(frozen=True)
class Inspect:
    """Say what became of a container, by name or id."""

    reference: str


@dataclass(frozen=True)
class Start:
    """Start a container that was created."""

    reference: str


@dataclass(frozen=True)
class Stop:
    """Stop a container: a polite signal, then, after so many seconds, the other one."""

    reference: str
    seconds: int


@dataclass(frozen=True)
class Remove:
    """Remove a container with all that was made for it."""

    reference: str


@dataclass(frozen=True)
class Situation:
    """Say of a person on processings which homes are sealed, when the workspace ends, why the last one ended.

    What is sealed depends on what they showed at sign-in: the hub says it, and nothing opens by it.
    """

    names: tuple[WorkspaceName, ...]
    factors: tuple[str, ...] = PASSWORD_ALONE


@dataclass(frozen=True)
class Deaths:
    """Say which workspaces ended since a count of an epoch, once some have."""

    epoch: str
    after: int


Call = Create | Inspect | Start | Stop | Remove | Situation | Deaths
Query = Mapping[str, str]


def _stop(reference: str, query: Query) -> Stop:
    text = query.get("t", "10")
    if not re.fullmatch(r"[0-9]{1,3}", text) or int(text) > LONGEST_STOP:
        raise RefusedCallError(f"Appel refusé : le délai d'arrêt va de 0 à {LONGEST_STOP} secondes.")
    return Stop(reference, int(text))


def _remove(reference: str, query: Query) -> Remove:
    if not set(query.values()) <= _FLAG or query.get("link", "false").lower() in {"1", "true"}:
        raise RefusedCallError("Appel refusé : seule la suppression simple d'un espace de travail existe.")
    return Remove(reference)


def _deaths(query: Query) -> Deaths:
    epoch, after = query.get("epoch", ""), query.get("after", "0")
    if not re.fullmatch(r"[0-9a-f]{0,16}", epoch) or not re.fullmatch(r"[0-9]{1,18}", after):
        raise RefusedCallError("Appel refusé : ce n'est pas un compte de fins.")
    return Deaths(epoch, int(after))


def _situation(query: Query) -> Situation:
    factors = tuple(query.get("factors", ",".join(PASSWORD_ALONE)).split(","))
    if not set(factors) <= set(EVERY_FACTOR):
        raise RefusedCallError("Appel refusé : ce n'est pas une preuve d'identité.")
    return Situation(_names(query), factors)


_REFERENCE = r"(?P<reference>[a-z0-9-]{1,64})"
_TABLE: tuple[tuple[str, str, frozenset[str], Callable[[str, Query], Call]], ...] = (
    ("POST", "/containers/create", frozenset({"name"}), lambda _, q: Create(_workspace(q.get("name", "")))),
    ("GET", f"/containers/{_REFERENCE}/json", frozenset(), lambda r, _: Inspect(r)),
    ("POST", f"/containers/{_REFERENCE}/start", frozenset(), lambda r, _: Start(r)),
    ("POST", f"/containers/{_REFERENCE}/stop", frozenset({"t"}), _stop),
    ("DELETE", f"/containers/{_REFERENCE}", frozenset({"v", "link", "force"}), _remove),
    ("GET", "/datalab/situation", frozenset({"person", "processings", "factors"}), lambda _, q: _situation(q)),
    ("GET", "/datalab/deaths", frozenset({"epoch", "after"}), lambda _, q: _deaths(q)),
)


def parse_call(method: str, path: str, query: str) -> Call:
    """The call that a request line makes; raises RefusedCallError on every other."""
    plain = path.removeprefix("/v1.41") if path.startswith("/v1.41/containers/") else path
    for verb, pattern, keys, make in _TABLE:
        found = re.fullmatch(pattern, plain)
        if found and verb == method:
            return make(_checked(found.groupdict().get("reference")), _parse_query(query, keys))
    raise RefusedCallError("Appel refusé : le gardien ne connaît pas cet appel.")


def _checked(reference: str | None) -> str:
    if reference is None or CONTAINER_ID.fullmatch(reference):
        return reference or ""
    return str(_workspace(reference))


def _workspace(text: str) -> WorkspaceName:
    try:
        return parse_workspace_name(text)
    except ValueError:
        raise RefusedCallError("Appel refusé : ce n'est pas le nom d'un espace de travail.") from None


def _names(query: Query) -> tuple[WorkspaceName, ...]:
    processings = query.get("processings", "").split(",")
    if len(processings) > MOST_PROCESSINGS:
        raise RefusedCallError(f"Appel refusé : plus de {MOST_PROCESSINGS} traitements.")
    return tuple(_workspace(f"{query.get('person', '')}--{each}") for each in processings)


def _parse_query(query: str, keys: frozenset[str]) -> dict[str, str]:
    try:
        pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True) if query else []
    except ValueError:
        raise RefusedCallError("Appel refusé : paramètres illisibles.") from None
    found = dict(pairs)
    if len(found) != len(pairs) or not found.keys() <= keys:
        raise RefusedCallError("Appel refusé : un paramètre est inconnu ou figure deux fois.")
    return found
