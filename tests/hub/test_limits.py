"""A process of ours that reaches the limit of its memory sees an error, and goes on."""

from __future__ import annotations

import subprocess
import sys

LIMITED = """
import resource, threading
from hub.limits import limit_memory
limit_memory(200)
print(resource.getrlimit(resource.RLIMIT_DATA))
def take():
    try:
        return [bytes(64 * 2**20) for _ in range(10)]
    except MemoryError:
        print("refused")
thread = threading.Thread(target=take)
thread.start()
thread.join()
print(len(bytes(64 * 2**20)))
limit_memory(400)
print(resource.getrlimit(resource.RLIMIT_DATA))
"""


def test_more_memory_than_the_limit_is_refused_and_the_process_goes_on() -> None:
    told = subprocess.run([sys.executable, "-c", LIMITED], check=True, capture_output=True, text=True)
    limit = str((200 * 2**20,) * 2)
    assert told.stdout.splitlines() == [limit, "refused", str(64 * 2**20), limit]
