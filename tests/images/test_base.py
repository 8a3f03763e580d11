import subprocess

import pytest

from tests.images.conftest import CLOSED, run


@pytest.mark.parametrize("name", ["base", "workspace-python", "front", "directory"])
def test_no_image_holds_a_setuid_binary(tags: dict[str, str], name: str) -> None:
    found = run(
        "docker", "run", "--rm", "--user=0", "--network=none", tags[name],
        "find", "/", "-xdev", "-type", "f", "-perm", "/6000",
    )  # fmt: skip
    assert found == ""


@pytest.mark.parametrize("name", ["base", "workspace-python", "front", "directory"])
def test_no_image_keeps_the_certificates_of_the_machine_that_built_it(tags: dict[str, str], name: str) -> None:
    history = run("docker", "history", "--no-trunc", "--format", "{{.CreatedBy}}", tags[name])
    found = run(
        "docker", "run", "--rm", "--user=0", "--network=none", tags[name], "find", "/", "-name", "ca-bundle.crt"
    )
    assert "ca-bundle" not in history
    assert found == ""


def test_an_unknown_account_works_on_a_read_only_root(tags: dict[str, str]) -> None:
    said = run("docker", "run", "--rm", *CLOSED, "-e", "LANG=fr_FR.UTF-8", tags["base"], "python3", "-c", "print('é')")
    assert said == "é\n"


def test_the_root_of_a_closed_container_cannot_be_written(tags: dict[str, str]) -> None:
    done = subprocess.run(
        ["docker", "run", "--rm", *CLOSED, tags["base"], "touch", "/x"], capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
