"""What an administrator does with the launcher is journaled before it is done, in the launcher's own chain."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hub.launch.law import install_law
from policies.contents import Contents
from policies.engine.past import keep_law, law_files
from policies.errors import DatalabError
from policies.journal.append import Journal
from policies.journal.operator import operator_uid
from policies.settings import Places

ACCOUNT = "launch"


def journal_act(places: Places, action: str, **more: Any) -> None:
    """Journal one act; raises UnavailableError: then it must not be done."""
    _journal(places).append("administration", {"action": action, "uid": operator_uid(), **more})


def enforce_law(source: Path, places: Places) -> bool:
    """The law of the source tree is kept, journaled, then enforced; True when it was another.

    A law that cannot be read whole is not installed; the one that somebody edited in place is kept too.
    """
    contents = Contents(places.grounds)
    before, after = _files(places.law), law_files(source)
    digest = keep_law(source, contents)
    if before != after:
        old = keep_law(places.law, contents) if before else None
        changed = _changed(before, after)
        payload = {"before": old, "after": digest, "uid": operator_uid(), "files": changed}
        _journal(places).append("law_change", payload)
    return install_law(source, places.law)


def _files(folder: Path) -> Mapping[str, str]:
    """The files of the law that is enforced now; none when there is no such law, or none that can be read."""
    try:
        return law_files(folder) if folder.exists() else {}
    except DatalabError:
        return {}


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, dict[str, str | None]]:
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return {path: {"before": before.get(path), "after": after.get(path)} for path in paths}


def _journal(places: Places) -> Journal:
    return Journal(places.journal(ACCOUNT), ACCOUNT)
