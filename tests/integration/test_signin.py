"""Signing in against a real slapd over TLS, and the sign-in process on its real socket."""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from policies.directory.lookup import Directory, UnknownPersonError, WrongPasswordError
from policies.directory.person import DirectoryEntryError, Person
from policies.errors import InvalidFilesError, UnavailableError
from policies.files import parse
from policies.journal.verify import verify
from policies.proofs.approvals import check_approval
from policies.proofs.keys import ProofError, read_public_keys
from policies.proofs.tickets import check_ticket
from policies.register.attested import Approval
from policies.settings import DirectorySettings
from tests.support.authority import Authority
from tests.support.signin_site import DELAYS, Installation, typed
from tests.support.slapd import GROUPS, PEOPLE, Slapd, group, person

HELENE = Person(
    id="p7f3k2",
    name="Helene Martin",
    organisation="minefi",
    projects=frozenset({"aides", "transports"}),
    roles=frozenset({"project_lead"}),
)
ENTRIES = [
    person("helene.martin", "p7f3k2", "Helene Martin", "minefi", "correct horse"),
    person("yanis", "p1a2b3", "Yanis Petit", "dinum", "with*star"),
    person("twin1", "p9t9t9", "Twin One", "dinum", "one"),
    person("twin2", "p9t9t9", "Twin Two", "dinum", "two"),
    person("broken", "p5b5b5", "Two Names", "dinum", "pw", cn=["One Name", "Other Name"]),
    person("ou.shared", "p4s4s4", "Shared Login", "dinum", "pw", uid=["ou.shared", "shared"]),
    person("other", "p4o4o4", "Other Login", "dinum", "pw", uid=["other", "shared"]),
    (f"cn=Alex (*) Roy,{PEOPLE}", person("alex", "p3c3c3", "Alex Roy", "dinum", "pw")[1] | {"cn": ["Alex (*) Roy"]}),
    group("datalab-aides", ["helene.martin", "yanis"]),
    (
        f"cn=datalab-comite,{GROUPS}",
        {"objectClass": ["groupOfNames"], "cn": ["datalab-comite"], "member": [f"cn=Alex (*) Roy,{PEOPLE}"]},
    ),
    group("datalab-transports", ["helene.martin"]),
    group("datalab-role-project_lead", ["helene.martin"]),
    group("comptabilite", ["helene.martin"]),
]
FINGERPRINT = "ab" * 32


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with Slapd(tmp_path_factory.mktemp("slapd"), ENTRIES) as running:
        yield running


@pytest.fixture(scope="module")
def directory(slapd: Slapd) -> Directory:
    return Directory(slapd.settings, slapd.password_file)


class TestDirectory:
    def test_the_right_password_gives_the_person_of_the_entry(self, directory: Directory) -> None:
        assert directory.sign_in("helene.martin", "correct horse") == HELENE

    def test_what_ldap_takes_for_the_same_login_is_the_same_person(self, directory: Directory) -> None:
        assert directory.sign_in("HELENE.Martin", "correct horse") == HELENE

    def test_a_name_that_looks_like_a_filter_is_only_a_name(self, directory: Directory) -> None:
        alex = directory.sign_in("alex", "pw")
        assert (alex.name, alex.projects) == ("Alex (*) Roy", frozenset({"comite"}))

    @pytest.mark.parametrize("login", ["*)(uid=*", "helene.martin\n", " helene.martin", "helene.martin ", "a\0", ""])
    def test_what_has_not_the_form_of_a_login_is_not_even_asked(self, slapd: Slapd, tmp_path: Path, login: str) -> None:
        unable = Directory(slapd.settings, tmp_path / "no-password-file")
        with pytest.raises(UnknownPersonError):
            unable.sign_in(login, "correct horse")
        with pytest.raises(UnavailableError):
            unable.sign_in("helene.martin", "correct horse")

    def test_a_password_is_taken_as_it_is(self, directory: Directory) -> None:
        assert directory.sign_in("yanis", "with*star").id == "p1a2b3"

    @pytest.mark.parametrize(
        "password", ["wrong", "", " correct horse", "correct horse ", "Correct horse", "*", "x" * 2000, "a\0b"]
    )
    def test_a_wrong_password_names_the_person_by_id(self, directory: Directory, password: str) -> None:
        with pytest.raises(WrongPasswordError) as refused:
            directory.sign_in("helene.martin", password)
        assert refused.value.person == "p7f3k2"

    @pytest.mark.parametrize(
        "login",
        [
            "nobody",
            "*",
            "helene*",
            "*)(uid=*",
            "helene.martin)(uid=*",
            "helene.martin\n",
            " helene.martin",
            "helene.martin ",
            "helene.martin\0",
            f"uid=helene.martin,{PEOPLE}",
            "p7f3k2",
            "",
            "h" * 200,
            "he\u0301le\u0300ne",
        ],
    )
    def test_another_login_is_nobody(self, directory: Directory, login: str) -> None:
        with pytest.raises(UnknownPersonError):
            directory.sign_in(login, "correct horse")

    @pytest.mark.parametrize(("login", "attribute"), [("shared", "uid"), ("twin1", "employeeNumber"), ("broken", "cn")])
    def test_two_entries_or_two_values_are_nobody(self, directory: Directory, login: str, attribute: str) -> None:
        with pytest.raises(DirectoryEntryError, match=f"attribute {attribute}:"):
            directory.sign_in(login, "one")

    def test_people_are_read_by_id(self, directory: Directory) -> None:
        assert directory.people(["p7f3k2", "p0n0n0"]) == {"p7f3k2": HELENE, "p0n0n0": None}

    def test_two_people_with_one_id_are_refused(self, directory: Directory) -> None:
        with pytest.raises(DirectoryEntryError, match="employeeNumber"):
            directory.person("p9t9t9")

    def test_only_an_id_is_looked_up(self, directory: Directory) -> None:
        with pytest.raises(ValueError, match="not a person's id"):
            directory.person("*")

    def test_a_wrong_password_of_the_reader_is_the_directory_s_fault(self, slapd: Slapd, tmp_path: Path) -> None:
        secret = tmp_path / "secret"
        secret.write_text("other")
        secret.chmod(0o600)
        with pytest.raises(UnavailableError, match="reader"):
            Directory(slapd.settings, secret).person("p7f3k2")

    @pytest.mark.parametrize("mode", [0o640, 0o604])
    def test_a_password_file_that_others_may_read_is_refused(self, slapd: Slapd, tmp_path: Path, mode: int) -> None:
        secret = tmp_path / "secret"
        secret.write_bytes(slapd.password_file.read_bytes())
        secret.chmod(mode)
        with pytest.raises(UnavailableError, match="others may read"):
            Directory(slapd.settings, secret).person("p7f3k2")

    @pytest.mark.parametrize("base", ["people_base", "groups_base"])
    def test_a_base_that_does_not_exist_is_no_answer(self, slapd: Slapd, base: str) -> None:
        settings = slapd.settings.model_copy(update={base: "ou=nowhere,dc=datalab,dc=test"})
        with pytest.raises(UnavailableError, match="ou=nowhere"):
            Directory(settings, slapd.password_file).person("p7f3k2")


class TestTls:
    def test_a_certificate_of_another_authority_is_refused(self, slapd: Slapd, tmp_path: Path) -> None:
        settings = slapd.settings.model_copy(update={"ca_file": Authority(tmp_path).certificate})
        with pytest.raises(UnavailableError):
            Directory(settings, slapd.password_file).person("p7f3k2")

    def test_a_certificate_for_another_host_is_refused(self, tmp_path: Path) -> None:
        with Slapd(tmp_path, ENTRIES, hosts=("annuaire.example",)) as other, pytest.raises(UnavailableError):
            Directory(other.settings, other.password_file).person("p7f3k2")

    def test_a_certificate_for_the_address_serves_for_the_address(self, tmp_path: Path) -> None:
        with Slapd(tmp_path, ENTRIES, hosts=("127.0.0.1",)) as other:
            by_address = {"uri": other.settings.uri.replace("localhost", "127.0.0.1")}
            settings = other.settings.model_copy(update=by_address)
            assert Directory(settings, other.password_file).person("p7f3k2") == HELENE

    def test_an_expired_certificate_is_refused(self, tmp_path: Path) -> None:
        with Slapd(tmp_path, ENTRIES, certificate_days=-1) as other, pytest.raises(UnavailableError):
            Directory(other.settings, other.password_file).person("p7f3k2")

    def test_a_missing_authority_is_not_replaced_by_the_system_s(self, slapd: Slapd, tmp_path: Path) -> None:
        settings = slapd.settings.model_copy(update={"ca_file": tmp_path / "none.pem"})
        with pytest.raises(UnavailableError):
            Directory(settings, slapd.password_file).person("p7f3k2")

    @pytest.mark.parametrize("uri", ["ldap://localhost:389", "ldapi:///run/slapd", "ldaps://a b", "ldaps://"])
    def test_settings_refuse_anything_but_ldaps(self, slapd: Slapd, uri: str) -> None:
        values = slapd.settings.model_dump(mode="json") | {"uri": uri}
        with pytest.raises(InvalidFilesError, match="directory.uri"):
            parse(DirectorySettings, values, "values.yaml", within="directory")


class TestTrouble:
    def test_a_directory_that_is_down_is_unavailable_and_comes_back(self, tmp_path: Path) -> None:
        down = Slapd(tmp_path, ENTRIES)
        asked = Directory(down.settings, down.password_file)
        with pytest.raises(UnavailableError):
            asked.sign_in("helene.martin", "correct horse")
        with down:
            assert asked.sign_in("helene.martin", "correct horse") == HELENE

    def test_a_directory_that_hangs_is_unavailable_within_its_time(self, tmp_path: Path) -> None:
        with Slapd(tmp_path, ENTRIES) as frozen:
            asked = Directory(frozen.settings, frozen.password_file)
            frozen.freeze()
            start = time.monotonic()
            with pytest.raises(UnavailableError):
                asked.sign_in("helene.martin", "correct horse")
            assert time.monotonic() - start < 3 * frozen.settings.timeout_s
            frozen.thaw()
            assert asked.sign_in("helene.martin", "correct horse") == HELENE


@pytest.fixture
def installation(tmp_path: Path, slapd: Slapd) -> Iterator[Installation]:
    made = Installation(tmp_path, slapd)
    made.start()
    yield made
    made.kill()


def test_signing_in_gives_the_person_and_a_ticket_that_verifies_and_ages(installation: Installation) -> None:
    status, answer = installation.post("/sign-in", typed("helene.martin", "correct horse"))
    keys, now = read_public_keys(installation.keys), datetime.now(UTC)
    ticket = check_ticket(answer.pop("ticket"), keys, now, timedelta(hours=12))
    assert (status, answer) == (200, {"person": "p7f3k2", "name": "Helene Martin"})
    assert (ticket.person, ticket.factors) == ("p7f3k2", ("password",))
    assert now - timedelta(seconds=20) < ticket.signed_at <= now
    assert installation.journaled() == [("sign_in", {"person": "p7f3k2", "factors": ["password"]})]


def test_refusals_are_distinguished_and_journaled_without_what_was_typed(installation: Installation) -> None:
    assert installation.post("/sign-in", typed("helene.martin", "wrong")) == (401, {"error": "wrong_password"})
    assert installation.post("/sign-in", typed("nobody", "wrong")) == (401, {"error": "unknown_person"})
    assert installation.post("/sign-in", typed("*)(uid=*", "wrong")) == (401, {"error": "unknown_person"})
    assert installation.post("/sign-in", typed("twin1", "one")) == (503, {"error": "entry_refused"})
    assert installation.journaled() == [
        ("sign_in_refused", {"reason": "wrong_password", "person": "p7f3k2"}),
        ("sign_in_refused", {"reason": "unknown_person"}),
        ("sign_in_refused", {"reason": "unknown_person"}),
        ("sign_in_refused", {"reason": "entry_refused"}),
    ]


def test_an_approval_counts_for_its_fingerprint_and_no_other(installation: Installation) -> None:
    asked = typed("helene.martin", "correct horse", fingerprint=FINGERPRINT)
    status, answer = installation.post("/approve", asked)
    approval = Approval.model_validate_json(json.dumps(answer["approval"]))
    keys = read_public_keys(installation.keys)
    assert (status, approval.person, approval.proof.roles) == (200, "p7f3k2", ("project_lead",))
    check_approval(approval, FINGERPRINT, keys)
    with pytest.raises(ProofError):
        check_approval(approval, "cd" * 32, keys)
    assert installation.journaled()[0][0] == "approval"


def test_an_approval_needs_the_password(installation: Installation) -> None:
    asked = typed("helene.martin", "", fingerprint=FINGERPRINT)
    assert installation.post("/approve", asked) == (401, {"error": "wrong_password"})
    refused = {"reason": "wrong_password", "person": "p7f3k2"}
    assert installation.journaled() == [("approval_refused", refused)]


BAD_BODIES: list[object] = [
    [],
    "text",
    {"login": "helene.martin"},
    typed("helene.martin", "correct horse", person="p1a2b3"),
    {"login": "helene.martin", "password": 12},
    {"login": ["helene.martin"], "password": "correct horse"},
    typed("helene.martin", "x" * 2_000),
    b'{"login": "helene.martin", "password": "correct horse"' + b" " * 9_000 + b"}",
    b'{"login": "nobody", "login": "helene.martin", "password": "correct horse"}',
]


def test_a_body_that_is_not_exactly_the_one_asked_for_is_refused(installation: Installation) -> None:
    answers = [installation.post("/sign-in", body) for body in BAD_BODIES]
    assert [(status, answer["error"]) for status, answer in answers] == [(400, "bad_request")] * len(BAD_BODIES)
    assert "correct horse" not in json.dumps(answers)
    assert installation.journaled() == []


def test_nothing_else_is_answered(installation: Installation) -> None:
    asked = [("GET", "/sign-in"), ("PUT", "/approve"), ("POST", "/"), ("GET", "/docs"), ("POST", "/sign-in/")]
    transport = httpx.HTTPTransport(uds=str(installation.socket))
    with httpx.Client(transport=transport, base_url="http://signin") as client:
        statuses = [client.request(method, path, content=b"{}").status_code for method, path in asked]
    assert statuses == [405, 405, 404, 404, 404]
    assert installation.journaled() == []


def test_guessing_one_login_slows_that_login_and_no_other(installation: Installation) -> None:
    for _ in range(6):
        installation.post("/sign-in", typed("helene.martin", "guess"))
    start = time.monotonic()
    assert installation.post("/sign-in", typed("yanis", "with*star"))[0] == 200
    other = time.monotonic() - start
    start = time.monotonic()
    assert installation.post("/sign-in", typed("helene.martin", "correct horse"))[0] == 200
    assert other < 0.5 < time.monotonic() - start < DELAYS["longest_delay_s"] + 1


def test_the_directory_down_is_said_and_nothing_is_signed(tmp_path: Path) -> None:
    down = Slapd(tmp_path / "slapd", ENTRIES)
    made = Installation(tmp_path / "site", down)
    made.start()
    try:
        asked = typed("helene.martin", "correct horse")
        assert made.post("/sign-in", asked) == (503, {"error": "directory_unavailable"})
        assert made.journaled() == [("sign_in_refused", {"reason": "directory_unavailable"})]
    finally:
        made.kill()


def test_nothing_is_signed_that_cannot_be_journaled(installation: Installation) -> None:
    (installation.state / "journal" / "signin").write_text("a file where the journal should be")
    answer = installation.post("/sign-in", typed("helene.martin", "correct horse"))
    assert answer == (503, {"error": "journal_unavailable"})


def test_the_socket_is_for_its_group_and_is_taken_over_from_a_dead_process(
    installation: Installation,
) -> None:
    assert stat.S_IMODE(installation.socket.stat().st_mode) == 0o660
    installation.kill()
    assert installation.socket.exists()
    installation.start()
    assert installation.post("/sign-in", typed("helene.martin", "correct horse"))[0] == 200
    assert verify(installation.state / "journal" / "signin").sound


def test_a_second_process_does_not_take_a_live_socket(installation: Installation) -> None:
    second = installation.run("hub.signin.main")
    assert second.wait(30) == 1
    assert "another process listens" in installation.log.read_text()


def test_keys_made_twice_are_the_same_and_the_private_one_is_its_owner_s(installation: Installation) -> None:
    before = installation.keys.read_bytes()
    assert installation.run("hub.signin.keys").wait(30) == 0
    private = installation.state / "signin" / "signing.key"
    assert installation.keys.read_bytes() == before
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert private.read_bytes() not in before


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to have two accounts")
def test_root_makes_the_key_as_the_folder_s_owner(tmp_path: Path, slapd: Slapd) -> None:
    made = Installation(tmp_path, slapd)
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(folder.stat().st_mode | 0o011)
    os.chown(made.state / "signin", 64_001, 64_001)
    assert made.run("hub.signin.keys").wait(30) == 0, made.log.read_text()
    found = (made.state / "signin" / "signing.key").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (64_001, 64_001, 0o600)
    assert made.keys.stat().st_uid == 0


def test_nothing_typed_is_printed(installation: Installation) -> None:
    installation.post("/sign-in", typed("helene.martin", "correct horse"))
    installation.post("/sign-in", typed("helene.martin", "guessed-password"))
    installation.post("/sign-in", typed("broken", "guessed-password"))
    printed = installation.log.read_text()
    typed_or_read = ("correct horse", "guessed-password", "helene", "Martin", "One Name", "broken")
    assert "attribute cn" in printed
    assert [word for word in typed_or_read if word in printed] == []
