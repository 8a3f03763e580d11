"""Section `profiles` of values.yaml: the sizes that a decision may offer."""

from __future__ import annotations

from pydantic import Field, RootModel

from policies.files import Closed
from policies.names import Slug


class Profile(Closed):
    """One size: what a workspace of this profile may use, and the image that it runs."""

    label: str = Field(description="what people read, in French")
    image: str = Field(description="name of an image that images/build.py builds")
    memory_mib: int = Field(ge=256)
    cpus: float = Field(gt=0)
    processes: int = Field(ge=64)
    open_files: int = Field(ge=1024)
    temporary_mib: int = Field(ge=16, description="size of /tmp, which counts as memory")
    idle_minutes: int = Field(ge=0, description="a workspace that computes nothing for so long ends; 0: never")


class Profiles(RootModel[dict[Slug, Profile]]):
    """Every profile by name."""

    def get(self, name: str) -> Profile | None:
        """The profile of that name, None when there is none."""
        return self.root.get(name)
