"""A workspace begins: judged, created; judged again, laid out, started, compared.

The journal has each step before it happens. Whatever goes wrong, nothing is left behind.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.guard.closing import abandon, discard, remove
from hub.guard.errors import ConflictError, GuardError, RefusedCallError, StaleRequestError, TroubleError
from hub.guard.judge import Judge
from hub.guard.judgement import Judgement
from hub.guard.launching import start_and_check
from hub.guard.notes import render_notes
from hub.guard.parts import Own, Parts
from hub.guard.records import Record
from hub.guard.spaces_store import Shown
from policies.names import WorkspaceName


def create(parts: Parts, judge: Judge, name: WorkspaceName, body: Mapping[str, Any], now: datetime) -> str:
    """The id of a container made exactly as the guard would make it itself."""
    judgement = judge.judge_body(name, body, now)
    parts.diary.write("decision", _decision(judgement))
    _make_room(parts, name)
    parts.stage.lay(judgement.spec, render_notes(judgement))
    identity = parts.engine.create(str(name), judgement.config)
    try:
        parts.records.write(_record(name, identity, judgement))
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


@dataclass(frozen=True)
class Started:
    """A container that runs and is what was judged; it may not answer yet."""

    own: Own
    socket_folder: Path


def start(parts: Parts, judge: Judge, own: Own, now: datetime) -> Started:
    """Start a created container, once; on any failure it is removed."""
    if own.record.state != "created":
        raise RefusedCallError("Appel refusé : un espace de travail n'est démarré qu'une fois.")
    with _removed_on_failure(parts, own):
        judgement = judge.judge_again(own.name, own.container.config, now)
        if judgement.fingerprint != own.record.config:
            raise StaleRequestError("ce qui a été décidé a changé depuis la création")
        shown = _prepare(parts, judgement)
        parts.diary.write("start", _start(own, judgement, shown))
        parts.records.write(own.record.model_copy(update={"state": "starting"}))
        _mount_and_start(parts, own, judgement, shown)
        parts.records.write(own.record.model_copy(update={"state": "checked"}))
    return Started(own, parts.stage.socket_folder(own.name))


def _prepare(parts: Parts, judgement: Judgement) -> Shown:
    spec, decision = judgement.spec, judgement.decision
    return parts.spaces.show(spec.name, spec.uid, spec.gid, decision.label, decision.day)


def _mount_and_start(parts: Parts, own: Own, judgement: Judgement, shown: Shown) -> None:
    notes = render_notes(judgement)
    readable = tuple(grant for grant in judgement.decision.grants if grant.mode == "read")
    parts.stage.lay(judgement.spec, notes)
    parts.stage.mount(own.name, shown, readable)
    start_and_check(parts.engine, own.container.id, judgement.spec)
    parts.stage.strike(str(own.name))


@contextmanager
def _removed_on_failure(parts: Parts, own: Own) -> Iterator[None]:
    """A workspace that does not come up as it must is not there at all."""
    try:
        yield
    except BaseException as error:
        abandon(parts, own, why(error))
        raise


def why(error: BaseException) -> str:
    """What the journal says of a failure: the guard's own words, else the kind of error."""
    return str(error)[:500] if isinstance(error, GuardError) else type(error).__name__


def _decision(judgement: Judgement) -> dict[str, Any]:
    return {
        "workspace": str(judgement.spec.name),
        "config": judgement.fingerprint,
        "image": judgement.spec.image,
        "signed_at": judgement.signed_at.isoformat(),
        **judgement.decided.journaled(),
    }


def _start(own: Own, judgement: Judgement, shown: Shown) -> dict[str, Any]:
    decision = judgement.decision
    return {
        "workspace": str(own.name),
        "person": decision.person,
        "processing": decision.processing,
        "container": own.container.id,
        "config": judgement.fingerprint,
        "law": decision.law,
        "facts": decision.facts,
        "parts": {grant.id: grant.version for grant in decision.grants if grant.mode == "read"},
        "home": "/".join(shown.home),
        "project_space": "/".join(shown.project),
    }
