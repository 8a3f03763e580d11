"""A workspace is rendered whole from its spec, and nothing that a person sends is in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import PurePosixPath

import pytest

from hub.workspace.docker import render_container
from hub.workspace.kernel import FILTER, MASKED, READ_ONLY
from hub.workspace.profiles import Profile
from hub.workspace.spec import Address, NotGrantedError, Numbers, Site, WorkspaceSpec, make_spec
from policies.access.decision import Decision, Grant

PROFILE = Profile(
    label="Petit",
    image="workspace-python",
    memory_mib=2048,
    cpus=1.5,
    processes=256,
    open_files=4096,
    temporary_mib=256,
    idle_minutes=240,
)
SITE = Site(
    address=Address("http", "datalab.localhost", "espaces.localhost", 8000),
    run=PurePosixPath("/run/datalab"),
    images=(("workspace-python", "sha256:abc"),),
)


def grant(dataset: str, part: str, mode: str = "read") -> Grant:
    return Grant.model_validate(
        {
            "dataset": dataset,
            "part": part,
            "version": "v1",
            "mode": mode,
            "restricted": True,
            "until": None,
            "reasons": (),
        }
    )


DECISION = Decision(
    person="p7f3k2",
    processing="aides-ciblage",
    day=date(2026, 5, 4),
    allowed=True,
    until=None,
    grants=(grant("revenus", "p2024"), grant("communes", "tout"), grant("sante", "p2024", "catalogue")),
    profiles=("petit",),
    law="1" * 64,
    facts="f" * 64,
)


def spec() -> WorkspaceSpec:
    return make_spec(DECISION, "petit", PROFILE, Numbers(person=7, processing=3), SITE)


def mount(source: str, target: str, recursive: bool = False) -> dict[str, object]:
    return {
        "Type": "bind",
        "Source": f"/run/datalab/{source}",
        "Target": target,
        "ReadOnly": False,
        "BindOptions": {"Propagation": "rprivate", "NonRecursive": not recursive},
    }


def test_the_whole_body_that_docker_gets() -> None:
    name = "p7f3k2--aides-ciblage"
    access = '["access:servers!server=p7f3k2/aides-ciblage", "access:servers!user=p7f3k2"]'
    assert render_container(spec(), "secret", "ticket") == {
        "Hostname": name,
        "User": "200007:400003",
        "Env": [
            "DATALAB_IDLE_MINUTES=240",
            "JUPYTERHUB_ACTIVITY_URL=",
            "JUPYTERHUB_API_TOKEN=secret",
            "JUPYTERHUB_API_URL=http+unix://%2Frun%2Fhub%2Fhub.sock/hub/api",
            "JUPYTERHUB_BASE_URL=/",
            f"JUPYTERHUB_CLIENT_ID=jupyterhub-user-{name}",
            "JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED=0",
            "JUPYTERHUB_HOST=http://datalab.localhost:8000",
            f"JUPYTERHUB_OAUTH_ACCESS_SCOPES={access}",
            "JUPYTERHUB_OAUTH_CALLBACK_URL=/user/p7f3k2/aides-ciblage/oauth_callback",
            "JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES=[]",
            f"JUPYTERHUB_OAUTH_SCOPES={access}",
            "JUPYTERHUB_PUBLIC_HUB_URL=http://datalab.localhost:8000/hub/",
            f"JUPYTERHUB_PUBLIC_URL=http://{name}.espaces.localhost:8000/user/p7f3k2/aides-ciblage/",
            "JUPYTERHUB_SERVER_NAME=aides-ciblage",
            "JUPYTERHUB_SERVICE_PREFIX=/user/p7f3k2/aides-ciblage/",
            "JUPYTERHUB_SERVICE_URL=http+unix://%2Frun%2Fws%2Fj.sock/user/p7f3k2/aides-ciblage/",
            "JUPYTERHUB_USER=p7f3k2",
        ],
        "Cmd": ["/usr/bin/tini", "--", "/opt/workspace/bin/datalab-workspace"],
        "Entrypoint": [],
        "Image": "sha256:abc",
        "WorkingDir": "/home/datalab",
        "Labels": {
            "datalab.day": "2026-05-04",
            "datalab.facts": "f" * 64,
            "datalab.law": "1" * 64,
            "datalab.profile": "petit",
            "datalab.site": "/run/datalab",
            "datalab.ticket": "ticket",
            "datalab.workspace": name,
        },
        "StopSignal": "SIGTERM",
        "StopTimeout": 10,
        "AttachStdin": False,
        "AttachStdout": False,
        "AttachStderr": False,
        "OpenStdin": False,
        "Tty": False,
        "NetworkDisabled": True,
        "HostConfig": {
            "Mounts": [
                mount(f"mounts/{name}/home", "/home/datalab"),
                mount(f"mounts/{name}/projet", "/projet"),
                mount(f"mounts/{name}/autres", "/projet-autres", recursive=True),
                mount(f"mounts/{name}/donnees/LISEZ-MOI.md", "/donnees/LISEZ-MOI.md"),
                mount(f"mounts/{name}/donnees/catalogue.json", "/donnees/catalogue.json"),
                mount(f"mounts/{name}/donnees/communes/tout", "/donnees/communes/tout"),
                mount(f"mounts/{name}/donnees/revenus/p2024", "/donnees/revenus/p2024"),
                mount(f"mounts/{name}/entrees", "/entrees"),
                mount(f"ws/{name}", "/run/ws"),
                mount(f"turnstile/{name}", "/run/hub"),
            ],
            "NetworkMode": "none",
            "ReadonlyRootfs": True,
            "Privileged": False,
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges:true", f"seccomp={FILTER}"],
            "MaskedPaths": list(MASKED),
            "ReadonlyPaths": list(READ_ONLY),
            "IpcMode": "private",
            "CgroupnsMode": "private",
            "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0},
            "AutoRemove": False,
            "Init": False,
            "Runtime": "runc",
            "LogConfig": {"Type": "json-file", "Config": {"max-size": "1m", "max-file": "1"}},
            "OomScoreAdj": 500,
            "ShmSize": 67108864,
            "Memory": 2147483648,
            "MemorySwap": 2147483648,
            "NanoCpus": 1500000000,
            "PidsLimit": 256,
            "Ulimits": [
                {"Name": "nofile", "Soft": 4096, "Hard": 4096},
                {"Name": "core", "Soft": 0, "Hard": 0},
            ],
            "Tmpfs": {"/tmp": "rw,nosuid,nodev,mode=1777,size=256m"},
        },
    }


def test_a_part_that_is_only_described_is_not_mounted() -> None:
    assert not any("sante" in str(bind.target) for bind in spec().binds)


def test_mounts_are_the_same_whatever_the_order_of_grants() -> None:
    reordered = DECISION.model_copy(update={"grants": tuple(reversed(DECISION.grants))})
    assert make_spec(reordered, "petit", PROFILE, Numbers(7, 3), SITE) == spec()


@pytest.mark.parametrize(
    ("change", "profile"), [({"allowed": False}, "petit"), ({}, "grand"), ({"profiles": ()}, "petit")]
)
def test_what_the_decision_does_not_offer_is_not_rendered(change: dict[str, object], profile: str) -> None:
    with pytest.raises(NotGrantedError):
        make_spec(DECISION.model_copy(update=change), profile, PROFILE, Numbers(7, 3), SITE)


def test_an_image_that_was_not_built_is_said() -> None:
    with pytest.raises(NotGrantedError, match="workspace-python was not built"):
        make_spec(DECISION, "petit", PROFILE, Numbers(7, 3), replace(SITE, images=()))


@pytest.mark.parametrize(
    ("scheme", "port", "expected"),
    [
        ("https", 443, "https://datalab.localhost"),
        ("https", 8443, "https://datalab.localhost:8443"),
        ("http", 80, "http://datalab.localhost"),
    ],
)
def test_a_usual_port_is_not_written(scheme: str, port: int, expected: str) -> None:
    assert Address(scheme, "datalab.localhost", "espaces.localhost", port).hub_url == expected
