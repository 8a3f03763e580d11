"""What the hub asks when it creates a workspace, read out of the body. Pure.

The body is compared whole afterwards; here only what the guard's own judgement starts from is read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.guard.errors import RefusedCallError
from hub.workspace.docker import TICKET, TOKEN
from policies.names import WorkspaceName

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")
_TICKET = re.compile(r"[\x21-\x7e]{1,4096}")
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Asked:
    """Who asks for what, on which digests, with which ticket; the token is the hub's own."""

    name: WorkspaceName
    profile: str
    law: str
    facts: str
    day: str
    ticket: str
    token: str


def read_asked(name: WorkspaceName, body: Mapping[str, Any]) -> Asked:
    """What a body asks for; raises RefusedCallError when a label or the token is not there."""
    labels = body.get("Labels")
    if not isinstance(labels, dict):
        raise RefusedCallError("Demande refusée : elle ne porte pas d'étiquettes.")
    return Asked(
        name=name,
        profile=_label(labels, "datalab.profile", re.compile(r"[a-z0-9-]{3,30}")),
        law=_label(labels, "datalab.law", _DIGEST),
        facts=_label(labels, "datalab.facts", _DIGEST),
        day=_label(labels, "datalab.day", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
        ticket=_label(labels, TICKET, _TICKET),
        token=_token(body.get("Env")),
    )


def _label(labels: Mapping[str, Any], key: str, form: re.Pattern[str]) -> str:
    value = labels.get(key)
    if not isinstance(value, str) or not form.fullmatch(value):
        raise RefusedCallError(f"Demande refusée : l'étiquette {key} manque ou n'a pas la forme attendue.")
    return value


def _token(environment: object) -> str:
    lines = environment if isinstance(environment, list) else []
    found = [line for line in lines if isinstance(line, str) and line.startswith(f"{TOKEN}=")]
    token = found[0].partition("=")[2] if len(found) == 1 else ""
    if not _TOKEN.fullmatch(token):
        raise RefusedCallError("Demande refusée : le jeton de JupyterHub manque ou n'a pas la forme attendue.")
    return token
