"""The sections of values.yaml that the hub's packages own, and those of the hub itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, model_validator

from hub.door.settings import DoorSettings
from hub.guard.settings import GuardSettings
from hub.launch.settings import LaunchSettings
from hub.signin.settings import SigninSettings
from hub.workspace.profiles import Profiles
from policies.files import Closed

HOST = r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$"


class HubSettings(Closed):
    """Section `hub`: where people find the hub and the workspaces, and how much it opens at once."""

    scheme: Literal["http", "https"]
    public_host: str = Field(pattern=HOST)
    workspace_domain: str = Field(pattern=HOST, description="each workspace is a host under it")
    public_port: int = Field(ge=1, le=65535)
    directory_password_file: Path = Field(description="the hub's own copy of the reader's password")
    session_hours: float = Field(gt=0, le=24, description="how long a browser stays signed in")
    refresh_s: int = Field(ge=1, le=300, description="how long the directory's last answer on a person counts")
    starts_at_once: int = Field(ge=1)
    workspaces: int = Field(ge=1, description="most that run at once")
    workspaces_per_person: int = Field(ge=1)
    start_timeout_s: float = Field(gt=0, le=900)

    @model_validator(mode="after")
    def _apart(self) -> HubSettings:
        """A workspace must not be able to set a cookie that the hub receives, nor read one of the hub's."""
        hub, domain = f".{self.public_host}", f".{self.workspace_domain}"
        if hub.endswith(domain) or domain.endswith(hub):
            raise ValueError(
                f"workspace_domain {self.workspace_domain} and public_host {self.public_host} share a domain; "
                "choose two that are not within each other"
            )
        return self


HUB_SECTIONS: Mapping[str, type[BaseModel]] = {
    "hub": HubSettings,
    "profiles": Profiles,
    "door": DoorSettings,
    "guard": GuardSettings,
    "launch": LaunchSettings,
    "signin": SigninSettings,
}
