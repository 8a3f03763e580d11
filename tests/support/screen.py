"""A person's Chromium on one datalab, which keeps what the pages asked for and what they complained about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 60_000


@contextmanager
def chromium() -> Iterator[Browser]:
    """One process for many screens."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        try:
            yield browser
        finally:
            browser.close()


class Screen:
    """One person's tab; `hosts` are all those that it asked anything of, `complaints` what its console says."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.context = context
        self.page: Page = context.new_page()
        self.page.set_default_timeout(PATIENCE_MS)
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        self.page.on("console", lambda said: self._hear(said.type, said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.complaints.append(text)

    def sign_in(self, login: str, password: str, code: str = "") -> None:
        """Sign in with the keyboard alone: the fields and the button in the order in which Tab finds them."""
        self.page.goto(f"{self.address}/hub/login")
        self.reach("#identifiant")
        self.page.keyboard.type(login)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(password)
        if code:
            self.page.keyboard.press("Tab")
            self.page.keyboard.type(code)
        self.page.keyboard.press("Enter")
        self.page.wait_for_url("**/hub/home")

    def reach(self, selector: str, most: int = 80) -> None:
        """Press Tab until an element has the focus, as who has no mouse does."""
        wanted = self.page.locator(selector)
        for _ in range(most):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by {most} times Tab on {self.page.url}")


@contextmanager
def screen(browser: Browser, address: str, javascript: bool = True) -> Iterator[Screen]:
    """A browser of a person of its own: no cookie of another's."""
    context = browser.new_context(locale="fr-FR", java_script_enabled=javascript)
    try:
        yield Screen(context, address)
    finally:
        context.close()
