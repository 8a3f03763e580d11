"""Section `deliveries` of values.yaml."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from policies.files import Closed

GIB = 1024**3
MIB = 1024**2


class DeliverySettings(Closed):
    """Section `deliveries`: how large a delivery may be, and where ClamAV keeps its signatures."""

    largest_file_gib: int = Field(ge=1)
    largest_delivery_gib: int = Field(ge=1)
    free_mib: int = Field(ge=0, description="what must stay free on the disk once a delivery was received")
    malware_database: Path = Field(description="the folder of ClamAV's signatures; without any, nothing is scanned")
