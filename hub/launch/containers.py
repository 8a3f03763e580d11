"""The front and the demo directory: one container each, replaced when its image or settings change."""

from __future__ import annotations

import grp
import json
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import NotFound

from hub.launch.settings import LaunchSettings
from hub.settings import HubSettings
from policies.files import canonical_json, fingerprint
from policies.settings import Places

DEFINITION = "datalab.definition"
SITE = "datalab.site"
TMPFS = {"/tmp": "rw,nosuid,nodev,mode=1777,size=64m"}  # noqa: S108 - inside the container


@dataclass(frozen=True)
class Service:
    """A container that the launcher keeps running."""

    name: str
    image: str
    body: dict[str, Any]


def front_service(places: Places, launch: LaunchSettings, site: HubSettings) -> Service:
    """nginx, which sees the folders of sockets and nothing else of the host."""
    run = places.run
    port = f"{site.public_port}/tcp"
    environment = {
        "HUB_HOST": site.public_host,
        "IDENTITY_HOST": site.identity_host,
        "WORKSPACE_DOMAIN": site.workspace_domain,
        "PUBLIC_PORT": str(site.public_port),
        "LISTEN_PORT": str(site.public_port),
        "SCHEME": site.scheme,
        "RUN_FOLDER": str(run),
    }
    mounts = [_bind(run / each, run / each) for each in ("hub", "identity", "gate", "door")]
    # each workspace's socket stands on a file system that the guard mounts there later
    mounts.append(_bind(run / "ws", run / "ws") | {"BindOptions": {"Propagation": "rslave"}})
    user = f"{pwd.getpwnam(launch.accounts.front).pw_uid}:{grp.getgrnam(launch.accounts.front).gr_gid}"
    body = _body(_image(places, "front"), user, environment, mounts, places)
    # to reach the face's socket, as the hub, which is in the front's group, cannot
    body["HostConfig"]["GroupAdd"] = [str(grp.getgrnam(launch.accounts.signin).gr_gid)]
    body["ExposedPorts"] = {port: {}}
    body["HostConfig"]["PortBindings"] = {port: [{"HostIp": launch.listen, "HostPort": str(site.public_port)}]}
    return Service(launch.front_container, body["Image"], body)


def directory_service(places: Places, launch: LaunchSettings) -> Service:
    """slapd with the demo's people, in LDAPS only."""
    folder = places.state / "directory"
    address, _, port = launch.directory_listen.rpartition(":")
    mounts = [
        _bind(folder / "tls", Path("/tls")),
        _bind(folder / "seed", Path("/seed")),
        _bind(folder / "data", Path("/var/lib/directory")),
    ]
    environment = {"SUFFIX": launch.directory_suffix, "LISTEN_PORT": "6360"}
    account = pwd.getpwnam(launch.accounts.directory)
    user = f"{account.pw_uid}:{account.pw_gid}"
    body = _body(_image(places, "directory"), user, environment, mounts, places)
    seed = (folder / "seed" / "directory.ldif").read_bytes()
    body["Labels"]["datalab.seed"] = fingerprint(seed)
    body["ExposedPorts"] = {"6360/tcp": {}}
    body["HostConfig"]["PortBindings"] = {"6360/tcp": [{"HostIp": address, "HostPort": port}]}
    return Service(launch.directory_container, body["Image"], body)


def ensure_running(client: docker.APIClient, service: Service) -> None:
    """Start the service as defined; one of another definition is replaced, a stopped one started."""
    definition = fingerprint(canonical_json(service.body))
    body = {**service.body, "Labels": {**service.body["Labels"], DEFINITION: definition}}
    try:
        found = client.inspect_container(service.name)
    except NotFound:
        found = None
    if found is not None and found["Config"]["Labels"].get(DEFINITION) != definition:
        client.remove_container(service.name, force=True)
        found = None
    if found is None:
        client.create_container_from_config(body, service.name)  # type: ignore[no-untyped-call]
    if found is None or not found["State"]["Running"]:
        client.start(service.name)


def remove(client: docker.APIClient, name: str) -> None:
    """Remove a container whether it runs or not."""
    try:
        client.remove_container(name, force=True)
    except NotFound:
        return


def _image(places: Places, name: str) -> str:
    images: dict[str, dict[str, str]] = json.loads(places.images.read_text(encoding="utf-8"))
    return images[name]["id"]


def _body(
    image: str, user: str, environment: dict[str, str], mounts: list[dict[str, Any]], places: Places
) -> dict[str, Any]:
    return {
        "Image": image,
        "User": user,
        "Env": [f"{name}={value}" for name, value in sorted(environment.items())],
        "Labels": {SITE: str(places.run)},
        "HostConfig": {
            "Mounts": mounts,
            "ReadonlyRootfs": True,
            "CapDrop": ["ALL"],
            "SecurityOpt": ["no-new-privileges:true"],
            "RestartPolicy": {"Name": "always"},
            "Tmpfs": TMPFS,
            "Memory": 512 * 1024 * 1024,
            "PidsLimit": 256,
            "LogConfig": {"Type": "json-file", "Config": {"max-size": "10m", "max-file": "3"}},
        },
    }


def _bind(source: Path, target: Path) -> dict[str, Any]:
    return {"Type": "bind", "Source": str(source), "Target": str(target)}
