"""What the sign-in process answers becomes an approval, a refusal in French, or an unavailable source."""

from __future__ import annotations

import gc
import json
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from onboarding.signin_client import CodeNeededError, SignInRefusedError, Typed, ask_approval, ask_ticket, reset_factor
from policies.directory.person import Person
from policies.errors import DatalabError, InvalidFilesError, UnavailableError
from tests.support.signing import make_key

FINGERPRINT = "cd" * 32
DPO = Person(id="pdpo01", name="Une déléguée", organisation="minefi", roles=frozenset({"dpo"}))
TYPED = Typed("dpo", "secret")
APPROVAL = make_key().approval(DPO, date(2026, 3, 2), FINGERPRINT)


@contextmanager
def _answering(socket: Path, status: int, body: bytes) -> Iterator[list[Any]]:
    """A process that answers every call the same way, on a real Unix socket; yields what it was asked."""
    asked: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            asked.append((self.path, json.loads(self.rfile.read(length))))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def address_string(self) -> str:
            return "unix"

    with socketserver.UnixStreamServer(str(socket), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield asked
        finally:
            server.shutdown()
            thread.join()


def test_a_fresh_sign_in_gives_the_approval_of_the_fingerprint(tmp_path: Path) -> None:
    body = json.dumps({"approval": APPROVAL.model_dump(mode="json")}).encode()
    with _answering(tmp_path / "s", 200, body) as asked:
        assert ask_approval(tmp_path / "s", TYPED, FINGERPRINT) == APPROVAL
        assert ask_approval(tmp_path / "s", replace(TYPED, code="123456"), FINGERPRINT) == APPROVAL
    said = {"login": "dpo", "password": "secret", "fingerprint": FINGERPRINT}
    assert asked == [("/approve", said | {"code": ""}), ("/approve", said | {"code": "123456"})]


def test_a_reset_names_whose_second_factor_it_is(tmp_path: Path) -> None:
    with _answering(tmp_path / "s", 200, b'{"person":"pana01"}') as asked:
        reset_factor(tmp_path / "s", replace(TYPED, code="123456"), "pana01")
    said = {"login": "dpo", "password": "secret", "code": "123456", "person": "pana01"}
    assert asked == [("/reset-factor", said)]


def test_nothing_that_was_typed_is_in_what_prints_it() -> None:
    assert repr(replace(TYPED, code="123456")) == "Typed(login='dpo')"


REFUSALS: dict[str, tuple[int, bytes, type[DatalabError], str]] = {
    "a wrong password": (
        401, b'{"error":"wrong_password"}', SignInRefusedError, "Le mot de passe n'est pas le bon."
    ),
    "nobody's login": (
        401, b'{"error":"unknown_person"}', SignInRefusedError,
        "Personne ne porte cet identifiant dans l'annuaire.",
    ),
    "too many attempts": (
        429, b'{"error":"too_many_attempts"}', SignInRefusedError,
        "Trop d'essais : attendez quelques instants avant de recommencer.",
    ),
    "a code is needed": (
        401, b'{"error":"code_needed"}', CodeNeededError, "Ce compte a un second facteur : donnez aussi son code."
    ),
    "a wrong code": (401, b'{"error":"wrong_code"}', SignInRefusedError, "Le code n'est pas le bon."),
    "a refusal without a sentence": (
        403, b'{"error":"something_new"}', SignInRefusedError, "La connexion a été refusée."
    ),
    "no such call": (404, b'{"detail":"Not Found"}', UnavailableError, "sign-in cannot approve now: 404"),
    "the directory is down": (
        503, b'{"error":"directory_unavailable"}', UnavailableError,
        "sign-in cannot approve now: directory_unavailable",
    ),
    "the second factor cannot be read": (
        503, b'{"error":"factor_unavailable"}', UnavailableError,
        "sign-in cannot approve now: factor_unavailable",
    ),
    "not JSON": (502, b"<html>", UnavailableError, "sign-in does not answer (JSONDecodeError)"),
    "JSON of another form": (500, b"[]", UnavailableError, "sign-in cannot approve now: 500"),
    "no approval": (200, b'{"approval":{}}', InvalidFilesError, "sign-in: approval.person: missing; add it"),
}  # fmt: skip


@pytest.mark.parametrize(("status", "body", "error", "message"), REFUSALS.values(), ids=REFUSALS.keys())
def test_anything_else_approves_nothing(
    status: int, body: bytes, error: type[DatalabError], message: str, tmp_path: Path
) -> None:
    with _answering(tmp_path / "s", status, body), pytest.raises(error) as refused:
        ask_approval(tmp_path / "s", TYPED, FINGERPRINT)
    assert message in str(refused.value)
    assert "secret" not in str(refused.value)


# httpcore leaves the socket of a refused connection to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_sign_in_process_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(UnavailableError, match="sign-in does not answer"):
        ask_approval(tmp_path / "nowhere", TYPED, FINGERPRINT)
    gc.collect()


def test_a_sign_in_gives_its_ticket_and_asks_nothing_more(tmp_path: Path) -> None:
    with _answering(tmp_path / "s", 200, b'{"person":"pana01","name":"Ana","ticket":"abc"}') as asked:
        assert ask_ticket(tmp_path / "s", TYPED) == "abc"
    assert asked == [("/sign-in", {"login": "dpo", "password": "secret", "code": ""})]


def test_a_sign_in_without_a_ticket_is_one_that_nobody_verifies(tmp_path: Path) -> None:
    with _answering(tmp_path / "s", 200, b"{}"):
        assert ask_ticket(tmp_path / "s", TYPED) == ""
