"""Parts fail and come back: nothing opens that should not, it is said, and nobody loses a running workspace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from hub.authenticator import SENTENCES
from hub.refusals import NOTHING_OPENS
from onboarding.demo.browser import Browser, SignInRefusedError
from tests.support.site import Installation

REPERAGE = "aides-reperage"


def test_restarting_hub_guard_sign_in_and_front_loses_no_running_workspace_nor_its_kernel(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        workspace = browser.open(REPERAGE)
        try:
            workspace.run("kept = 41")
            for process in ("hub", "guard", "signin"):
                site.restart(process)
                assert workspace.run("kept + 1").text == "42", process
            site.docker("restart", "--time", "2", site.launch.front_container)
            site.launched("start")
            assert workspace.run("kept + 1").text == "42"
        finally:
            browser.stop(workspace)


@contextmanager
def broken_law(site: Installation) -> Iterator[None]:
    rule = site.places.law / "rules" / "mount_part" / "DL-10" / "rule.yaml"
    content = rule.read_text(encoding="utf-8")
    rule.write_text(content.replace("effect:", "efect:", 1), encoding="utf-8")
    try:
        yield
    finally:
        rule.write_text(content, encoding="utf-8")


def test_a_broken_law_starts_nothing_and_says_so_and_a_mended_one_opens_again(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        with broken_law(site):
            page, answer = browser.home(), browser.press(REPERAGE, profile="petit")
            checked = site.datalab("check")
        assert [(each.status, NOTHING_OPENS in each.text) for each in (page, answer)] == [(503, True)] * 2
        assert (checked.returncode, "DL-10/rule.yaml" in checked.stdout + checked.stderr) == (1, True)
        assert str(site.name("c.martin", REPERAGE)) not in site.names()
        browser.stop(browser.open(REPERAGE))


def test_a_broken_law_takes_no_running_workspace_away(site: Installation) -> None:
    with site.workspace("c.martin", REPERAGE) as workspace, broken_law(site):
        assert workspace.run("6 * 7").text == "42"


def test_a_directory_that_is_down_is_said_at_sign_in_and_opens_nothing(site: Installation) -> None:
    with site.signed_in("c.martin") as signed_in:
        site.docker("stop", "--time", "1", site.launch.directory_container)
        try:
            with Browser(site.address) as browser, pytest.raises(SignInRefusedError) as refused:
                browser.sign_in("c.martin", site.password)
            page, answer = signed_in.home(), signed_in.press(REPERAGE, profile="petit")
        finally:
            site.docker("start", site.launch.directory_container)
            site.launched("directory")
        assert SENTENCES["directory_unavailable"] in str(refused.value)
        assert [(each.status, NOTHING_OPENS in each.text) for each in (page, answer)] == [(503, True)] * 2
        assert str(site.name("c.martin", REPERAGE)) not in site.names()
        assert signed_in.home().status == 200


def test_nothing_starts_when_the_guards_journal_cannot_be_written(site: Installation) -> None:
    folder = site.places.journal("guard")
    aside = folder.with_name("guard.aside")
    with site.signed_in("c.martin") as browser:
        folder.rename(aside)
        folder.write_text("not a folder", encoding="utf-8")
        try:
            answer = browser.press(REPERAGE, profile="petit")
        finally:
            folder.unlink()
            aside.rename(folder)
        assert (answer.status, "journal" in answer.text) == (503, True), answer.text
        assert str(site.name("c.martin", REPERAGE)) not in site.names()
        browser.stop(browser.open(REPERAGE))
