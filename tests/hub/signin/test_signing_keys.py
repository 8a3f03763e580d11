"""The signing key is made once, kept by its owner, published with its days, and renewed on demand."""

from __future__ import annotations

import stat
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hub.signin.keys import ensure_keys
from hub.signin.signing import parse_signing_key, read_signing_key, signing_key_file
from policies.errors import DatalabError
from policies.proofs.keys import ProofError, PublicKey, PublicKeys, read_public_keys
from policies.proofs.private import publish
from policies.proofs.tickets import check_ticket, encode
from policies.settings import Places
from tests.support.signing import make_key, published

FIRST, LATER = date(2026, 1, 1), date(2026, 6, 1)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(program=tmp_path, state=tmp_path / "state", run=tmp_path, law=tmp_path)


def listed(seed: int, since: date, until: date | None = None) -> PublicKey:
    return published(make_key(seed), since=since, until=until).keys[0]


def test_a_first_key_is_published_from_that_day() -> None:
    assert publish(PublicKeys(keys=()), make_key(), "sign_in", FIRST) == PublicKeys(keys=(listed(1, FIRST),))


def test_a_published_key_is_left_alone() -> None:
    known = published(make_key(), since=FIRST)
    assert publish(known, make_key(), "sign_in", LATER) == known


def test_a_new_key_ends_the_one_before_and_leaves_ended_ones() -> None:
    known = PublicKeys(keys=(listed(1, FIRST, date(2026, 2, 1)), listed(2, date(2026, 2, 1))))
    assert publish(known, make_key(3), "sign_in", LATER) == PublicKeys(
        keys=(listed(1, FIRST, date(2026, 2, 1)), listed(2, date(2026, 2, 1), LATER), listed(3, LATER))
    )


def test_made_twice_nothing_changes(places: Places) -> None:
    first = ensure_keys(places, FIRST)
    private, public = signing_key_file(places).read_bytes(), places.keys.read_bytes()
    second = ensure_keys(places, LATER)
    assert second.id == first.id
    assert (signing_key_file(places).read_bytes(), places.keys.read_bytes()) == (private, public)


def test_the_private_key_is_its_owner_s_and_the_public_ones_everyone_s(places: Places) -> None:
    ensure_keys(places, FIRST)
    modes = [stat.S_IMODE(path.stat().st_mode) for path in (signing_key_file(places), places.keys)]
    assert modes == [0o600, 0o644]
    assert b"PRIVATE" not in places.keys.read_bytes()


def test_what_a_renewed_key_signed_still_counts_until_that_day_only(places: Places) -> None:
    old = ensure_keys(places, FIRST)
    new = ensure_keys(places, LATER, renew=True)
    keys = read_public_keys(places.keys)
    before = datetime(2026, 5, 31, 8, tzinfo=UTC)
    after = datetime(2026, 6, 2, 8, tzinfo=UTC)
    age = timedelta(days=10)
    check_ticket(encode(old.ticket("p7f3k2", ("password",), before)), keys, after, age)
    check_ticket(encode(new.ticket("p7f3k2", ("password",), after)), keys, after, age)
    with pytest.raises(ProofError, match="ne vaut pas"):
        check_ticket(encode(old.ticket("p7f3k2", ("password",), after)), keys, after, age)


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604])
def test_a_key_that_others_may_read_is_refused(places: Places, mode: int) -> None:
    ensure_keys(places, FIRST)
    signing_key_file(places).chmod(mode)
    with pytest.raises(DatalabError, match="others may read"):
        read_signing_key(signing_key_file(places))


def test_a_file_without_a_key_is_refused_without_its_content(tmp_path: Path) -> None:
    path = tmp_path / "signing.key"
    path.write_bytes(b"secret content")
    path.chmod(0o600)
    with pytest.raises(DatalabError, match="holds no signing key") as refused:
        read_signing_key(path)
    assert "secret" not in str(refused.value)
    with pytest.raises(DatalabError, match=r"run `python -m hub.signin.keys`"):
        read_signing_key(tmp_path / "none")


def test_a_key_reads_back_from_its_file() -> None:
    assert parse_signing_key(make_key().to_pem()).id == make_key().id
