"""A created container is judged again and started, once. Whatever goes wrong, nothing of it is left behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.guard.errors import GuardError, RefusedCallError, StaleRequestError
from hub.guard.judging.judge import Judge
from hub.guard.lifecycle.bringing_up import bring_up
from hub.guard.lifecycle.closing import abandon
from hub.guard.lifecycle.entries import start_entry, why
from hub.guard.lifecycle.launching import wait_until_ready
from hub.guard.lifecycle.own import Own
from hub.guard.lifecycle.preparing import held_by, prepare_spaces
from hub.guard.parts import Parts


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
        shown = prepare_spaces(parts, judge, judgement, now)
        held = held_by(judgement, shown)
        parts.kept.records.write(own.record.at("starting", held=held))
        parts.diary.write("start", start_entry(own, judgement, shown))
        bring_up(parts, own, judgement, shown, held)
    return Started(own, parts.stage.socket_folder(own.name))


@contextmanager
def _removed_on_failure(parts: Parts, own: Own) -> Iterator[None]:
    """A workspace that does not come up as it must is not there at all."""
    try:
        yield
    except BaseException as error:
        abandon(parts, own, why(error))
        raise


def wait(parts: Parts, started: Started, timeout_s: float) -> None:
    """Return once the workspace accepts connections; raises FailedStartError when it never does."""
    wait_until_ready(parts.engine, started.own.container.id, started.socket_folder, timeout_s)


def note_answer(parts: Parts, started: Started) -> None:
    """It answers: from now on it stands when the guard is started anew, and its death is a death."""
    live, record = parts.present.running.find(started.own.name), parts.kept.records.trusted(started.own.name)
    if live is not None:
        live.answers = True
    if record is not None and (record.id, record.state) == (started.own.container.id, "checked"):
        with suppress(OSError):  # a full disk: it ends with this guard, not before
            parts.kept.records.write(record.at("answering"), durable=False)


def give_up(parts: Parts, started: Started, error: GuardError) -> None:
    """Remove a workspace that never answered."""
    abandon(parts, started.own, why(error))
