"""`python -m hub.signin.keys --values PATH`: make the signing key, and publish its public part.

Run at each installation: it changes nothing when both are there. `--renew` makes a new key; what the
old one signed until that day still counts.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from hub.signin.signing import SigningKey, read_signing_key, signing_key_file
from policies.calendar import today
from policies.errors import DatalabError
from policies.files import canonical_json, write_atomic
from policies.proofs.keys import PublicKey, PublicKeys, read_public_keys
from policies.settings import Places, read_values


def ensure_keys(places: Places, day: date, renew: bool = False) -> SigningKey:
    """Make what is missing of the key and its publication; returns the key."""
    key = _ensure_signing_key(signing_key_file(places), renew)
    known = read_public_keys(places.keys) if places.keys.exists() else PublicKeys(keys=())
    published = publish(known, key, day)
    if published != known:
        places.keys.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(places.keys, canonical_json(published.model_dump(mode="json", by_alias=True)), 0o644)
    return key


def publish(known: PublicKeys, key: SigningKey, day: date) -> PublicKeys:
    """The public keys in which this one is the only one that signs from this day on."""
    if any(each.id == key.id for each in known.keys):
        return known
    ended = [
        each if each.until is not None else each.model_copy(update={"until": max(day, each.from_)})
        for each in known.keys
    ]
    current = PublicKey.model_validate({"id": key.id, "public": key.public, "from": day})
    return PublicKeys(keys=(*ended, current))


def _ensure_signing_key(path: Path, renew: bool) -> SigningKey:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _as_owner(path.parent):
        if renew or not path.exists():
            write_atomic(path, SigningKey(Ed25519PrivateKey.generate()).to_pem(), 0o600)
        return read_signing_key(path)


@contextmanager
def _as_owner(folder: Path) -> Iterator[None]:
    """Act as the folder's owner: the key is theirs, and no link of theirs leads root elsewhere."""
    owner = folder.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        yield
        return
    groups, group = os.getgroups(), os.getegid()
    os.setgroups([])
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(group)
        os.setgroups(groups)


def published_key(places: Places) -> SigningKey:
    """The signing key, when others verify what it signs; raises DatalabError otherwise."""
    key = read_signing_key(signing_key_file(places))
    read_public_keys(places.keys).of(key.id, today())
    return key


def main(arguments: list[str] | None = None) -> None:
    """Errors that are foreseen are said in one line, without a traceback."""
    parser = argparse.ArgumentParser(prog="python -m hub.signin.keys", description=__doc__)
    parser.add_argument("--values", type=Path)
    parser.add_argument("--renew", action="store_true", help="make a new key; then restart the sign-in")
    chosen = parser.parse_args(arguments)
    try:
        ensure_keys(read_values(chosen.values).places, today(), chosen.renew)
    except (DatalabError, OSError) as error:
        sys.exit(f"datalab: {error}")


if __name__ == "__main__":
    main()
