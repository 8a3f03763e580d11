"""Section `door` of values.yaml: how much passes at once, and how long it may take."""

from __future__ import annotations

from pydantic import Field, model_validator

from policies.files import Closed

KIB = 1024
MIB = 1024 * KIB
# what is known of a file, and whatever else is short; nobody counts it
SMALL = 256 * KIB
# of a text in JSON: at worst each byte escaped
ESCAPED = 2
# in which the hub hands over the ticket of who asks
TICKET_HEADER = "x-datalab-ticket"


class DoorSettings(Closed):
    """Bounds of what browsers and workspaces exchange as files, and of what people deposit."""

    largest_text_kib: int = Field(ge=1, le=64 * KIB, description="largest text shown or saved")
    largest_notebook_kib: int = Field(ge=1, le=64 * KIB, description="largest notebook shown or saved")
    largest_image_kib: int = Field(ge=1, le=64 * KIB, description="largest picture shown")
    longest_listing: int = Field(ge=10, le=100_000, description="most entries shown of a folder")
    listing_names_kib: int = Field(ge=1, le=KIB, description="most that the names of a folder may hold together")
    saves_growth_kib: int = Field(ge=1, description="how much a file may grow under one entry of the journal")
    saves_minutes: int = Field(ge=1, le=1440, description="how long one entry of the journal covers saves of a file")
    saves: int = Field(ge=1, le=1000, description="how many saves of a file one entry of the journal covers")
    answer_s: float = Field(gt=0, le=300, description="how long a workspace may take to answer")
    body_s: float = Field(gt=0, le=300, description="how long a browser may take to send a file to save")
    taking_s: float = Field(gt=0, le=3600, description="how long a browser may take to receive a file that is shown")
    at_once: int = Field(ge=1, le=1000, description="files that pass at once, of everyone")
    at_once_per_person: int = Field(ge=1, le=100)
    passing_mib: int = Field(ge=1, le=64 * KIB, description="what of large files is in memory at once, of everyone")
    passing_mib_per_person: int = Field(ge=1, le=64 * KIB)
    memory_mib: int = Field(ge=256, le=64 * KIB, description="most memory of the door's process")
    largest_deposit_mib: int = Field(ge=1, le=4 * KIB)
    deposits_mib: int = Field(ge=1, description="what a person may keep deposited on a processing")
    deposits: int = Field(ge=1, le=100_000, description="how many files that may be")
    deposit_s: float = Field(gt=0, le=3600, description="how long a deposit may take to arrive")
    deposits_at_once: int = Field(ge=1, le=100, description="of everyone")
    deposits_at_once_per_person: int = Field(ge=1, le=100)

    @property
    def largest_body(self) -> int:
        """The largest save in JSON: a notebook as it is counted, or a text; and what is known of it beside."""
        return max(self.largest_notebook_kib, ESCAPED * self.largest_text_kib) * KIB + SMALL

    @property
    def largest_answer(self) -> int:
        """The largest that a workspace shows in JSON, which escapes what a browser does not."""
        largest = max(self.largest_notebook_kib, self.largest_text_kib, 2 * self.largest_image_kib)
        return ESCAPED * largest * KIB + SMALL

    @model_validator(mode="after")
    def _one_fits(self) -> DoorSettings:
        if self.largest_deposit_mib > self.deposits_mib:
            raise ValueError("largest_deposit_mib is more than deposits_mib: no such file could be kept; lower it")
        if self.largest_answer - SMALL > self.passing_mib_per_person * MIB:
            raise ValueError("passing_mib_per_person is less than the largest file may need in JSON; raise it")
        if self.passing_mib_per_person > self.passing_mib:
            raise ValueError("passing_mib_per_person is more than passing_mib: no such file could pass; lower it")
        if self.deposits_at_once_per_person > self.deposits_at_once:
            raise ValueError("deposits_at_once_per_person is more than deposits_at_once; lower it")
        return self
