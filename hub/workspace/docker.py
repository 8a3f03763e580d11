"""A WorkspaceSpec as the body of Docker's `POST /containers/create`, whole.

The hub sends it and the guard renders it again: only the token and the ticket may differ.
"""

from __future__ import annotations

from typing import Any

from hub.workspace.kernel import FILTER, MASKED, READ_ONLY
from hub.workspace.profiles import Profile
from hub.workspace.spec import HOME, Bind, WorkspaceSpec

# the image's own first process: Docker's is a file of the host, whose locks every workspace would share
COMMAND = ("/usr/bin/tini", "--", "/opt/workspace/bin/datalab-workspace")
TOKEN = "JUPYTERHUB_API_TOKEN"  # noqa: S105 - the name of a variable
TICKET = "datalab.ticket"
STOP_SECONDS = 10
MIB = 1024 * 1024


def render_container(spec: WorkspaceSpec, token: str, ticket: str, runtime: str = "runc") -> dict[str, Any]:
    """Docker's create body: no network, no capability, few calls of the kernel, nothing writable but what is bound."""
    environment = sorted([*spec.environment, (TOKEN, token)])
    return {
        "Hostname": str(spec.name),
        "User": f"{spec.uid}:{spec.gid}",
        "Env": [f"{name}={value}" for name, value in environment],
        "Cmd": list(COMMAND),
        "Entrypoint": [],
        "Image": spec.image,
        "WorkingDir": HOME,
        "Labels": dict(spec.labels) | {TICKET: ticket},
        "StopSignal": "SIGTERM",
        "StopTimeout": STOP_SECONDS,
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "OpenStdin": False,
        "Tty": False,
        "NetworkDisabled": True,
        "HostConfig": _host_config(spec, runtime),
    }


def _host_config(spec: WorkspaceSpec, runtime: str) -> dict[str, Any]:
    return {
        "Mounts": [_mount(bind) for bind in spec.binds],
        "NetworkMode": "none",
        "ReadonlyRootfs": True,
        "Privileged": False,
        "CapDrop": ["ALL"],
        "SecurityOpt": ["no-new-privileges:true", f"seccomp={FILTER}"],
        "MaskedPaths": list(MASKED),
        "ReadonlyPaths": list(READ_ONLY),
        "IpcMode": "private",
        "CgroupnsMode": "private",
        "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
        "AutoRemove": False,
        "Init": False,
        "Runtime": runtime,
        "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "1"}},
        "OomScoreAdj": 500,
        "ShmSize": 64 * MIB,
        **_limits(spec.profile),
    }


def _limits(profile: Profile) -> dict[str, Any]:
    return {
        "Memory": profile.memory_mib * MIB,
        "MemorySwap": profile.memory_mib * MIB,
        "NanoCpus": round(profile.cpus * 1_000_000_000),
        "PidsLimit": profile.processes,
        "Ulimits": [
            {"Name": "nofile", "Soft": profile.open_files, "Hard": profile.open_files},
            {"Name": "core", "Soft": 0, "Hard": 0},
        ],
        "Tmpfs": {"/tmp": f"rw,nosuid,nodev,mode=1777,size={profile.temporary_mib}m"},  # noqa: S108
    }


def _mount(bind: Bind) -> dict[str, Any]:
    """What could be mounted under a source never enters, but for the one place where the guard mounts.

    Read-only is the source's own.
    """
    return {
        "Type": "bind",
        "Source": str(bind.source),
        "Target": str(bind.target),
        "ReadOnly": False,
        "BindOptions": {"Propagation": "rprivate", "NonRecursive": not bind.recursive},
    }
