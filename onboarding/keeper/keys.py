"""`python -m onboarding.keeper.keys --values PATH`: make the key that signs checkpoints, and publish its public part.

Run at each installation: it changes nothing when both are there. `--renew` makes a new key; what the
old one signed until that day still counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onboarding.keeper.settings import keeper_folder
from policies.calendar import today
from policies.process import said_in_one_line, values_parser
from policies.proofs.keys import read_public_keys
from policies.proofs.private import PrivateKey, ensure_private_key, ensure_published, read_private_key
from policies.settings import Places, read_values

MADE_BY = "onboarding.keeper.keys"


def key_file(places: Places) -> Path:
    """Where the private key is; root's alone."""
    return keeper_folder(places) / "checkpoint.key"


def ensure_keys(places: Places, day: date, renew: bool = False) -> PrivateKey:
    """Make what is missing of the key and its publication; returns the key."""
    path = key_file(places)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = ensure_private_key(path, PrivateKey, MADE_BY, renew)
    ensure_published(places.keys, key, "journal", day)
    return key


@dataclass(frozen=True)
class JournalKey:
    """The key that signs checkpoints, beside the public keys with which others verify them."""

    places: Places
    key: PrivateKey

    def on(self, day: date) -> PrivateKey:
        """The key, if what it signs on a day is believed; else ProofError, for it would pass for forged for ever."""
        read_public_keys(self.places.keys).of(self.key.id, day, "journal")
        return self.key


def published_key(places: Places) -> JournalKey:
    """The key, when others verify what it signs today; raises DatalabError otherwise."""
    found = JournalKey(places, read_private_key(key_file(places), PrivateKey, MADE_BY))
    found.on(today())
    return found


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    parser = values_parser(f"python -m {MADE_BY}", __doc__)
    parser.add_argument("--renew", action="store_true", help="make a new key; then restart the keeper")
    chosen = parser.parse_args(arguments)
    with said_in_one_line():
        ensure_keys(read_values(chosen.values).places, today(), chosen.renew)


if __name__ == "__main__":
    main()
