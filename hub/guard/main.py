"""`python -m hub.guard.main --values PATH`: the second lock, alone with Docker, as root."""

from __future__ import annotations

import logging
import os
from pathlib import Path

from hub.guard.assemble import Guard, assemble
from hub.guard.calling.serving import listen, make_server
from hub.guard.installation import ACCOUNT, prepare
from hub.guard.judging.rendering import read_rendering
from hub.guard.settings import GuardSettings, read_neighbours
from hub.guard.watching.tidy import check_host_accounts, resume
from policies.calendar import boot_seconds, now
from policies.directory.lookup import Directory
from policies.process import log_lines, said_in_one_line, values_parser
from policies.settings import DirectorySettings, read_values

log = logging.getLogger("datalab.guard")


def run(values_file: Path | None) -> None:
    """Check the host, clear what an earlier guard left, then listen."""
    if os.geteuid() != 0:
        raise PermissionError("the guard mounts and gives folders away: start it as root")
    values = read_values(values_file)
    settings, neighbours = values.section(GuardSettings), read_neighbours(values)
    check_host_accounts()
    os.umask(0o077)
    people = Directory(values.section(DirectorySettings), settings.directory_password_file)
    guard = assemble(values.places, settings, neighbours, people, read_rendering(values), now, boot_seconds)
    begin(guard)
    listening = listen(values.places.socket(ACCOUNT), neighbours.hub)
    make_server(guard).run(sockets=[listening])  # until told to stop; running workspaces stay
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
    parser = values_parser("hub.guard.main", "The datalab's guard.")
    log_lines("%(asctime)s %(levelname)s %(message)s")
    with said_in_one_line("guard"):
        run(parser.parse_args().values)


if __name__ == "__main__":
    main()
