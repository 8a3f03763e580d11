"""`python -m onboarding.keeper.handing --values PATH`: hand the witness what it has not had, once.

A process of its own: a witness that hangs, on a dead network file system too, keeps no chain from being
signed, and what it answers is not read where the key is. Exit codes: 0 all is handed, 3 the witness
does not answer, 4 it knows other checkpoints than ours.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from onboarding.keeper.checkpoint import Checkpoint
from onboarding.keeper.ledger import Ledger
from onboarding.keeper.settings import JournalSettings, checkpoints_folder, keeper_folder
from onboarding.keeper.witness import MOST_AT_ONCE, DisagreementError, Witness, open_witness
from policies.errors import UnavailableError
from policies.files import Closed, canonical_json, write_atomic
from policies.process import said_in_one_line, values_parser
from policies.settings import Places, Values, read_values

HANDED, LOST, DISAGREES = 0, 3, 4


class Receipt(Closed):
    """Which witness has kept the checkpoints up to which number."""

    witness: str
    n: int


def read_receipt(places: Places, witness: str) -> Receipt:
    """What this witness has; another one, or a first one, has nothing. A torn file is none."""
    try:
        found = Receipt.model_validate_json(_file(places).read_bytes(), strict=True)
    except (OSError, ValueError):
        return Receipt(witness=witness, n=0)
    return found if found.witness == witness else Receipt(witness=witness, n=0)


def _file(places: Places) -> Path:
    return keeper_folder(places) / "witness.json"


def hand(places: Places, witness: Witness, name: str) -> int:
    """Hand over what the witness has not had; the number of the last one that it has."""
    ledger, n = Ledger(checkpoints_folder(places)), read_receipt(places, name).n
    last = ledger.last()
    if n and (last is None or last.n < n):
        raise DisagreementError(f"the witness has {n} checkpoints, here are {last.n if last else 0}")
    for group in _groups(ledger.beyond(n)):
        witness.take(group)
        n = group[-1].n
        write_atomic(_file(places), canonical_json(Receipt(witness=name, n=n).model_dump()), 0o600)
    return n


def _groups(checkpoints: Iterable[Checkpoint]) -> Iterator[Sequence[Checkpoint]]:
    each = iter(checkpoints)
    while group := list(islice(each, MOST_AT_ONCE)):
        yield group


def run(values: Values) -> int:
    """One attempt; its exit code."""
    settings = values.section(JournalSettings)
    witness = open_witness(settings)
    if witness is None or settings.witness is None:
        return HANDED
    try:
        hand(values.places, witness, settings.witness)
    except DisagreementError as error:
        sys.stderr.write(f"witness: {error}\n")
        return DISAGREES
    except (UnavailableError, OSError) as error:
        sys.stderr.write(f"witness: {error}\n")
        return LOST
    return HANDED


def main() -> None:
    """The process's edge."""
    parser = values_parser("python -m onboarding.keeper.handing", __doc__)
    with said_in_one_line():
        sys.exit(run(read_values(parser.parse_args().values)))


if __name__ == "__main__":
    main()
