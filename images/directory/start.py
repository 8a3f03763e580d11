"""The directory starts from its seed; a start on the same seed keeps what is there.

Mounted: /seed/directory.ldif, /seed/root-password, /tls/{cert,key,ca}.pem (read), /var/lib/directory (state).
The root password is read from its file and only its hash is written, to a file that only this account reads.
"""

import base64
import hashlib
import os
import re
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

TEMPLATE = Path("/opt/directory/slapd.conf")
SEED = Path("/seed/directory.ldif")
ROOT_PASSWORD = Path("/seed/root-password")
STATE = Path("/var/lib/directory")
CONFIGURATION = Path("/tmp/slapd.conf")  # noqa: S108 - the container's own tmpfs
SUFFIX_FORM = r"dc=[a-z0-9-]+(,dc=[a-z0-9-]+)*"
PORT_FORM = r"[1-9][0-9]{0,4}"
ADDRESS_FORM = r"[0-9]{1,3}(\.[0-9]{1,3}){3}"


class SettingError(Exception):
    """Raised for a setting that is not of its form."""


def read_setting(name: str, default: str, form: str) -> str:
    """A setting of its form, else refused with what is expected."""
    value = os.environ.get(name, default)
    if re.fullmatch(form, value) is None:
        raise SettingError(f"{name} : « {value} » ne convient pas ; attendu : {form}")
    return value


def salted_hash(password: bytes, salt: bytes) -> str:
    """The password as OpenLDAP's {SSHA}."""
    digest = hashlib.sha1(password + salt).digest()  # noqa: S324 - the form that slapd reads
    return "{SSHA}" + base64.b64encode(digest + salt).decode()


def render(template: str, values: dict[str, str]) -> str:
    """Each @NAME@ replaced; a name without a value is a KeyError."""
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], template)


def write_configuration(suffix: str, database: Path) -> None:
    """For this account alone: it holds the hash of the root password."""
    password = ROOT_PASSWORD.read_bytes().strip()
    values = {
        "SUFFIX": suffix,
        "STATE": str(database),
        "ROOT_HASH": salted_hash(password, secrets.token_bytes(16)),
    }
    CONFIGURATION.touch(mode=0o600)
    CONFIGURATION.write_text(render(TEMPLATE.read_text(encoding="utf-8"), values), encoding="utf-8")


def seed_digest(suffix: str) -> str:
    """The same seed under another suffix is another seed."""
    return hashlib.sha256(suffix.encode() + b"\0" + SEED.read_bytes()).hexdigest()


def ensure_loaded(suffix: str) -> None:
    """The database holds the seed. Its folder is named by the seed's digest, and a half-loaded one is never used."""
    database = STATE / seed_digest(suffix)
    if not database.is_dir():
        for old in STATE.iterdir():
            shutil.rmtree(old)
        loading = STATE / "loading"
        loading.mkdir(mode=0o700)
        write_configuration(suffix, loading)
        subprocess.run(["slapadd", "-q", "-f", str(CONFIGURATION), "-l", str(SEED)], check=True)
        loading.rename(database)
    write_configuration(suffix, database)


def main() -> None:
    """Loads if needed, then becomes slapd."""
    os.umask(0o077)
    try:
        suffix = read_setting("SUFFIX", "dc=datalab,dc=test", SUFFIX_FORM)
        address = read_setting("LISTEN_ADDRESS", "0.0.0.0", ADDRESS_FORM)  # noqa: S104 - within its container
        port = read_setting("LISTEN_PORT", "636", PORT_FORM)
        ensure_loaded(suffix)
    except (SettingError, OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"annuaire : {error}")
    # without -d slapd leaves the foreground, and the container would end
    os.execvp("slapd", ["slapd", "-d", "0", "-f", str(CONFIGURATION), "-h", f"ldaps://{address}:{port}"])  # noqa: S606 - becomes slapd


if __name__ == "__main__":
    main()
