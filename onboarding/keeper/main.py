"""`python -m onboarding.keeper.main --values PATH`: the keeper of the journal, as root.

Each round signs where every chain ends; `journal.checkpoint_s` is how much of an end can be cut without
a trace by whoever owns a chain.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from pathlib import Path

from onboarding.keeper.diary import ACCOUNT
from onboarding.keeper.errand import Errand
from onboarding.keeper.keys import published_key
from onboarding.keeper.rounds import Keeper
from onboarding.keeper.settings import JournalSettings
from policies.errors import DatalabError
from policies.process import log_lines, said_in_one_line, values_parser
from policies.settings import read_values

log = logging.getLogger("datalab.keeper")
KINDS = {"lost": "source_lost", "handed": "source_back"}


def serve(values_file: Path | None, stop: threading.Event) -> None:
    """Rounds until told to stop, and one last."""
    values = read_values(values_file)
    settings = values.section(JournalSettings)
    os.umask(0o077)
    keeper = Keeper(values.places, published_key(values.places))
    keeper.diary.journal.append("process_started", {"process": ACCOUNT, "witness": settings.witness is not None})
    errand = _errand(values_file) if settings.witness is not None else None
    while True:
        last = stop.is_set()
        _round(keeper)
        if errand is not None and not last:
            _note(keeper, errand.step())
        if last:
            break
        stop.wait(settings.checkpoint_s)
    if errand is not None:
        errand.stop()


def _errand(values_file: Path | None) -> Errand:
    chosen = ["--values", str(values_file)] if values_file is not None else []
    return Errand([sys.executable, "-I", "-m", "onboarding.keeper.handing", *chosen])


def _round(keeper: Keeper) -> None:
    try:
        keeper.round()
    except (DatalabError, OSError) as error:
        log.warning("no checkpoint was signed: %s", error)


def _note(keeper: Keeper, state: str | None) -> None:
    """Journal what became of the witness: that it disagrees is a finding about the journal itself."""
    if state is None:
        return
    log.warning("witness: %s", state)
    if state in KINDS:
        keeper.diary.tell(KINDS[state], {"source": "witness"})
    else:
        keeper.diary.tell_broken("checkpoints", 0, "the witness disagrees")


def main() -> None:
    """The process's edge: what is wrong is said in one line, without a traceback."""
    parser = values_parser("onboarding.keeper.main", "The keeper of the datalab's journal.")
    log_lines("%(asctime)s %(levelname)s %(message)s")
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    with said_in_one_line("keeper"):
        serve(parser.parse_args().values, stop)


if __name__ == "__main__":
    main()
