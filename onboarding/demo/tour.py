"""`python -m onboarding.demo.tour --values PATH`: the datalab told by what it really does, in a terminal.

Nothing is simulated: people sign in through the front, cells run in real kernels. A story that does
not come out as told ends with an error.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx

from onboarding.demo import story
from onboarding.demo.browser import Browser
from onboarding.demo.data import known_data
from onboarding.demo.directory import demo_password
from onboarding.demo.settings import DemoSettings, demo_folder
from onboarding.demo.story import Stage, say
from policies.errors import DatalabError, UnavailableError
from policies.files import read_yaml
from policies.settings import Values, read_values


def main(arguments: Sequence[str]) -> int:
    """The whole tour; 1 when something does not come out as told."""
    asked = _parse(arguments)
    try:
        values = read_values(asked.values)
        stage = make_stage(values, asked.address or address(asked.values))
        for scene in story.SCENES:
            scene(stage)
        _verify(asked.values)
    except (DatalabError, httpx.HTTPError) as error:
        sys.stderr.write(f"\nLa démonstration s'arrête : {error}\n")
        return 1
    accounts = demo_folder(values.places) / "accounts.txt"
    say("", f"La démonstration est terminée. Pour continuer à la main, les comptes sont dans {accounts}.")
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m onboarding.demo.tour", description="Visite guidée")
    parser.add_argument("--values", type=Path, required=True, help="values.yaml de cette installation")
    parser.add_argument("--address", help="la première page ; sinon celle que disent les réglages")
    return parser.parse_args(arguments)


def make_stage(values: Values, first_page: str) -> Stage:
    """What the scenes need; raises DatalabError when the demo was not generated."""
    places = values.places
    return Stage(
        password=demo_password(places),
        seed=values.section(DemoSettings).seed,
        catalogue=known_data(places),
        browse=lambda: Browser(first_page),
    )


def address(values_file: Path) -> str:
    """The first page's address: the hub's own settings, read as plain values since the model is the hub's."""
    try:
        hub = read_yaml(values_file)["hub"]
        return f"{hub['scheme']}://{hub['public_host']}:{hub['public_port']}"
    except (KeyError, TypeError):
        raise UnavailableError(f"{values_file}: does not say where the hub is; give --address") from None


def _verify(values_file: Path) -> None:
    """The journal, verified by the command that anyone would use."""
    say(
        "",
        f"Tout ce qui précède est au journal, que chacun peut vérifier : datalab --values {values_file} journal verify",
    )
    isolated = ["-I"] if sys.flags.isolated else []
    datalab = [sys.executable, *isolated, "-m", "onboarding.cli.main", "--values", str(values_file)]
    done = subprocess.run([*datalab, "journal", "verify"], capture_output=True, text=True, check=False)
    say(*(f"  | {line}" for line in (done.stdout + done.stderr).splitlines()))
    if done.returncode:
        raise UnavailableError("le journal ne se vérifie pas")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
