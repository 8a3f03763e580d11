"""`python -m hub.guard.main --values PATH`: the second lock, alone with Docker, as root."""

from __future__ import annotations

import argparse
import grp
import logging
import os
import socket
import sys
from pathlib import Path

import uvicorn

from hub.guard.api import Door
from hub.guard.assemble import assemble
from hub.guard.settings import GuardSettings
from hub.guard.tidy import check_host_accounts, tidy
from policies.errors import DatalabError
from policies.settings import read_values

log = logging.getLogger("datalab.guard")
CONNECTIONS = 512


def listen(path: Path, group: int) -> socket.socket:
    """The guard's socket: the hub's group may connect, nobody else; a stale one is replaced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.chown(path.parent, 0, group)
    path.parent.chmod(0o2710)
    path.unlink(missing_ok=True)
    door = socket.socket(socket.AF_UNIX)
    door.bind(str(path))
    os.chown(path, 0, group)
    path.chmod(0o660)
    door.listen(CONNECTIONS)
    return door


def serve(door: Door, listening: socket.socket) -> None:
    """Answer until told to stop; running workspaces stay."""
    config = uvicorn.Config(
        door,
        http="h11",
        ws="none",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=10,
    )
    uvicorn.Server(config).run(sockets=[listening])


def run(values_file: Path) -> None:
    """Check the host, clear what an earlier guard left, then listen."""
    if os.geteuid() != 0:
        raise DatalabError("the guard mounts and gives folders away: start it as root")
    values = read_values(values_file)
    settings = values.section(GuardSettings)
    check_host_accounts()
    os.umask(0o077)
    guard = assemble(values)
    guard.parts.records.prepare()
    guard.parts.stage.prepare()
    standing = tidy(guard.parts)
    guard.parts.diary.write("process_started", {"process": "guard", "standing": standing})
    log.info("listening; %d workspaces keep running", len(standing))
    serve(Door(guard.service, guard.parts.diary), listen(values.places.socket("guard"), group_id(settings.hub_group)))


def group_id(name: str) -> int:
    """The number of a group of this host."""
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise DatalabError(f"values.yaml: guard: this host has no group {name}; create it") from None


def main() -> None:
    """The process's edge: what is wrong is said in one line, without a traceback."""
    parser = argparse.ArgumentParser(prog="hub.guard.main", description="The datalab's guard.")
    parser.add_argument("--values", type=Path, required=True)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        run(parser.parse_args().values)
    except DatalabError as error:
        sys.exit(f"guard: {error}")


if __name__ == "__main__":
    main()
