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
from hub.guard.docker import Container
from hub.guard.effects import Held
from hub.guard.errors import (
    ConflictError,
    FailedStartError,
    GuardError,
    RefusedCallError,
    StaleRequestError,
    TroubleError,
)
from hub.guard.judge import Judge
from hub.guard.judgement import Judgement
from hub.guard.launching import last_state, start_and_check
from hub.guard.notes import render_notes
from hub.guard.own import Own
from hub.guard.parts import Parts
from hub.guard.records import Record
from hub.guard.spaces_store import Shown
from policies.access.approvals import Approvals
from policies.access.requalified import released
from policies.access.spaces import moves_together
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
        _move_space(parts, judge, judgement, now)
        shown = _prepare(parts, judgement)
        parts.quotas.check(shown.home, shown.project)
        _bring_files_back(parts, judgement, shown)
        held = _held(judgement, shown)
        parts.diary.write("start", _start(own, judgement, shown))
        parts.records.write(own.record.model_copy(update={"state": "starting", "held": held}))
        running = _mount_and_start(parts, own, judgement, shown)
        parts.records.write(own.record.model_copy(update={"state": "checked", "held": held}))
        _follow(parts, own, held, running.pid)
        parts.ended.forget(own.name)
    return Started(own, parts.stage.socket_folder(own.name))


def _follow(parts: Parts, own: Own, held: Held, pid: int) -> None:
    try:
        parts.running.add(own, held, pid)
    except ProcessLookupError:
        raise FailedStartError(last_state(parts.engine.find(own.container.id))) from None


def _held(judgement: Judgement, shown: Shown) -> Held:
    decision = judgement.decision
    parts = {grant.id: grant.version for grant in decision.grants if grant.mode == "read"}
    return Held(
        factors=judgement.factors, parts=parts, services=decision.services, home=shown.home, project=shown.project
    )


def _move_space(parts: Parts, judge: Judge, judgement: Judgement, now: datetime) -> None:
    """The team's space moves to a larger label when everybody on the processing has it."""
    name, label = judgement.spec.name, judgement.decision.label
    space = parts.spaces.movable(name, label)
    if space is not None and moves_together(label, judge.labels_of_others(name, now)):
        moved = {"processing": name.processing, "space": space.id, "from": sorted(space.label), "to": sorted(label)}
        parts.diary.write("space_relabelled", moved)
        parts.spaces.relabel(name, space, label)


def _bring_files_back(parts: Parts, judgement: Judgement, shown: Shown) -> None:
    """What was attested of sealed homes is copied into today's, each file journaled before."""
    spec, snapshot = judgement.spec, judgement.snapshot
    found = snapshot.register.find_processing(spec.name.processing)
    if found is None or not found.processing.requalifications:
        return
    approvals = Approvals(snapshot.law, snapshot.keys)
    entries = list(released(snapshot.register, found, spec.name.person, approvals))
    for file in parts.spaces.returning(spec.name, judgement.decision.label, entries):
        told = {"workspace": str(spec.name), "home": file.home, "path": file.path, "content": file.content}
        parts.diary.write("requalification", told)
        parts.spaces.bring_back(spec.name, shown.home[-1], file, spec.uid, spec.gid)


def _prepare(parts: Parts, judgement: Judgement) -> Shown:
    spec, decision = judgement.spec, judgement.decision
    return parts.spaces.show(spec.name, spec.uid, spec.gid, decision.label, decision.day)


def _mount_and_start(parts: Parts, own: Own, judgement: Judgement, shown: Shown) -> Container:
    notes = render_notes(judgement)
    readable = tuple(grant for grant in judgement.decision.grants if grant.mode == "read")
    parts.stage.lay(judgement.spec, notes)
    parts.stage.mount(own.name, shown, readable)
    running = start_and_check(parts.engine, own.container.id, judgement.spec)
    parts.stage.strike(str(own.name))
    return running


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
        "factors": list(judgement.factors),
        "signed_at": judgement.signed_at.isoformat(),
        "decision": judgement.decision.model_dump(mode="json"),
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
