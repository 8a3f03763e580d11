"""The command `datalab` on an installation of a test's own: real slapd, register, law, keys and journal."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from onboarding.cli.main import run
from onboarding.settings import ONBOARDING_SECTIONS
from onboarding.tree import render_values
from policies import settings
from policies.files import canonical_json
from policies.settings import DirectorySettings
from tests.support.signing import make_key, published


@dataclass(frozen=True)
class Answer:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


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
                    "demo": {"seed": 1, "reader_password_files": [str(password_file)]},
                }
            )
        )
        (folder / "keys").mkdir()
        keys = published(make_key()).model_dump(mode="json", by_alias=True)
        (folder / "keys" / "public.json").write_bytes(canonical_json(keys))

    def run(self, capture: pytest.CaptureFixture[str], *words: str) -> Answer:
        """Run one command; only the sections of policies and onboarding are known here."""
        capture.readouterr()
        with pytest.MonkeyPatch.context() as patch:
            known = {**settings.POLICIES_SECTIONS, **ONBOARDING_SECTIONS}
            patch.setattr(settings, "known_sections", lambda: known)
            code = run(["--values", str(self.values_file), *words])
        printed = capture.readouterr()
        return Answer(code, printed.out, printed.err)
