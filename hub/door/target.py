"""Whose file, and which: an address of JupyterLab's contents, read in one way alone. Pure.

What the address says is decoded once, checked, and written again in our own form for the workspace:
no other reading of the same bytes is ever made.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from hub.door.errors import RefusedError, bad_request
from policies.names import WorkspaceName

LONGEST_PATH = 1000
LONGEST_NAME = 255
_ADDRESS = re.compile(r"/user/([a-z][a-z0-9]*)/([a-z0-9-]+)/api/contents((?:/[^/]+)*)/?")
_PLAIN = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+")
_CHECKPOINT = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Target:
    """A file or folder of a workspace's home, by its path there, and what is asked about it beside itself."""

    workspace: WorkspaceName
    path: str
    action: str = ""
    checkpoint: str = ""

    @property
    def address(self) -> str:
        """The address in our own form, to send to the workspace."""
        steps = [step for step in (self.path, self.action, self.checkpoint) if step]
        tail = "".join(f"/{quote(step)}" for step in steps)
        return f"/user/{self.workspace.person}/{self.workspace.processing}/api/contents{tail}"


def parse_target(address: str) -> Target:
    """The target of an address as it was sent; raises RefusedError."""
    found = _ADDRESS.fullmatch(address)
    if found is None:
        raise bad_request("cette adresse n'est pas celle d'un fichier")
    try:
        workspace = WorkspaceName(found[1], found[2])
    except ValueError:
        raise bad_request("cet espace de travail n'en est pas un") from None
    steps, action, checkpoint = _split(found[3].split("/")[1:])
    return Target(workspace, check_path("/".join(map(_decode, steps))), action, checkpoint)


def _split(steps: list[str]) -> tuple[list[str], str, str]:
    """The steps to a file, what is asked beside, and of which checkpoint: read as Jupyter's own routes do."""
    match steps:
        case [*path, "checkpoints" | "trust" as action]:
            return path, action, ""
        case [*path, "checkpoints", checkpoint] if _CHECKPOINT.fullmatch(checkpoint):
            return path, "checkpoints", checkpoint
    return steps, "", ""


def check_path(path: str) -> str:
    """A path within a home: printable names, no way up, empty for the home itself; raises RefusedError."""
    if len(path) > LONGEST_PATH:
        raise RefusedError(400, f"Ce chemin a plus de {LONGEST_PATH} caractères : renommez un dossier.")
    if path and not all(map(_is_name, path.split("/"))):
        raise RefusedError(
            400, "Ce nom de fichier a des caractères invisibles, ou est trop long : renommez-le dans un terminal."
        )
    return path


def _is_name(step: str) -> bool:
    if step in {"", ".", ".."} or not step.isprintable():
        return False
    return len(step.encode()) <= LONGEST_NAME


def _decode(step: str) -> str:
    if _PLAIN.fullmatch(step) is None:
        raise bad_request("cette adresse n'est pas écrite comme une adresse")
    content = re.sub(r"%(..)", lambda found: chr(int(found[1], 16)), step)
    try:
        text = content.encode("latin-1").decode("utf-8")
    except ValueError:
        raise bad_request("cette adresse n'est pas en UTF-8") from None
    if "/" in text:
        raise bad_request("un nom de fichier n'a pas de barre")
    return text
