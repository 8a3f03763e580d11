"""JupyterLab works whole behind front and door, and a colleague's hostile notebook does nothing by being opened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.door.errors import DEPOSIT_INSTEAD, NOTHING_LEAVES
from hub.settings import HubSettings
from onboarding.demo.workspace import Workspace
from policies.names import WorkspaceName
from tests.support.screen import Screen, chromium, screen
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@dataclass(frozen=True)
class Desk:
    """Camille's workspace: JupyterLab on a screen, and a kernel beside it that looks at the disk."""

    site: Installation
    name: WorkspaceName
    shown: Screen
    workspace: Workspace

    @property
    def page(self) -> Page:
        return self.shown.page

    @property
    def base(self) -> str:
        hub = self.site.values.section(HubSettings)
        return (
            f"{hub.scheme}://{self.name}.{hub.workspace_domain}:{hub.public_port}"
            f"/user/{self.name.person}/{self.name.processing}/"
        )

    def lab(self, tree: str = "") -> Page:
        """JupyterLab, whose tabs of another day are closed, with a file open or with its launcher."""
        self.page.goto(f"{self.base}lab{'/tree/' + tree if tree else ''}?reset")
        self.page.locator("#jp-main-dock-panel").wait_for()
        return self.page

    def disk(self, code: str) -> str:
        """What an expression is in the workspace, beside the browser."""
        return inside(self.site, self.name, code)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        answer = self.workspace.call(method, path, body)
        return answer.status_code, answer.json() if answer.content else None

    def journal(self) -> list[tuple[str, dict[str, Any]]]:
        return [(each.entry.kind, each.payload or {}) for each in self.site.journal("door")]


def inside(site: Installation, name: WorkspaceName, code: str) -> str:
    """What an expression is in a workspace; Playwright's loop leaves no room for a kernel's."""
    before, _, last = f"from pathlib import Path; {code}".rpartition("; ")
    script = f"{before}\nprint({last})"
    words = ("exec", "-w", "/home/datalab", str(name), "/opt/workspace/bin/python", "-c", script)
    return site.docker(*words).strip()


@pytest.fixture(scope="module")
def desk(site: Installation, browser: Browser) -> Iterator[Desk]:
    with site.workspace("c.martin", EVALUATION) as workspace, screen(browser, site.address) as shown:
        shown.sign_in("c.martin", site.password)
        yield Desk(site, site.name("c.martin", EVALUATION), shown, workspace)


def test_a_text_is_opened_changed_and_saved_and_the_journal_has_both(desk: Desk) -> None:
    desk.disk("Path('note.txt').write_text('avant\\n')")
    page = desk.lab("note.txt")
    page.locator(".jp-FileEditor .cm-content").first.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("après")
    with page.expect_response(lambda answer: "api/contents/note.txt" in answer.url and answer.request.method == "PUT"):
        page.keyboard.press("Control+s")
    assert desk.disk("Path('note.txt').read_text()") == "avant\naprès"
    found = [
        (kind, payload["bytes"], payload["way"]) for kind, payload in desk.journal() if payload["path"] == "note.txt"
    ]
    assert found == [("file_out", 6, "open"), ("file_in", 12, "save")]


def test_a_notebook_is_made_renamed_saved_duplicated_and_deleted(desk: Desk) -> None:
    page = desk.lab()
    page.locator('.jp-LauncherCard[data-category="Notebook"]').first.click()
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").first.click()
    page.keyboard.insert_text("x = 'enregistré'")
    page.keyboard.press("Control+s")
    # the dialog is JupyterLab's own, not the browser's
    page.locator(".jp-Dialog input").first.fill("essai.ipynb")
    page.locator(".jp-Dialog .jp-mod-accept").click()
    item = page.locator(".jp-DirListing-item", has_text="essai.ipynb")
    item.wait_for()
    assert "enregistré" in desk.disk("Path('essai.ipynb').read_text()")
    item.click(button="right")
    page.locator('.lm-Menu-item[data-command="filebrowser:duplicate"]').click()
    page.locator(".jp-DirListing-item", has_text="essai-Copy1.ipynb").wait_for()
    page.locator(".jp-DirListing-item", has_text="essai-Copy1.ipynb").click(button="right")
    page.locator('.lm-Menu-item[data-command="filebrowser:delete"]').click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    expect(page.locator(".jp-DirListing-item", has_text="essai-Copy1.ipynb")).to_have_count(0)
    assert desk.disk("sorted(each.name for each in Path().glob('essai*'))") == "['essai.ipynb']"


def test_a_terminal_answers(desk: Desk) -> None:
    page = desk.lab()
    page.locator(".jp-LauncherCard", has_text="Terminal").click()
    page.locator(".jp-Terminal .xterm-helper-textarea").wait_for(state="attached")
    page.locator(".jp-Terminal").click()
    page.keyboard.type("echo $((6*7)) > reponse.txt\n")
    page.wait_for_function(
        """async base => (await fetch(base + "api/contents/reponse.txt?content=0", {headers: {"X-XSRFToken":
           document.cookie.match(/_xsrf=([^;]+)/)[1]}})).ok""",
        arg=desk.base,
    )
    assert desk.disk("Path('reponse.txt').read_text()") == "42"


def test_a_setting_is_kept(desk: Desk) -> None:
    page = desk.lab()
    page.evaluate(
        """async base => { const x = document.cookie.match(/_xsrf=([^;]+)/)[1];
           await fetch(base + "lab/api/settings/@jupyterlab/apputils-extension:themes", {method: "PUT",
           headers: {"X-XSRFToken": x}, body: JSON.stringify({raw: '{"theme": "JupyterLab Dark"}'})}); }""",
        desk.base,
    )
    page = desk.lab()
    page.locator('body[data-jp-theme-name="JupyterLab Dark"]').wait_for(state="attached")
    desk.disk("import shutil; shutil.rmtree('.jupyter/lab/user-settings')")


def test_who_arrives_first_reads_beside_the_launcher_what_is_open_and_later_the_launcher_alone(desk: Desk) -> None:
    """LISEZ-MOI is rendered and takes no focus; the tab is called after the processing."""
    desk.disk("import shutil; shutil.rmtree('.jupyter/lab', ignore_errors=True)")
    page = desk.lab()
    rendered = page.locator(".jp-MarkdownViewer h1", has_text="Évaluer")
    rendered.wait_for()
    expect(page.locator('.jp-LauncherCard[data-category="Notebook"]').first).to_be_visible()
    told = page.title()
    assert (told.startswith("Évaluer"), told.endswith(") — Datalab"), "JupyterLab" in told) == (True, True, False), told
    page.wait_for_function(
        """async base => { const answer = await fetch(base + "lab/api/settings/datalab-workspace:accueil", {headers: {
           "X-XSRFToken": document.cookie.match(/_xsrf=([^;]+)/)[1]}}); return (await answer.json()).settings.lu; }""",
        arg=desk.base,
    )
    assert ("file_out", "donnees/LISEZ-MOI.md") in [(kind, payload["path"]) for kind, payload in desk.journal()]
    page = desk.lab()
    page.locator(".jp-LauncherCard").first.wait_for()
    expect(page.locator(".jp-MarkdownViewer")).to_have_count(0)


def test_what_is_beside_the_home_is_reached_from_the_file_browser(desk: Desk) -> None:
    status, shown = desk.call("GET", "api/contents?content=1")
    assert status == 200
    assert {"projet", "entrees", "donnees"} <= {each["name"] for each in shown["content"]}
    assert desk.call("GET", "api/contents/donnees/LISEZ-MOI.md?content=1&type=file&format=text")[0] == 200


def test_the_menu_leads_back_to_the_projects_and_offers_nothing_that_is_closed(desk: Desk) -> None:
    page = desk.lab()
    page.locator(".lm-MenuBar-item").first.click()
    offered = page.locator(".lm-Menu-item:visible").evaluate_all("items => items.map(each => each.dataset.command)")
    assert [
        each for each in offered if each and ("download" in each or "export" in each or "control-panel" in each)
    ] == []
    page.locator('.lm-Menu-item[data-command="datalab:projets"]').click()
    page.wait_for_url("**/hub/home")


def test_jupyterlab_complains_of_nothing_but_what_is_closed_on_purpose(desk: Desk) -> None:
    desk.shown.complaints.clear()
    desk.lab().locator(".jp-LauncherCard").first.wait_for()
    assert {each for each in desk.shown.complaints if "sandboxing" not in each} == set()


def test_a_person_who_is_not_signed_in_is_led_through_the_hub_and_back(desk: Desk, browser: Browser) -> None:
    with screen(browser, desk.site.address) as other:
        other.page.goto(f"{desk.base}lab")
        other.page.locator("#identifiant").fill("c.martin")
        other.page.locator("#mot-de-passe").fill(desk.site.password)
        other.page.locator("#se-connecter").click()
        other.page.wait_for_url(f"{desk.base}lab**")
        other.page.locator(".jp-LauncherCard").first.wait_for()


def test_an_upload_into_jupyterlab_is_not_offered_and_is_refused_with_where_to_deposit(desk: Desk) -> None:
    page = desk.lab()
    page.locator(".jp-DirListing-item").first.wait_for()
    assert page.locator('[data-jp-item-name="uploader"]').count() == 0
    upload = {"type": "file", "format": "base64", "content": "YTti", "chunk": 1}
    status, told = desk.call("PUT", "api/contents/table.csv", upload)
    assert (status, told["message"]) == (403, DEPOSIT_INSTEAD)
    assert desk.disk("Path('table.csv').exists()") == "False"


CLOSED = ("files/donnees.parquet", "files/donnees.parquet?download=1", "view/note.txt", "nbconvert/html/essai.ipynb",
          "nbconvert/script/essai.ipynb?download=true", "api/nbconvert", "static/base/x.js", "proxy/80/", "metrics",
          "lab/api/extensions", "api/shutdown", "archive/download", "directories/")  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_a_file_has_no_address_of_its_own(desk: Desk, path: str) -> None:
    desk.disk("Path('donnees.parquet').write_bytes(b'PAR1 secret PAR1')")
    assert desk.workspace.call("GET", path).status_code == 404


@pytest.mark.parametrize(
    ("query", "status"),
    [("content=1&type=file&format=base64", 403), ("content=1&download=1", 403), ("content=1", 403),
     ("content=1&type=file&format=text", 200)],
)  # fmt: skip
def test_a_file_of_data_is_neither_shown_nor_given_as_bytes(desk: Desk, query: str, status: int) -> None:
    desk.disk("Path('donnees.parquet').write_bytes(b'PAR1\\xff\\xfe secret PAR1')")
    found, told = desk.call("GET", f"api/contents/donnees.parquet?{query}")
    # Jupyter's server itself refuses to show as text what is none
    assert (found, told["message"] == NOTHING_LEAVES) == ((403, True) if status == 403 else (400, False))


def test_what_is_larger_than_the_screen_is_not_shown(desk: Desk) -> None:
    desk.disk("Path('grand.csv').write_text('a;b\\n' * 1_000_000)")
    status, told = desk.call("GET", "api/contents/grand.csv?content=1&type=file&format=text")
    assert (status, "2048 Kio" in told["message"]) == (413, True)


SAYS = "window.pirate = (window.pirate || []).concat('{}')"
HOSTILE_HTML = {
    "script": f"<script>{SAYS.format('script')}</script>",
    "image": f'<img src=x onerror="{SAYS.format("image")}">',
    "svg": f'<svg onload="{SAYS.format("svg")}"></svg>',
    "cadre": f'<iframe srcdoc="<script>{SAYS.format("cadre").replace("window", "parent")}</script>"></iframe>',
}


def hostile_notebook() -> dict[str, Any]:
    """A notebook whose outputs and texts run a script in whoever's page shows them unchecked."""
    shown = [
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": html}} for html in HOSTILE_HTML.values()
    ]
    run = {"output_type": "display_data", "metadata": {}, "data": {"application/javascript": SAYS.format("javascript")}}
    cells = [
        {"cell_type": "code", "id": "a", "metadata": {"trusted": True}, "source": "", "execution_count": 1,
         "outputs": [*shown, run]},
        {"cell_type": "markdown", "id": "b", "metadata": {}, "source": "\n\n".join(HOSTILE_HTML.values())},
    ]  # fmt: skip
    return {"cells": cells, "metadata": {"trusted": True}, "nbformat": 4, "nbformat_minor": 5}


def pirate(desk: Desk) -> list[str]:
    page = desk.lab("projet/piege.ipynb")
    page.locator(".jp-Notebook .jp-OutputArea-child").first.wait_for(state="attached")
    page.locator(".jp-Notebook .jp-MarkdownOutput").first.wait_for(state="attached")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 300)))")
    found: list[str] = page.evaluate("() => window.pirate || []")
    return found


def test_a_colleagues_hostile_notebook_does_nothing_by_being_opened(site: Installation, desk: Desk) -> None:
    with site.workspace("a.benali", REPERAGE):
        content = json.dumps(hostile_notebook())
        inside(site, site.name("a.benali", REPERAGE), f"Path('/projet/piege.ipynb').write_text({content!r})")
    with site.workspace("c.martin", REPERAGE) as workspace:
        reader = Desk(site, site.name("c.martin", REPERAGE), desk.shown, workspace)
        assert pirate(reader) == []
        # the same notebook, once its reader vouches for it: what is tried above does run
        reader.disk("from nbformat import read, sign; sign.NotebookNotary().sign(read('/projet/piege.ipynb', 4))")
        assert {"script", "image", "javascript"} <= set(pirate(reader))
