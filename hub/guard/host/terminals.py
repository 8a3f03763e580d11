"""How many terminals one workspace may open: the kernel counts those of the whole machine together.

Docker offers no option for it. The file system of a running container's terminals is given a limit of
its own, from outside, by its path under /proc/<pid>/root: nobody enters the container.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import closing
from pathlib import Path
from typing import Any

MOST_TERMINALS = 64
_AS_RUNTIMES_MAKE_IT = (("gid", "5"), ("mode", "620"), ("ptmxmode", "666"))  # what is not said again is forgotten
AT_FDCWD = -100
FSPICK, FSCONFIG = 433, 431  # the same on every architecture
FSPICK_CLOEXEC, FSPICK_SYMLINK_NOFOLLOW = 1, 2
FSCONFIG_SET_STRING, FSCONFIG_CMD_RECONFIGURE = 1, 7
_libc = ctypes.CDLL(None, use_errno=True)


def limit_terminals(pid: int, most: int = MOST_TERMINALS) -> None:
    """A container's processes may have so many terminals open at once; raises OSError."""
    point = Path("/proc") / str(pid) / "root" / "dev" / "pts"
    handle = _call(FSPICK, AT_FDCWD, os.fsencode(point), FSPICK_CLOEXEC | FSPICK_SYMLINK_NOFOLLOW)
    with closing(os.fdopen(handle)):
        for key, value in (*_AS_RUNTIMES_MAKE_IT, ("max", str(most))):
            _call(FSCONFIG, handle, FSCONFIG_SET_STRING, key.encode(), value.encode(), 0)
        _call(FSCONFIG, handle, FSCONFIG_CMD_RECONFIGURE, None, None, 0)


def _call(number: int, *arguments: Any) -> int:
    answer = int(_libc.syscall(ctypes.c_long(number), *arguments))
    if answer < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error), "/dev/pts")
    return answer
