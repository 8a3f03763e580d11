"""A cell that is run before its kernel has started is run once it has, in its turn; none is dropped without a word.

A slow machine is made by the browser: it keeps a request of JupyterLab until the cells have been run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.support.notebook import new_notebook, outputs, prompts, run_cell
from tests.support.screen import PATIENCE_MS, Screen, chromium, screen
from tests.support.site import Installation

REPERAGE = "aides-reperage"
expect.set_options(timeout=PATIENCE_MS)
# what JupyterLab asks its server before a kernel runs, in the order in which it asks
CHECKPOINTS, KERNEL = ("GET", "/checkpoints"), ("POST", "/api/sessions")
# what Chromium says of our sandbox, and JupyterLab of the list of conversions, which the front closes
EXPECTED = re.compile(r"^An iframe which has both|/api/nbconvert\?|^Invalid response: 404 Not Found")
IDLE, NONE = "Python 3 | Inactif", "No Kernel | Inconnu"
# JupyterLab as it comes: our extension is not there, and its own way to run a cell is
AS_IT_COMES = """
const parse = JSON.parse;
JSON.parse = (text, reviver) => {
    const found = parse(text, reviver);
    if (found && found.federated_extensions) {
        found.federated_extensions = found.federated_extensions.filter(each => each.name !== "datalab-workspace");
        found.disabledExtensions = found.disabledExtensions.filter(each => !each.endsWith(":cell-executor"));
    }
    return found;
};
"""


@pytest.fixture(scope="module")
def camille(site: Installation) -> Iterator[tuple[Screen, str]]:
    """A person who is signed in, and the address of JupyterLab in their open workspace."""
    with site.workspace("c.martin", REPERAGE) as opened, chromium() as browser, screen(browser, site.address) as shown:
        shown.sign_in("c.martin", site.password)
        yield shown, f"{opened.address}lab?reset"


@pytest.fixture
def page(camille: tuple[Screen, str]) -> Iterator[Page]:
    """A tab of theirs that has shown nothing yet."""
    tab = camille[0].context.new_page()
    tab.set_default_timeout(PATIENCE_MS)
    yield tab
    tab.close()


@pytest.fixture
def lab(camille: tuple[Screen, str]) -> str:
    return camille[1]


def is_one(request: Request, kind: tuple[str, str]) -> bool:
    return request.method == kind[0] and kind[1] in request.url


@contextmanager
def kept(page: Page, kind: tuple[str, str], answer: Callable[[Route], None] = Route.continue_) -> Iterator[None]:
    """No request of the kind is answered before the end."""
    found: list[Route] = []

    def keep(route: Route) -> None:
        if is_one(route.request, kind):
            found.append(route)
        else:
            route.fallback()

    page.route(lambda address: kind[1] in address, keep)
    yield
    for route in found:
        answer(route)
    page.unroute_all()


def kernels_of(page: Page) -> list[Request]:
    """The requests for a kernel that the page makes from now on."""
    found: list[Request] = []
    page.on("request", lambda request: found.append(request) if is_one(request, KERNEL) else None)
    return found


def open_until(page: Page, lab: str, kind: tuple[str, str]) -> None:
    """Open a notebook; return once JupyterLab has made a request of the kind."""
    with page.expect_request(lambda request: is_one(request, kind)):
        page.goto(lab)
        new_notebook(page)


@pytest.mark.parametrize("kind", [CHECKPOINTS, KERNEL], ids=["before-it-is-asked-for", "before-it-is-there"])
def test_cells_run_before_their_kernel_wait_with_a_star_then_run_in_their_order_in_the_one_kernel_that_is_started(
    page: Page, lab: str, kind: tuple[str, str]
) -> None:
    kernels = kernels_of(page)
    with kept(page, kind):
        open_until(page, lab, kind)
        run_cell(page, "a = 6; print('un')")
        run_cell(page, "print('deux', a * 7)")
        expect(prompts(page)).to_have_text(["[*]:", "[*]:", "[ ]:"])
    expect(outputs(page)).to_have_text(["un", "deux 42"])
    expect(prompts(page)).to_have_text(["[1]:", "[2]:", "[ ]:"])
    assert len(kernels) == 1


def test_negative_control_jupyterlab_as_it_comes_drops_the_same_cell_and_takes_the_next_for_the_first(
    page: Page, lab: str
) -> None:
    page.add_init_script(AS_IT_COMES)
    with kept(page, KERNEL):
        open_until(page, lab, KERNEL)
        run_cell(page, "print('un')")
        expect(prompts(page)).to_have_text(["[ ]:", "[ ]:"])
    expect(page.locator("#jp-main-statusbar")).to_contain_text(IDLE)
    run_cell(page, "print('deux')")
    expect(outputs(page)).to_have_text(["deux"])
    expect(prompts(page)).to_have_text(["[ ]:", "[1]:", "[ ]:"])


def test_cells_run_after_their_kernel_was_stopped_start_one_kernel_and_run_in_their_order(page: Page, lab: str) -> None:
    page.goto(lab)
    new_notebook(page)
    expect(page.locator("#jp-main-statusbar")).to_contain_text(IDLE)
    page.get_by_role("menuitem", name="Noyau", exact=True).click()
    page.get_by_role("menuitem", name="Arrêter le noyau", exact=True).click()
    expect(page.locator("#jp-main-statusbar")).to_contain_text(NONE)
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    kernels = kernels_of(page)
    with kept(page, KERNEL):
        with page.expect_request(lambda request: is_one(request, KERNEL)):
            run_cell(page, "print('un')")
        run_cell(page, "print('deux')")
        expect(prompts(page)).to_have_text(["[*]:", "[*]:", "[ ]:"])
    expect(outputs(page)).to_have_text(["un", "deux"])
    expect(prompts(page)).to_have_text(["[1]:", "[2]:", "[ ]:"])
    assert len(kernels) == 1


def test_when_a_kernel_cannot_start_a_dialog_says_so_the_star_goes_and_the_cell_can_be_run_again(
    page: Page, lab: str
) -> None:
    kernels, dialog = kernels_of(page), page.locator(".jp-Dialog")
    with kept(page, KERNEL, lambda route: route.fulfill(status=500, json={"message": "plus de place"})):
        open_until(page, lab, KERNEL)
        run_cell(page, "print('un')")
        expect(prompts(page)).to_have_text(["[*]:", "[ ]:"])
    for said in ("plus de place", "Sélectionnez le noyau"):
        expect(dialog).to_contain_text(said)
        dialog.locator(".jp-Dialog-footer button").first.click()
    expect(dialog).to_have_count(0)
    expect(prompts(page)).to_have_text(["[ ]:", "[ ]:"])
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    page.keyboard.press("Shift+Enter")
    expect(outputs(page)).to_have_text(["un"])
    assert len(kernels) == 2


def test_jupyterlab_opens_without_a_complaint_in_its_console(page: Page, lab: str) -> None:
    said: list[str] = []
    page.on(
        "console",
        lambda message: (
            said.append(f"{message.text} {message.location['url']}") if message.type in {"error", "warning"} else None
        ),
    )
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(lab)
    new_notebook(page)
    expect(page.locator("#jp-main-statusbar")).to_contain_text(IDLE)
    assert [each for each in said if not EXPECTED.search(each)] == []
