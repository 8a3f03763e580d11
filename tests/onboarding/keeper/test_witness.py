"""The witness has every checkpoint in order, later when it was away, and says when ours are not those it has."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding.keeper.handing import Receipt, hand, read_receipt
from onboarding.keeper.ledger import Ledger
from onboarding.keeper.settings import JournalSettings
from onboarding.keeper.witness import DisagreementError, FolderWitness, WebWitness, open_witness
from policies.errors import InvalidFilesError, UnavailableError
from policies.files import parse
from tests.support.authority import Authority
from tests.support.kept_journal import KeptJournal, copied, three_days
from tests.support.witness_server import WitnessServer, witness_server


@pytest.fixture
def kept(tmp_path: Path) -> KeptJournal:
    return three_days(tmp_path / "kept")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def server(tmp_path: Path, authority: Authority) -> Iterator[WitnessServer]:
    with witness_server(tmp_path / "server", authority) as running:
        yield running


def web(server: WitnessServer, authority: Authority) -> WebWitness:
    return WebWitness(server.address, authority.certificate, patience_s=5)


def ours(kept: KeptJournal) -> list[bytes]:
    return list(Ledger(kept.journal / "checkpoints").lines())


# --- a folder


def test_a_folder_gets_every_checkpoint_as_it_stands_here(kept: KeptJournal) -> None:
    assert list(Ledger(kept.witness).lines()) == ours(kept)
    assert read_receipt(kept.places, str(kept.witness)) == Receipt(witness=str(kept.witness), n=3)


def test_what_it_missed_while_it_was_away_comes_later(kept: KeptJournal) -> None:
    kept.witness.rename(kept.folder / "away")
    for hour in (10, 12):
        kept.at(f"2026-03-04T{hour}:00").round()
        with pytest.raises(UnavailableError, match="mount it"):
            kept.hand()
    (kept.folder / "away").rename(kept.witness)
    assert kept.hand() == 5
    assert list(Ledger(kept.witness).lines()) == ours(kept)


def test_what_was_handed_before_the_receipt_was_written_is_not_handed_twice(kept: KeptJournal) -> None:
    (kept.places.state / "keeper" / "witness.json").unlink()
    assert kept.hand() == 3
    assert list(Ledger(kept.witness).lines()) == ours(kept)


def test_a_torn_receipt_is_none(kept: KeptJournal) -> None:
    (kept.places.state / "keeper" / "witness.json").write_text('{"witness":"/')
    assert kept.hand() == 3


def test_another_witness_gets_everything(kept: KeptJournal) -> None:
    other = kept.folder / "other"
    other.mkdir()
    assert hand(kept.places, FolderWitness(other), str(other)) == 3
    assert list(Ledger(other).lines()) == ours(kept)


def test_a_line_torn_on_its_way_stays_there_and_the_checkpoint_follows_whole(kept: KeptJournal) -> None:
    """The file can be added to and not changed, as a witness's file system should be."""
    path = kept.witness / "2026-03-03.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    (kept.places.state / "keeper" / "witness.json").unlink()
    assert kept.hand() == 3
    assert path.read_bytes() == whole[: len(whole) // 2] + b"\n" + whole
    assert kept.audit(witness=True).sound


def rolled_back(kept: KeptJournal, folder: Path, receipt: bool) -> KeptJournal:
    """An older copy of the whole state, and the witness as it is now."""
    old = copied(kept, folder)
    kept.at("2026-03-04T10:00").round()
    kept.hand()
    shutil.rmtree(old.witness)
    shutil.copytree(kept.witness, old.witness)
    if not receipt:
        shutil.copy(kept.places.state / "keeper" / "witness.json", old.places.state / "keeper" / "witness.json")
    return old


def test_a_journal_that_was_rolled_back_is_found_at_its_next_checkpoint(kept: KeptJournal, tmp_path: Path) -> None:
    old = rolled_back(kept, tmp_path / "old", receipt=True)
    old.at("2026-03-04T10:30").round()
    name = str(kept.witness)  # as the receipt of the copy names it
    with pytest.raises(DisagreementError, match="is not the one that the witness has"):
        hand(old.places, FolderWitness(old.witness), name)


def test_checkpoints_that_were_rolled_back_alone_are_found_at_once(kept: KeptJournal, tmp_path: Path) -> None:
    old = rolled_back(kept, tmp_path / "old", receipt=False)
    with pytest.raises(DisagreementError, match="the witness has 4 checkpoints, here are 3"):
        hand(old.places, FolderWitness(old.witness), str(kept.witness))


def test_a_witness_that_lost_its_copy_or_was_unmounted_is_not_begun_anew(kept: KeptJournal) -> None:
    shutil.rmtree(kept.witness)
    kept.witness.mkdir()
    kept.at("2026-03-04T10:00").round()
    with pytest.raises(DisagreementError, match="does not follow"):
        kept.hand()


# --- an address


def test_a_server_gets_every_checkpoint_in_order_and_knows_their_type(
    kept: KeptJournal, server: WitnessServer, authority: Authority
) -> None:
    assert hand(kept.places, web(server, authority), server.address) == 3
    assert (list(server.ledger.lines()), server.types) == (ours(kept), ["application/jsonl"])
    kept.at("2026-03-04T10:00").round()
    assert hand(kept.places, web(server, authority), server.address) == 4
    assert list(server.ledger.lines()) == ours(kept)


@pytest.mark.parametrize("status", [500, 503, 404, 301, 302])
def test_a_server_that_does_not_keep_them_is_asked_again_and_followed_nowhere(
    kept: KeptJournal, server: WitnessServer, authority: Authority, status: int
) -> None:
    server.answers = status
    with pytest.raises(UnavailableError, match=f"answers {status}"):
        hand(kept.places, web(server, authority), server.address)
    assert read_receipt(kept.places, server.address).n == 0
    server.answers = None
    assert hand(kept.places, web(server, authority), server.address) == 3


def test_a_server_that_knows_others_disagrees(
    kept: KeptJournal, server: WitnessServer, authority: Authority, tmp_path: Path
) -> None:
    hand(kept.places, web(server, authority), server.address)
    other = three_days(tmp_path / "other")
    with pytest.raises(DisagreementError, match="do not follow"):
        hand(other.places, web(server, authority), server.address)


def test_a_server_of_another_authority_gets_nothing(kept: KeptJournal, server: WitnessServer, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "stranger")
    with pytest.raises(UnavailableError, match="no answer"):
        hand(kept.places, web(server, stranger), server.address)
    assert server.ledger.last() is None


def test_a_server_that_is_not_there_is_tried_later(kept: KeptJournal, authority: Authority) -> None:
    with pytest.raises(UnavailableError, match="no answer"):
        hand(kept.places, WebWitness("https://127.0.0.1:9/", authority.certificate, 2), "https://127.0.0.1:9/")


# --- settings


def settings(**values: object) -> JournalSettings:
    return parse(
        JournalSettings, {"checkpoint_s": 60, "witness": None, "witness_ca_file": None} | values, "values.yaml"
    )


def test_the_witness_is_the_one_of_the_settings() -> None:
    assert open_witness(settings()) is None
    assert isinstance(open_witness(settings(witness="/mnt/temoin")), FolderWitness)
    by_address = settings(witness="https://temoin.test/", witness_ca_file="/etc/temoin.pem")
    assert isinstance(open_witness(by_address), WebWitness)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"witness": "http://temoin.test/"}, "witness: String should match"),
        ({"witness": "temoin"}, "witness: String should match"),
        ({"witness": "https://temoin.test/"}, "an https witness has its authority"),
        ({"witness": "/mnt/temoin", "witness_ca_file": "/etc/ca.pem"}, "another has none"),
        ({"witness_ca_file": "/etc/ca.pem"}, "another has none"),
        ({"checkpoint_s": 0}, "checkpoint_s"),
        ({"checkpoint_s": 100_000}, "checkpoint_s"),
        ({"temoin": "/mnt"}, "unknown key"),
    ],
    ids=str,
)
def test_settings_that_would_verify_nothing_are_refused(values: dict[str, object], why: str) -> None:
    with pytest.raises(InvalidFilesError, match=why):
        settings(**values)
