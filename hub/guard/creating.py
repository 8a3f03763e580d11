"""A workspace's container is created, exactly as the guard would create it itself; nothing runs yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.guard.closing import discard, remove
from hub.guard.entries import decision_entry
from hub.guard.errors import ConflictError, TroubleError
from hub.guard.judge import Judge
from hub.guard.judgement import Judgement
from hub.guard.notes import render_notes
from hub.guard.parts import Parts
from hub.guard.records import Record
from policies.names import WorkspaceName


def create(parts: Parts, judge: Judge, name: WorkspaceName, body: Mapping[str, Any], now: datetime) -> str:
    """The id of a container made exactly as the guard would make it itself."""
    judgement = judge.judge_body(name, body, now)
    parts.diary.write("decision", decision_entry(judgement))
    _make_room(parts, name)
    parts.stage.lay(judgement.spec, render_notes(judgement))
    identity = parts.engine.create(str(name), judgement.config)
    try:
        parts.kept.records.write(_record(name, identity, judgement))
    except BaseException:
        discard(parts, name, identity)
        raise
    return identity


def _make_room(parts: Parts, name: WorkspaceName) -> None:
    """What is left of an earlier workspace of this name goes; one that runs stays, and is a conflict."""
    found = parts.engine.find(str(name))
    if found is None:
        return
    own = parts.recognise(found)
    if own is None:
        raise TroubleError("Un conteneur étranger à ce datalab porte le nom de votre espace : prévenez la DINUM.")
    if found.running:
        raise ConflictError("Cet espace de travail est déjà ouvert.")
    remove(parts, own)


def _record(name: WorkspaceName, identity: str, judgement: Judgement) -> Record:
    return Record(name=str(name), id=identity, config=judgement.fingerprint, state="created")
