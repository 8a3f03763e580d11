"""A workspace's container is created, exactly as the guard would create it itself; nothing runs yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.guard.errors import ConflictError, NoAnswerError, TroubleError
from hub.guard.judging.judge import Judge
from hub.guard.judging.judgement import Judgement
from hub.guard.lifecycle.closing import clear, discard, discard_stranger, remove
from hub.guard.lifecycle.entries import decision_entry
from hub.guard.lifecycle.notes import render_notes
from hub.guard.lifecycle.own import bears_labels
from hub.guard.lifecycle.records import NOT_YET, Record
from hub.guard.parts import Parts
from policies.names import WorkspaceName


def create(parts: Parts, judge: Judge, name: WorkspaceName, body: Mapping[str, Any], now: datetime) -> str:
    """The id of a container made exactly as the guard would make it itself."""
    judgement = judge.judge_body(name, body, now)
    parts.diary.write("decision", decision_entry(judgement))
    _make_room(parts, name)
    record = Record(name=str(name), id=NOT_YET, config=judgement.fingerprint, state="creating")
    identity = _create(parts, name, record, judgement)
    try:
        parts.kept.records.write(record.at("created", id=identity))
    except BaseException:
        discard(parts, name, identity)
        raise
    return identity


def _create(parts: Parts, name: WorkspaceName, record: Record, judgement: Judgement) -> str:
    """Lay out and create; where Docker did not answer, the record stays and says what may still appear."""
    parts.kept.records.write(record, durable=False)
    try:
        parts.stage.lay(judgement.spec, render_notes(judgement))
        return parts.engine.create(str(name), judgement.config)
    except NoAnswerError:
        parts.stage.clear(name)
        raise
    except BaseException:
        clear(parts, name, None)
        raise


def _make_room(parts: Parts, name: WorkspaceName) -> None:
    """What is left of an earlier workspace of this name goes; one that runs stays, and is a conflict."""
    found = parts.engine.find(str(name))
    if found is None:
        return
    own = parts.recognise(found)
    if own is not None:
        if found.running and own.record.state != "leaving":
            raise ConflictError("Cet espace de travail est déjà ouvert.")
        remove(parts, own)
    elif bears_labels(found, parts.site):
        discard_stranger(parts, found)
    else:
        raise TroubleError("Un conteneur étranger à ce datalab porte le nom de votre espace : prévenez la DINUM.")
