"""A notebook in a person's JupyterLab, used with the keyboard, waiting for nothing that the page does not show."""

from __future__ import annotations

from playwright.sync_api import Locator, Page


def new_notebook(page: Page) -> None:
    """A new notebook from the launcher, as soon as its first cell has the cursor, whether its kernel runs or not."""
    page.locator('.jp-LauncherCard[data-category="Notebook"]').first.press("Enter")
    page.locator(".jp-Notebook .jp-CodeCell .cm-content:focus").wait_for()


def run_cell(page: Page, code: str) -> None:
    """Write in the active cell and run it; the next one becomes active."""
    page.keyboard.insert_text(code)
    page.keyboard.press("Shift+Enter")


def prompts(page: Page) -> Locator:
    """What stands before each cell: `[*]:` while it waits or runs, then its number."""
    return page.locator(".jp-Notebook .jp-InputArea-prompt")


def outputs(page: Page) -> Locator:
    """What the cells printed, from top to bottom."""
    return page.locator(".jp-Notebook .jp-OutputArea-output")
