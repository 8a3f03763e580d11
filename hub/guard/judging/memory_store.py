"""The guard's memory on the disk: root's, written before what it says counts. What cannot be read opens nothing.

It never forgets to make room: one that would be larger than it may is not written, and nothing opens.
"""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock

from hub.guard.judging.memory import MOST_APPROVALS, MOST_SUSPENSIONS, NOTHING, Remembered, Trace, observe
from hub.guard.judging.restoring import undone, with_documents
from policies.access.approvals import Approvals
from policies.errors import UnavailableError
from policies.files import canonical_json, write_atomic
from policies.register.follow import Register

log = logging.getLogger("datalab.guard")
Seen = tuple[Register, Approvals]
MOST_ANSWERS = 4
MOST_BYTES = 32_000_000


class Memory:
    """What one installation's guard remembers; threads may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: Remembered | None = None
        self._seen: Seen | None = None
        self._answers: dict[int, tuple[Register, Register]] = {}
        self._texts: dict[str, tuple[Trace, bytes]] = {}
        self._lock = Lock()

    def keep(self, register: Register, approvals: Approvals) -> Register:
        """See a register, and answer the one to judge on; the same object while nothing changed.

        Raises UnavailableError when the file cannot be read or written: without memory, no right.
        """
        with self._lock:
            known = self._known if self._known is not None else self._read()
            if self._seen is None or self._seen[0].digest != register.digest or self._seen[1] != approvals:
                self._known = self._learn(known, register, approvals)
                self._seen, self._answers = (register, approvals), {}
            return self._restored(register, self._known or known)

    def _restored(self, register: Register, known: Remembered) -> Register:
        """One answer for each follower's register, so that what did not change is the same object."""
        if id(register) not in self._answers:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.clear()
            others = undone(register, known)
            for path in sorted(others):
                log.warning("%s: undone by a hand; judged with what was suspended, ended, withdrawn or replaced", path)
            # the register is held beside, so that its id is not another's
            self._answers[id(register)] = (register, with_documents(register, others))
        return self._answers[id(register)][1]

    def _learn(self, known: Remembered, register: Register, approvals: Approvals) -> Remembered:
        before, judged = self._seen or (None, None)
        learned = observe(known, before, register, approvals, anew=judged != approvals)
        if learned is not known:
            self._write(learned)
            _tell(known, learned)
        return learned

    def _read(self) -> Remembered:
        if not self._file.exists():
            return Remembered()
        try:
            return Remembered.model_validate_json(self._file.read_bytes())
        except (OSError, ValueError):
            raise UnavailableError(
                f"{self._file}: the guard's memory cannot be read, so nothing opens; put a copy of it back, or, knowing"
                " that what a hand undid of suspensions, ends and withdrawals will count, take it away and restart"
            ) from None

    def _write(self, known: Remembered) -> None:
        content = self._content(known)
        if len(content) > MOST_BYTES:
            raise UnavailableError(
                f"{self._file}: the guard's memory would be larger than {MOST_BYTES} bytes, so nothing opens; see "
                "in `datalab register history` who undoes so much, stop the guard, take the places concerned "
                "out of the file, and start it"
            )
        if len(content) > MOST_BYTES * 3 // 4:
            log.warning("%s: three quarters full; when it is full, nothing opens", self._file)
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self._file, content, mode=0o600)
        except OSError as error:
            raise UnavailableError(
                f"{self._file}: the guard's memory cannot be written ({error.strerror}), so nothing opens; "
                "make room on the disk, or let it be written: the guard tries again"
            ) from None

    def _content(self, known: Remembered) -> bytes:
        """The memory as it is written; only what changed is rendered anew, since all else may be large."""
        for path, trace in known.documents.items():
            if path not in self._texts or self._texts[path][0] is not trace:
                values = {path: trace.model_dump(mode="json", exclude_defaults=True)}
                self._texts[path] = (trace, canonical_json(values)[1:-1])
        return b'{"documents":{' + b",".join(self._texts[path][1] for path in sorted(known.documents)) + b"}}"


def _tell(known: Remembered, learned: Remembered) -> None:
    """Log what is suspended from now on, and what is closed for good."""
    for path, trace in learned.documents.items():
        before = known.documents.get(path, NOTHING)
        if trace is before:
            continue
        for place in sorted(trace.suspended.keys() - before.suspended.keys()):
            log.info("%s: suspended; it stays so until a lift of it is approved", place)
        for place in sorted(trace.shut - before.shut):
            log.warning("%s: suspended %d times at once; no lift opens it any more", place, MOST_SUSPENSIONS)
        for place in sorted(trace.spent - before.spent):
            log.warning("%s: undone or withdrawn %d times; no approval counts there any more", place, MOST_APPROVALS)
