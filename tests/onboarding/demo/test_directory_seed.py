from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from onboarding.demo.directory import demo_password, render_accounts, render_ldif, suffix_of, write_directory
from onboarding.demo.passwords import ensure_password, hash_password, make_password, write_private
from onboarding.demo.people import EVERYONE, Cast
from onboarding.demo.settings import DemoSettings
from policies.directory.person import Person, parse_person
from policies.errors import DatalabError
from policies.files import Closed
from policies.settings import DirectorySettings, Places, Values

PASSWORD, READER = "abcde-fghij-klmno", "reader-word"


def entries(ldif: str) -> dict[str, dict[str, list[bytes]]]:
    """The entries of an LDIF text, by their names."""
    found = {}
    for block in ldif.strip().split("\n\n"):
        attributes: dict[str, list[bytes]] = {}
        for line in block.splitlines():
            name, _, value = line.partition(":")
            content = base64.b64decode(value[2:]) if value.startswith(": ") else value[1:].encode()
            attributes.setdefault(name, []).append(content)
        found[attributes.pop("dn")[0].decode()] = attributes
    return found


@pytest.fixture
def ldif(directory_settings: DirectorySettings) -> str:
    return render_ldif(directory_settings, Cast(2026), PASSWORD, READER)


def test_the_same_seed_and_passwords_give_the_same_text(directory_settings: DirectorySettings, ldif: str) -> None:
    assert render_ldif(directory_settings, Cast(2026), PASSWORD, READER) == ldif
    assert render_ldif(directory_settings, Cast(2027), PASSWORD, READER) != ldif
    assert render_ldif(directory_settings, Cast(2026), "another", READER) != ldif


def test_passwords_leave_as_salted_hashes_that_verify(ldif: str) -> None:
    assert PASSWORD not in ldif
    assert READER not in ldif
    hashes = [attributes["userPassword"][0] for attributes in entries(ldif).values() if "userPassword" in attributes]
    assert len(set(hashes)) == len(hashes) == len(EVERYONE) + 1
    for each in hashes:
        raw = base64.b64decode(each.removeprefix(b"{SSHA}"))
        assert raw[:20] in {hashlib.sha1(word.encode() + raw[20:]).digest() for word in (PASSWORD, READER)}


def test_two_people_with_one_password_have_different_hashes() -> None:
    assert hash_password("word", "uid=a") != hash_password("word", "uid=b")


def test_every_entry_stands_after_its_parent(ldif: str) -> None:
    seen: set[str] = set()
    for dn in entries(ldif):
        parent = dn.partition(",")[2]
        assert parent in seen or not seen
        seen.add(dn)


def test_the_directory_reads_everyone_as_the_cast_says(directory_settings: DirectorySettings, ldif: str) -> None:
    tree, cast = entries(ldif), Cast(2026)
    for actor in cast:
        dn = f"uid={actor.login},{directory_settings.people_base}"
        groups = [
            attributes["cn"][0].decode() for attributes in tree.values() if dn.encode() in attributes.get("member", [])
        ]
        expected = Person(
            id=cast.id(actor.login),
            name=actor.name,
            organisation=actor.organisation,
            projects=frozenset(actor.projects),
            roles=frozenset(actor.roles),
        )
        assert parse_person(tree[dn], groups, directory_settings) == expected


def test_the_root_of_the_tree_comes_from_the_settings(directory_settings: DirectorySettings) -> None:
    assert suffix_of(directory_settings) == "dc=datalab,dc=test"


def test_the_list_of_accounts_says_the_password_and_what_each_shows() -> None:
    cast = Cast(2026)
    lines = render_accounts(cast, PASSWORD).splitlines()
    assert PASSWORD in lines[0]
    assert "identifiant opaque" in lines[1]
    for actor, line in zip(EVERYONE, lines[3:], strict=True):
        assert line.split()[:2] == [actor.login, cast.id(actor.login)]
        assert line.endswith(actor.shows)


class Reader(Closed):
    """The section of a process that reads the directory."""

    directory_password_file: Path


def values_of(places: Places, settings: DirectorySettings) -> Values:
    copies = tuple(places.state / account / "directory.password" for account in ("hub", "signin"))
    return Values(
        {"places": places, "directory": settings, "demo": DemoSettings(seed=2026)}
        | {f"reader-{n}": Reader(directory_password_file=copy) for n, copy in enumerate(copies)}
    )


def test_what_holds_a_password_is_its_owner_s_alone(places: Places, directory_settings: DirectorySettings) -> None:
    write_directory(values_of(places, directory_settings))
    seed, demo = places.state / "directory" / "seed", places.state / "demo"
    private = [
        seed / "directory.ldif",
        seed / "root-password",
        demo / "password",
        demo / "accounts.txt",
        places.state / "hub" / "directory.password",
        places.state / "signin" / "directory.password",
    ]
    assert [path.stat().st_mode & 0o777 for path in private] == [0o600] * len(private)
    assert len({path.read_text() for path in private[-2:]}) == 1


def test_reading_the_password_never_makes_one(places: Places) -> None:
    with pytest.raises(DatalabError, match="make run"):
        demo_password(places)
    assert not (places.state / "demo" / "password").exists()
    made = ensure_password(places.state / "demo" / "password")
    assert demo_password(places) == made


def test_a_second_run_writes_nothing_anew(places: Places, directory_settings: DirectorySettings) -> None:
    values = values_of(places, directory_settings)
    first = write_directory(values)
    before = (first.read_bytes(), first.stat().st_mtime_ns)
    assert write_directory(values) == first
    assert (first.read_bytes(), first.stat().st_mtime_ns) == before


def test_a_password_is_made_once_and_corrected_modes_come_back(tmp_path: Path) -> None:
    path = tmp_path / "password"
    made = ensure_password(path)
    assert ensure_password(path) == made
    assert len({make_password() for _ in range(100)}) == 100
    write_private(path, "other\n")
    assert ensure_password(path) == "other"
