"""The life of a workspace's container: created, started once, stopped, removed; each step journaled first.

Methods block; callers serialise them by the workspace's name.
"""

from __future__ import annotations
