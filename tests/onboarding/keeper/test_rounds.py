"""A round signs where chains end, follows the law, purges once a day, and says at once what was tampered with."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from onboarding.keeper.keys import ensure_keys, key_file, published_key
from onboarding.keeper.laws import law_changes
from onboarding.keeper.ledger import Ledger
from onboarding.keeper.pace import Pace
from policies.calendar import today
from policies.contents import Contents
from policies.engine.load import load_law
from policies.engine.past import past_law
from policies.errors import DatalabError
from policies.journal.read import read_journal
from policies.proofs.keys import ProofError, read_public_keys
from tests.support.kept_journal import FIRST_DAY, KeptJournal
from tests.support.signing import make_key


@pytest.fixture
def kept(tmp_path: Path) -> KeptJournal:
    made = KeptJournal(tmp_path)
    made.append("guard", "start", person="p7f3k2")
    return made


def told(kept: KeptJournal, kind: str = "journal_broken") -> list[dict[str, Any] | None]:
    return [each.payload for each in read_journal(kept.journal / "keeper") if each.entry.kind == kind]


def test_a_round_signs_the_head_of_every_chain_its_own_included(kept: KeptJournal) -> None:
    kept.append("hub", "refusal", person="p7f3k2")
    signed = kept.round()
    assert signed
    assert {name: head.n for name, head in signed.heads.items()} == {"guard": 1, "hub": 1, "keeper": 1}
    assert kept.audit().sound
    assert kept.audit().ledger.count == 1


def test_when_nothing_moved_nothing_is_signed_but_once_an_hour(kept: KeptJournal) -> None:
    kept.round()
    assert kept.at("2026-03-01T08:59").round() is None
    signed = kept.at("2026-03-01T09:00").round()
    assert signed
    assert (signed.n, signed.moment) == (2, "2026-03-01T09:00:00.000000Z")


def test_what_moved_is_signed_at_once(kept: KeptJournal) -> None:
    kept.round()
    kept.append("guard", "stop")
    signed = kept.round()
    assert signed
    assert (signed.n, signed.heads["guard"].n) == (2, 2)


def test_a_keeper_that_was_away_goes_on_from_the_last_checkpoint(kept: KeptJournal) -> None:
    kept.round()
    again = KeptJournal(kept.folder, "2026-03-01T08:10")
    assert again.round() is None
    again.append("guard", "stop")
    signed = again.round()
    assert signed
    assert signed.n == 2
    assert again.audit().sound


def cut(kept: KeptJournal) -> None:
    kept.append("guard", "stop")
    kept.round()
    kept.chain("guard").write_bytes(kept.lines("guard")[0])


def test_a_chain_that_was_cut_is_told_at_the_next_round_once_and_keeps_its_signed_head(kept: KeptJournal) -> None:
    cut(kept)
    signed = kept.round()
    assert signed
    assert (signed.alarms, signed.heads["guard"].n) == ({"guard": "broken"}, 2)
    assert kept.round() is None
    assert told(kept) == [{"account": "guard", "line": 2, "flaw": "truncated"}]
    assert signed.heads["keeper"].n == len(kept.lines("keeper"))


def test_a_keeper_that_starts_anew_does_not_tell_it_again(kept: KeptJournal) -> None:
    cut(kept)
    kept.round()
    again = KeptJournal(kept.folder, "2026-03-01T08:10")
    again.round()
    assert len(told(again)) == 1


def test_a_chain_that_is_put_back_is_signed_again(kept: KeptJournal) -> None:
    kept.append("guard", "stop")
    kept.round()
    content = kept.chain("guard").read_bytes()
    kept.chain("guard").unlink()
    alarmed = kept.round()
    kept.chain("guard").write_bytes(content)
    restored = kept.round()
    assert alarmed
    assert restored
    assert (alarmed.alarms, restored.alarms) == ({"guard": "gone"}, {})
    assert kept.audit().sound


def test_one_broken_chain_keeps_no_other_from_being_signed(kept: KeptJournal) -> None:
    cut(kept)
    kept.round()
    kept.append("hub", "refusal")
    signed = kept.round()
    assert signed
    assert (signed.alarms, signed.heads["hub"].n) == ({"guard": "broken"}, 1)


def test_checkpoints_that_are_cut_under_a_running_keeper_leave_a_hole(kept: KeptJournal) -> None:
    kept.round()
    kept.at("2026-03-01T10:00").round()
    [path] = kept.checkpoints()
    path.write_bytes(path.read_bytes().splitlines(keepends=True)[0])
    kept.at("2026-03-01T12:00").round()
    flaw = kept.audit().ledger.flaw
    assert flaw
    assert (flaw.kind, flaw.n) == ("removed", 2)


def test_a_disk_that_takes_no_checkpoint_is_told_and_the_next_round_signs(kept: KeptJournal) -> None:
    (kept.journal / "checkpoints" / "2026-03-01.jsonl").mkdir(parents=True)
    with pytest.raises(DatalabError, match="cannot be"):
        kept.round()
    (kept.journal / "checkpoints" / "2026-03-01.jsonl").rmdir()
    signed = kept.round()
    assert signed
    assert signed.n == 1


# --- terms


def test_what_is_past_its_term_goes_by_itself_at_the_first_round_of_the_day_and_is_signed(kept: KeptJournal) -> None:
    kept.round()
    signed = kept.at("2029-03-02T00:00").round()
    assert signed
    assert (signed.heads["guard"].n, kept.payloads("guard", "access", "2026-03-01").exists()) == (2, False)
    found = kept.audit()
    assert found.sound
    assert {report.account: report.purged for report in found.chains} == {"guard": 1, "keeper": 1}


def test_on_the_last_day_of_its_term_it_stays(kept: KeptJournal) -> None:
    kept.round()
    kept.at("2029-03-01T23:59").round()
    assert kept.payloads("guard", "access", "2026-03-01").exists()


def test_a_law_that_dates_a_class_no_more_purges_nothing(kept: KeptJournal) -> None:
    (kept.places.law / "parameters" / "journal_months" / "security.yaml").unlink()
    kept.at("2040-01-01T00:00").round()
    assert kept.payloads("guard", "access", "2026-03-01").exists()


def test_an_unreadable_law_purges_nothing_and_chains_are_signed(kept: KeptJournal) -> None:
    (kept.places.law / "facts.yaml").write_text("x")
    signed = kept.at("2040-01-01T00:00").round()
    assert signed
    assert (signed.heads["guard"].n, kept.payloads("guard", "access", "2026-03-01").exists()) == (1, True)


def test_a_purge_that_a_chain_refuses_is_told_once_a_day(kept: KeptJournal) -> None:
    with kept.chain("guard").open("ab") as stream:
        stream.write(b"not a line\n")
    kept.at("2040-01-01T00:00").round()
    kept.at("2040-01-01T12:00").round()
    refused = [each for each in told(kept) if each and each["flaw"] == "not purged"]
    assert refused == [{"account": "guard", "line": 0, "flaw": "not purged"}]


# --- a clock that leaps

YEARS = timedelta(days=4 * 365)


def left(kept: KeptJournal) -> bool:
    """Whether what was journaled first can still be read."""
    return kept.payloads("guard", "access", "2026-03-01").exists()


def test_a_clock_that_leaps_years_ahead_takes_nothing_for_past_its_term(kept: KeptJournal) -> None:
    kept.round()
    kept.at("2026-03-01T20:00").round()
    kept.leap(YEARS).round()
    kept.append("guard", "stop")
    kept.round()
    kept.leap(-YEARS).append("guard", "stop")
    kept.round()
    found = kept.audit()
    assert (left(kept), found.sound, found.ledger.count) == (True, True, 5)
    assert {remark.kind for chain in found.chains for remark in chain.remarks} == {"clock_back"}


def test_a_keeper_that_starts_on_a_clock_years_ahead_purges_nothing_for_hours(kept: KeptJournal) -> None:
    kept.round()
    again = KeptJournal(kept.folder, "2030-03-01T08:00")
    again.round()
    again.at("2030-03-01T13:59").round()
    assert left(again)
    again.at("2030-03-01T14:00").round()
    assert not left(again)


def test_without_a_look_at_its_pace_the_same_clock_would_have_emptied_the_journal(
    kept: KeptJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control: and what is gone is gone, whatever the clock says afterwards."""
    monkeypatch.setattr(Pace, "is_believed", lambda self, moment: True)
    kept.round()
    kept.leap(YEARS).round()
    assert not left(kept)
    flaws = {chain.account: chain.flaw for chain in kept.leap(-YEARS).audit().chains}
    assert flaws["guard"]
    assert flaws["guard"].kind == "purged_early"


def test_checkpoints_of_a_clock_that_goes_back_a_day_and_comes_again_are_in_order_and_sound(kept: KeptJournal) -> None:
    kept.at("2026-03-03T00:05").round()
    for leap in (timedelta(days=-1), timedelta(days=1)):
        kept.leap(leap).append("guard", "stop")
        kept.round()
    assert [path.name for path in kept.checkpoints()] == ["2026-03-03.jsonl"]
    assert [each.moment[:10] for each in Ledger(kept.journal / "checkpoints").beyond(0)] == [
        "2026-03-03", "2026-03-02", "2026-03-03",
    ]  # fmt: skip
    found = kept.audit()
    assert (found.sound, found.ledger.count) == (True, 3)
    again = KeptJournal(kept.folder, "2026-03-03T00:10")
    again.append("guard", "stop")
    again.round()
    assert (again.audit().sound, again.audit().ledger.count) == (True, 4)


def test_on_a_day_before_its_key_nothing_is_signed_that_would_pass_for_forged(kept: KeptJournal) -> None:
    kept.at("2026-01-01T12:00").round()
    kept.leap(timedelta(days=-1)).append("guard", "stop")
    with pytest.raises(ProofError, match="ne vaut pas au 31/12/2025"):
        kept.round()
    assert kept.audit().ledger.count == 1
    kept.leap(timedelta(days=1))
    signed = kept.round()
    assert signed
    assert (signed.n, signed.heads["guard"].n, kept.audit().sound) == (2, 2, True)


def test_a_machine_that_starts_again_and_again_years_behind_has_a_sound_journal(kept: KeptJournal) -> None:
    for day in (1, 2, 3):
        again = KeptJournal(kept.folder, f"2026-04-0{day}T08:00")
        behind = again.moment - datetime(2021, 1, 1, tzinfo=UTC)
        again.leap(-behind).append("guard", "start", person="p7f3k2")
        again.leap(behind).round()
        assert again.payloads("guard", "access", "2021-01-01").exists()
        assert (again.audit().sound, "Intact" in again.script().stdout) == (True, True)
        again.at(f"2026-04-0{day}T20:00").round()
        assert not again.payloads("guard", "access", "2021-01-01").exists()
        assert (again.audit().sound, "Intact" in again.script().stdout) == (True, True)


# --- the law


def edit(kept: KeptJournal) -> str:
    path = kept.places.law / "parameters" / "skills" / "reading_rows.yaml"
    path.write_text(path.read_text() + "# une remarque\n")
    return load_law(kept.places.law).digest


def test_a_law_that_nobody_journaled_is_kept_and_journaled_when_it_is_noticed(kept: KeptJournal) -> None:
    kept.round()
    first = load_law(kept.places.law).digest
    second = edit(kept)
    kept.round()
    kept.round()
    changes = [each.payload for each in law_changes(kept.journal)]
    assert changes == [
        {"before": None, "after": first, "noticed": True},
        {"before": first, "after": second, "noticed": True},
    ]
    assert past_law(Contents(kept.places.grounds), second).digest == second


def test_a_law_that_the_launcher_journaled_is_not_journaled_twice(kept: KeptJournal) -> None:
    digest = load_law(kept.places.law).digest
    kept.append("launch", "law_change", before=None, after=digest, uid=0, files={})
    kept.round()
    assert len(list(law_changes(kept.journal))) == 1


def test_the_public_keys_are_kept_too(kept: KeptJournal) -> None:
    kept.round()
    keys = read_public_keys(kept.places.keys)
    assert Contents(kept.places.grounds).read(keys.digest) == keys.content


# --- the key


def test_the_key_is_roots_alone_and_published_for_the_journal(kept: KeptJournal) -> None:
    path = key_file(kept.places)
    [listed] = read_public_keys(kept.places.keys).keys
    assert (path.stat().st_mode & 0o777, listed.id, listed.purpose) == (0o600, kept.key.id, "journal")
    assert b"PRIVATE" not in kept.places.keys.read_bytes()


def test_a_renewed_key_signs_on_and_what_the_old_one_signed_still_counts(kept: KeptJournal) -> None:
    kept.round()
    ensure_keys(kept.places, FIRST_DAY.replace(year=2027), renew=True)
    again = KeptJournal(kept.folder, "2027-06-01T08:00")
    again.round()
    assert again.audit().sound
    keys = {found.key for found in Ledger(again.journal / "checkpoints").beyond(0)}
    assert len(keys) == 2


def test_a_key_that_nobody_verifies_is_not_used(kept: KeptJournal) -> None:
    ensure_keys(kept.places, today())
    assert published_key(kept.places).key.id == kept.key.id
    shutil.copy(kept.places.keys, kept.folder / "copy")
    kept.places.keys.write_text('{"keys":[]}')
    with pytest.raises(ProofError, match="inconnue"):
        published_key(kept.places)
    key_file(kept.places).write_bytes(make_key(3).to_pem())
    shutil.copy(kept.folder / "copy", kept.places.keys)
    with pytest.raises(ProofError, match="inconnue"):
        published_key(kept.places)
