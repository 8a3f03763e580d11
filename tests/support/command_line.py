"""The command `datalab` on an installation of a test's own: real slapd, register, law, keys and journal."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.settings import HubSettings
from hub.signin.settings import SigninSettings
from onboarding.cli.main import run
from onboarding.settings import ONBOARDING_SECTIONS
from onboarding.tree import render_values
from policies import settings
from policies.files import canonical_json
from policies.settings import DirectorySettings
from tests.hub.test_settings import VALUES as HUB
from tests.support.signing import make_key, published

SLOWDOWN = {
    "free_failures": 3, "first_delay_s": 0.2, "longest_delay_s": 1.0, "longest_wait_s": 2.0,
    "forget_after_s": 600, "failures_per_minute": 1000, "common_delay_s": 0.5, "remembered_logins": 1000,
    "most_at_once": 50, "free_wrong_codes": 3, "code_pause_s": 900,
}  # fmt: skip
PATIENCE_S = 20
_SIGN_IN = """
import sys
import policies.settings as settings
from hub.settings import HubSettings
from hub.signin.main import main
from hub.signin.settings import SigninSettings
from onboarding.settings import ONBOARDING_SECTIONS
ours = {"signin": SigninSettings, "hub": HubSettings}
settings.known_sections = lambda: {**settings.POLICIES_SECTIONS, **ONBOARDING_SECTIONS, **ours}
main(sys.argv[1:])
"""


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


@contextmanager
def typing(*typed: str) -> Iterator[None]:
    """Somebody who types these answers, one after the other, on a terminal that never shows a password."""
    answers = iter(typed)

    def prompt(text: str, hide_input: bool = False, err: bool = False, **_: object) -> str:
        assert (hide_input, err) == (text == "Mot de passe", True)
        return next(answers)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("typer.prompt", prompt)
        yield


class CommandLine:
    """Runs commands in this process, in a state folder of its own."""

    def __init__(self, folder: Path, law: Path, directory: DirectorySettings, password_file: Path) -> None:
        self.folder = folder
        self.values_file = folder / "values.yaml"
        places = {"program": folder / "program", "state": folder, "run": folder / "run", "law": law}
        self.values_file.write_text(
            render_values(
                {
                    "places": {name: str(path) for name, path in places.items()},
                    "directory": directory.model_dump(mode="json"),
                    "tickets": {"max_age_hours": 12},
                    "onboarding": {
                        "journal_account": "onboarding",
                        "directory_password_file": str(password_file),
                    },
                    "journal": {"checkpoint_s": 60, "witness": None, "witness_ca_file": None},
                    "deliveries": {
                        "largest_file_gib": 1,
                        "largest_delivery_gib": 2,
                        "free_mib": 1,
                        "malware_database": str(folder / "clamav"),
                    },
                    "demo": {"seed": 1},
                    "hub": HUB,
                    "signin": {"directory_password_file": str(password_file)} | SLOWDOWN,
                }
            )
        )
        public = folder / "keys" / "public.json"
        if not public.exists():
            public.parent.mkdir()
            public.write_bytes(canonical_json(published(make_key()).model_dump(mode="json", by_alias=True)))

    @contextmanager
    def signing_in(self) -> Iterator[None]:
        """The real sign-in process, which signs with the key that this installation publishes."""
        key = self.folder / "signin" / "signing.key"
        (key.parent / "factors").mkdir(parents=True, exist_ok=True)
        key.touch(0o600)
        key.write_bytes(make_key().to_pem())
        command = [sys.executable, "-c", _SIGN_IN, "--values", str(self.values_file)]
        with subprocess.Popen(command, cwd=Path(__file__).parents[2]) as process:
            try:
                end = time.monotonic() + PATIENCE_S
                while not self._listens():
                    assert process.poll() is None
                    assert time.monotonic() < end
                    time.sleep(0.05)
                yield
            finally:
                process.kill()

    @contextmanager
    def signed_in_as(self, login: str, *typed: str) -> Iterator[None]:
        """The real sign-in process, and somebody who types a login and a password when asked."""
        with self.signing_in(), typing(login, *typed):
            yield

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.folder / "run" / "signin" / "signin.sock")) == 0

    def run(self, capture: pytest.CaptureFixture[str], *words: str) -> Answer:
        """Run one command; only the sections that are tried here are known."""
        capture.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            known = {**settings.POLICIES_SECTIONS, **ONBOARDING_SECTIONS, "signin": SigninSettings, "hub": HubSettings}
            patch.setattr(settings, "known_sections", lambda: known)
            code = run(["--values", str(self.values_file), *words])
        printed = capture.readouterr()
        return Answer(code, printed.out, printed.err)
