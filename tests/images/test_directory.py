import socket
import subprocess
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.images.conftest import GID, UID, wait_for, writable
from tests.support.front import free_port

with warnings.catch_warnings():  # ldap3 uses names that its own dependency has renamed
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3
    from ldap3.core.exceptions import LDAPBindError, LDAPException

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # ldap3 again, while it connects
PORT = free_port()
SUFFIX = "dc=datalab,dc=test"
READER, PERSON = f"cn=datalab,ou=services,{SUFFIX}", f"uid=ada,ou=people,{SUFFIX}"
SEED = f"""dn: {SUFFIX}
objectClass: dcObject
objectClass: organization
o: Datalab

dn: ou=people,{SUFFIX}
objectClass: organizationalUnit

dn: ou=services,{SUFFIX}
objectClass: organizationalUnit

dn: {READER}
objectClass: applicationProcess
objectClass: simpleSecurityObject
userPassword: reader-secret

dn: {PERSON}
objectClass: inetOrgPerson
cn: Ada
sn: A
userPassword: ada-secret
"""


def write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for file, content in (("cert.pem", public), ("ca.pem", public), ("key.pem", private)):
        (folder / file).write_bytes(content)
        (folder / file).chmod(0o644)


@pytest.fixture
def directory(tags: dict[str, str], folder: Path, start: Callable[..., str]) -> tuple[Path, Callable[[], str]]:
    """A folder with seed, certificates and state, and what starts a directory on it."""
    for name in ("tls", "seed", "state"):
        writable(folder / name)
    write_certificate(folder / "tls")
    (folder / "seed" / "directory.ldif").write_text(SEED)
    (folder / "seed" / "root-password").write_text("root-secret\n")

    def launch() -> str:
        mounts = [f"-v={folder}/tls:/tls:ro", f"-v={folder}/seed:/seed:ro", f"-v={folder}/state:/var/lib/directory"]
        options = ["--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", f"--user={UID}:{GID}"]
        listening = ["--env=LISTEN_ADDRESS=127.0.0.1", f"--env=LISTEN_PORT={PORT}"]
        container = start(*options, *mounts, *listening, tags["directory"])
        wait_for(answers, container)
        return container

    return folder, launch


def answers() -> None:
    """ldap3 leaves its socket open when nothing answers, so the wait is a plain connection."""
    socket.create_connection(("127.0.0.1", PORT), timeout=5).close()


_open: list[ldap3.Connection] = []


@pytest.fixture(autouse=True)
def closed_at_the_end() -> Iterator[None]:
    yield
    while _open:
        _open.pop().unbind()


def opened(folder: Path, user: str | None = None, password: str | None = None) -> ldap3.Connection:
    """An open connection over verified TLS; OSError while nothing answers."""
    tls = ldap3.Tls(validate=2, ca_certs_file=str(folder / "tls" / "ca.pem"))
    server = ldap3.Server("localhost", port=PORT, use_ssl=True, tls=tls, connect_timeout=5, get_info=ldap3.NONE)
    connection = ldap3.Connection(server, user, password, receive_timeout=5)
    try:
        connection.open(read_server_info=False)
        _open.append(connection)
    except LDAPException as error:
        raise OSError(str(error)) from error
    return connection


def people(connection: ldap3.Connection) -> list[str]:
    connection.search(SUFFIX, "(objectClass=inetOrgPerson)", attributes=["*"])
    return [entry["dn"] for entry in connection.response or [] if "dn" in entry]


def test_a_service_account_reads_people_and_no_password(directory: tuple[Path, Callable[[], str]]) -> None:
    folder, launch = directory
    launch()
    connection = opened(folder, READER, "reader-secret")
    assert connection.bind()
    assert people(connection) == [PERSON]
    assert "userPassword" not in (connection.response or [])[0]["attributes"]


def test_a_person_may_prove_a_password_and_read_nothing(directory: tuple[Path, Callable[[], str]]) -> None:
    folder, launch = directory
    launch()
    connection = opened(folder, PERSON, "ada-secret")
    assert connection.bind()
    assert people(connection) == []
    assert not opened(folder, PERSON, "wrong").bind()


def test_anonymous_may_neither_bind_nor_search(directory: tuple[Path, Callable[[], str]]) -> None:
    folder, launch = directory
    launch()
    connection = opened(folder)
    try:
        assert not connection.bind()
        assert people(connection) == []
    except LDAPBindError:
        pass


def test_nothing_is_said_in_clear(directory: tuple[Path, Callable[[], str]]) -> None:
    _, launch = directory
    launch()
    connection = ldap3.Connection(
        ldap3.Server("127.0.0.1", port=PORT, connect_timeout=5), READER, "reader-secret", receive_timeout=5
    )
    with pytest.raises(LDAPException):
        connection.bind()
    connection.unbind()


def test_a_changed_seed_is_loaded_and_the_same_one_is_kept(directory: tuple[Path, Callable[[], str]]) -> None:
    folder, launch = directory
    first = launch()
    before = sorted(path.name for path in (folder / "state").iterdir())
    subprocess.run(["docker", "rm", "-f", first], check=True, capture_output=True)
    second = launch()
    assert before == sorted(path.name for path in (folder / "state").iterdir())
    subprocess.run(["docker", "rm", "-f", second], check=True, capture_output=True)
    (folder / "seed" / "directory.ldif").write_text(SEED.replace("ada", "bob"))
    launch()
    connection = opened(folder, READER, "reader-secret")
    assert connection.bind()
    assert people(connection) == [PERSON.replace("ada", "bob")]


def test_the_root_password_is_in_no_environment_and_no_command_line(directory: tuple[Path, Callable[[], str]]) -> None:
    _, launch = directory
    said = subprocess.run(["docker", "inspect", launch()], check=True, capture_output=True, text=True).stdout
    assert "root-secret" not in said
