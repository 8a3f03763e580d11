"""A created container is laid out, mounted for, started, compared, and followed from then on."""

from __future__ import annotations

from hub.guard.errors import FailedStartError
from hub.guard.host.docker import Container
from hub.guard.host.process import identify
from hub.guard.host.spaces_store import Shown
from hub.guard.judging.effects import Held
from hub.guard.judging.judgement import Judgement
from hub.guard.lifecycle.launching import last_state, start_and_check
from hub.guard.lifecycle.notes import render_notes
from hub.guard.lifecycle.own import Own
from hub.guard.parts import Parts


def bring_up(parts: Parts, own: Own, judgement: Judgement, shown: Shown, held: Held) -> None:
    """It runs and is what was judged; the record says each step, so that a guard that dies leaves no doubt."""
    running = _mount_and_start(parts, own, judgement, shown)
    try:
        process = identify(running.pid)
        parts.kept.records.write(own.record.at("checked", held=held, process=process))
        parts.present.running.add(own, held, running.pid)
    except ProcessLookupError:
        raise FailedStartError(last_state(parts.engine.find(own.container.id))) from None
    parts.kept.ended.forget(own.name)


def _mount_and_start(parts: Parts, own: Own, judgement: Judgement, shown: Shown) -> Container:
    notes = render_notes(judgement)
    readable = tuple(grant for grant in judgement.decision.grants if grant.mode == "read")
    parts.stage.lay(judgement.spec, notes)
    parts.stage.mount(own.name, shown, readable)
    running = start_and_check(parts.engine, own.container.id, judgement.spec)
    parts.stage.strike(str(own.name))
    return running
