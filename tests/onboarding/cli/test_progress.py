"""A bar is drawn on a terminal while bytes pass, and nothing is drawn elsewhere or before."""

from __future__ import annotations

import io
import os
import pty
import sys
from collections.abc import Callable

import pytest

from onboarding.cli.progress import Bar, bar


def drawn(work: Callable[[Bar], None], monkeypatch: pytest.MonkeyPatch) -> str:
    """What a terminal gets."""
    ours, theirs = pty.openpty()
    monkeypatch.setenv("TERM", "xterm")
    with os.fdopen(ours, "rb", buffering=0) as screen, os.fdopen(theirs, "w") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with bar() as shown:
            work(shown)
        terminal.flush()
        os.set_blocking(screen.fileno(), False)
        found = screen.read()
    return (found or b"").decode()


def receive(shown: Bar) -> None:
    shown.begin("Réception", 1000)
    for _ in range(4):
        shown.advance(250)


def test_a_terminal_sees_what_is_done_and_how_far(monkeypatch: pytest.MonkeyPatch) -> None:
    text = drawn(receive, monkeypatch)
    assert "Réception" in text
    assert "1.0/1.0 kB" in text


def test_nothing_is_drawn_before_work_begins_so_that_a_question_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(lambda _: None, monkeypatch) == ""


def test_what_is_told_before_anything_began_is_not_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(lambda shown: shown.advance(1), monkeypatch) == ""


def test_where_nobody_looks_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    with bar() as shown:
        receive(shown)
    assert written.getvalue() == ""
