"""A page of a workspace keeps everything in, whatever its script tries: each attempt on the true front and on others.

On the true front nothing gets through; on one without all that holds an attempt, it does; on one with
only one of several that hold it, that one is enough.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.isolation.browser.probes import PROBES, Probe
from tests.isolation.browser.protections import REMOVALS
from tests.isolation.browser.world import Fronts, Neighbours, world

WHOLE: frozenset[str] = frozenset()
NAMES = [probe.tried for probe in PROBES]
ALONE = [(probe, holder) for probe in PROBES if len(probe.held_by) > 1 for holder in probe.held_by]


def got_through(
    browser: Browser, fronts: Fronts, around: Neighbours, probe: Probe, lacking: frozenset[str], expected: bool = False
) -> bool:
    with world(browser, fronts.port(lacking), around) as made:
        return made.attempt(probe.script_with_tools, probe.through, expected)


@pytest.mark.parametrize("probe", PROBES, ids=NAMES)
def test_it_does_not_get_through(chromium: Browser, fronts: Fronts, around: Neighbours, probe: Probe) -> None:
    assert not got_through(chromium, fronts, around, probe, WHOLE)


@pytest.mark.parametrize("probe", PROBES, ids=NAMES)
def test_without_what_holds_it_it_does(chromium: Browser, fronts: Fronts, around: Neighbours, probe: Probe) -> None:
    assert got_through(chromium, fronts, around, probe, frozenset(probe.held_by), expected=True)


@pytest.mark.parametrize(("probe", "holder"), ALONE, ids=[f"{probe.tried}: {holder}" for probe, holder in ALONE])
def test_each_of_several_that_hold_it_is_enough_alone(
    chromium: Browser, fronts: Fronts, around: Neighbours, probe: Probe, holder: str
) -> None:
    assert not got_through(chromium, fronts, around, probe, frozenset(probe.held_by) - {holder})


def test_each_protection_holds_some_attempt() -> None:
    assert {holder for probe in PROBES for holder in probe.held_by} == REMOVALS.keys()


def test_a_browser_that_does_not_know_the_allowlist_is_held_by_the_rest(
    chromium: Browser, fronts: Fronts, around: Neighbours
) -> None:
    """Firefox and Safari do not know it yet: there a page can lead its own tab away, and speak WebRTC."""
    lacking = frozenset({"Connection-Allowlist"})
    through = [probe.tried for probe in PROBES if got_through(chromium, fronts, around, probe, lacking)]
    assert through == [probe.tried for probe in PROBES if probe.held_by == ("Connection-Allowlist",)]


PLANT = """
for (const domain of ["localhost", "datalab.localhost", "espaces.datalab.localhost", "espaces.localhost"])
    document.cookie = `_xsrf=plante; path=/hub/; domain=${domain}`;
await fetch(places.own + "lab?pose");
return document.cookie;
"""


def cookie_at_the_hub(browser: Browser, port: int, around: Neighbours, domain: str) -> bool:
    """Whether the hub receives a cookie that a workspace's page, or its answer, planted."""
    with world(browser, port, around, domain) as made:
        made.page.evaluate(f"async places => {{ {PLANT} }}", made.places())
        around.hub.asked.clear()
        made.page.goto(f"{made.hub}/hub/home")
    return any(b"_xsrf=plante" in asked for asked in around.hub.asked)


def test_a_workspace_plants_no_cookie_that_the_hub_receives(
    chromium: Browser, fronts: Fronts, around: Neighbours
) -> None:
    assert not cookie_at_the_hub(chromium, fronts.port(WHOLE), around, "espaces.localhost")


def test_on_a_domain_within_the_hubs_it_would(chromium: Browser, fronts: Fronts, around: Neighbours) -> None:
    port = fronts.within_the_hub()
    assert cookie_at_the_hub(chromium, port, around, "espaces.datalab.localhost")
