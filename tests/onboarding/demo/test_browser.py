from __future__ import annotations

from collections.abc import Iterator

import pytest

from onboarding.demo.browser import Browser, NotOpenedError, SignInRefusedError, is_workspace, owner, workspace_address
from onboarding.demo.workspace import Output, Workspace, WorkspaceError
from tests.support.small_hub import PERSON, PROCESSING, State, small_hub


@pytest.fixture
def site() -> Iterator[State]:
    with small_hub() as state:
        yield state


@pytest.fixture
def browser(site: State) -> Iterator[Browser]:
    with Browser(f"http://datalab.localhost:{site.port}/", timeout_s=5) as browser:
        yield browser


@pytest.fixture
def workspace(browser: Browser) -> Workspace:
    browser.sign_in("c.martin", "secret")
    return browser.open(PROCESSING)


def test_signing_in_leads_to_the_projects(browser: Browser) -> None:
    home = browser.sign_in("c.martin", "secret")
    assert (home.text, home.url.partition("/hub/")[2]) == ("Mes projets", "home")


def test_a_wrong_password_says_what_the_page_says(browser: Browser) -> None:
    with pytest.raises(SignInRefusedError, match=r"Mot de passe refusé\."):
        browser.sign_in("c.martin", "wrong")


def test_two_browsers_share_no_cookie(site: State, browser: Browser) -> None:
    browser.sign_in("c.martin", "secret")
    with Browser(browser.address) as other:
        assert other.home().url.endswith("/hub/login")


def test_opening_presses_the_button_and_follows_the_progress(site: State, workspace: Workspace) -> None:
    assert workspace.address == f"{site.workspace}/user/{PERSON}/{PROCESSING}/"
    paths = [path for _, path, _ in site.seen]
    assert paths.count(f"/hub/spawn-pending/{PERSON}/{PROCESSING}") == 2


def test_a_running_workspace_is_joined_by_its_link(browser: Browser, workspace: Workspace) -> None:
    assert browser.open(PROCESSING).address == workspace.address


def test_a_workspace_never_gets_the_hub_s_cookies_nor_the_hub_those_of_a_workspace(
    site: State, browser: Browser, workspace: Workspace
) -> None:
    workspace.call("POST", "api/kernels", {})
    browser.home()
    of_workspace = {cookies for host, _, cookies in site.seen if "espaces" in host}
    of_hub = {cookies for host, _, cookies in site.seen if host.startswith("datalab.")}
    assert of_workspace == {"", "_xsrf"}
    assert of_hub == {"", "_xsrf,session"}


def test_a_cookie_without_a_domain_is_for_its_own_host_and_none_below(site: State, browser: Browser) -> None:
    browser.sign_in("c.martin", "secret")
    assert browser.get(f"http://below.datalab.localhost:{site.port}/hub/cookies").text == ""


def test_without_a_button_nothing_opens(browser: Browser) -> None:
    home = browser.sign_in("c.martin", "secret")
    with pytest.raises(NotOpenedError) as caught:
        browser.open("another-processing")
    assert caught.value.page.text == home.text


def test_a_refused_opening_tells_the_page(browser: Browser) -> None:
    browser.sign_in("c.martin", "secret")
    with pytest.raises(NotOpenedError, match=r"^403 .*\nRefusé$") as caught:
        browser.open(PROCESSING, profile="immense")
    assert caught.value.page.status == 403


def test_a_workspace_that_never_comes_is_given_up(site: State, browser: Browser) -> None:
    home = browser.sign_in("c.martin", "secret")
    site.starting = 1_000
    page = browser.get(f"/hub/spawn-pending/{PERSON}/{PROCESSING}")
    with pytest.raises(NotOpenedError, match="Patience"):
        browser.wait(page, PROCESSING, timeout_s=0.5)
    assert home.status == 200


def test_the_button_can_be_pressed_where_there_is_none(browser: Browser, workspace: Workspace) -> None:
    assert browser.press(PROCESSING, profile="immense").status == 403
    assert browser.press("unknown").status == 404


def test_stopping_presses_the_other_button(site: State, browser: Browser, workspace: Workspace) -> None:
    browser.stop(workspace)
    assert site.starting == -1
    with pytest.raises(NotOpenedError):
        browser.stop(workspace)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("len(table)", Output("printed\nLEN(TABLE)")),
        ("1/0", Output("", "ZeroDivisionError: division by zero")),
    ],
)
def test_a_cell_gives_what_its_own_kernel_says(workspace: Workspace, code: str, expected: Output) -> None:
    assert workspace.run(code) == expected


def test_a_call_without_the_server_s_own_token_is_refused_and_told(browser: Browser, workspace: Workspace) -> None:
    browser.wire.cookies.clear()
    with pytest.raises(WorkspaceError, match="403 no token"):
        workspace.run("1")


def test_a_kernel_that_goes_away_is_told(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="may have stopped"):
        workspace.run("exit()")


def test_a_cell_that_does_not_end_is_given_up(workspace: Workspace) -> None:
    with pytest.raises(WorkspaceError, match="after 0.5 s"):
        workspace.run("while True: pass", timeout_s=0.5)


ADDRESS = "http://pabcd--aides-eval.espaces.localhost:8000/user/pabcd/aides-eval/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{ADDRESS}lab?reset", True),
        (ADDRESS, True),
        ("http://datalab.localhost:8000/user/pabcd/aides-eval/lab", False),
        ("http://pabcd--aides.espaces.localhost:8000/user/pabcd/aides/lab", False),
        ("http://pabcd--aides-eval.espaces.localhost:8000/user/pother/aides-eval/lab", False),
        ("http://pabcd--aides-eval.espaces.localhost:8000/", False),
    ],
)
def test_a_page_of_a_workspace_is_told_by_its_host_and_its_path(url: str, expected: bool) -> None:
    assert is_workspace(url, "aides-eval") is expected


def test_an_address_names_server_person_and_processing() -> None:
    assert workspace_address(f"{ADDRESS}lab/tree/x", "aides-eval") == ADDRESS
    with Browser("http://datalab.localhost:8000") as browser:
        assert owner(Workspace(browser.wire, ADDRESS)) == ("pabcd", "aides-eval")
