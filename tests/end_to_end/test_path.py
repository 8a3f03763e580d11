"""From sign-in to a notebook that holds exactly the approved data: every part is real."""

from __future__ import annotations

import pytest

from onboarding.demo.browser import Browser, SignInRefusedError
from onboarding.demo.html import entries
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"
NETWORK = "import socket; print([name for _, name in socket.if_nameindex()])"


def test_an_analyst_reads_an_approved_part_in_a_real_kernel_and_the_refused_one_does_not_exist(
    site: Installation,
) -> None:
    with site.workspace("c.martin", EVALUATION) as workspace:
        count = workspace.run("import pandas as pd\nlen(pd.read_parquet('/donnees/menages/logements'))")
        assert (count.error, int(count.text) > 1000) == (None, True)
        assert workspace.run("import os\nos.path.exists('/donnees/revenus')").text == "False"
        assert workspace.run("sorted(os.listdir('/donnees'))").text == (
            "['LISEZ-MOI.md', 'catalogue.json', 'communes', 'menages']"
        )
        assert workspace.run("sorted(os.listdir('/donnees/menages'))").text == "['composition', 'logements']"


def test_data_cannot_be_written_and_only_lo_exists(site: Installation) -> None:
    with site.workspace("c.martin", EVALUATION) as workspace:
        for target in ("/donnees/x", "/donnees/menages/x", "/donnees/menages/logements/x", "/donnees/LISEZ-MOI.md"):
            assert workspace.run(f"open('{target}', 'w')").error is not None, target
        assert workspace.run(NETWORK).text == "['lo']"
        assert workspace.run("import socket\nsocket.gethostbyname('localhost')").text == "'127.0.0.1'"


def test_the_readme_says_what_is_open_and_why_the_rest_is_refused(site: Installation) -> None:
    with site.workspace("c.martin", EVALUATION) as workspace:
        text = workspace.run("print(open('/donnees/LISEZ-MOI.md').read())").text
    assert "menages/logements" in text
    assert "secret fiscal (LPF, art. L103)" in text
    assert "Qui peut aider" in text


@pytest.mark.parametrize(
    ("login", "processing", "article"),
    [
        ("h.garnier", "Repérer les foyers sans aide", "DL-06"),
        ("t.roux", "Évaluer l'effet des aides sur le logement", "DL-06"),
        ("g.lambert", "Évaluer l'effet des aides sur le logement", "DL-01"),
        ("r.simon", "Évaluer l'effet des aides sur le logement", "DL-01"),
        ("j.mercier", "Étudier les entreprises fragiles", "DL-05"),
        ("k.nguyen", "", "DL-04"),
    ],
    ids=[
        "mission ended yesterday",
        "mission starts tomorrow",
        "directory only",
        "register only",
        "unapproved",
        "suspended",
    ],
)
def test_who_may_not_enter_is_told_under_which_article_and_is_refused_all_the_same_when_asking(
    site: Installation, login: str, processing: str, article: str
) -> None:
    with site.signed_in(login) as browser:
        home = browser.home()
        told = " ".join(line.text for line in home.section(processing)) if processing else home.text
        assert article in told
        assert "Qui peut aider" in told
        asked = {"k.nguyen": "societes-reperage", "j.mercier": "entreprises-fragiles", "h.garnier": REPERAGE}
        answer = browser.press(asked.get(login, EVALUATION), profile="petit")
        assert answer.status in {403, 404}
    assert str(site.cast.id(login)) not in site.docker("ps", "--format", "{{.Names}}")


def test_a_governance_expert_works_on_the_catalogue_without_any_mount(site: Installation) -> None:
    with site.workspace("l.perrin", EVALUATION) as workspace:
        workspace.run("import os, json")
        assert workspace.run("sorted(os.listdir('/donnees'))").text == "['LISEZ-MOI.md', 'catalogue.json']"
        listed = workspace.run("sorted(each['part'] for each in json.load(open('/donnees/catalogue.json'))['parts'])")
        assert "logements" in listed.text


def test_the_page_shows_each_part_with_its_state_its_end_and_its_reason(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        told = entries(browser.home().section("Évaluer l'effet des aides sur le logement"))
    about = {
        part: " ".join(entry) for entry in told for part in ("Déclarations de revenus", "logement") if part in entry[0]
    }
    assert all(words in about["Déclarations de revenus"] for words in ("Lecture refusée", "DL-10", "Qui peut aider"))
    assert all(words in about["logement"] for words in ("Lecture", "jusqu'au", "51-711"))


@pytest.mark.parametrize(
    ("login", "password", "expected"),
    [("c.martin", "faux", "mot de passe"), ("inconnu", "faux", "identifiant"), ("", "", ""), ("c.martin", "", "")],
)
def test_a_sign_in_that_fails_says_what_is_wrong_and_opens_nothing(
    site: Installation, login: str, password: str, expected: str
) -> None:
    with Browser(site.address) as browser, pytest.raises(SignInRefusedError) as error:
        browser.sign_in(login, password)
    assert expected in str(error.value).lower()


def test_no_password_is_in_any_log(site: Installation) -> None:
    with site.signed_in("c.martin"):
        logs = [path for path in (site.places.state / "log").iterdir() if path.is_file()]
    assert [path.name for path in logs if site.password in path.read_text(errors="replace")] == []
    journals = (path for path in (site.places.state / "journal").rglob("*") if path.is_file())
    assert [path for path in journals if site.password in path.read_text(errors="replace")] == []


def test_two_processings_of_one_person_have_their_own_home_origin_and_cookies(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        first, second = browser.open(EVALUATION), browser.open(REPERAGE)
        try:
            first.run("open('/home/datalab/note.txt', 'w').write('secret')")
            assert second.run("import os\nos.path.exists('/home/datalab/note.txt')").text == "False"
            hosts = {cookie.domain for cookie in browser.client.cookies.jar}
            assert {f"{site.name('c.martin', each)}.espaces.localhost" for each in (EVALUATION, REPERAGE)} <= hosts
            assert not any(domain.startswith(".") for domain in hosts)
        finally:
            browser.stop(first)
            browser.stop(second)


def test_a_profile_is_the_only_thing_a_form_changes(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        workspace = browser.open(
            REPERAGE, profile="grand", image="evil", mounts="/", user="0", name="x", environment="A=1"
        )
        try:
            name = str(site.name("c.martin", REPERAGE))
            seen = site.docker("inspect", "-f", "{{.HostConfig.Memory}} {{.Config.User}} {{.Image}}", name).split()
            images = (site.places.images).read_text()
            assert (seen[0], seen[1].startswith("2000")) == (str(8192 * 1024 * 1024), True)
            assert seen[2] in images
        finally:
            browser.stop(workspace)


def test_a_profile_that_the_decision_does_not_list_opens_nothing(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        assert browser.press(REPERAGE, profile="enorme").status in {400, 403}


@pytest.mark.parametrize("path", ["/hub/spawn", "/hub/admin", "/hub/token", "/hub/api/users"])
def test_what_jupyterhub_would_offer_beside_is_closed(site: Installation, path: str) -> None:
    with site.signed_in("c.martin") as browser:
        assert browser.get(path).status in {403, 404, 405}


def test_an_unknown_processing_is_not_found_and_nothing_is_stored(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        assert browser.press("inconnu", profile="petit").status == 404
        assert "inconnu" not in browser.home().text
