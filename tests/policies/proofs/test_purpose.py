"""A key signs for one purpose: who signs checkpoints of the journal can let nobody in and approve nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from hub.signin.signing import SigningKey
from policies.directory.person import Person
from policies.proofs.approvals import check_approval
from policies.proofs.keys import ProofError, PublicKeys, Purpose, parse_public_keys, read_public_keys
from policies.proofs.private import PrivateKey, ensure_private_key, ensure_published, publish
from policies.proofs.tickets import check_ticket, encode
from tests.support.signing import make_key

DAY, LATER = date(2026, 3, 2), date(2026, 6, 1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DPO = Person(id="pdpo01", name="Essai", organisation="minefi", roles=frozenset({"dpo"}))


def listed(*keys: tuple[SigningKey, Purpose]) -> PublicKeys:
    """These keys, published one after the other on one day."""
    known = PublicKeys(keys=())
    for key, purpose in keys:
        known = publish(known, key, purpose, DAY)
    return known


@pytest.mark.parametrize("purpose", ["sign_in", "journal"])
def test_a_ticket_counts_when_a_key_for_sign_ins_signed_it(purpose: Purpose) -> None:
    text = encode(make_key(1).ticket("p7f3k2", ("password",), NOON))
    keys = listed((make_key(1), purpose))
    if purpose == "sign_in":
        assert check_ticket(text, keys, NOON, timedelta(hours=1)).person == "p7f3k2"
        return
    with pytest.raises(ProofError, match="ne signe pas cela"):
        check_ticket(text, keys, NOON, timedelta(hours=1))


@pytest.mark.parametrize("purpose", ["sign_in", "journal"])
def test_an_approval_counts_when_a_key_for_sign_ins_signed_it(purpose: Purpose) -> None:
    approval = make_key(1).approval(DPO, DAY, "ab" * 32)
    keys = listed((make_key(1), purpose))
    if purpose == "sign_in":
        check_approval(approval, "ab" * 32, keys)
        return
    with pytest.raises(ProofError, match="ne signe pas cela"):
        check_approval(approval, "ab" * 32, keys)


def test_the_sign_ins_key_signs_no_checkpoint() -> None:
    keys = listed((make_key(1), "sign_in"), (make_key(2), "journal"))
    keys.check(make_key(2).id, DAY, b"head", make_key(2).sign(b"head"), "journal")
    with pytest.raises(ProofError, match="ne signe pas cela"):
        keys.check(make_key(1).id, DAY, b"head", make_key(1).sign(b"head"), "journal")


def test_a_new_key_of_one_purpose_ends_none_of_the_other() -> None:
    before = listed((make_key(1), "sign_in"), (make_key(2), "journal"))
    after = publish(before, make_key(3), "journal", LATER)
    ends = {key.id: key.until for key in after.keys}
    assert ends == {make_key(1).id: None, make_key(2).id: LATER, make_key(3).id: None}
    assert [key.id for key in after.signs("sign_in")] == [make_key(1).id]


def test_keys_published_before_there_were_purposes_are_those_of_sign_ins() -> None:
    key = make_key(1)
    old = f'{{"keys":[{{"id":"{key.id}","public":"{key.public}","from":"2026-01-01","until":null}}]}}'
    assert [each.purpose for each in parse_public_keys(old, "public.json").keys] == ["sign_in"]


def test_a_file_of_keys_is_left_alone_when_the_key_is_there(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "public.json"
    key = ensure_private_key(tmp_path / "own.key", PrivateKey, "tests")
    ensure_published(path, key, "journal", DAY)
    before = path.stat().st_ino
    ensure_published(path, ensure_private_key(tmp_path / "own.key", PrivateKey, "tests"), "journal", LATER)
    assert (path.stat().st_ino, read_public_keys(path).digest) == (before, listed_again(path).digest)


def listed_again(path: Path) -> PublicKeys:
    return parse_public_keys(path.read_text(), "public.json")


def test_sets_of_keys_have_the_same_digest_when_they_verify_the_same() -> None:
    one = listed((make_key(1), "sign_in"))
    assert one.digest == listed((make_key(1), "sign_in")).digest
    assert one.digest != listed((make_key(1), "journal")).digest
