"""The peer: JupyterHub as its documentation starts it, with DockerSpawner on Docker's bridge.

Its proxy is configurable-http-proxy, the standard one: found on the PATH, else installed by npm in a
temporary folder. Workspaces are removed at each stop, so that each start makes a container, as ours do.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from pathlib import Path

import docker

PROXY = "configurable-http-proxy"
PROXY_VERSION = "5.3.0"
PATIENCE_S = 60.0
LOGIN, PASSWORD = "peer", "measure-only"  # the dummy authenticator of a hub on loopback
CONFIGURATION = """\
c = get_config()
c.JupyterHub.bind_url = "http://127.0.0.1:{public}"
c.JupyterHub.hub_ip = "{gateway}"
c.JupyterHub.hub_port = {hub}
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = "{password}"
c.Authenticator.allowed_users = {{"{login}"}}
c.JupyterHub.spawner_class = "dockerspawner.DockerSpawner"
c.DockerSpawner.image = "{image}"
c.DockerSpawner.prefix = "datalab-peer"
c.DockerSpawner.remove = True
"""


def find_proxy(folder: Path) -> Path | None:
    """The proxy's command, None where there is neither it nor npm."""
    found = shutil.which(PROXY)
    if found:
        return Path(found)
    if not shutil.which("npm"):
        return None
    command = ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), f"{PROXY}@{PROXY_VERSION}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder / "node_modules" / ".bin" / PROXY


def free_ports(address: str, count: int) -> list[int]:
    """Ports that nobody listens on."""
    sockets = [socket.create_server((address, 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def bridge_gateway(engine: docker.APIClient) -> str:
    """The host's address on Docker's bridge: the only one where a workspace finds the plain hub."""
    network = engine.inspect_network("bridge")["IPAM"]["Config"][0]
    return str(network.get("Gateway") or ip_network(network["Subnet"])[1])


@contextmanager
def plain_hub(image: str, engine: docker.APIClient) -> Iterator[str | None]:
    """The address of a running plain hub, None where its proxy cannot be had; all of it goes at the end."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        proxy = find_proxy(folder)
        if proxy is None:
            yield None
            return
        gateway = bridge_gateway(engine)
        public, api = free_ports("127.0.0.1", 2)
        (hub,) = free_ports(gateway, 1)
        text = CONFIGURATION.format(
            public=public, api=api, hub=hub, gateway=gateway, proxy=proxy, image=image, login=LOGIN, password=PASSWORD
        )
        (folder / "jupyterhub_config.py").write_text(text, encoding="utf-8")
        with _running(folder, public):
            try:
                yield f"http://127.0.0.1:{public}"
            finally:
                _remove_workspaces(engine)


@contextmanager
def _running(folder: Path, port: int) -> Iterator[None]:
    clean = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "LANG": "C.UTF-8", "HOME": str(folder)}
    with (folder / "hub.log").open("wb") as log:
        hub = subprocess.Popen([sys.executable, "-m", "jupyterhub"], cwd=folder, env=clean, stdout=log, stderr=log)
        try:
            _wait(hub, port, folder / "hub.log")
            yield
        finally:
            hub.terminate()
            hub.wait(PATIENCE_S)


def _wait(hub: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while "JupyterHub is now running" not in log.read_text(errors="replace"):
        assert hub.poll() is None, log.read_text(errors="replace")[-3000:]
        assert time.monotonic() < end, f"the plain hub does not answer on {port}"
        time.sleep(0.1)


def _remove_workspaces(engine: docker.APIClient) -> None:
    for found in engine.containers(all=True, filters={"name": f"^/datalab-peer-{LOGIN}"}):
        engine.remove_container(found["Id"], force=True)
