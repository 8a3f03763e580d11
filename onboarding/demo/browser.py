"""A browser without a screen: cookies per host, redirects, forms, and `*.localhost` without a resolver.

For the guided tour and for tests: it goes through the front as a person does, and knows nothing of
what is behind it.
"""

from __future__ import annotations

import time
from types import TracebackType
from urllib.parse import urljoin, urlsplit

import httpx

from onboarding.demo.html import Form, Page
from onboarding.demo.wire import Wire
from onboarding.demo.workspace import Workspace
from policies.errors import DatalabError

PAUSE_S = 0.2
NAVIGATION = {
    "User-Agent": "datalab-demo",
    "Accept": "text/html",
    "Accept-Language": "fr",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
}


class SignInRefusedError(DatalabError):
    """Raised when the sign-in page stays; the text is what it says."""


class NotOpenedError(DatalabError):
    """Raised when a workspace did not open; the text is what the page says."""

    def __init__(self, page: Page) -> None:
        self.page = page
        super().__init__(f"{page.status} {page.url}\n{page.text}")


class Browser:
    """One person's browser on one datalab; `address` is its first page, `http://datalab.localhost:8000`."""

    def __init__(self, address: str, timeout_s: float = 60) -> None:
        self.address = address.rstrip("/")
        self.wire = Wire(NAVIGATION, timeout_s)
        self.client = self.wire.client

    def __enter__(self) -> Browser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.client.close()

    def get(self, path: str) -> Page:
        """Open a page, whatever its code; a path is one of the hub's host."""
        return _page(self.client.get(urljoin(f"{self.address}/", path)))

    def submit(self, page: Page, form: Form, **fields: str) -> Page:
        """Press a form's button with these fields filled in."""
        target, sent = urljoin(page.url, form.action), form.fields | fields
        if form.method == "post":
            headers = {"Origin": _origin(page.url), "Referer": page.url}
            return _page(self.client.post(target, data=sent, headers=headers))
        return _page(self.client.get(target, params=sent))

    def sign_in(self, login: str, password: str, code: str = "") -> Page:
        """Sign in, and answer "Mes projets"; raises SignInRefusedError with what the page says.

        The form's texts are the login, then the code.
        """
        page = self.get("/hub/login")
        form = next((each for each in page.forms if "password" in each.kinds.values()), None)
        if form is None:
            raise SignInRefusedError(f"{page.url}: no form to sign in\n{page.text}")
        secret = next(name for name, kind in form.kinds.items() if kind == "password")
        texts = [name for name, kind in form.kinds.items() if kind == "text"]
        home = self.submit(page, form, **{secret: password}, **dict(zip(texts, (login, code), strict=False)))
        if any("password" in each.kinds.values() for each in home.forms):
            raise SignInRefusedError(home.text)
        return home

    def home(self) -> Page:
        """ "Mes projets"."""
        return self.get("/hub/home")

    def open(self, processing: str, timeout_s: float = 60, **fields: str) -> Workspace:
        """Press the button of a processing and wait for its workspace; raises NotOpenedError.

        A workspace that runs already is joined by its link.
        """
        home = self.home()
        form = home.form_to(f"/espace/{processing}")
        link = next((link for link in home.links if link.rstrip("/").endswith(f"/{processing}")), None)
        if form is None and link is None:
            raise NotOpenedError(home)
        page = self.submit(home, form, **fields) if form else self.get(link or "")
        return self.wait(page, processing, timeout_s)

    def press(self, processing: str, **fields: str) -> Page:
        """What answers to the button of a processing, even where the page shows none."""
        target = f"{self.address}/hub/espace/{processing}"
        form = Form(target, "post", {"_xsrf": self.wire.token(target)})
        return self.submit(self.home(), form, **fields)

    def stop(self, workspace: Workspace) -> None:
        """Press the button that stops a workspace; raises NotOpenedError when there is none or it is refused."""
        home, (_, processing) = self.home(), owner(workspace)
        form = home.form_to(f"/espace/{processing}/arret")
        if form is None:
            raise NotOpenedError(home)
        answer = self.submit(home, form)
        if answer.status >= 400:
            raise NotOpenedError(answer)

    def wait(self, page: Page, processing: str, timeout_s: float = 60) -> Workspace:
        """Follow the progress page until the workspace answers; raises NotOpenedError."""
        end = time.monotonic() + timeout_s
        while not is_workspace(page.url, processing):
            failed = page.status >= 400 and page.status != 503
            if failed or time.monotonic() > end:
                raise NotOpenedError(page)
            time.sleep(PAUSE_S)
            page = _page(self.client.get(page.url))
        if page.status >= 400:
            raise NotOpenedError(page)
        return Workspace(self.wire, workspace_address(page.url, processing))


def owner(workspace: Workspace) -> tuple[str, str]:
    """The person and the processing that a workspace's address names."""
    _, _, person, processing, *_ = urlsplit(workspace.address).path.split("/")
    return person, processing


def is_workspace(url: str, processing: str) -> bool:
    """Whether an address is a page of a workspace of this processing, on its own origin."""
    parts = urlsplit(url)
    person, _, rest = (parts.hostname or "").partition("--")
    return rest.partition(".")[0] == processing and parts.path.startswith(f"/user/{person}/{processing}/")


def workspace_address(url: str, processing: str) -> str:
    """Where a workspace's server is, from the address of one of its pages; ends with a slash."""
    parts = urlsplit(url)
    person = (parts.hostname or "").partition("--")[0]
    return f"{parts.scheme}://{parts.netloc}/user/{person}/{processing}/"


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _page(response: httpx.Response) -> Page:
    return Page(str(response.url), response.status_code, response.text)
