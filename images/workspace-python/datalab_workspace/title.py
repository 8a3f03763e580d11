"""What a tab of this workspace is called: processing, then project, for a narrow tab shows how a name begins."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

CATALOGUE = Path("/donnees/catalogue.json")
PLATFORM = "Datalab"
Hook = Callable[[Any, dict[str, Any]], dict[str, Any]]


def read_title(path: Path = CATALOGUE) -> str:
    """« Évaluation des aides (Aides) — Datalab », from the guard's own note; the platform alone when there is none."""
    try:
        told = json.loads(path.read_bytes())
        return f"{told['name']} ({told['project']}) — {PLATFORM}"
    except (OSError, ValueError, LookupError, TypeError):
        return PLATFORM


def named(hook: Hook, path: Path = CATALOGUE) -> Hook:
    """The hook that fills JupyterLab's page, which now says its own name too."""
    return lambda handler, config: hook(handler, config) | {"appName": read_title(path)}
