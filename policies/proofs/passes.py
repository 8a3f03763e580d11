"""A pass lets one browser into one workspace until a moment: the sign-in process signs it, the front verifies it.

`browser` is the SHA-256 of a secret that the front gave that browser: a pass is worth nothing in another.
The front's own reading of this is `images/front/passes.lua`.
"""

from __future__ import annotations

import base64
from datetime import datetime

from policies.files import canonical_json
from policies.names import WorkspaceName

BROWSER = r"[0-9a-f]{64}"


def pass_statement(workspace: WorkspaceName, browser: str, until: int) -> bytes:
    """Which browser may enter which workspace, until which second since 1970."""
    return canonical_json({"purpose": "pass", "workspace": str(workspace), "browser": browser, "until": until})


def encode_pass(until: int, signature: str) -> str:
    """A pass as a cookie holds it: its last second, then the signature (base64) in hexadecimal."""
    return f"{until}.{base64.b64decode(signature).hex()}"


def end_of_pass(moment: datetime) -> int:
    """The last whole second before a moment."""
    return int(moment.timestamp())
