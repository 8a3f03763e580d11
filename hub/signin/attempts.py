"""Every attempt to show who one is, from hub, command line or face, waits its turn and tells how it ended."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from typing import TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.requests import Request

from hub.signin.bodies import LARGEST_BODY, BadRequestError
from hub.signin.refusals import Refused, RefusedError
from hub.signin.settings import SigninSettings
from hub.signin.slowdown import Slowdown
from policies.settings import Values

BODY_PATIENCE_S = 5.0
ASKING_AT_ONCE = 16
Result = TypeVar("Result")


class Attempts:
    """Calls what blocks in threads, so many at once, each attempt after its wait."""

    def __init__(self, slowdown: Slowdown, clock: Callable[[], float] = time.monotonic) -> None:
        self._slowdown = slowdown
        self._clock = clock
        self._limit = CapacityLimiter(ASKING_AT_ONCE)

    async def run(self, login: str, call: Callable[[], Result]) -> Result:
        """Wait, call, and tell the slowdown how it ended, whatever happens; raises RefusedError."""
        wait = self._slowdown.reserve(login, self._clock())
        if wait is None:
            raise RefusedError(Refused.TOO_MANY_ATTEMPTS)
        ended = self._slowdown.abandoned
        try:
            await anyio.sleep(wait)
            answer = await self.aside(call)
        except RefusedError as refusal:
            if refusal.why.guessed:
                ended = self._slowdown.failed
            raise
        else:
            ended = self._slowdown.succeeded
            return answer
        finally:
            ended(login, self._clock())

    async def aside(self, call: Callable[[], Result]) -> Result:
        """Call what blocks beside the loop, without a wait: nothing is guessed."""
        return await to_thread.run_sync(call, limiter=self._limit)


def open_attempts(values: Values) -> Attempts:
    """The attempts of an installation, slowed as its settings say."""
    return Attempts(Slowdown(values.section(SigninSettings), secrets.token_bytes(32)))


async def read_body(request: Request) -> bytes:
    """The body of a request, bounded in size and time; raises BadRequestError, or TimeoutError."""
    content = b""
    with anyio.fail_after(BODY_PATIENCE_S):
        async for chunk in request.stream():
            content += chunk
            if len(content) > LARGEST_BODY:
                raise BadRequestError(f"write {LARGEST_BODY} bytes at most")
    return content
