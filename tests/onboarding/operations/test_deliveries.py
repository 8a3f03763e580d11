"""A delivery is received, checked, confirmed and withdrawn; nothing of it is read before its producer confirmed it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onboarding.actor import Actor
from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.quarantine import Quarantined
from onboarding.deliveries.report import Report
from onboarding.operations.arriving import look_at
from onboarding.operations.check_delivery import check_delivery
from onboarding.operations.confirm_delivery import confirm_delivery
from onboarding.operations.confirmable import find_to_confirm
from onboarding.operations.deliveries import Desk, clear, find_delivery, readers
from onboarding.operations.examining import examine
from onboarding.operations.receive_delivery import receive_delivery
from onboarding.operations.refusals import NotNowError, UnknownTargetError
from onboarding.operations.withdraw_delivery import Withdrawal, withdraw_delivery
from onboarding.permissions import NotPermittedError
from policies.access.approvals import Organisations
from policies.access.versions import latest_version
from policies.errors import InvalidFilesError, StaleError, UnavailableError
from policies.register.attested import Approval
from policies.register.dataset import Delivery
from tests.support.deliveries import (
    DAY,
    FILES,
    MORE,
    RECEIVER,
    TOWNS,
    approvals,
    bring,
    confirm_in,
    documents,
    make_desk,
    make_site,
    office_in,
    register_in,
    sign,
    signatures,
    tree,
    write_source,
)
from tests.support.judged import KEY, PRODUCERS, person
from tests.support.small_register import changed
from tests.support.written_register import ACTOR, REASON, journaled, make_writer

NAME = "l20260302-103000"
PATH = "datasets/communes.yaml"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return make_site(tmp_path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_source(tmp_path / "source")


def checked(folder: Path, desk: Desk, source: Path) -> str:
    held = bring(folder, desk, source)
    assert check_in(folder, desk, held.name).sound
    return held.name


def check_in(folder: Path, desk: Desk, name: str) -> Report:
    return check_delivery(office_in(folder), RECEIVER, REASON, desk, name)


def withdraw_in(folder: Path, desk: Desk, name: str, **of: str) -> Withdrawal:
    return withdraw_delivery(office_in(folder), RECEIVER, "Erreur de colonne", desk, name, **of)


def mounted(folder: Path, part: str, day: date = DAY) -> str | None:
    """The version that a workspace would be given of a part."""
    at = Organisations(producer="insee")

    def counts(name: str, delivery: Delivery) -> bool:
        return approvals().flaw("delivery", f"datasets/communes/deliveries/{name}", delivery, at, frozenset()) is None

    return latest_version(register_in(folder).datasets["communes"], part, day, counts)


def acts(folder: Path) -> list[tuple[Any, ...]]:
    return [(each["act"], each["delivery"]) for each in journaled(folder) if each and "act" in each]


def test_a_delivery_goes_from_a_folder_to_a_version_of_each_part(tmp_path: Path, desk: Desk, source: Path) -> None:
    name = checked(tmp_path, desk, source)
    assert (name, mounted(tmp_path, "p2025"), tree(tmp_path / "datasets")) == (NAME, None, {})
    assert confirm_in(tmp_path, desk, name) == PRODUCERS["insee"].id
    assert (mounted(tmp_path, "p2024"), mounted(tmp_path, "p2025")) == (NAME, NAME)
    assert tree(tmp_path / "datasets") == {
        f"communes/p2024/{NAME}/communes.csv": TOWNS,
        f"communes/p2025/{NAME}/communes.csv": MORE,
    }
    assert desk.quarantine.all() == []
    assert acts(tmp_path) == [("receive", NAME), ("check", NAME)]
    assert [each["actor"] for each in journaled(tmp_path) if each and "after" in each][-1] == PRODUCERS["insee"].id


def test_a_version_is_closed_to_writers_and_shown_only_below_a_closed_folder(
    tmp_path: Path, desk: Desk, source: Path
) -> None:
    confirm_in(tmp_path, desk, checked(tmp_path, desk, source))
    modes = {
        str(path.relative_to(tmp_path)): stat.S_IMODE(path.stat().st_mode)
        for path in [tmp_path / "datasets", *(tmp_path / "datasets").rglob("*")]
    }
    assert {mode for path, mode in modes.items() if path.endswith(".csv")} == {0o444}
    assert (modes["datasets"], modes[f"datasets/communes/p2025/{NAME}"]) == (0o700, 0o755)
    assert stat.S_IMODE((tmp_path / "quarantine").stat().st_mode) == 0o700


def test_what_was_delivered_is_counted_in_what_the_producer_signs(tmp_path: Path, desk: Desk, source: Path) -> None:
    confirm_in(tmp_path, desk, checked(tmp_path, desk, source))
    delivery = register_in(tmp_path).datasets["communes"].deliveries[NAME]
    assert {part: (each.files, each.rows, each.size) for part, each in delivery.parts.items()} == {
        "p2024": (1, 2, len(TOWNS)),
        "p2025": (1, 1, len(MORE)),
    }
    assert (delivery.proposed.person, delivery.approved and delivery.approved.person) == (ACTOR, PRODUCERS["insee"].id)


def test_what_nobody_checked_cannot_be_confirmed(tmp_path: Path, desk: Desk, source: Path) -> None:
    name = bring(tmp_path, desk, source).name
    with pytest.raises(DeliveryError, match="n'a pas été contrôlée"):
        confirm_in(tmp_path, desk, name)


def test_what_the_check_refused_cannot_be_confirmed(tmp_path: Path, desk: Desk) -> None:
    held = bring(tmp_path, desk, write_source(tmp_path / "bad", {"p2025/a.csv": b"code,habitants\n01001,beaucoup\n"}))
    report = check_in(tmp_path, desk, held.name)
    assert report.files[0].problems == ("colonne habitants : 1 valeur qui n'est pas du type integer (ligne 1)",)
    with pytest.raises(DeliveryError, match="le contrôle a trouvé des défauts"):
        confirm_in(tmp_path, desk, held.name)
    assert mounted(tmp_path, "p2025") is None


WRONG_APPROVERS = {
    "nobody with the role": (person("pdpo01", "insee", "dpo"), "n'a pas le rôle"),
    "the producer of other data": (PRODUCERS["minefi"], "n'a pas le rôle"),
    "who received it": (person(ACTOR, "insee", "producer"), "la personne même qui l'a proposé"),
}


@pytest.mark.parametrize("who", WRONG_APPROVERS)
def test_only_the_producer_confirms(who: str, tmp_path: Path, desk: Desk, source: Path) -> None:
    approver, words = WRONG_APPROVERS[who]
    found = find_to_confirm(desk, register_in(tmp_path), checked(tmp_path, desk, source), None)

    def ask(fingerprint: str) -> Approval:
        return KEY.approval(approver, DAY, fingerprint)

    before = register_in(tmp_path).digest
    with pytest.raises(DeliveryError, match=words):
        confirm_delivery(desk, register_in(tmp_path), found, ask, approvals(), make_writer(tmp_path))
    assert register_in(tmp_path).digest == before
    assert not (tmp_path / "datasets").exists()


def test_a_file_that_changed_since_the_check_is_not_published(tmp_path: Path, desk: Desk, source: Path) -> None:
    name = checked(tmp_path, desk, source)
    file = find_delivery(desk, name).folder / "files" / "p2025" / "communes.csv"
    file.chmod(0o644)
    file.write_bytes(MORE.replace(b"71000", b"71001"))
    before = register_in(tmp_path).digest
    with pytest.raises(DeliveryError, match="ne sont plus ceux qui ont été contrôlés"):
        confirm_in(tmp_path, desk, name)
    assert register_in(tmp_path).digest == before


def test_a_catalogue_that_changed_since_the_check_asks_for_another(tmp_path: Path, desk: Desk, source: Path) -> None:
    name = checked(tmp_path, desk, source)
    held = register_in(tmp_path)
    more = changed(documents(), PATH, "parts", "p2025", "columns", 0, "meaning", to="Autre")[PATH]
    make_writer(tmp_path).write({PATH: more}, {PATH: held.documents[PATH]}, ACTOR, REASON)
    with pytest.raises(DeliveryError, match="a changé depuis le contrôle"):
        confirm_in(tmp_path, desk, name)


def test_a_dataset_that_changes_while_the_producer_types_is_not_overwritten(
    tmp_path: Path, desk: Desk, source: Path
) -> None:
    register = register_in(tmp_path)
    found = find_to_confirm(desk, register, checked(tmp_path, desk, source), None)
    other = changed(documents(), PATH, "name", to="Autre")[PATH]
    make_writer(tmp_path).write({PATH: other}, {PATH: register.documents[PATH]}, ACTOR, "Nom")
    with pytest.raises(StaleError):
        confirm_delivery(desk, register, found, sign, approvals(), make_writer(tmp_path))
    assert mounted(tmp_path, "p2025") is None
    assert confirm_in(tmp_path, desk, NAME)
    assert mounted(tmp_path, "p2025") == NAME


def test_a_delivery_is_read_from_the_day_that_was_confirmed_and_not_before(
    tmp_path: Path, desk: Desk, source: Path
) -> None:
    name = checked(tmp_path, desk, source)
    register = register_in(tmp_path)
    found = find_to_confirm(desk, register, name, date(2026, 4, 1))
    confirm_delivery(desk, register, found, sign, approvals(), make_writer(tmp_path))
    assert (mounted(tmp_path, "p2025", date(2026, 3, 31)), mounted(tmp_path, "p2025", date(2026, 4, 1))) == (None, NAME)


def test_a_delivery_is_not_read_before_it_was_received(tmp_path: Path, desk: Desk, source: Path) -> None:
    name = checked(tmp_path, desk, source)
    with pytest.raises(DeliveryError, match="avant le jour où elle a été reçue, le 02/03/2026"):
        find_to_confirm(desk, register_in(tmp_path), name, date(2026, 3, 1))


def test_a_withdrawn_delivery_is_read_no_more_and_its_files_stay(tmp_path: Path, desk: Desk, source: Path) -> None:
    confirm_in(tmp_path, desk, checked(tmp_path, desk, source))
    found = withdraw_in(tmp_path, desk, NAME)
    assert (found.dataset, found.parts) == ("communes", ("p2024", "p2025"))
    assert (mounted(tmp_path, "p2024"), mounted(tmp_path, "p2025")) == (None, None)
    assert set(tree(tmp_path / "datasets").values()) == {TOWNS, MORE}
    with pytest.raises(NotNowError, match=f"communes : la livraison {NAME} est déjà retirée"):
        withdraw_in(tmp_path, desk, NAME)


def test_after_a_withdrawal_the_delivery_before_is_read(tmp_path: Path, desk: Desk, source: Path) -> None:
    confirm_in(tmp_path, desk, checked(tmp_path, desk, source))
    second = write_source(tmp_path / "second", {"p2025/communes.csv": MORE.replace(b"71000", b"72000")})
    later = checked(tmp_path, desk, second)
    assert (confirm_in(tmp_path, desk, later), mounted(tmp_path, "p2025")) == (PRODUCERS["insee"].id, later)
    withdraw_in(tmp_path, desk, later)
    assert mounted(tmp_path, "p2025") == NAME


def test_a_version_of_one_part_alone_is_withdrawn(tmp_path: Path, desk: Desk, source: Path) -> None:
    confirm_in(tmp_path, desk, checked(tmp_path, desk, source))
    assert withdraw_in(tmp_path, desk, NAME, part="p2024").parts == ("p2024",)
    assert (mounted(tmp_path, "p2024"), mounted(tmp_path, "p2025")) == (None, NAME)
    assert withdraw_in(tmp_path, desk, NAME).parts == ("p2025",)


def versioned(desk: Desk, folder: Path, *datasets: str) -> None:
    """The first part of each dataset has a version that came with it, named by a hand."""
    register = register_in(folder)
    versions = {"livraison-1": {"day": "2026-01-01", "fingerprint": "0" * 64}}
    document = changed(documents(), PATH, "parts", "p2024", "versions", to=versions)[PATH]
    new = {f"datasets/{each}.yaml": document for each in datasets}
    make_writer(folder).write(new, {path: register.documents.get(path) for path in new}, ACTOR, REASON)


def test_a_version_that_came_with_its_part_is_withdrawn_likewise_and_changes_nothing_that_was_signed(
    tmp_path: Path, desk: Desk
) -> None:
    versioned(desk, tmp_path, "communes")
    part, place = register_in(tmp_path).datasets["communes"].parts["p2024"], "datasets/communes/parts/p2024"
    assert withdraw_in(tmp_path, desk, "livraison-1").parts == ("p2024",)
    after = register_in(tmp_path).datasets["communes"].parts["p2024"]
    assert (mounted(tmp_path, "p2024"), after.versions["livraison-1"].withdrawn) == (None, False)
    assert after.signed_fingerprint(place) == part.signed_fingerprint(place)


def test_of_two_datasets_with_a_version_of_one_name_it_must_be_said_which(tmp_path: Path, desk: Desk) -> None:
    versioned(desk, tmp_path, "communes", "regions")
    with pytest.raises(DeliveryError, match=r"« livraison-1 » \(communes, regions\) : dites lequel \(--dataset\)"):
        withdraw_in(tmp_path, desk, "livraison-1")
    assert withdraw_in(tmp_path, desk, "livraison-1", dataset="regions").dataset == "regions"
    assert mounted(tmp_path, "p2024") == "livraison-1"


def test_a_delivery_in_quarantine_is_destroyed_whole_by_who_may_withdraw_it(
    tmp_path: Path, desk: Desk, source: Path
) -> None:
    name = bring(tmp_path, desk, source).name
    before = tree(tmp_path)
    with pytest.raises(DeliveryError, match="se détruit entière"):
        withdraw_in(tmp_path, desk, name, part="p2024")
    for organisation, role in (("insee", "project_lead"), ("minefi", "dpo"), ("minefi", "producer")):
        other = Actor("pautre", organisation, frozenset({role}))
        with pytest.raises(NotPermittedError):
            withdraw_delivery(office_in(tmp_path), other, REASON, desk, name)
    tried = withdraw_delivery(office_in(tmp_path, dry_run=True), RECEIVER, REASON, desk, name)
    assert (tried, tree(tmp_path)) == (Withdrawal(name, "communes", ("p2024", "p2025"), None), before)
    officer = Actor("pdpo01", "insee", frozenset({"dpo"}))
    assert withdraw_delivery(office_in(tmp_path), officer, REASON, desk, name) == tried
    assert desk.quarantine.all() == []


def test_a_delivery_that_somebody_confirms_meanwhile_is_not_destroyed(
    tmp_path: Path, desk: Desk, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The destruction waits for nobody: the confirmation ends between its first look and its lock."""
    name = checked(tmp_path, desk, source)
    seen, real = register_in(tmp_path), Quarantined.locked
    office = office_in(tmp_path)
    looks = iter([seen, seen])

    def locked(held: Quarantined) -> AbstractContextManager[None]:
        monkeypatch.setattr(Quarantined, "locked", real)
        monkeypatch.setattr(Quarantined, "remove", lambda _: None)
        confirm_in(tmp_path, desk, name)
        return real(held)

    monkeypatch.setattr(Quarantined, "locked", locked)
    stale = replace(office, register=lambda: next(looks, None) or register_in(tmp_path))
    with pytest.raises(NotNowError, match="vient d'être confirmée"):
        withdraw_delivery(stale, RECEIVER, REASON, desk, name)
    assert set(tree(tmp_path / "datasets").values()) == {TOWNS, MORE}


def test_an_unconfirmed_delivery_is_destroyed_and_a_confirmed_one_is_not(
    tmp_path: Path, desk: Desk, source: Path
) -> None:
    name = bring(tmp_path, desk, source).name
    assert withdraw_in(tmp_path, desk, name).outcome is None
    assert (tree(tmp_path / "quarantine"), acts(tmp_path)[-1]) == ({".lock": b""}, ("discard", name))
    held = bring(tmp_path, desk, source)
    check_in(tmp_path, desk, held.name)
    confirm_in(tmp_path, desk, held.name)
    assert withdraw_in(tmp_path, desk, held.name).outcome is not None
    assert set(tree(tmp_path / "datasets").values()) == {TOWNS, MORE}


def test_a_delivery_that_did_not_come_whole_is_not_checked(tmp_path: Path, desk: Desk, source: Path) -> None:
    held = bring(tmp_path, desk, source)
    (held.folder / "files" / "p2025" / "communes.csv").unlink()
    with pytest.raises(DeliveryError, match=r"n'est pas arrivée entière \(p2025/communes.csv\)"):
        examine(desk, register_in(tmp_path).datasets["communes"], held)


def test_two_commands_do_not_work_on_one_delivery(tmp_path: Path, desk: Desk, source: Path) -> None:
    held = bring(tmp_path, desk, source)
    with held.locked(), pytest.raises(UnavailableError, match="une autre commande travaille"):
        check_in(tmp_path, desk, held.name)


def test_a_dry_look_changes_nothing(tmp_path: Path, desk: Desk, source: Path) -> None:
    arrival = look_at(desk, register_in(tmp_path), source, "communes")
    assert (arrival.begun, arrival.to_come) == (None, len(TOWNS) + len(MORE))
    assert not (tmp_path / "quarantine").exists()
    held = bring(tmp_path, desk, source)
    before = tree(tmp_path / "quarantine")
    examine(desk, register_in(tmp_path).datasets["communes"], held)
    assert tree(tmp_path / "quarantine") == before


def test_a_disk_without_room_is_said_before_anything_is_copied(tmp_path: Path, source: Path) -> None:
    desk = make_site(tmp_path, free_mib=10**9)
    with pytest.raises(DeliveryError, match="n'a pas la place : il faut 0 Mio, il en reste 0"):
        look_at(desk, register_in(tmp_path), source, "communes")


def test_a_part_that_the_catalogue_lacks_is_refused(tmp_path: Path, desk: Desk) -> None:
    source = write_source(tmp_path / "other", {"p1999/communes.csv": TOWNS})
    with pytest.raises(InvalidFilesError, match="le catalogue n'a pas de partie p1999 ; il a p2024, p2025"):
        look_at(desk, register_in(tmp_path), source, "communes")


def test_an_unknown_dataset_and_an_unknown_delivery_are_told_with_the_nearest(
    tmp_path: Path, desk: Desk, source: Path
) -> None:
    with pytest.raises(UnknownTargetError, match=r"comune : inconnu du registre ; vouliez-vous dire communes \?"):
        receive_delivery(office_in(tmp_path), RECEIVER, REASON, desk, source, "comune")
    bring(tmp_path, desk, source)
    with pytest.raises(DeliveryError, match=rf"« l20260302 » en quarantaine ; vouliez-vous dire {NAME} \?"):
        check_in(tmp_path, desk, "l20260302")


def test_a_file_with_a_size_other_than_announced_is_refused_before_the_copy(
    tmp_path: Path, desk: Desk, source: Path
) -> None:
    (source / "p2025" / "communes.csv").write_bytes(MORE + b"x")
    with pytest.raises(DeliveryError, match=f"{len(MORE) + 1} octets ; datapackage.json en annonce {len(MORE)}"):
        look_at(desk, register_in(tmp_path), source, "communes")


def test_what_is_told_of_readers_is_who_reads_one_of_the_parts(tmp_path: Path, desk: Desk) -> None:
    register = register_in(tmp_path)
    assert (readers(register, "communes", ["p2025"]), readers(register, "communes", ["p2024"])) == (["aides-eval"], [])


def test_without_signatures_the_report_says_that_nothing_was_scanned(tmp_path: Path, desk: Desk, source: Path) -> None:
    report = examine(desk, register_in(tmp_path).datasets["communes"], bring(tmp_path, desk, source))
    assert report.malware == (
        "aucune recherche de logiciel malveillant : ClamAV n'est pas installé, ou n'a pas de signatures dans "
        f"{tmp_path / 'clamav'}"
    )


def test_what_clamav_finds_stops_a_delivery(tmp_path: Path) -> None:
    hostile = b"code,habitants\nPIEGE,1\n"
    source = write_source(tmp_path / "bad", FILES | {"p2025/piege.csv": hostile})
    with signatures(f"Essai.Piege:0:*:{b'PIEGE,1'.hex()}\n") as clamav:
        desk = make_site(tmp_path, malware_database=clamav)
        report = examine(desk, register_in(tmp_path).datasets["communes"], bring(tmp_path, desk, source))
    assert report.malware == "recherche de logiciels malveillants faite par ClamAV"
    assert {file.path: file.problems for file in report.files if file.problems} == {
        "p2025/piege.csv": ("logiciel malveillant : Essai.Piege.UNOFFICIAL",)
    }


def receive_another(folder: Path, desk: Desk) -> None:
    bring(folder, desk, write_source(folder / "another", {"p2025/communes.csv": TOWNS}))


def receive_again(folder: Path, desk: Desk) -> None:
    """The same folder is another delivery, once the first was confirmed."""
    assert bring(folder, desk, folder / "source").name != NAME


def withdraw_it(folder: Path, desk: Desk) -> None:
    withdraw_in(folder, desk, NAME)


def only_clear(folder: Path, desk: Desk) -> None:
    clear(desk, register_in(folder))


@pytest.mark.parametrize("command", [receive_another, receive_again, withdraw_it, only_clear])
def test_a_killed_confirmation_is_cleared_away_by_the_next_command(
    command: Callable[[Path, Desk], None], tmp_path: Path, desk: Desk, source: Path
) -> None:
    name = checked(tmp_path, desk, source)
    left = find_delivery(desk, name).folder
    saved = tree(left)
    confirm_in(tmp_path, desk, name)
    for path, content in saved.items():
        (left / path).parent.mkdir(parents=True, exist_ok=True)
        (left / path).write_bytes(content)
    dry = office_in(tmp_path, dry_run=True)
    withdraw_delivery(dry, RECEIVER, REASON, desk, name)
    receive_delivery(dry, RECEIVER, REASON, desk, source, "communes")
    assert (left.exists(), mounted(tmp_path, "p2025")) == (True, name)
    command(tmp_path, make_desk(tmp_path))
    assert not left.exists()
    assert set(tree(tmp_path / "datasets").values()) == {TOWNS, MORE}
