"""The demo directory's certificate verifies against its own authority, under its own name alone."""

from __future__ import annotations

import socket
import ssl
import threading
from pathlib import Path

import pytest

from hub.launch.certificates import ensure_certificates


@pytest.fixture
def tls(tmp_path: Path) -> Path:
    ensure_certificates(tmp_path, "localhost")
    return tmp_path


def handshake(tls: Path, name: str, authority: Path) -> None:
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(tls / "cert.pem", tls / "key.pem")
    client = ssl.create_default_context(cafile=str(authority))
    left, right = socket.socketpair()

    def serve() -> None:
        try:
            server.wrap_socket(left, server_side=True).close()
        except (ssl.SSLError, OSError):
            left.close()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        client.wrap_socket(right, server_hostname=name).close()
    finally:
        right.close()
        thread.join()
        left.close()


def test_a_client_that_trusts_the_authority_accepts_the_directory(tls: Path) -> None:
    handshake(tls, "localhost", tls / "ca.pem")


def test_another_name_is_refused(tls: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tls, "elsewhere.test", tls / "ca.pem")


def test_another_authority_is_refused(tls: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = tmp_path_factory.mktemp("other")
    ensure_certificates(other, "localhost")
    with pytest.raises(ssl.SSLCertVerificationError):
        handshake(tls, "localhost", other / "ca.pem")


def test_the_key_is_read_by_its_owner_alone_and_a_second_run_keeps_it(tls: Path) -> None:
    before = (tls / "key.pem").read_bytes()
    ensure_certificates(tls, "localhost")
    assert ((tls / "key.pem").stat().st_mode & 0o777, (tls / "key.pem").read_bytes()) == (0o600, before)
