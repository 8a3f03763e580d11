"""The guard's memory on the disk: root's, written before what it says counts. What cannot be read opens nothing."""

from __future__ import annotations

import logging
from pathlib import Path
from threading import Lock

from hub.guard.judging.memory import Remembered, observe, restored, undone
from policies.access.approvals import Approvals
from policies.errors import InvalidFilesError, UnavailableError
from policies.files import canonical_json, read_text, write_atomic
from policies.register.follow import Register

log = logging.getLogger("datalab.guard")
Seen = tuple[Register, Approvals]
MOST_ANSWERS = 4


class Memory:
    """What one installation's guard remembers; threads may share it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: Remembered | None = None
        self._seen: Seen | None = None
        self._answers: dict[int, tuple[Register, Register]] = {}
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
            for path in undone(register, known):
                log.warning("%s: says again what was suspended, ended or replaced; it does not count", path)
            # the register is held beside, so that its id is not another's
            self._answers[id(register)] = (register, restored(register, known))
        return self._answers[id(register)][1]

    def _learn(self, known: Remembered, register: Register, approvals: Approvals) -> Remembered:
        learned = observe(known, self._seen[0] if self._seen else None, register, approvals)
        if learned != known:
            for place in learned.suspended.keys() - known.suspended.keys():
                log.info("%s: suspended; it stays so until a lift of it is approved", place)
            self._write(learned)
        return learned

    def _read(self) -> Remembered:
        if not self._file.exists():
            return Remembered()
        try:
            return Remembered.model_validate_json(read_text(self._file))
        except (InvalidFilesError, ValueError):
            raise UnavailableError(
                f"{self._file}: the guard's memory cannot be read, so nothing opens; put a copy of it back"
            ) from None

    def _write(self, known: Remembered) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomic(self._file, canonical_json(known.model_dump(mode="json")), mode=0o600)
        except OSError as error:
            raise UnavailableError(f"{self._file}: the guard's memory cannot be written ({error.strerror})") from None
