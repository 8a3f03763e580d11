"""Listens to every kernel that a browser asks something of, and writes what it prints while no browser is there."""

import json
import time
from typing import Any, ClassVar

from jupyter_server.services.kernels.connection.base import deserialize_msg_from_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection

from datalab_workspace.outputs import Execution, merge, unsaved

FLUSH_S = 60.0
REMEMBERED = 1000


class Recorder:
    """Runs by kernel, in the order in which they were asked for."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._runs: dict[str, dict[str, Execution]] = {}
        self._taps: dict[str, Any] = {}

    def asked(self, kernel: str, message: str, cell: str, code: str) -> None:
        """A browser asked a kernel to run a cell."""
        runs = self._runs.setdefault(kernel, {})
        runs[message] = Execution(cell, code)
        while len(runs) > REMEMBERED:
            del runs[next(iter(runs))]
        if kernel not in self._taps:
            self._listen(kernel)

    def _listen(self, kernel: str) -> None:
        manager = self._server.kernel_manager.get_kernel(kernel)
        stream = manager.connect_iopub()
        stream.on_recv(lambda parts: self._heard(kernel, manager.session, parts))
        self._taps[kernel] = stream

    def _heard(self, kernel: str, session: Any, parts: list[bytes]) -> None:
        _, parts = session.feed_identities(parts)
        message = session.deserialize(parts, content=True)
        run = self._runs.get(kernel, {}).get(message["parent_header"].get("msg_id", ""))
        if run is not None:
            run.hear(message["msg_type"], message["content"], message["metadata"], time.time())

    async def flush(self, ending: bool = False) -> None:
        """Write what no browser is there to write, or will be when the server ends; forget kernels that are gone."""
        sessions = await self._server.session_manager.list_sessions()
        paths = {each["kernel"]["id"]: each["path"] for each in sessions if each.get("type") == "notebook"}
        for kernel in list(self._runs):
            if kernel not in self._server.kernel_manager:
                self._forget(kernel)
            elif kernel in paths and self._runs[kernel] and (ending or not self._is_watched(kernel)):
                await self._write(paths[kernel], self._runs[kernel])

    def _is_watched(self, kernel: str) -> bool:
        return self._server.kernel_manager.kernel_model(kernel)["connections"] > 0

    async def _write(self, path: str, runs: dict[str, Execution]) -> None:
        contents = self._server.contents_manager
        model = await _settled(contents.get(path, content=True))
        missing = unsaved(runs.values(), model["last_modified"].timestamp())
        if merge(model["content"], missing):
            await _settled(contents.save({"type": "notebook", "content": model["content"]}, path))

    def _forget(self, kernel: str) -> None:
        del self._runs[kernel]
        tap = self._taps.pop(kernel, None)
        if tap is not None:
            tap.close()


async def _settled(answer: Any) -> Any:
    """What a manager answers, whether it is one that answers later."""
    return await answer if hasattr(answer, "__await__") else answer


class RecordingConnection(ZMQChannelsWebsocketConnection):  # type: ignore[misc]  # not typed
    """A browser's connection to a kernel, of which the recorder hears the requests."""

    recorder: ClassVar[Recorder | None] = None

    def handle_incoming_message(self, incoming_msg: Any) -> None:
        """Pass a message on, after noting which cell it runs."""
        try:
            asked = self._asked(incoming_msg)
            if asked is not None and self.recorder is not None:
                self.recorder.asked(self.kernel_id, *asked)
        except Exception:  # whatever goes wrong with keeping outputs, the cell runs
            self.log.exception("this run is not recorded")
        super().handle_incoming_message(incoming_msg)

    def _asked(self, incoming: Any) -> tuple[str, str, str] | None:
        """The message's id, the cell and its code, if a cell is to be run."""
        if self.subprotocol == "v1.kernel.websocket.jupyter.org":
            channel, parts = deserialize_msg_from_ws_v1(incoming)
            header, _, metadata, content = (json.loads(part) for part in parts[:4])
        elif isinstance(incoming, str):
            message = json.loads(incoming)
            channel = message.get("channel")
            header, metadata, content = (message[key] for key in ("header", "metadata", "content"))
        else:
            return None
        if channel != "shell" or header.get("msg_type") != "execute_request" or "cellId" not in metadata:
            return None
        return header["msg_id"], metadata["cellId"], content["code"]
