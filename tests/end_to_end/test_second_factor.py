"""A person enrols in a real Chromium, on an origin that the hub has no part in, and then signs in with two factors."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Request, Route

from onboarding.demo.browser import Browser as DemoBrowser
from policies.settings import Places
from tests.support.device import Device
from tests.support.hub_account import as_hub, ask
from tests.support.screen import Screen, chromium, screen
from tests.support.site import Installation

LOGIN, PROCESSING = "m.diallo", "routes-pilotage"
CARD = f"#t-{PROCESSING}"
REFUSAL = "il faut deux preuves d'identité"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture(autouse=True)
def nobody_enrolled(site: Installation) -> Iterator[None]:
    """What a test enrols is gone at its end: the demo's people have no second factor."""
    yield
    for path in site.factors.iterdir():
        path.unlink()


@pytest.fixture
def moussa(site: Installation, browser: Browser) -> Iterator[Screen]:
    with screen(browser, site.address) as shown:
        yield shown


def host(address: str) -> str:
    return urlsplit(address).netloc


def type_in(shown: Screen, first: str, *texts: str) -> None:
    """Fill in a form with the keyboard alone and send it."""
    shown.reach(first)
    for number, text in enumerate(texts):
        if number:
            shown.page.keyboard.press("Tab")
        shown.page.keyboard.type(text)
    shown.page.keyboard.press("Enter")


def begin(site: Installation, shown: Screen, *code: str) -> None:
    """Show who one is on the face."""
    shown.page.goto(f"{site.identity}/")
    type_in(shown, "#identifiant", LOGIN, site.password, *code)


def enrol(site: Installation, shown: Screen) -> Device:
    begin(site, shown)
    device = Device(shown.page.locator("#cle").inner_text())
    type_in(shown, "#code", device.code())
    shown.page.get_by_role("heading", name="Votre second facteur est enregistré").wait_for()
    return device


def sent(shown: Screen) -> list[Request]:
    """The requests that a tab makes from now on, in a list that grows."""
    found: list[Request] = []

    def keep(request: Request) -> None:
        found.append(request)

    shown.page.on("request", keep)
    return found


def cookies_to(requests: list[Request], address: str) -> set[str]:
    """The names of every cookie that went to an address's host."""
    headers = [each.all_headers().get("cookie", "") for each in requests if host(each.url) == host(address)]
    return {pair.partition("=")[0].strip() for header in headers for pair in header.split(";") if pair.strip()}


def test_a_person_reads_what_is_refused_enrols_by_the_link_beside_it_and_the_refusal_is_gone(
    site: Installation, moussa: Screen
) -> None:
    requests = sent(moussa)
    moussa.sign_in(LOGIN, site.password)
    card = moussa.page.locator(CARD)
    assert REFUSAL in card.inner_text()
    moussa.reach(f'{CARD} a[href="{site.identity}/"]')
    moussa.page.keyboard.press("Enter")
    moussa.page.wait_for_url(f"{site.identity}/")
    device = enrol(site, moussa)
    moussa.page.goto(f"{site.address}/hub/logout")
    moussa.sign_in(LOGIN, site.password, device.code())
    assert REFUSAL not in card.inner_text()
    assert "Qui peut vous aider" in card.inner_text()
    assert (moussa.hosts, moussa.complaints) == ({host(site.address), host(site.identity)}, [])
    assert cookies_to(requests, site.identity) == {"formulaire"}
    assert "formulaire" not in cookies_to(requests, site.address)
    assert "jupyterhub-session-id" in cookies_to(requests, site.address)
    [kept] = site.factors.iterdir()
    assert (kept.stem, stat.S_IMODE(kept.stat().st_mode)) == (site.cast.id(LOGIN), 0o600)
    assert [each.url for each in requests if device.secret in each.url or "token" in each.url] == []


def test_without_javascript_a_factor_is_enrolled_replaced_and_removed(site: Installation, browser: Browser) -> None:
    with screen(browser, site.address, javascript=False) as plain:
        device = enrol(site, plain)
        begin(site, plain, device.code())
        plain.page.get_by_role("button", name="Remplacer le second facteur").click()
        new = Device(plain.page.locator("#cle").inner_text())
        assert new.secret != device.secret
        type_in(plain, "#code", new.code())
        plain.page.get_by_role("heading", name="Votre second facteur est enregistré").wait_for()
        begin(site, plain, new.code())
        plain.page.get_by_role("button", name="Retirer le second facteur").click()
        plain.page.get_by_role("heading", name="Votre second facteur est retiré").wait_for()
        assert list(site.factors.iterdir()) == []
        assert plain.complaints == []


def test_what_is_wrong_is_in_the_title_has_the_focus_and_leads_to_its_field(site: Installation, moussa: Screen) -> None:
    moussa.page.goto(f"{site.identity}/")
    type_in(moussa, "#identifiant", LOGIN, "faux")
    moussa.page.locator("#erreur:focus").wait_for()
    assert moussa.page.title() == "Erreur : Second facteur - Datalab"
    moussa.page.keyboard.press("Tab")
    moussa.page.keyboard.press("Enter")
    moussa.page.locator("#mot-de-passe:focus").wait_for()
    field = moussa.page.locator("#mot-de-passe")
    assert field.get_attribute("aria-invalid") == "true"
    assert moussa.page.locator("#mot-de-passe-erreur").is_visible()
    assert moussa.page.locator("#identifiant").input_value() == LOGIN
    type_in(moussa, "#mot-de-passe", site.password)
    device = Device(moussa.page.locator("#cle").inner_text())
    type_in(moussa, "#code", device.wrong())
    moussa.page.locator("#erreur:focus").wait_for()
    assert moussa.page.title() == "Erreur : Enregistrer votre second facteur - Datalab"
    assert Device(moussa.page.locator("#cle").inner_text()).secret == device.secret


# a form sent from the page that is shown, with whatever cookies the browser adds
SEND = """([address, fields]) => {
    const form = document.createElement("form");
    form.method = "post"; form.action = address;
    for (const [name, value] of Object.entries(fields)) {
        const field = document.createElement("input");
        field.name = name; field.value = value; form.append(field);
    }
    document.body.append(form); form.submit();
}"""


def send(page: Page, address: str, **fields: str) -> int:
    """The status of what a form answers that the page sends."""
    with page.expect_navigation() as sending:
        page.evaluate(SEND, [address, fields])
    assert sending.value is not None
    return sending.value.status


def test_a_form_that_has_served_serves_no_more(site: Installation, moussa: Screen) -> None:
    begin(site, moussa)
    token = moussa.page.locator("input[name=token]").get_attribute("value") or ""
    device = Device(moussa.page.locator("#cle").inner_text())
    type_in(moussa, "#code", device.code())
    moussa.page.get_by_role("heading", name="Votre second facteur est enregistré").wait_for()
    before = next(site.factors.iterdir()).read_bytes()
    assert send(moussa.page, f"{site.identity}/confirmer", token=token, code=device.code()) == 410
    assert send(moussa.page, f"{site.identity}/remplacer", token=token) == 410
    assert send(moussa.page, f"{site.identity}/retirer", token=token) == 410
    assert next(site.factors.iterdir()).read_bytes() == before


FRAMED = '<iframe id="frame" src="{address}/"></iframe>'


def frame_of(page: Page, address: str) -> str:
    """Where a frame of another page ends up that wants to show the face."""
    page.goto("about:blank")
    with page.expect_event("framenavigated", lambda frame: frame.parent_frame is not None):
        page.set_content(FRAMED.format(address=address), wait_until="commit")
    page.wait_for_load_state()
    return page.frames[1].url


def test_no_page_shows_the_face_in_a_frame(site: Installation, browser: Browser) -> None:
    with screen(browser, site.address) as shown:
        assert frame_of(shown.page, site.identity) == "chrome-error://chromewebdata/"


def test_without_what_forbids_it_a_frame_would_show_the_face(site: Installation, browser: Browser) -> None:
    """The control of the test before: the same answer without its policy is shown."""

    with DemoBrowser(site.identity) as reader:
        content = reader.get("/").content

    def without_policy(route: Route) -> None:
        route.fulfill(body=content, content_type="text/html")

    with screen(browser, site.address) as shown:
        shown.page.route(f"{site.identity}/", without_policy)
        assert frame_of(shown.page, site.identity) == f"{site.identity}/"


READ = """address => fetch(address, {credentials: "include"}).then(() => "read", () => "refused")"""


def test_a_page_of_another_origin_reads_nothing_and_sends_no_form(site: Installation, moussa: Screen) -> None:
    page, typed = moussa.page, {"login": LOGIN, "password": site.password, "code": ""}
    page.goto("about:blank")
    assert page.evaluate(READ, f"{site.identity}/") == "refused"
    before = len(site.journal("signin"))
    assert send(page, f"{site.identity}/", **typed) == 403
    assert len(site.journal("signin")) == before
    # the control: the same form sent by a page of the face itself begins
    page.goto(f"{site.identity}/")
    assert send(page, f"{site.identity}/", **typed) == 200
    assert [each.entry.kind for each in site.journal("signin")[before:]] == ["factor_begun"]


def reach(places: Places) -> dict[str, str]:
    """What an account meets on each socket that the sign-in process serves, and in the folder of factors."""
    found = {}
    for name in ("signin", "identity"):
        try:
            found[name] = str(ask(places.socket(name), "GET", "/")[0])
        except OSError as error:
            found[name] = type(error).__name__
    try:
        found["factors"] = str(len(list((places.state / "signin" / "factors").iterdir())))
    except OSError as error:
        found["factors"] = type(error).__name__
    return found


def test_the_hubs_account_reaches_the_api_and_neither_the_face_nor_the_factors(site: Installation) -> None:
    expected = {"signin": "404", "identity": "PermissionError", "factors": "PermissionError"}
    assert as_hub(site, reach, site.places) == expected
    assert reach(site.places) == {"signin": "404", "identity": "400", "factors": "0"}


def test_no_log_and_no_journal_holds_what_was_shown_or_typed(site: Installation, moussa: Screen) -> None:
    device = enrol(site, moussa)
    code = device.code()
    moussa.sign_in(LOGIN, site.password, code)
    files = [path for folder in ("log", "journal", "hub") for path in (site.places.state / folder).rglob("*")]
    texts = {path: path.read_bytes() for path in files if path.is_file()}
    texts[Path("front")] = site.docker("logs", site.launch.front_container).encode()
    words = [device.secret, site.password, f'"{code}"', f"={code}"]
    assert [(path.name, word) for path, text in texts.items() for word in words if word.encode() in text] == []
    kinds = [each.entry.kind for each in site.journal("signin")][-3:]
    assert kinds == ["factor_begun", "factor_enrolled", "sign_in"]
