"""A workspace as a browser uses it: its server's REST calls, and cells run in a real kernel."""

from __future__ import annotations

import asyncio
import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

from onboarding.demo.wire import LOOPBACK, Wire, is_local
from policies.errors import DatalabError

CALL = {
    "Accept": "application/json",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-origin",
}


class WorkspaceError(DatalabError):
    """Raised when a workspace refuses a call or does not answer in time."""


@dataclass(frozen=True)
class Output:
    """What a cell printed or gave back, and the error that it ended on, None when it did not."""

    text: str
    error: str | None = None


class Workspace:
    """One person's running workspace; `address` ends with a slash."""

    def __init__(self, wire: Wire, address: str) -> None:
        self._wire = wire
        self.address = address
        self._kernel: str | None = None

    def call(self, method: str, path: str, content: object = None) -> httpx.Response:
        """A call of the page to its server, with its token against forgery."""
        headers = CALL | {"X-XSRFToken": self._wire.token(self.address), "Referer": f"{self.address}lab"}
        return self._wire.client.request(method, f"{self.address}{path}", json=content, headers=headers)

    def run(self, code: str, timeout_s: float = 60) -> Output:
        """Run a cell in this workspace's kernel, started when it has none yet; raises WorkspaceError."""
        kernel = self._kernel or self.start_kernel()
        try:
            return asyncio.run(asyncio.wait_for(self._execute(kernel, code), timeout_s))
        except TimeoutError:
            raise WorkspaceError(f"{self.address}: the cell did not end after {timeout_s} s") from None

    def start_kernel(self) -> str:
        """Start a kernel of the default kind."""
        response = self.call("POST", "api/kernels", {})
        if response.status_code != httpx.codes.CREATED:
            raise WorkspaceError(f"{response.url}: {response.status_code} {response.text[:500]}")
        self._kernel = str(response.json()["id"])
        return self._kernel

    async def _execute(self, kernel: str, code: str) -> Output:
        connection = await websocket_connect(self._channels(kernel))
        try:
            message = execute_request(code)
            await connection.write_message(json.dumps(message))
            return await _collect(connection, message["header"]["msg_id"])
        finally:
            connection.close()

    def _channels(self, kernel: str) -> HTTPRequest:
        parts = urlsplit(self.address)
        place = f"{parts.path}api/kernels/{kernel}/channels"
        host = f"{LOOPBACK}:{parts.port or 80}" if is_local(parts.hostname or "") else parts.netloc
        return HTTPRequest(
            f"{'wss' if parts.scheme == 'https' else 'ws'}://{host}{place}",
            headers={
                "Host": parts.netloc,
                "Origin": f"{parts.scheme}://{parts.netloc}",
                "Cookie": self._wire.cookie_header(f"{parts.scheme}://{parts.netloc}{place}"),
                "Sec-Fetch-Mode": "websocket",
            },
        )


def execute_request(code: str) -> dict[str, Any]:
    """A message of Jupyter's protocol that runs a cell."""
    identifier = uuid.uuid4().hex
    return {
        "header": {
            "msg_id": identifier,
            "msg_type": "execute_request",
            "username": "",
            "session": identifier,
            "version": "5.3",
        },
        "parent_header": {},
        "metadata": {},
        "buffers": [],
        "channel": "shell",
        "content": {"code": code, "silent": False, "store_history": False, "allow_stdin": False},
    }


async def _collect(connection: WebSocketClientConnection, identifier: str) -> Output:
    """Everything that the kernel says in answer, until it is idle again."""
    texts: list[str] = []
    error: str | None = None
    while (received := await connection.read_message()) is not None:
        message = json.loads(received)
        if message["parent_header"].get("msg_id") != identifier:
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "error":
            error = f"{content['ename']}: {content['evalue']}"
        elif kind == "status" and content["execution_state"] == "idle":
            return Output("".join(texts).strip(), error)
        else:
            texts.append(_text(kind, content))
    raise WorkspaceError("the kernel's connection was closed before the cell ended; the workspace may have stopped")


def _text(kind: str, content: dict[str, Any]) -> str:
    if kind == "stream":
        return str(content["text"])
    if kind in {"execute_result", "display_data"}:
        return f"{content['data'].get('text/plain', '')}\n"
    return ""
