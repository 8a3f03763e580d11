"""What the kernel counts for all accounts together, raised until no workspace can use it up.

systemd does the same at each boot; where it does not run, one workspace could open every file that
the machine may, within its own limits. Memory, which each workspace has a share of, then decides.
"""

from __future__ import annotations

from pathlib import Path

from policies.errors import DatalabError

SETTINGS = Path("/proc/sys")
LEAST = {"fs/file-max": 2**63 - 1, "kernel/pid_max": 2**22}


def ensure_kernel_limits(settings: Path = SETTINGS) -> None:
    """Raise what is lower, until the next boot; raises DatalabError where it cannot be written."""
    for name, least in LEAST.items():
        path = settings / name
        if int(path.read_text(encoding="ascii")) >= least:
            continue
        try:
            path.write_text(f"{least}\n", encoding="ascii")
        except OSError as error:
            todo = f"set {name.replace('/', '.')}={least} with sysctl on the host"
            raise DatalabError(f"{path}: cannot be written ({error.strerror}); {todo}") from None
