"""What a person does in a real Chromium, with and without a mouse, with and without JavaScript."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from hub.settings import HubSettings
from onboarding.demo.data import known_data
from policies.calendar import parse_day
from policies.names import WorkspaceName
from policies.wording import say_day
from tests.support.notebook import new_notebook, run_cell
from tests.support.screen import Screen, chromium, screen
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"
PART = "menages/logements"
COUNT = f"import pandas as pd; print('lignes:', len(pd.read_parquet('/donnees/{PART}')))"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def camille(site: Installation, browser: Browser) -> Iterator[Screen]:
    with screen(browser, site.address) as shown:
        shown.sign_in("c.martin", site.password)
        yield shown


def workspace(site: Installation, name: WorkspaceName) -> str:
    """The address of a workspace, on its own origin."""
    hub = site.values.section(HubSettings)
    return f"{hub.scheme}://{name}.{hub.workspace_domain}:{hub.public_port}/user/{name.person}/{name.processing}/"


def host(address: str) -> str:
    return urlsplit(address).netloc


def press(site: Installation, shown: Screen, name: WorkspaceName) -> None:
    """Choose the larger size and press the button with the keyboard, then wait for the workspace."""
    card = f"#t-{name.processing}"
    shown.reach(f"{card} input[value=petit]")
    shown.page.keyboard.press("ArrowDown")
    shown.reach(f"{card} form button")
    shown.page.keyboard.press("Enter")
    shown.page.wait_for_url(f"{workspace(site, name)}**", wait_until="commit")


def stop(shown: Screen, processing: str) -> None:
    shown.page.goto(f"{shown.address}/hub/home")
    shown.page.locator(f"#t-{processing} form button").click()
    shown.page.locator(f"#t-{processing} input[value=petit]").wait_for()


def test_with_the_keyboard_alone_a_person_signs_in_chooses_a_size_opens_and_counts_the_rows_of_an_approved_part(
    site: Installation, camille: Screen
) -> None:
    name = site.name("c.martin", EVALUATION)
    assert camille.complaints == []
    press(site, camille, name)
    try:
        assert site.docker("inspect", "-f", "{{.HostConfig.Memory}}", str(name)).strip() == str(8192 * 1024 * 1024)
        rows = known_data(site.places).parts[PART].rows
        assert run_in_a_notebook(camille.page, f"{workspace(site, name)}lab?reset", COUNT) == f"lignes: {rows}"
        assert camille.hosts - {""} == {host(site.address), host(workspace(site, name))}
    finally:
        stop(camille, EVALUATION)


def run_in_a_notebook(page: Page, lab: str, code: str) -> str:
    """What a cell prints in a new notebook of JupyterLab, whose tabs of another day are closed."""
    page.goto(lab)
    new_notebook(page)
    run_cell(page, code)
    return page.locator(".jp-OutputArea-output").first.inner_text().strip()


# the parts in the order of the page, with the article that refuses each
PARTS = {
    "communes/population": None,
    "menages/logements": None,
    "menages/composition": None,
    "menages/energie": "Loi n° 51-711",
    "menages/mobilite": "Loi n° 51-711",
    "menages/patrimoine": "Loi n° 51-711",
    "revenus/declarations": "Livre des procédures fiscales, art. L103",
}


def test_each_part_is_shown_with_its_end_or_with_the_article_that_refuses_it_and_who_can_help(
    site: Installation, camille: Screen
) -> None:
    found = site.datalab("explain", "--person", "c.martin", "--processing", EVALUATION, "--json")
    decision = json.loads(found.stdout)
    ends = {f"{each['dataset']}/{each['part']}": say_day(parse_day(each["until"])) for each in decision["grants"]}
    told = camille.page.locator(f"#t-{EVALUATION} .datalab-parts > li").all_inner_texts()
    shown = dict(zip(PARTS, told, strict=True))
    for part, article in PARTS.items():
        wanted = (
            ("LECTURE REFUSÉE", article, "Qui peut vous aider") if article else ("LECTURE", f"jusqu'au {ends[part]}")
        )
        assert [words for words in wanted if words not in shown[part]] == [], shown[part]
        assert (f"/donnees/{part}" in shown[part], "Qui peut vous aider" in shown[part]) == (not article, bool(article))


def test_every_page_on_the_way_is_french_with_one_title_and_asks_no_other_host_and_makes_no_complaint(
    site: Installation, browser: Browser
) -> None:
    with screen(browser, site.address) as shown:
        shown.page.goto(f"{site.address}/")
        signing_in = about(shown.page)
        shown.sign_in("h.garnier", site.password)
        assert (signing_in, about(shown.page)) == (("fr", ["Se connecter au Datalab"]), ("fr", ["Mes projets"]))
        assert (shown.hosts, shown.complaints) == ({host(site.address)}, [])


def about(page: Page) -> tuple[str | None, list[str]]:
    return page.locator("html").get_attribute("lang"), page.locator("h1").all_inner_texts()


def test_without_javascript_the_page_says_the_same_and_a_workspace_opens_and_stops(
    site: Installation, browser: Browser, camille: Screen
) -> None:
    with screen(browser, site.address, javascript=False) as plain:
        plain.sign_in("c.martin", site.password)
        assert plain.page.locator("main").inner_text() == camille.page.locator("main").inner_text()
        press(site, plain, site.name("c.martin", REPERAGE))
        stop(plain, REPERAGE)


STEAL = """async ([other, hub]) => {
    const answers = [];
    for (const address of [other, hub]) {
        for (const mode of ["cors", "no-cors"]) {
            answers.push(await fetch(address, {mode, credentials: "include"}).then(() => "read", () => "refused"));
        }
    }
    return answers;
}"""
# a form sent from a workspace's page to the hub: which directive of the page's policy kept it from leaving
POST = """address => new Promise(resolve => {
    document.addEventListener("securitypolicyviolation", event => resolve(event.effectiveDirective));
    const form = document.createElement("form");
    form.method = "post"; form.action = address; document.body.append(form); form.submit();
})"""
SET_COOKIES = """() => {
    for (const domain of ["localhost", "datalab.localhost", "espaces.localhost"]) {
        document.cookie = `planted=1; path=/; domain=${domain}`;
        document.cookie = `_xsrf=planted; path=/hub/; domain=${domain}`;
    }
    document.cookie = "own=1; path=/";
    return document.cookie;
}"""


def test_a_page_of_a_workspace_reads_no_other_origin_and_sets_no_cookie_that_the_hub_receives(
    site: Installation, camille: Screen
) -> None:
    page, names = camille.page, [site.name("c.martin", each) for each in (EVALUATION, REPERAGE)]
    places = [f"{workspace(site, name)}api/status" for name in names]
    for name in names:
        press(site, camille, name)
        page.goto(f"{site.address}/hub/home")
    try:
        opened = [page.goto(place) for place in places]
        assert [answer.status if answer else 0 for answer in opened] == [200, 200]
        assert page.evaluate(STEAL, [places[0], f"{site.address}/hub/home"]) == ["refused"] * 4
        assert page.evaluate(POST, f"{site.address}/hub/espace/{EVALUATION}/arret") == "form-action"
        assert "own=1" in page.evaluate(SET_COOKIES)
        answer = page.goto(f"{site.address}/hub/home")
        assert answer is not None
        assert "planted" not in answer.request.all_headers()["cookie"]
        sessions = [cookie for cookie in camille.context.cookies() if cookie["value"] != "planted"]
        assert {cookie["domain"] for cookie in sessions if cookie["name"].startswith("jupyterhub")} == {
            *(host(each).partition(":")[0] for each in (site.address, *places)),
        }
    finally:
        for processing in (EVALUATION, REPERAGE):
            stop(camille, processing)
