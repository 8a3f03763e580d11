"""From sign-in to a notebook that holds exactly the approved data: every part is real."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from onboarding.demo.browser import Browser
from onboarding.demo.data import known_data
from onboarding.demo.workspace import Workspace
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"
PART = "menages/logements"


@dataclass(frozen=True)
class Two:
    """The two workspaces of one analyst, open at the same time."""

    browser: Browser
    evaluation: Workspace
    reperage: Workspace


@pytest.fixture(scope="module")
def camille(site: Installation) -> Iterator[Two]:
    """Whoever asks for it changes nothing in it but files of its own."""
    with site.signed_in("c.martin") as browser:
        found = Two(browser, browser.open(EVALUATION), browser.open(REPERAGE))
        found.evaluation.run("import os")
        found.reperage.run("import os")
        yield found
        browser.stop(found.evaluation)
        browser.stop(found.reperage)


def test_an_analyst_reads_all_rows_of_an_approved_part_in_a_real_kernel(site: Installation, camille: Two) -> None:
    count = camille.evaluation.run(f"import pandas as pd\nlen(pd.read_parquet('/donnees/{PART}'))")
    assert (count.text, count.error) == (str(known_data(site.places).parts[PART].rows), None)


def test_a_refused_part_does_not_exist_in_the_workspace(camille: Two) -> None:
    assert camille.evaluation.run("sorted(os.listdir('/donnees'))").text == (
        "['LISEZ-MOI.md', 'catalogue.json', 'communes', 'menages']"
    )
    assert camille.evaluation.run("sorted(os.listdir('/donnees/menages'))").text == "['composition', 'logements']"


WRITES = [
    "open('/donnees/x', 'w')",
    "open('/donnees/menages/x', 'w')",
    f"open('/donnees/{PART}/x', 'w')",
    f"open(f'/donnees/{PART}/' + os.listdir('/donnees/{PART}')[0], 'a')",
    f"os.unlink('/donnees/{PART}/' + os.listdir('/donnees/{PART}')[0])",
    f"os.chmod('/donnees/{PART}', 0o777)",
    f"os.symlink('/etc/passwd', '/donnees/{PART}/link')",
    "os.rename('/donnees/menages', '/donnees/autres')",
    "open('/donnees/LISEZ-MOI.md', 'w')",
    "open('/donnees/catalogue.json', 'w')",
]


@pytest.mark.parametrize("write", WRITES)
def test_nothing_below_donnees_can_be_written(camille: Two, write: str) -> None:
    error = camille.evaluation.run(write).error
    assert error is not None
    assert error.startswith(("OSError: [Errno 30]", "PermissionError: ")), error


def test_only_the_loopback_is_there_and_localhost_has_its_name(camille: Two) -> None:
    assert camille.evaluation.run("import socket\n[name for _, name in socket.if_nameindex()]").text == "['lo']"
    assert camille.evaluation.run("socket.gethostbyname('localhost')").text == "'127.0.0.1'"
    assert "unreachable" in (camille.evaluation.run("socket.create_connection(('192.0.2.1', 443), 5)").error or "")


def test_the_readme_says_what_is_open_and_why_the_rest_is_refused(camille: Two) -> None:
    text = camille.evaluation.run("print(open('/donnees/LISEZ-MOI.md').read())").text
    told = (
        PART,
        "relève du secret fiscal",
        "Livre des procédures fiscales, art. L103, L113, L135 D",
        "Qui peut vous aider",
    )
    assert [words for words in told if words not in text] == []


def test_two_processings_of_one_person_have_their_own_homes_and_project_folders(camille: Two) -> None:
    for folder in ("/home/datalab", "/projet"):
        path = f"{folder}/note.txt"
        assert camille.evaluation.run(f"open({path!r}, 'w').write('note')").text == "4"
        assert camille.reperage.run(f"os.path.exists({path!r})").text == "False"
        assert camille.evaluation.run(f"os.remove({path!r})").error is None


def test_two_processings_of_one_person_have_their_own_origins_and_cookies(camille: Two) -> None:
    first, second = camille.evaluation.address, camille.reperage.address
    cookies = [set(camille.browser.wire.cookie_header(each).split("; ")) for each in (first, second)]
    assert (all(cookies), cookies[0] & cookies[1]) == (True, set())
    assert [each.domain for each in camille.browser.wire.cookies.jar if each.domain.startswith(".")] == []


def test_a_governance_expert_works_on_the_catalogue_without_any_mount(site: Installation) -> None:
    with site.workspace("l.perrin", EVALUATION) as workspace:
        assert workspace.run("import json, os\nsorted(os.listdir('/donnees'))").text == (
            "['LISEZ-MOI.md', 'catalogue.json']"
        )
        listed = workspace.run("[each['part'] for each in json.load(open('/donnees/catalogue.json'))['parts']]")
        assert "'logements'" in listed.text
