"""The sections of values.yaml that the hub's packages own, and those of the hub itself."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
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
    """Section `hub`: where people find the hub, the workspaces and the second factor, and how much opens at once."""

    scheme: Literal["http", "https"]
    public_host: str = Field(pattern=HOST)
    workspace_domain: str = Field(pattern=HOST, description="each workspace is a host under it")
    identity_host: str = Field(pattern=HOST, description="where people keep their second factor; the sign-in's own")
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
        """None of the three sides can set a cookie that another receives, nor read one of another's."""
        for one, other in combinations(("public_host", "workspace_domain", "identity_host"), 2):
            first, second = getattr(self, one), getattr(self, other)
            if f".{first}".endswith(f".{second}") or f".{second}".endswith(f".{first}"):
                raise ValueError(
                    f"{other} {second} and {one} {first} share a domain; choose two that are not within each other"
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
