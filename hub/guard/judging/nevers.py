"""What no workspace ever gets, whatever the law says and whatever was rendered. Pure.

It shares no code with the rendering: a fault there is caught here. Keys are a closed list, so what
Docker may learn tomorrow is refused until someone adds it on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from hub.guard.judging.never_asked import is_filtered, is_masked

Config = Mapping[str, Any]

_TOP_KEYS = frozenset(
    {
        "AttachStderr", "AttachStdin", "AttachStdout", "Cmd", "Entrypoint", "Env", "HostConfig",
        "Hostname", "Image", "Labels", "NetworkDisabled", "OpenStdin", "StopSignal", "StopTimeout",
        "Tty", "User", "WorkingDir",
    }
)  # fmt: skip
_HOST_KEYS = frozenset(
    {
        "AutoRemove", "CapDrop", "CgroupnsMode", "Init", "IpcMode", "LogConfig", "MaskedPaths", "Memory",
        "MemorySwap", "Mounts", "NanoCpus", "NetworkMode", "OomScoreAdj", "PidsLimit", "Privileged",
        "ReadonlyPaths", "ReadonlyRootfs", "RestartPolicy", "Runtime", "SecurityOpt", "ShmSize", "Tmpfs", "Ulimits",
    }
)  # fmt: skip
_MOUNT_KEYS = frozenset({"Type", "Source", "Target", "ReadOnly", "BindOptions"})
_USER = re.compile(r"(2[0-9]{5}|3[0-9]{5}):(4[0-9]{5}|5[0-9]{5})")
_IMAGE = re.compile(r"sha256:[0-9a-f]{64}")
_STEP = "[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_DATA = re.compile(rf"/donnees/(?:{_STEP}/{_STEP}|LISEZ-MOI\.md|catalogue\.json)")


@dataclass(frozen=True)
class Frame:
    """What a workspace of this name may be given from: the run folder, the runtime of the settings."""

    name: str
    run: PurePosixPath
    runtime: str


def broken_nevers(config: Config, frame: Frame) -> list[str]:
    """The nevers that a container's definition breaks, by name; empty when it may be created."""
    host = config.get("HostConfig")
    if not isinstance(host, Mapping):
        return ["no_host_config"]
    return [name for name, holds in _NEVERS.items() if not _safely(holds, config, host, frame)]


def _safely(holds: Check, config: Config, host: Config, frame: Frame) -> bool:
    """A value of an unexpected type breaks the never that looked at it."""
    try:
        return holds(config, host, frame)
    except (TypeError, ValueError, AttributeError, KeyError):
        return False


def _known_keys(config: Config, host: Config, frame: Frame) -> bool:
    return config.keys() <= _TOP_KEYS and host.keys() <= _HOST_KEYS


def _no_network(config: Config, host: Config, frame: Frame) -> bool:
    return bool(host.get("NetworkMode") == "none")


def _no_capability(config: Config, host: Config, frame: Frame) -> bool:
    return host.get("CapDrop") == ["ALL"] and "CapAdd" not in host


def _not_privileged(config: Config, host: Config, frame: Frame) -> bool:
    return host.get("Privileged") is False


def _no_device(config: Config, host: Config, frame: Frame) -> bool:
    return not host.keys() & {"Devices", "DeviceRequests", "DeviceCgroupRules"}


def _read_only_root(config: Config, host: Config, frame: Frame) -> bool:
    return host.get("ReadonlyRootfs") is True


def _no_new_privileges(config: Config, host: Config, frame: Frame) -> bool:
    """Beside the filter nothing else may stand there: the other options weaken (apparmor, systempaths)."""
    first, *rest = host["SecurityOpt"]
    return bool(first == "no-new-privileges:true" and len(rest) == 1)


def _filtered(config: Config, host: Config, frame: Frame) -> bool:
    return is_filtered(host["SecurityOpt"])


def _masked(config: Config, host: Config, frame: Frame) -> bool:
    return is_masked(host["MaskedPaths"], host["ReadonlyPaths"])


def _ordinary_user(config: Config, host: Config, frame: Frame) -> bool:
    return _USER.fullmatch(config["User"]) is not None


def _own_namespaces(config: Config, host: Config, frame: Frame) -> bool:
    private = {host.get("IpcMode"), host.get("CgroupnsMode")} == {"private"}
    return private and not host.keys() & {"PidMode", "UTSMode", "UsernsMode", "CgroupParent", "Cgroup"}


def _no_other_way_to_files(config: Config, host: Config, frame: Frame) -> bool:
    return not host.keys() & {"Binds", "VolumesFrom", "VolumeDriver"} and "Volumes" not in config


def _no_file_of_the_host(config: Config, host: Config, frame: Frame) -> bool:
    """Docker's first process is a file of the host, shown in every container: a lock on it is seen by all."""
    return host.get("Init") is False


def _only_its_own_mounts(config: Config, host: Config, frame: Frame) -> bool:
    return all(_is_own(mount, frame) for mount in host["Mounts"])


def _is_own(mount: Config, frame: Frame) -> bool:
    source, target = mount["Source"], mount["Target"]
    plain = mount.keys() <= _MOUNT_KEYS and mount["Type"] == "bind"
    return plain and _source_of(target, frame) == source


def _source_of(target: str, frame: Frame) -> str | None:
    """The only place of the host from which this place of a workspace may come."""
    mounts = frame.run / "mounts" / frame.name
    fixed = {
        "/home/datalab": mounts / "home",
        "/projet": mounts / "projet",
        "/projet-autres": mounts / "autres",
        "/entrees": mounts / "entrees",
        "/run/ws": frame.run / "ws" / frame.name,
        "/run/hub": frame.run / "turnstile" / frame.name,
    }
    if _DATA.fullmatch(target):
        return f"{mounts}{target}"
    return str(fixed[target]) if target in fixed else None


def _mounts_stand_apart(config: Config, host: Config, frame: Frame) -> bool:
    """No target twice, none within another: a mount could hide or open what another one gives."""
    targets = [PurePosixPath(mount["Target"]) for mount in host["Mounts"]]
    places = set(targets)
    return len(places) == len(targets) and not any(places & set(target.parents) for target in targets)


def _mounts_do_not_spread(config: Config, host: Config, frame: Frame) -> bool:
    """A read-only bind would drop nosuid, nodev and nosymfollow: the source is read-only by itself.

    One place alone shows what the guard mounts within it.
    """
    return all(
        m["BindOptions"] == {"Propagation": "rprivate", "NonRecursive": m["Target"] != "/projet-autres"}
        and m["ReadOnly"] is False
        for m in host["Mounts"]
    )


def _only_a_small_tmp(config: Config, host: Config, frame: Frame) -> bool:
    options = {path: set(text.split(",")) for path, text in host.get("Tmpfs", {}).items()}
    safe = all({"nosuid", "nodev"} <= each and any(o.startswith("size=") for o in each) for each in options.values())
    return options.keys() <= {"/tmp"} and safe  # noqa: S108 - the workspace's own


def _limited(config: Config, host: Config, frame: Frame) -> bool:
    memory, processes, cpus = host["Memory"], host["PidsLimit"], host["NanoCpus"]
    hard = {each["Name"]: each["Hard"] for each in host["Ulimits"]}
    of_process = hard["nofile"] > 0 and hard["core"] == 0
    return bool(memory > 0 and host["MemorySwap"] == memory and processes > 0 and cpus > 0 and of_process)


def _pinned_image(config: Config, host: Config, frame: Frame) -> bool:
    return _IMAGE.fullmatch(config["Image"]) is not None


def _never_restarts(config: Config, host: Config, frame: Frame) -> bool:
    return bool(host["RestartPolicy"]["Name"] == "no")


def _known_runtime(config: Config, host: Config, frame: Frame) -> bool:
    return bool(host["Runtime"] == frame.runtime)


def _log_stays_here(config: Config, host: Config, frame: Frame) -> bool:
    log = host["LogConfig"]
    return bool(log["Type"] == "json-file" and log["Config"].keys() == {"max-size", "max-file"})


def _is_its_own_name(config: Config, host: Config, frame: Frame) -> bool:
    labels = config["Labels"]
    own = (labels["datalab.workspace"], labels["datalab.site"], config["Hostname"])
    return own == (frame.name, str(frame.run), frame.name)


Check = Callable[[Config, Config, Frame], bool]
_NEVERS: Mapping[str, Check] = {
    "unknown_key": _known_keys,
    "network": _no_network,
    "capability": _no_capability,
    "privileged": _not_privileged,
    "device": _no_device,
    "writable_root": _read_only_root,
    "new_privileges": _no_new_privileges,
    "filter": _filtered,
    "unmasked": _masked,
    "account": _ordinary_user,
    "shared_namespace": _own_namespaces,
    "binds_or_volumes": _no_other_way_to_files,
    "file_of_the_host": _no_file_of_the_host,
    "foreign_mount": _only_its_own_mounts,
    "nested_mount": _mounts_stand_apart,
    "spreading_mount": _mounts_do_not_spread,
    "tmpfs": _only_a_small_tmp,
    "no_limit": _limited,
    "image_without_digest": _pinned_image,
    "restart": _never_restarts,
    "runtime": _known_runtime,
    "log_leaves": _log_stays_here,
    "other_name": _is_its_own_name,
}
NEVERS = tuple(_NEVERS)
