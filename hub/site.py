"""What the installation gives every workspace, read alike by hub and guard: their renderings must agree."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path, PurePosixPath

from pydantic import RootModel

from hub.settings import HubSettings
from hub.workspace.spec import Address, Site
from policies.errors import InvalidFilesError, Problem
from policies.files import Closed, parse, read_text
from policies.settings import Values


class Image(Closed):
    """An image that was built: its tag, and the id by which it is run."""

    tag: str
    id: str


class Images(RootModel[dict[str, Image]]):
    """File `images.json`: name -> image."""


def address(settings: HubSettings) -> Address:
    """Where people's browsers find hub and workspaces."""
    return Address(settings.scheme, settings.public_host, settings.workspace_domain, settings.public_port)


def identity_url(settings: HubSettings) -> str:
    """Where people keep their second factor: an origin that neither hub nor workspace shares."""
    return replace(address(settings), hub_host=settings.identity_host).hub_url


def read_images(path: Path) -> tuple[tuple[str, str], ...]:
    """Name and id of each image that was built; raises InvalidFilesError."""
    try:
        values = json.loads(read_text(path))
    except ValueError as error:
        raise InvalidFilesError([Problem(str(path), "", f"not JSON: {error}; build the images again")]) from None
    return tuple(sorted((name, image.id) for name, image in parse(Images, values, str(path)).root.items()))


def read_site(values: Values) -> Site:
    """Addresses, run folder and images, as the disk has them now."""
    places = values.places
    return Site(address(values.section(HubSettings)), PurePosixPath(places.run), read_images(places.images))
