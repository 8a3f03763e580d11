"""Where a workspace writes: its home is kept, /tmp is not, and nothing else can be written."""

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

HOME = "/home/datalab"
SHOWN = ("donnees", "entrees", "projet", "projet-autres")
SOCKET = "/run/ws/j.sock"


def surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment of server, kernels and terminals, from the one that the container was given.

    HOME does not come from the account: the uid is the person's and has no entry in the image.
    JUPYTERHUB_ACTIVITY_URL is emptied: that call is not among the three that the gate passes.
    """
    lab = f"{HOME}/.jupyter/lab"
    return {
        **environment,
        "HOME": HOME,
        "JUPYTER_CONFIG_DIR": "/opt/workspace/etc/jupyter",
        "JUPYTER_RUNTIME_DIR": "/tmp/jupyter",  # noqa: S108 - the container's own tmpfs
        "JUPYTERLAB_SETTINGS_DIR": f"{lab}/user-settings",
        "JUPYTERLAB_WORKSPACES_DIR": f"{lab}/workspaces",
        "JUPYTERHUB_ACTIVITY_URL": "",
        "JUPYTERHUB_SINGLEUSER_EXTENSION": "1",
        "JUPYTER_PREFER_ENV_PATH": "1",
        "MPLCONFIGDIR": "/tmp/matplotlib",  # noqa: S108 - the container's own tmpfs
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",
        "SHELL": "/bin/bash",
        "XDG_CACHE_HOME": "/tmp/cache",  # noqa: S108 - the container's own tmpfs
    }


def prepare() -> None:
    """Files are for the team and nobody else (umask 007), from the first one on."""
    os.umask(0o007)
    os.environ.update(surroundings(os.environ))
    Path(os.environ["JUPYTER_RUNTIME_DIR"]).mkdir(mode=0o700, parents=True, exist_ok=True)
    if Path(HOME).is_dir():
        os.chdir(HOME)
        show_places(Path(HOME))


def show_places(home: Path, places: Iterable[str] = SHOWN) -> None:
    """JupyterLab shows the home: links in it lead to the data, to what was deposited and to the team's folders."""
    for name in places:
        with suppress(OSError):  # something else has the name, or the home is full: the place is there all the same
            (home / name).symlink_to(f"/{name}")
