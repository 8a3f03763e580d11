"""What a cell prints is kept in its notebook even when no browser is there to save it.

JupyterLab saves a notebook from the browser, each minute. Once the browser is away, what kernels
still print would be lost: here it is gathered from the kernels and written into the notebook's file.
While a browser is connected the file is the browser's alone.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

LARGEST_OUTPUT = 2_000_000
TOO_LARGE = "[suite de la sortie non gardée : plus de 2 Mo]\n"

Message = dict[str, Any]


@dataclass
class Execution:
    """One run of a cell: what it was asked, what came of it so far."""

    cell: str
    code: str
    outputs: list[dict[str, Any]] = field(default_factory=list)
    count: int | None = None
    done_at: float | None = None
    size: int = 0
    clear_next: bool = False

    def hear(self, kind: str, content: dict[str, Any], metadata: dict[str, Any], now: float) -> None:
        """Take in one message that the kernel sent about this run."""
        if kind == "status":
            self.done_at = now if content.get("execution_state") == "idle" else self.done_at
        elif kind == "execute_input":
            self.count = content.get("execution_count")
        elif kind == "clear_output":
            self._clear(bool(content.get("wait")))
        elif kind in {"stream", "display_data", "execute_result", "error"}:
            self._add(kind, content, metadata)

    def _clear(self, wait: bool) -> None:
        self.clear_next = wait
        if not wait:
            self.outputs, self.size = [], 0

    def _add(self, kind: str, content: dict[str, Any], metadata: dict[str, Any]) -> None:
        if self.clear_next:
            self._clear(False)
        added = len(json.dumps(content))
        if self.size + added > LARGEST_OUTPUT:
            if self.size <= LARGEST_OUTPUT:
                self._append({"output_type": "stream", "name": "stderr", "text": TOO_LARGE})
            self.size = LARGEST_OUTPUT + 1
            return
        self.size += added
        self._append(_output(kind, content, metadata))

    def _append(self, output: dict[str, Any]) -> None:
        last = self.outputs[-1] if self.outputs else {}
        if output["output_type"] == last.get("output_type") == "stream" and output["name"] == last["name"]:
            last["text"] += output["text"]
        else:
            self.outputs.append(output)


def _output(kind: str, content: dict[str, Any], metadata: dict[str, Any]) -> dict[str, Any]:
    """A message as notebooks hold it."""
    keys = {
        "stream": ("name", "text"),
        "display_data": ("data", "metadata"),
        "execute_result": ("data", "metadata", "execution_count"),
        "error": ("ename", "evalue", "traceback"),
    }[kind]
    return {"output_type": kind, **{key: content.get(key, metadata if key == "metadata" else None) for key in keys}}


def unsaved(runs: Iterable[Execution], saved_at: float) -> list[Execution]:
    """The runs that a file does not hold yet: whoever saved it since had all that was done by then."""
    return [run for run in runs if run.done_at is None or run.done_at > saved_at]


def merge(notebook: dict[str, Any], executions: Iterable[Execution]) -> bool:
    """Put what runs gave into their cells, the latest run of a cell last; whether anything changed.

    A cell that was never saved is added at the end, with its code.
    """
    before = json.dumps(notebook, sort_keys=True)
    cells = {cell.get("id"): cell for cell in notebook["cells"] if cell["cell_type"] == "code"}
    for run in executions:
        cell = cells.get(run.cell)
        if cell is None:
            cell = {"cell_type": "code", "id": run.cell, "metadata": {}, "source": run.code, "outputs": []}
            notebook["cells"].append(cell)
            cells[run.cell] = cell
        cell["outputs"], cell["execution_count"] = [dict(output) for output in run.outputs], run.count
    return json.dumps(notebook, sort_keys=True) != before
