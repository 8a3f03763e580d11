"""Hub and guard read images and addresses alike, or say what is wrong with the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.settings import HubSettings
from hub.site import address, identity_url, read_images
from hub.workspace.spec import Address
from policies.errors import InvalidFilesError
from policies.files import parse
from tests.hub.test_settings import VALUES


def test_the_address_of_the_hub_is_that_of_its_section() -> None:
    settings = parse(HubSettings, VALUES, "values.yaml")
    assert address(settings) == Address("http", "datalab.localhost", "espaces.localhost", 8000)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [({}, "http://identite.localhost:8000"), ({"scheme": "https", "public_port": 443}, "https://identite.localhost")],
)
def test_the_second_factor_has_an_address_of_its_own(changes: dict[str, object], expected: str) -> None:
    assert identity_url(parse(HubSettings, VALUES | changes, "values.yaml")) == expected


def test_images_are_run_by_the_id_that_was_built(tmp_path: Path) -> None:
    file = tmp_path / "images.json"
    file.write_text('{"front": {"tag": "f:1", "id": "sha256:ff"}, "base": {"tag": "b:1", "id": "sha256:bb"}}')
    assert read_images(file) == (("base", "sha256:bb"), ("front", "sha256:ff"))


@pytest.mark.parametrize("content", ["", "[]", '{"front": "sha256:ff"}', '{"front": {"tag": "f:1"}}'])
def test_a_list_of_images_that_cannot_be_read_is_refused_with_its_name(tmp_path: Path, content: str) -> None:
    file = tmp_path / "images.json"
    file.write_text(content)
    with pytest.raises(InvalidFilesError, match=r"images\.json"):
        read_images(file)


def test_images_that_were_never_built_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidFilesError, match="cannot be read"):
        read_images(tmp_path / "images.json")
