"""A workspace is JupyterHub's own single-user server, started without what it does not use."""

from typing import Any


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    """Jupyter Server finds the extension of a package by this function's name."""
    from datalab_workspace.server import Workspace

    return [{"module": "datalab_workspace.server", "app": Workspace}]
