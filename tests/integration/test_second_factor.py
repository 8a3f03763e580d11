"""A second factor with real parts: slapd over TLS, the sign-in process on its two sockets, its journal, its files."""

from __future__ import annotations

import json
import signal
import socket
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from policies.journal.verify import verify
from policies.proofs.keys import read_public_keys
from policies.proofs.tickets import check_ticket
from tests.support.device import Device
from tests.support.face import Visitor, form_to, key_of, visit
from tests.support.signin_site import Installation, typed
from tests.support.slapd import Slapd, group, person

PASSWORD = "correct horse"
HELENE, ADMIN = "p7f3k2", "padm01"
ENTRIES = [
    person("helene.martin", HELENE, "Helene Martin", "minefi", PASSWORD, uid=["helene.martin", "hmartin"]),
    person("adm", ADMIN, "Adm In", "dinum", PASSWORD),
    person("other.adm", "padm02", "Other Adm", "dinum", PASSWORD),
    group("datalab-role-administrator", ["adm", "other.adm"]),
]
FINGERPRINT = "ab" * 32


@pytest.fixture(scope="module")
def slapd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slapd]:
    with Slapd(tmp_path_factory.mktemp("slapd"), ENTRIES) as running:
        yield running


@pytest.fixture
def installation(tmp_path: Path, slapd: Slapd) -> Iterator[Installation]:
    made = Installation(tmp_path, slapd)
    made.start()
    yield made
    made.kill()


@pytest.fixture
def visitor(installation: Installation) -> Iterator[Visitor]:
    found = visit(installation.face)
    yield found
    found.client.close()


@pytest.fixture
def device(visitor: Visitor) -> Device:
    """Hélène has enrolled."""
    return visitor.enrol("helene.martin", PASSWORD)


def sign_in(installation: Installation, code: str = "", login: str = "helene.martin") -> tuple[int, Any]:
    return installation.post("/sign-in", typed(login, PASSWORD, code=code))


def test_whoever_has_enrolled_signs_in_with_two_factors_and_not_with_one(
    installation: Installation, device: Device
) -> None:
    assert sign_in(installation) == (401, {"error": "code_needed"})
    assert sign_in(installation, device.wrong()) == (401, {"error": "wrong_code"})
    status, answer = sign_in(installation, device.code())
    assert status == 200
    keys = read_public_keys(installation.keys)
    ticket = check_ticket(answer["ticket"], keys, datetime.now(UTC), timedelta(hours=12))
    assert (ticket.person, ticket.factors) == (HELENE, ("password", "totp"))
    assert installation.journaled() == [
        ("factor_begun", {"person": HELENE, "factors": ["password"]}),
        ("factor_enrolled", {"person": HELENE, "replaced": False}),
        ("sign_in_refused", {"reason": "code_needed", "person": HELENE}),
        ("sign_in_refused", {"reason": "wrong_code", "person": HELENE}),
        ("sign_in", {"person": HELENE, "factors": ["password", "totp"]}),
    ]


def test_a_code_signs_in_once_under_any_login_also_after_a_kill(installation: Installation, device: Device) -> None:
    code = device.code()
    assert sign_in(installation, code)[0] == 200
    again = [sign_in(installation, code, login) for login in ("helene.martin", "HELENE.MARTIN", "hmartin")]
    installation.kill()
    installation.start()
    assert [*again, sign_in(installation, code)] == [(401, {"error": "used_code"})] * 4
    assert verify(installation.state / "journal" / "signin").sound


def test_of_many_who_send_one_code_at_once_one_signs_in(installation: Installation, device: Device) -> None:
    code = device.code()
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: sign_in(installation, code)[0], range(8)))
    assert statuses.count(200) == 1


def test_wrong_codes_pause_the_person_whatever_login_they_come_under(
    installation: Installation, device: Device
) -> None:
    wrong = device.wrong()
    answers = [sign_in(installation, wrong, login) for login in ("helene.martin", "hmartin", "Hmartin")]
    assert answers == [(401, {"error": "wrong_code"})] * 3
    assert sign_in(installation, device.code()) == (429, {"error": "too_many_codes"})
    assert installation.post("/sign-in", typed("adm", PASSWORD))[0] == 200


def test_a_missing_code_costs_no_delay_and_forgives_no_guess(installation: Installation, device: Device) -> None:
    for _ in range(8):
        assert sign_in(installation)[0] == 401
    assert sign_in(installation, device.code())[0] == 200


def test_an_approval_needs_the_code_too(installation: Installation, device: Device) -> None:
    asked = typed("helene.martin", PASSWORD, fingerprint=FINGERPRINT)
    assert installation.post("/approve", asked) == (401, {"error": "code_needed"})
    assert installation.post("/approve", asked | {"code": device.code()})[0] == 200


def test_an_administrator_with_two_factors_resets_what_a_person_lost(
    installation: Installation, visitor: Visitor, device: Device
) -> None:
    asked = {"person": HELENE}
    assert installation.post("/reset-factor", typed("other.adm", PASSWORD) | asked) == (
        403,
        {"error": "two_factors_needed"},
    )
    own = visitor.enrol("adm", PASSWORD)
    assert installation.post("/reset-factor", typed("adm", PASSWORD, code=own.code()) | asked) == (
        200,
        {"person": HELENE},
    )
    assert sign_in(installation, device.code()) == (401, {"error": "no_factor"})
    assert sign_in(installation)[0] == 200
    kinds = [each for each in installation.journaled() if each[0].startswith("factor_reset")]
    assert kinds == [
        ("factor_reset_refused", {"reason": "two_factors_needed", "person": "padm02", "of": HELENE}),
        ("factor_reset", {"person": ADMIN, "of": HELENE}),
    ]


def test_a_factor_that_cannot_be_read_signs_nobody_in_and_is_said_in_the_log_without_what_it_holds(
    installation: Installation, device: Device
) -> None:
    path = installation.factors / f"{HELENE}.json"
    path.write_text(path.read_text()[:-3])
    assert sign_in(installation, device.code()) == (503, {"error": "factor_unavailable"})
    assert sign_in(installation) == (503, {"error": "factor_unavailable"})
    log = installation.log.read_text()
    assert (str(path) in log, device.secret in log) == (True, False)


def test_without_the_folder_of_factors_nobody_signs_in(installation: Installation) -> None:
    installation.factors.rmdir()
    assert installation.post("/sign-in", typed("adm", PASSWORD)) == (503, {"error": "factor_unavailable"})


def test_a_secret_is_in_its_file_alone(installation: Installation, visitor: Visitor, device: Device) -> None:
    code = device.code()
    sign_in(installation, code)
    shown = visitor.begin("adm", PASSWORD)
    never_confirmed, token = key_of(shown), form_to(shown, "/confirmer").fields["token"]
    cookie = visitor.client.cookies["formulaire"]
    texts = {path: path.read_bytes() for path in installation.state.rglob("*") if path.is_file()}
    texts[installation.log] = installation.log.read_bytes()
    own = texts.pop(installation.factors / f"{HELENE}.json")
    assert device.secret.encode() in own
    words = [device.secret, never_confirmed, token, cookie, PASSWORD, f'"{code}"']
    assert [(path.name, word) for path, text in texts.items() for word in words if word.encode() in text] == []
    assert stat.S_IMODE((installation.factors / f"{HELENE}.json").stat().st_mode) == 0o600
    addresses = " ".join(str(answer.url) + str(answer.headers) for answer in visitor.answers)
    assert [word for word in (device.secret, never_confirmed, token, PASSWORD, "helene") if word in addresses] == []


FACE_ROUTES = [("GET", "/"), ("POST", "/"), ("POST", "/confirmer"), ("POST", "/remplacer"), ("POST", "/retirer")]
API_ROUTES = [("POST", "/sign-in"), ("POST", "/approve"), ("POST", "/reset-factor")]


def test_neither_socket_has_a_route_of_the_other(installation: Installation, visitor: Visitor) -> None:
    with httpx.Client(transport=httpx.HTTPTransport(uds=str(installation.socket)), base_url="http://signin") as api:
        assert {api.request(method, path).status_code for method, path in FACE_ROUTES} == {404}
    face = {visitor.client.request(method, f"{visitor.origin}{path}").status_code for method, path in API_ROUTES}
    assert face == {404}


def test_the_faces_socket_is_for_its_folders_group(installation: Installation) -> None:
    assert stat.S_IMODE(installation.face.stat().st_mode) == 0o660


def test_who_floods_the_face_leaves_the_api_answering(installation: Installation) -> None:
    """More connections than the face has room for, each in the middle of a request."""
    with ExitStack() as stack:
        for _ in range(300):
            client = stack.enter_context(socket.socket(socket.AF_UNIX))
            client.connect(str(installation.face))
            client.sendall(b"POST / HTTP/1.1\r\nHost: identite.localhost:8000\r\nContent-Length: 10\r\n\r\nlo")
        assert installation.post("/sign-in", typed("adm", PASSWORD))[0] == 200


def test_told_to_stop_both_stop_at_once_and_start_again(installation: Installation) -> None:
    process = installation.process
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    installation.start()
    assert installation.post("/sign-in", typed("adm", PASSWORD))[0] == 200


def test_memory_does_not_grow_with_what_strangers_send_to_the_face(
    installation: Installation, visitor: Visitor
) -> None:
    def send(number: int) -> None:
        visitor.post("/confirmer", {"token": f"{number:043}", "code": "123456"})
        visitor.answers.clear()

    def memory() -> int:
        status = Path(f"/proc/{installation.process.pid}/status").read_text()
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")))

    for number in range(300):
        send(number)
    before = memory()
    for number in range(1_500):
        send(number)
    assert memory() - before < 2_000
    assert json.dumps(installation.journaled()) == "[]"
