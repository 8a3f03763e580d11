"""`datalab-run FILE`: runs a notebook or a script unattended; its output stays, whoever watches.

A notebook is executed into a copy beside it, saved after each cell; a script's output goes to a text
file beside it. The run goes on when the browser is closed, and keeps the workspace from being idle.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RUNS = Path("/tmp/datalab-run")  # noqa: S108 - the container's own tmpfs: runs end with it
PROGRAMS: Mapping[str, Sequence[str]] = {".py": ("python3", "-u"), ".sh": ("bash",)}
NOTEBOOK = ".ipynb"


class RunError(Exception):
    """Raised for a file that cannot be run; the message says what to do."""


@dataclass(frozen=True)
class Run:
    """One run: its process, what it runs, where the output is, when it began (seconds)."""

    pid: int
    file: str
    output: str
    begun: float

    @property
    def file_of_record(self) -> Path:
        """Where it is remembered while the workspace lives."""
        return RUNS / f"{self.pid}.json"


def output_of(file: Path, moment: time.struct_time) -> Path:
    """Where a run's output goes: beside the file, named after it and the moment."""
    kind = NOTEBOOK if file.suffix == NOTEBOOK else ".txt"
    return file.with_name(f"{file.stem}.sortie-{time.strftime('%Y%m%d-%H%M%S', moment)}{kind}")


def command_of(file: Path, output: Path) -> list[str]:
    """What runs a file; raises RunError for a kind of file that is not run."""
    if file.suffix == NOTEBOOK:
        return [sys.executable, "-m", "datalab_workspace.run_notebook", str(file), str(output)]
    program = PROGRAMS.get(file.suffix)
    if program is None:
        raise RunError(f"{file.name} : seuls un carnet (.ipynb) ou un script (.py, .sh) peuvent être lancés.")
    return [*program, str(file)]


def start(file: Path) -> Run:
    """Run a file apart from whoever asked; raises RunError."""
    if not file.is_file():
        raise RunError(f"{file} : ce fichier n'existe pas. Vérifiez le chemin.")
    output = output_of(file, time.localtime())
    try:
        with output.open("xb") as stream:
            process = subprocess.Popen(
                command_of(file, output),
                cwd=file.parent,
                stdin=subprocess.DEVNULL,
                stdout=stream if file.suffix != NOTEBOOK else subprocess.DEVNULL,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise RunError(f"{output} : la sortie ne peut pas être écrite ({error.strerror}).") from None
    run = Run(process.pid, str(file), str(output), time.time())
    RUNS.mkdir(mode=0o700, exist_ok=True)
    run.file_of_record.write_text(json.dumps(asdict(run)))
    return run


def runs() -> list[Run]:
    """Every run of this workspace since it started, the latest last."""
    found = [Run(**json.loads(path.read_text())) for path in RUNS.glob("*.json")]
    return sorted(found, key=lambda run: run.begun)


def is_running(run: Run) -> bool:
    """Whether its process lives; one that ended and that nobody waited for does not."""
    try:
        state = Path(f"/proc/{run.pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def is_any_running() -> bool:
    """Whether a run keeps the workspace busy."""
    return any(map(is_running, runs()))


def say(text: str) -> None:
    """A line for whoever asked."""
    sys.stdout.write(text + "\n")


def _list() -> None:
    for run in runs():
        state = "en cours" if is_running(run) else "terminé"
        say(f"{run.pid:>7}  {state:<8}  {run.file} -> {run.output}")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command's edge: what is wrong is said in one line."""
    parser = argparse.ArgumentParser(prog="datalab-run", description="Lance un carnet ou un script sans surveillance.")
    parser.add_argument("fichier", nargs="?", type=Path, help="carnet (.ipynb) ou script (.py, .sh)")
    parser.add_argument("--liste", action="store_true", help="montre ce qui a été lancé")
    parser.add_argument("--arreter", type=int, metavar="NUMÉRO", help="arrête un lancement")
    chosen = parser.parse_args(arguments)
    if chosen.liste:
        _list()
    elif chosen.arreter is not None:
        if chosen.arreter not in {run.pid for run in runs() if is_running(run)}:
            parser.error(f"{chosen.arreter} : ce n'est pas un lancement en cours (voir --liste)")
        os.killpg(chosen.arreter, signal.SIGTERM)
    elif chosen.fichier is None:
        parser.error("donnez un carnet ou un script")
    else:
        try:
            run = start(chosen.fichier.resolve())
        except RunError as error:
            sys.stderr.write(f"datalab-run : {error}\n")
            return 1
        say(f"Lancé (numéro {run.pid}). La sortie s'écrit dans {run.output}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
