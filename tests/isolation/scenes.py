"""Between which workspaces a probe that needs a helper is tried: who tries first, then who helps."""

from __future__ import annotations

NEIGHBOURS = (
    "abstract_sockets",
    "locks_on_what_both_see",
    "memory_shared",
    "messages_in_counters",
    "messages_in_locks",
)
FROM_LARGER_TO_SMALLER = ("reading_breaks_a_lease", "reading_heard", "reading_leaves_traces")
HELD_BY_THE_SMALLER = ("fifo_beside", "locks_beside", "socket_beside")

SCENES: dict[tuple[str, str], tuple[str, ...]] = {
    ("large", "same"): NEIGHBOURS,
    ("small", "stranger"): NEIGHBOURS,
    ("small", "large"): (*FROM_LARGER_TO_SMALLER, "locks_on_what_both_see", "messages_in_locks"),
    ("large", "small"): HELD_BY_THE_SMALLER,
}
