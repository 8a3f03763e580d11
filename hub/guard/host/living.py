"""What the kernel says of a running workspace: account, capabilities, filters, network. Pure.

Read from /proc/<pid> of the container's first process.
"""

from __future__ import annotations

NO_CAPABILITY = "0" * 16
_STATUS = {
    "CapInh": NO_CAPABILITY,
    "CapPrm": NO_CAPABILITY,
    "CapEff": NO_CAPABILITY,
    "CapBnd": NO_CAPABILITY,
    "CapAmb": NO_CAPABILITY,
    "NoNewPrivs": "1",
    "Seccomp": "2",
}


def status_problems(status: str, uid: int, gid: int) -> list[str]:
    """What in /proc/<pid>/status is not that of a process without rights, under the person's account."""
    found = {key: value.strip() for key, _, value in (line.partition(":") for line in status.splitlines())}
    accounts = {"Uid": "\t".join([str(uid)] * 4), "Gid": "\t".join([str(gid)] * 4), "Groups": str(gid)}
    return [
        f"{key} is {found.get(key)!r}, must be {value!r}"
        for key, value in (_STATUS | accounts).items()
        if found.get(key) != value
    ]


def network_problems(devices: str) -> list[str]:
    """The devices of /proc/<pid>/net/dev beside `lo`."""
    names = [line.partition(":")[0].strip() for line in devices.splitlines()[2:]]
    return [f"network device: {name}" for name in names if name != "lo"]
