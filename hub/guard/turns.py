"""One thing at a time for each workspace, whoever does it: the hub's calls, enforcement, a death that was noticed."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock, RLock
from typing import TypeVar
from weakref import WeakValueDictionary

from policies.names import WorkspaceName

Result = TypeVar("Result")


class _Turn:
    """The lock of one name; forgotten when nobody holds it or waits for it."""

    def __init__(self) -> None:
        self.lock = RLock()


class Turns:
    """A turn for each name. Threads wait for it; different names do not wait for each other."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[str, _Turn] = WeakValueDictionary()
        self._lock = Lock()

    def take(self, name: WorkspaceName, work: Callable[[], Result]) -> Result:
        """What the work returns, done while nobody else has a turn on this name."""
        with self._lock:
            turn = self._turns.setdefault(str(name), _Turn())
        with turn.lock:
            return work()
