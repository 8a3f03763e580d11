"""Section `door` of values.yaml: how much passes at once, and how long it may take."""

from __future__ import annotations

from pydantic import Field, model_validator

from policies.files import Closed

KIB = 1024
MIB = 1024 * KIB
# in which the hub hands over the ticket of who asks
TICKET_HEADER = "x-datalab-ticket"


class DoorSettings(Closed):
    """Bounds of what browsers and workspaces exchange as files, and of what people deposit."""

    largest_text_kib: int = Field(ge=1, le=64 * KIB, description="largest text shown or saved")
    largest_notebook_kib: int = Field(ge=1, le=64 * KIB, description="largest notebook shown or saved")
    largest_image_kib: int = Field(ge=1, le=64 * KIB, description="largest picture shown")
    longest_listing: int = Field(ge=10, le=100_000, description="most entries shown of a folder")
    saves_growth_kib: int = Field(ge=1, description="how much a file may grow under one entry of the journal")
    saves_minutes: int = Field(ge=1, le=1440, description="how long one entry of the journal covers saves of a file")
    answer_s: float = Field(gt=0, le=300, description="how long a workspace may take to answer")
    body_s: float = Field(gt=0, le=300, description="how long a browser may take to send a file to save")
    at_once: int = Field(ge=1, le=1000, description="files that pass at once, of everyone")
    at_once_per_workspace: int = Field(ge=1, le=100)
    largest_deposit_mib: int = Field(ge=1, le=4 * KIB)
    deposits_mib: int = Field(ge=1, description="what a person may keep deposited on a processing")
    deposits: int = Field(ge=1, le=100_000, description="how many files that may be")
    deposit_s: float = Field(gt=0, le=3600, description="how long a deposit may take to arrive")
    deposits_at_once: int = Field(ge=1, le=100, description="of everyone")

    @model_validator(mode="after")
    def _one_fits(self) -> DoorSettings:
        if self.largest_deposit_mib > self.deposits_mib:
            raise ValueError("largest_deposit_mib is more than deposits_mib: no such file could be kept; lower it")
        return self
