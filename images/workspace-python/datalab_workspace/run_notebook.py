"""Executes a notebook into another file, saved after each cell, so that a run that is killed keeps what it had."""

import sys
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError


def execute(source: Path, output: Path) -> int:
    """0 when every cell ran; 1 when one failed, whose error stands in the output."""
    notebook: Any = nbformat.read(source, as_version=4)

    def keep(**_: Any) -> None:
        nbformat.write(notebook, output)

    client = NotebookClient(
        notebook, timeout=None, resources={"metadata": {"path": str(source.parent)}}, on_cell_executed=keep
    )
    keep()
    try:
        client.execute()
    except CellExecutionError:
        return 1
    finally:
        keep()
    return 0


if __name__ == "__main__":
    sys.exit(execute(Path(sys.argv[1]), Path(sys.argv[2])))
