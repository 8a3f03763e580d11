"""`python -m hub.guard.main --values PATH`: the second lock, alone with Docker, as root."""

from __future__ import annotations

import argparse
import logging
import os
import socket
import sys
from pathlib import Path

import uvicorn

from hub.guard.api import Door
from hub.guard.assemble import Guard, assemble
from hub.guard.installation import ACCOUNT, prepare
from hub.guard.rendering import read_rendering
from hub.guard.settings import GuardSettings, group_id
from hub.guard.tidy import check_host_accounts, resume
from policies.calendar import now
from policies.directory.lookup import Directory
from policies.errors import DatalabError
from policies.settings import DirectorySettings, read_values

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
    Server(config, door).run(sockets=[listening])


class Server(uvicorn.Server):
    """Ends within a moment: who waits to hear of deaths is answered."""

    def __init__(self, config: uvicorn.Config, door: Door) -> None:
        super().__init__(config)
        self._door = door

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening, answer who waits, then end."""
        self._door.hush()
        await super().shutdown(sockets)


def run(values_file: Path | None) -> None:
    """Check the host, clear what an earlier guard left, then listen."""
    if os.geteuid() != 0:
        raise DatalabError("the guard mounts and gives folders away: start it as root")
    values = read_values(values_file)
    settings = values.section(GuardSettings)
    check_host_accounts()
    os.umask(0o077)
    people = Directory(values.section(DirectorySettings), settings.directory_password_file)
    guard = assemble(values.places, settings, people, read_rendering(values), now)
    begin(guard)
    listening = listen(values.places.socket(ACCOUNT), group_id(settings.hub_group))
    parts = guard.parts
    serve(Door(guard.service, parts.diary, parts.present.bell, parts.present.turns), listening)
    guard.end()


def begin(guard: Guard) -> list[str]:
    """Make the guard's folders, watch the workspaces that keep running, clear what does not stand.

    Rights end also while the journal cannot be written: then nothing starts, but the guard does.
    """
    prepare(guard.parts)
    resume(guard.parts)
    standing = guard.begin()
    guard.parts.diary.try_to_write("process_started", {"process": ACCOUNT, "standing": standing})
    log.info("%d workspaces keep running", len(standing))
    return standing


def main() -> None:
    """The process's edge: what is wrong is said in one line, without a traceback."""
    parser = argparse.ArgumentParser(prog="hub.guard.main", description="The datalab's guard.")
    parser.add_argument("--values", type=Path)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        run(parser.parse_args().values)
    except (DatalabError, OSError) as error:
        sys.exit(f"guard: {error}")


if __name__ == "__main__":
    main()
