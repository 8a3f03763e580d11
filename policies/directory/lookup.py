"""The directory is asked over verified TLS, with time limits, and never written to.

An answer is one entry, or a refusal: two people under one login or one id are nobody. What was typed
never names anyone: the id comes from the entry found. Nothing here logs attributes or passwords.
"""

from __future__ import annotations

import math
import re
import socket
import ssl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ldap3
from ldap3.core.exceptions import LDAPException
from ldap3.core.results import (
    RESULT_INVALID_CREDENTIALS,
    RESULT_SIZE_LIMIT_EXCEEDED,
    RESULT_SUCCESS,
)
from ldap3.utils.conv import escape_filter_chars

from policies.directory.person import Attributes, DirectoryEntryError, Person, parse_id, parse_person, single
from policies.errors import DatalabError, UnavailableError
from policies.names import check_person_id
from policies.settings import DirectorySettings

LONGEST_PASSWORD = 1024
LARGEST_SECRET = 4096
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+'-]{0,99}")


class UnknownPersonError(DatalabError):
    """Raised when nobody has the login that was typed."""


class WrongPasswordError(DatalabError):
    """Raised when the person is known, by the id held here, but the password is not theirs."""

    def __init__(self, person: str) -> None:
        self.person = person
        super().__init__(f"the password is not that of {person}")


@dataclass(frozen=True)
class _Found:
    """An entry as the directory gave it."""

    dn: str
    attributes: Attributes


class _VerifiedTls(ldap3.Tls):
    """TLS that the standard library verifies: chain, dates and host name, before a byte is said."""

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:
        context = ssl.create_default_context(cafile=self.ca_certs_file)
        # without it the bind, sent right after the handshake, waits 40 ms for the other side's delayed ACK
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.socket = context.wrap_socket(connection.socket, server_hostname=connection.server.host)


class Directory:
    """Reads people as a service account whose password is in a file of this process alone."""

    def __init__(self, settings: DirectorySettings, password_file: Path) -> None:
        self._settings = settings
        self._password_file = password_file

    def person(self, id_: str) -> Person | None:
        """The person with this id, None when there is none; raises when the directory cannot tell."""
        return self.people([id_])[id_]

    def people(self, ids: Iterable[str]) -> dict[str, Person | None]:
        """Several people over one connection."""
        with self._reader() as connection:
            return {id_: self._read(connection, check_person_id(id_)) for id_ in ids}

    def person_of_login(self, login: str) -> Person | None:
        """The person with this login, None when there is none: for those who explain, never to sign in."""
        if not _LOGIN.fullmatch(login):
            return None
        with self._reader() as connection:
            found = self._find(connection, self._settings.login_attribute, login)
            # Found again by id, so that two people with one id are refused here too.
            return self._read(connection, parse_id(found.attributes, self._settings)) if found else None

    def sign_in(self, login: str, password: str) -> Person:
        """The person whose login and password these are.

        Raises UnknownPersonError, WrongPasswordError, DirectoryEntryError or UnavailableError.
        """
        if not _LOGIN.fullmatch(login):
            raise UnknownPersonError("this is not the form of a login")
        with self._reader() as connection:
            found = self._find(connection, self._settings.login_attribute, login)
            if found is None:
                raise UnknownPersonError("nobody has this login")
            # Two people with one id would share spaces and rights: they are refused, both.
            self._find(connection, self._settings.id_attribute, parse_id(found.attributes, self._settings))
            person = self._parse(connection, found)
        if not self._is_password(found.dn, password):
            raise WrongPasswordError(person.id)
        return person

    def _read(self, connection: ldap3.Connection, id_: str) -> Person | None:
        found = self._find(connection, self._settings.id_attribute, id_)
        person = self._parse(connection, found) if found else None
        if person and person.id != id_:
            raise DirectoryEntryError(f"directory: the entry found for {id_} has another id; correct it")
        return person

    def _parse(self, connection: ldap3.Connection, found: _Found) -> Person:
        return parse_person(found.attributes, self._groups(connection, found.dn), self._settings)

    def _find(self, connection: ldap3.Connection, attribute: str, value: str) -> _Found | None:
        """The one entry whose attribute has this value; two are refused."""
        settings = self._settings
        wanted = [settings.id_attribute, settings.name_attribute, settings.organisation_attribute]
        query = f"({attribute}={escape_filter_chars(value)})"
        entries = _search(connection, settings.people_base, query, wanted, most=2)
        if len(entries) > 1:
            raise DirectoryEntryError(f"directory: attribute {attribute}: two entries share a value; correct one")
        return entries[0] if entries else None

    def _groups(self, connection: ldap3.Connection, dn: str) -> list[str]:
        query = f"(member={escape_filter_chars(dn)})"
        groups = _search(connection, self._settings.groups_base, query, ["cn"])
        return [single(group.attributes, "cn") for group in groups]

    @contextmanager
    def _reader(self) -> Iterator[ldap3.Connection]:
        with self._connection(self._settings.reader_dn, _secret(self._password_file)) as connection:
            if not connection.bind():
                raise UnavailableError("directory: refuses the reader's account; check its DN and password file")
            yield connection

    def _is_password(self, dn: str, password: str) -> bool:
        # LDAP answers a bind without password with success, for nobody: it must never be asked.
        if not password or len(password) > LONGEST_PASSWORD or "\0" in password:
            return False
        with self._connection(dn, password) as connection:
            if connection.bind():
                return True
            result = connection.result["result"]
            if result == RESULT_INVALID_CREDENTIALS:
                return False
            raise UnavailableError(f"directory: cannot judge a password (result {result}); look at its log")

    @contextmanager
    def _connection(self, dn: str, password: str) -> Iterator[ldap3.Connection]:
        """A connection that is closed whatever happens; what goes wrong on it is UnavailableError."""
        settings = self._settings
        patience = math.ceil(settings.timeout_s)
        connection = None
        try:
            tls = _VerifiedTls(validate=ssl.CERT_REQUIRED, ca_certs_file=str(settings.ca_file))
            server = ldap3.Server(settings.uri, use_ssl=True, tls=tls, get_info=ldap3.NONE, connect_timeout=patience)
            connection = ldap3.Connection(
                server,
                user=dn,
                password=password,
                authentication=ldap3.SIMPLE,
                read_only=True,
                auto_referrals=False,
                check_names=False,
                receive_timeout=patience,
            )
            yield connection
        except (LDAPException, OSError) as error:
            raise UnavailableError(f"directory {settings.uri}: no answer ({type(error).__name__})") from None
        finally:
            if connection is not None:
                _close(connection)


def _close(connection: ldap3.Connection) -> None:
    # A connection that is broken already, or never opened, is what was wanted; ldap3 leaves its socket open.
    with suppress(LDAPException, OSError):
        connection.unbind()
    if connection.socket is not None:
        connection.socket.close()


def _search(
    connection: ldap3.Connection, base: str, query: str, attributes: Sequence[str], most: int = 0
) -> list[_Found]:
    """Every entry under a base that matches; `most` bounds how many are asked for, 0 is all.

    An answer that the server cut short is no answer, unless as many came as were asked for.
    """
    connection.search(base, query, attributes=list(attributes), size_limit=most)
    entries = [
        _Found(each["dn"], each["raw_attributes"])
        for each in connection.response or ()
        if each["type"] == "searchResEntry"
    ]
    result = connection.result["result"]
    enough = result == RESULT_SIZE_LIMIT_EXCEEDED and most and len(entries) >= most
    if result != RESULT_SUCCESS and not enough:
        raise UnavailableError(
            f"directory: a search under {base} failed (result {result}); look at the base and at its log"
        )
    return entries


def _secret(path: Path) -> str:
    """A password in a file that only its owner can read, without the line feed at its end."""
    try:
        with path.open("rb") as stream:
            if path.stat().st_mode & 0o077:
                raise UnavailableError(f"{path}: others may read this password; chmod 600")
            content = stream.read(LARGEST_SECRET)
        text = content.decode("utf-8").removesuffix("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise UnavailableError(f"{path}: the directory password cannot be read ({type(error).__name__})") from None
    if not text:
        raise UnavailableError(f"{path}: empty; write the password of the directory's reader")
    return text
