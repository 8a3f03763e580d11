"""Section `launch` of values.yaml: accounts, containers, addresses on which they listen."""

from __future__ import annotations

from pydantic import Field

from policies.files import Closed

ACCOUNT = r"^[a-z][a-z0-9-]{1,30}$"
CONTAINER = r"^[a-z][a-z0-9-]{1,60}$"


class Accounts(Closed):
    """The host's accounts: one for each process that is not the guard, which is root's."""

    hub: str = Field(pattern=ACCOUNT)
    signin: str = Field(pattern=ACCOUNT)
    door: str = Field(pattern=ACCOUNT)
    front: str = Field(pattern=ACCOUNT)
    turnstile: str = Field(pattern=ACCOUNT)
    directory: str = Field(pattern=ACCOUNT)


class LaunchSettings(Closed):
    """How this installation is started on one machine."""

    accounts: Accounts
    front_container: str = Field(pattern=CONTAINER)
    directory_container: str = Field(pattern=CONTAINER)
    listen: str = Field(pattern=r"^[0-9.]+$")
    directory_listen: str = Field(pattern=r"^[0-9.]+:[0-9]+$")
    directory_suffix: str
