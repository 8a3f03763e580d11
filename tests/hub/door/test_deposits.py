"""A deposit is declared, bounded, known, journaled, and only then there; what fails leaves nothing."""

from __future__ import annotations

import asyncio
import stat
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.door.deposits import Deposits
from hub.door.errors import RefusedError
from hub.door.ledger import NO_JOURNAL
from hub.door.proofs import Proofs
from hub.door.store import NO_FOLDER, TAKEN, Store
from policies.files import fingerprint
from policies.names import WorkspaceName
from policies.proofs.tickets import encode
from tests.hub.door.test_form import END, TYPE, part
from tests.support.door import MIB, NAME, Diary, door_settings
from tests.support.signing import make_key, published

KEY = make_key()
SIGNED = datetime(2026, 5, 4, 8, tzinfo=UTC)
TICKET = encode(KEY.ticket(NAME.person, ("password",), SIGNED))
CSV = b"a;b\n1;2\n"


class Site:
    """The folders of a door, with one workspace's folder as the guard makes it."""

    def __init__(self, base: Path, **changes: Any) -> None:
        self.folder = base / "entries" / NAME.processing / NAME.person
        self.folder.mkdir(parents=True)
        self.aside = base / "door"
        self.diary = Diary(base / "journal")
        self.store = Store(base / "entries", self.aside)
        self.store.prepare()
        proofs = Proofs(lambda: published(KEY), timedelta(hours=12), lambda: SIGNED + timedelta(hours=1))
        self.deposits = Deposits(self.store, self.diary.ledger, proofs, door_settings(**changes))

    def deposit(self, *pieces: bytes, workspace: WorkspaceName = NAME, ticket: str = TICKET) -> dict[str, Any]:
        async def come() -> AsyncIterator[bytes]:
            for piece in pieces:
                yield piece

        return asyncio.run(self.deposits.receive(workspace, ticket, TYPE, come()))

    def files(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())

    def left(self) -> list[Path]:
        return list(self.aside.iterdir())


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def form(name: str = "Table 1.csv", content: bytes = CSV, declaration: str = "table_de_reference") -> bytes:
    answers = part("declaration", declaration.encode()) + part("engagement", b"oui")
    return answers + part("fichier", content, name) + END


def test_a_deposit_is_journaled_with_what_it_is_then_there_read_only(site: Site) -> None:
    known = {
        "path": "/entrees/Table-1.csv", "kind": "text", "bytes": len(CSV), "sha256": fingerprint(CSV),
        "declaration": "table_de_reference",
    }  # fmt: skip
    assert site.deposit(form()) == known
    whose = {"workspace": str(NAME), "person": NAME.person, "processing": NAME.processing}
    assert site.diary.entries() == [("file_in", whose | known | {"way": "deposit"})]
    found = (site.folder / "Table-1.csv").stat()
    assert (site.files(), stat.S_IMODE(found.st_mode), found.st_nlink) == (["Table-1.csv"], 0o444, 1)
    assert ((site.folder / "Table-1.csv").read_bytes(), site.left()) == (CSV, [])


def test_while_it_arrives_nothing_is_seen_of_it(site: Site) -> None:
    content, seen = form(content=b"a;b\n" * 5000), []

    async def come() -> AsyncIterator[bytes]:
        for position in range(0, len(content), 1000):
            seen.append((site.files(), site.diary.entries()))
            yield content[position : position + 1000]

    asyncio.run(site.deposits.receive(NAME, TICKET, TYPE, come()))
    assert seen == [([], [])] * len(seen)
    assert site.files() == ["Table-1.csv"]


REFUSED: dict[str, tuple[bytes, int]] = {
    "no promise": (part("declaration", b"code") + part("fichier", CSV, "a.csv") + END, 400),
    "another promise": (form().replace(b"oui", b"non"), 400),
    "no declaration": (part("engagement", b"oui") + part("fichier", CSV, "a.csv") + END, 400),
    "another declaration": (form(declaration="autre"), 400),
    "a table declared as code": (form(declaration="code"), 400),
    "an archive": (form("a.zip", b"PK\x03\x04"), 415),
    "an archive called a table": (form("a.csv", b"PK\x03\x04"), 415),
    "an office document": (form("a.xlsx"), 415),
    "a name of nothing": (form("..."), 400),
    "an empty file": (form(content=b""), 400),
    "more than the largest": (form(content=b"a" * (MIB + 1)), 413),
    "half a form": (form()[:-30], 400),
    "no form": (b"a;b", 400),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_is_neither_there_nor_left_nor_journaled_as_come_in(site: Site, what: str) -> None:
    content, status = REFUSED[what]
    with pytest.raises(RefusedError) as refused:
        site.deposit(content)
    assert refused.value.status == status
    assert (site.files(), site.left(), site.diary.entries()) == ([], [], [])


def test_the_largest_that_is_allowed_comes_in(site: Site) -> None:
    assert site.deposit(form(content=b"a" * MIB))["bytes"] == MIB


def test_a_name_that_is_there_is_never_written_over(site: Site) -> None:
    site.deposit(form())
    with pytest.raises(RefusedError) as refused:
        site.deposit(form("Tâblé 1.csv", b"other"))
    assert (refused.value.status, str(refused.value)) == (409, TAKEN)
    assert ((site.folder / "Table-1.csv").read_bytes(), len(site.diary.entries())) == (CSV, 1)


def test_so_many_files_and_so_much_of_a_person(site: Site) -> None:
    for number in range(3):
        site.deposit(form(f"{number}.csv"))
    with pytest.raises(RefusedError) as refused:
        site.deposit(form("3.csv"))
    assert (refused.value.status, len(site.files())) == (413, 3)


def test_together_they_are_no_more_than_the_setting(site: Site) -> None:
    for number in range(2):
        site.deposit(form(f"{number}.csv", b"a" * (MIB - 1000)))
    site.deposit(form("2.csv", b"a" * 2000))
    site.deposits.remove(NAME, TICKET, "2.csv")
    with pytest.raises(RefusedError) as refused:
        site.deposit(form("3.csv", b"a" * 2001))
    assert refused.value.status == 413


def test_two_that_arrive_together_do_not_share_the_last_room(site: Site) -> None:
    results: list[int] = []

    def one(number: int) -> None:
        try:
            site.deposit(form(f"{number}.csv"))
            results.append(201)
        except RefusedError as refused:
            results.append(refused.status)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (sorted(results), len(site.files())) == ([201] * 3 + [413] * 5, 3)


def test_a_workspace_that_was_never_opened_has_no_folder_to_deposit_in(site: Site) -> None:
    other = WorkspaceName(NAME.person, "aides-suivi")
    with pytest.raises(RefusedError) as refused:
        site.deposit(form(), workspace=other)
    assert (refused.value.status, str(refused.value)) == (409, NO_FOLDER)
    assert not (site.folder.parent.parent / "aides-suivi").exists()


TICKETS: dict[str, str] = {
    "none": "",
    "somebody else's": encode(KEY.ticket("autre1", ("password",), SIGNED)),
    "one of another key": encode(make_key(2).ticket(NAME.person, ("password",), SIGNED)),
    "an old one": encode(KEY.ticket(NAME.person, ("password",), SIGNED - timedelta(days=1))),
    "one of tomorrow": encode(KEY.ticket(NAME.person, ("password",), SIGNED + timedelta(days=1))),
}


@pytest.mark.parametrize("what", TICKETS)
def test_nobody_deposits_sees_or_removes_for_a_person_who_has_not_signed_in(site: Site, what: str) -> None:
    site.deposit(form())
    calls: list[Callable[[], object]] = [
        lambda: site.deposit(form("b.csv"), ticket=TICKETS[what]),
        lambda: site.deposits.shown(NAME, TICKETS[what]),
        lambda: site.deposits.remove(NAME, TICKETS[what], "Table-1.csv"),
    ]
    for call in calls:
        with pytest.raises(RefusedError) as refused:
            call()
        assert refused.value.status == 403
    assert site.files() == ["Table-1.csv"]


def test_when_the_journal_cannot_be_written_nothing_comes_in_and_nothing_goes(site: Site) -> None:
    site.deposit(form())
    site.diary.break_it()
    for call in (lambda: site.deposit(form("b.csv")), lambda: site.deposits.remove(NAME, TICKET, "Table-1.csv")):
        with pytest.raises(RefusedError) as refused:
            call()
        assert (refused.value.status, str(refused.value)) == (503, NO_JOURNAL)
    assert (site.files(), site.left()) == (["Table-1.csv"], [])


def test_what_is_deposited_is_listed_and_what_is_removed_is_gone(site: Site) -> None:
    for name in ("b.csv", "a.csv"):
        site.deposit(form(name))
    shown = site.deposits.shown(NAME, TICKET)["deposits"]
    assert [(each["name"], each["bytes"]) for each in shown] == [("a.csv", 8), ("b.csv", 8)]
    site.deposits.remove(NAME, TICKET, "a.csv")
    assert (site.files(), site.diary.entries()[-1][0]) == (["b.csv"], "deposit_removed")


@pytest.mark.parametrize("name", ["a.csv", "..", ".", "../../door", ""])
def test_what_is_not_deposited_is_not_removed(site: Site, name: str) -> None:
    with pytest.raises(RefusedError) as refused:
        site.deposits.remove(NAME, TICKET, name)
    assert (refused.value.status, site.diary.entries()) == (404, [])


def test_a_link_in_the_place_of_a_folder_leads_nowhere(site: Site, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    site.folder.rmdir()
    site.folder.symlink_to(elsewhere)
    with pytest.raises(OSError, match="Not a directory|Too many levels"):
        site.deposit(form())
    assert list(elsewhere.iterdir()) == []


def test_what_an_interrupted_deposit_left_aside_goes_at_the_next_start(site: Site) -> None:
    (site.aside / "left").write_bytes(CSV)
    site.store.prepare()
    assert site.left() == []
