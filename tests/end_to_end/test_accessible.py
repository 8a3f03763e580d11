"""Every page on a person's way, as axe-core judges it: nothing that WCAG 2.1 A and AA ask, on which the RGAA rests.

What a program cannot see (whether a sentence is plain, an order sensible) is for people to check.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.screen import Screen, chromium, screen
from tests.support.site import Installation

LOGIN = "c.martin"
Way = Callable[[Installation, Screen], None]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


def faults(page: Page) -> list[tuple[str, object]]:
    """The rules that a page breaks, each with the first element that does."""
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], each["nodes"][0]["target"]) for each in found]


def sign_in_page(site: Installation, shown: Screen) -> None:
    shown.page.goto(f"{site.address}/hub/login")


def wrong_password(site: Installation, shown: Screen) -> None:
    sign_in_page(site, shown)
    shown.page.locator("#identifiant").fill(LOGIN)
    shown.page.locator("input[type=password]").fill("faux")
    with shown.page.expect_navigation():
        shown.page.keyboard.press("Enter")


def projects(site: Installation, shown: Screen) -> None:
    shown.sign_in(LOGIN, site.password)


def no_such_page(site: Installation, shown: Screen) -> None:
    projects(site, shown)
    shown.page.goto(f"{site.address}/hub/rien")


def no_workspace_running(site: Installation, shown: Screen) -> None:
    projects(site, shown)
    shown.page.goto(f"{site.address}/user/{site.name(LOGIN, 'aides-evaluation').person}/aides-evaluation/lab")


def second_factor(site: Installation, shown: Screen) -> None:
    shown.page.goto(f"{site.identity}/")


def second_factor_key(site: Installation, shown: Screen) -> None:
    second_factor(site, shown)
    shown.page.locator("#identifiant").fill(LOGIN)
    shown.page.locator("input[type=password]").fill(site.password)
    shown.page.keyboard.press("Enter")
    shown.page.locator("#cle").wait_for()


def signed_out(site: Installation, shown: Screen) -> None:
    projects(site, shown)
    shown.page.goto(f"{site.address}/hub/logout")


WAYS: tuple[Way, ...] = (
    sign_in_page,
    wrong_password,
    projects,
    no_such_page,
    no_workspace_running,
    second_factor,
    second_factor_key,
    signed_out,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_a_page_breaks_no_rule_of_accessibility(site: Installation, browser: Browser, way: Way) -> None:
    with screen(browser, site.address) as shown:
        way(site, shown)
        assert (faults(shown.page), shown.page.url) == ([], shown.page.url)


def test_a_page_that_somebody_cannot_use_is_caught(site: Installation, browser: Browser) -> None:
    with screen(browser, site.address) as shown:
        sign_in_page(site, shown)
        shown.page.evaluate("""() => {
            document.documentElement.removeAttribute("lang");
            document.querySelector("label[for=identifiant]").remove();
            document.querySelector("h1").style.color = "#eeeeee";
        }""")
        assert {rule for rule, _ in faults(shown.page)} >= {"html-has-lang", "label", "color-contrast"}
