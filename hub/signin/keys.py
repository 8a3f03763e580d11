"""`python -m hub.signin.keys --values PATH`: make the signing key, and publish its public part.

Run at each installation: it changes nothing when both are there. `--renew` makes a new key; what the
old one signed until that day still counts.
"""

from __future__ import annotations

from datetime import date

from hub.signin.signing import MADE_BY, SigningKey, read_signing_key, signing_key_file
from policies.calendar import today
from policies.owners import as_owner
from policies.process import said_in_one_line, values_parser
from policies.proofs.keys import read_public_keys
from policies.proofs.private import ensure_private_key, ensure_published
from policies.settings import Places, read_values


def ensure_keys(places: Places, day: date, renew: bool = False) -> SigningKey:
    """Make what is missing of the key and its publication; returns the key."""
    path = signing_key_file(places)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with as_owner(path.parent):
        key = ensure_private_key(path, SigningKey, MADE_BY, renew)
    ensure_published(places.keys, key, "sign_in", day)
    return key


def published_key(places: Places) -> SigningKey:
    """The signing key, when others verify what it signs; raises DatalabError otherwise."""
    key = read_signing_key(signing_key_file(places))
    read_public_keys(places.keys).of(key.id, today())
    return key


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    parser = values_parser("python -m hub.signin.keys", __doc__)
    parser.add_argument("--renew", action="store_true", help="make a new key; then restart the sign-in")
    chosen = parser.parse_args(arguments)
    with said_in_one_line():
        ensure_keys(read_values(chosen.values).places, today(), chosen.renew)


if __name__ == "__main__":
    main()
