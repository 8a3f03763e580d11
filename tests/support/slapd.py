"""A real slapd for tests: its own folder, LDAPS on a loopback port, people and groups of the test's."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from policies.settings import DirectorySettings
from tests.support.authority import Authority

SUFFIX = "dc=datalab,dc=test"
PEOPLE = f"ou=people,{SUFFIX}"
GROUPS = f"ou=groups,{SUFFIX}"
READER = f"cn=reader,{SUFFIX}"
READER_PASSWORD = "reader-of-the-tests"
PATIENCE_S = 15.0

Entry = tuple[str, Mapping[str, Sequence[str]]]


def person(login: str, id_: str, name: str, organisation: str, password: str, **more: Sequence[str]) -> Entry:
    """A person's entry; `more` replaces attributes."""
    attributes: dict[str, Sequence[str]] = {
        "objectClass": ["inetOrgPerson"],
        "uid": [login],
        "employeeNumber": [id_],
        "cn": [name],
        "sn": ["-"],
        "o": [organisation],
        "userPassword": [password],
    }
    return f"uid={login},{PEOPLE}", attributes | more


def group(name: str, members: Iterable[str]) -> Entry:
    """A group's entry, with the logins of its members."""
    dns = [f"uid={login},{PEOPLE}" for login in members]
    return f"cn={name},{GROUPS}", {"objectClass": ["groupOfNames"], "cn": [name], "member": dns}


class Slapd:
    """A running slapd; `with Slapd(folder, entries) as directory: ...`."""

    def __init__(
        self,
        folder: Path,
        entries: Iterable[Entry],
        hosts: tuple[str, ...] = ("localhost",),
        certificate_days: int = 30,
    ) -> None:
        self._folder = folder
        self._authority = Authority(folder / "tls")
        self._tls = self._authority.issue("slapd", hosts, certificate_days)
        self._port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.password_file = folder / "reader-password"
        self.password_file.write_text(READER_PASSWORD + "\n")
        self.password_file.chmod(0o600)
        self._configure(entries)

    @property
    def settings(self) -> DirectorySettings:
        """Section `directory` for this slapd."""
        return DirectorySettings(
            uri=f"ldaps://localhost:{self._port}",
            ca_file=self._authority.certificate,
            people_base=PEOPLE,
            groups_base=GROUPS,
            reader_dn=READER,
            login_attribute="uid",
            id_attribute="employeeNumber",
            name_attribute="cn",
            organisation_attribute="o",
            project_group="datalab-{project}",
            role_group="datalab-role-{role}",
            timeout_s=2,
        )

    def start(self) -> None:
        """Start and wait until the port answers."""
        command = [_tool("slapd"), "-h", f"ldaps://127.0.0.1:{self._port}", "-f", self._conf, "-d", "0"]
        with (self._folder / "slapd.log").open("wb") as log:
            self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=log)
        end = time.monotonic() + PATIENCE_S
        while not _answers(self._port):
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"slapd did not start: {(self._folder / 'slapd.log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Stop, also when it is frozen."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.kill(self._process.pid, signal.SIGCONT)
        self._process.terminate()
        self._process.wait(PATIENCE_S)
        self._process = None

    def freeze(self) -> None:
        """Accept connections (the kernel does) and answer nothing."""
        assert self._process
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Answer again."""
        assert self._process
        os.kill(self._process.pid, signal.SIGCONT)

    def __enter__(self) -> Slapd:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def _conf(self) -> str:
        return str(self._folder / "slapd.conf")

    def _configure(self, entries: Iterable[Entry]) -> None:
        (self._folder / "data").mkdir()
        Path(self._conf).write_text(
            "\n".join(
                [
                    *(f"include /etc/ldap/schema/{each}.schema" for each in ("core", "cosine", "inetorgperson")),
                    f"pidfile {self._folder}/slapd.pid",
                    f"TLSCertificateFile {self._tls.certificate}",
                    f"TLSCertificateKeyFile {self._tls.key}",
                    "modulepath /usr/lib/ldap",
                    "moduleload back_mdb",
                    "disallow bind_anon",
                    "database mdb",
                    f'suffix "{SUFFIX}"',
                    f"directory {self._folder}/data",
                    "index uid,employeeNumber,member eq",
                    "access to attrs=userPassword by anonymous auth by * none",
                    f'access to * by dn.exact="{READER}" read by anonymous auth by * none',
                    "",
                ]
            )
        )
        seed = self._folder / "seed.ldif"
        seed.write_text("\n".join(_ldif(entry) for entry in [*_frame(), *entries]))
        subprocess.run([_tool("slapadd"), "-f", self._conf, "-l", str(seed)], check=True, capture_output=True)


def _frame() -> list[Entry]:
    units = [(PEOPLE, "people"), (GROUPS, "groups")]
    reader = {"objectClass": ["organizationalRole", "simpleSecurityObject"], "cn": ["reader"]}
    return [
        (SUFFIX, {"objectClass": ["dcObject", "organization"], "dc": ["datalab"], "o": ["tests"]}),
        *((dn, {"objectClass": ["organizationalUnit"], "ou": [name]}) for dn, name in units),
        (READER, reader | {"userPassword": [READER_PASSWORD]}),
    ]


def _ldif(entry: Entry) -> str:
    dn, attributes = entry
    lines = [f"dn: {dn}", *(f"{name}: {value}" for name, values in attributes.items() for value in values)]
    return "\n".join(lines) + "\n"


def _tool(name: str) -> str:
    found = shutil.which(name, path=f"/usr/sbin:/sbin:{os.environ.get('PATH', '')}")
    if found is None:
        raise RuntimeError(f"{name} is missing; apt-get install slapd")
    return found


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
