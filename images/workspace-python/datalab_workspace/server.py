"""JupyterHub's single-user server with three extensions, on a Unix socket."""

# ruff: noqa: E402 - the shortcuts must stand before the first import of Jupyter
import gc

gc.disable()  # nothing that a start creates is garbage; collection resumes once the server listens

from datalab_workspace import surroundings

surroundings.prepare()

from datalab_workspace.shortcuts import ensure_shortcuts, http_client

ensure_shortcuts()

import threading
from typing import Any, ClassVar

from jupyterhub.singleuser.extension import JupyterHubSingleUser

from datalab_workspace.notices import NoticeHandler
from datalab_workspace.title import named

EXTENSIONS = {"jupyterlab": True, "jupyter_server_terminals": True}


class Workspace(JupyterHubSingleUser):  # type: ignore[misc]  # JupyterHub is not typed
    """The single-user server; who may enter is still decided by JupyterHub's OAuth alone."""

    load_other_extensions = False
    serverapp_config: ClassVar[dict[str, Any]] = {"jpserver_extensions": EXTENSIONS}

    async def check_hub_version(self) -> None:
        """The hub's version is pinned with ours, and a hub that restarts must not stop a workspace that starts."""

    async def keep_activity_updated(self) -> None:
        """Activity is not among the three calls that a workspace has."""

    def initialize_handlers(self) -> None:
        """JupyterHub's own, and the guard's announcements."""
        super().initialize_handlers()
        self.handlers.append((r"/datalab/avis", NoticeHandler))

    async def stop_extension(self) -> None:
        """What was printed and not saved yet is written before the kernels end."""
        recorder = self.serverapp.web_app.settings.get("datalab_recorder")
        if recorder is not None:
            await recorder.flush(ending=True)
        await super().stop_extension()


def warm_up() -> None:
    """What the first visitor needs is loaded while nobody waits yet."""
    http_client()
    import jupyterlab_server.translation_utils  # noqa: F401 - imported for its effect


def warm_up_soon() -> None:
    """After the first answer, in a thread that never delays the end."""
    timer = threading.Timer(0.05, warm_up)
    timer.daemon = True
    timer.start()


def look_after(server: Any) -> None:
    """Outputs are kept when no browser keeps them, and a workspace that nobody uses ends."""
    from tornado.ioloop import PeriodicCallback

    from datalab_workspace.idle import LOOK_S, Idleness
    from datalab_workspace.recorder import FLUSH_S, Recorder, RecordingConnection

    recorder, idleness = Recorder(server), Idleness(server)
    RecordingConnection.recorder = recorder
    server.web_app.settings |= {
        "kernel_websocket_connection_class": RecordingConnection,
        "datalab_recorder": recorder,
    }
    server.contents_manager.register_post_save_hook(lambda **_: idleness.used())
    for work, seconds in ((recorder.flush, FLUSH_S), (idleness.look, LOOK_S)):
        PeriodicCallback(work, seconds * 1000).start()


def main(arguments: list[str] | None = None) -> None:
    """Serves until it is stopped; arguments are Jupyter Server's own."""
    socket = [f"--ServerApp.sock={surroundings.SOCKET}", "--ServerApp.sock_mode=0660"]
    server: Any = Workspace.initialize_server(argv=socket + (arguments or []))
    server.web_app.settings["page_config_hook"] = named(server.web_app.settings["page_config_hook"])
    gc.freeze()
    gc.enable()
    server.io_loop.add_callback(warm_up_soon)
    server.io_loop.add_callback(look_after, server)
    server.start()
