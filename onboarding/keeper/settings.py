"""Section `journal` of values.yaml: how often heads are signed, and who outside witnesses them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from policies.files import Closed
from policies.settings import Places


class JournalSettings(Closed):
    """The keeper's settings; `witness` is nothing, an absolute folder, or an https address."""

    checkpoint_s: float = Field(ge=0.2, le=3600)
    witness: str | None = Field(pattern=r"^(/[^\s]+|https://[^\s]+)$")
    witness_ca_file: Path | None

    @model_validator(mode="after")
    def _verified(self) -> JournalSettings:
        by_address = self.witness is not None and self.witness.startswith("https://")
        if by_address is not (self.witness_ca_file is not None):
            raise ValueError("an https witness has its authority in `witness_ca_file`; another has none")
        return self

    @property
    def witness_folder(self) -> Path | None:
        """The folder in which the witness is reached, if it is one."""
        return Path(self.witness) if self.witness is not None and self.witness.startswith("/") else None


def checkpoints_folder(places: Places) -> Path:
    """Where the checkpoints are; root's."""
    return places.journal("checkpoints")


def keeper_folder(places: Places) -> Path:
    """The keeper's own folder: its key, and what the witness has; root's alone."""
    return places.state / "keeper"
