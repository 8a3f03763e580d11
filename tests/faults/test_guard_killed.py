"""kill -9 of the guard at any step of a start or a stop: the next guard knows what to do with what it finds."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.support.aftermath import (
    call_all,
    check_files,
    check_next_start,
    check_whole,
    close,
    leave_files,
    spaces_of,
)
from tests.support.guarded_register import OPEN, PROCESSING, RESTRICTED
from tests.support.guarded_site import MATE, NAME, GuardedSite, site_without_guard
from tests.support.mortal_guard import DOCKER, MortalGuards, Order, mortal_guards

FEWEST_STEPS = 150
FEWEST_STEPS_THAT_MOVE = 10


@pytest.fixture
def site(image: str) -> Iterator[GuardedSite]:
    with site_without_guard(image) as made:
        yield made


@pytest.fixture
def guards(site: GuardedSite) -> Iterator[MortalGuards]:
    """Somebody worked here before, and a teammate works on through it all."""
    with mortal_guards(site) as made:
        made.start()
        site.open(NAME)
        leave_files(site, NAME)
        close(site, NAME)
        site.open(MATE)
        leave_files(site, MATE)
        made.kill()
        yield made


def steps_of_undisturbed_calls(site: GuardedSite, guards: MortalGuards) -> list[str]:
    guards.start()
    assert call_all(site)
    guards.kill()
    return guards.steps()


def die_and_recover(site: GuardedSite, guards: MortalGuards, order: Order, where: str) -> None:
    """A guard dies in the midst of its calls; the next one leaves nothing half done, and opens."""
    before = spaces_of(site)
    guards.start(order)
    finished = call_all(site)
    assert not finished or order.during_ms, f"{where}: the guard was to die"
    guards.kill()
    guards.start()
    names = check_whole(site, where)
    assert set(names) <= {str(NAME), str(MATE)}, where
    check_files(site, where, MATE)
    check_next_start(site, where)
    assert (check_whole(site, where), spaces_of(site)) == ([str(MATE)], before), where
    guards.kill()


@pytest.mark.parametrize(
    "name", [pytest.param(each, marks=() if each == "start" else pytest.mark.long) for each in DOCKER]
)
def test_a_guard_killed_around_what_it_asks_of_docker_leaves_nothing_half_done(
    site: GuardedSite, guards: MortalGuards, name: str
) -> None:
    steps = steps_of_undisturbed_calls(site, guards)
    number = steps.index(name) + 1
    die_and_recover(site, guards, Order(number), f"before {name}")
    die_and_recover(site, guards, Order(number, during_ms=20), f"during {name}")
    die_and_recover(site, guards, Order(number + 1), f"after {name}")


@pytest.mark.long
def test_a_guard_killed_while_it_mounts_leaves_no_mount(site: GuardedSite, guards: MortalGuards) -> None:
    steps = steps_of_undisturbed_calls(site, guards)
    mounting = [number for number, name in enumerate(steps, 1) if name in {"_mount", "unmount"}]
    for number in (mounting[1], mounting[len(mounting) // 2], mounting[-1]):
        die_and_recover(site, guards, Order(number), f"before step {number}, {steps[number - 1]}")


@pytest.mark.long
def test_a_guard_killed_before_any_step_leaves_nothing_half_done(site: GuardedSite, guards: MortalGuards) -> None:
    steps = steps_of_undisturbed_calls(site, guards)
    assert len(steps) > FEWEST_STEPS
    for number, name in enumerate(steps, 1):
        die_and_recover(site, guards, Order(number), f"before step {number} of {len(steps)}, {name}")


@pytest.mark.long
def test_a_guard_killed_while_docker_works_leaves_nothing_half_done(site: GuardedSite, guards: MortalGuards) -> None:
    steps = steps_of_undisturbed_calls(site, guards)
    asked = [(number, name) for number, name in enumerate(steps, 1) if name in DOCKER]
    for (number, name), milliseconds in itertools.product(asked, (1, 5, 15, 40, 80, 150, 300)):
        where = f"{milliseconds} ms after {name}"
        die_and_recover(site, guards, Order(number, during_ms=milliseconds), where)


@pytest.mark.long
def test_a_guard_killed_while_the_teams_space_moves_loses_no_file(image: str) -> None:
    """The space has its old label or its new one; with either, the next start shows what was in it."""
    with moving(image) as (site, guards):
        guards.start()
        assert call_all(site)
        steps = guards.steps()
    created, laid_out = steps.index("create_container_from_config"), steps.index("rmdir")
    assert laid_out - created > FEWEST_STEPS_THAT_MOVE
    for number in range(created + 1, laid_out + 1):
        where = f"before step {number}, {steps[number - 1]}"
        with moving(image) as (site, guards):
            guards.start(Order(number))
            assert not call_all(site), where
            guards.kill()
            guards.start()
            check_whole(site, where)
            check_next_start(site, where)


@contextmanager
def moving(image: str) -> Iterator[tuple[GuardedSite, MortalGuards]]:
    """A person left files beside open data; the whole team reads more from now on."""
    with site_without_guard(image) as site, mortal_guards(site) as guards:
        restrict(site, (OPEN,))
        guards.start()
        site.open(NAME)
        leave_files(site)
        close(site)
        guards.kill()
        restrict(site, (OPEN, RESTRICTED))
        yield site, guards


def restrict(site: GuardedSite, datasets: tuple[str, ...]) -> None:
    """The processing asks for these datasets and no other."""
    project = json.loads(json.dumps(site.register.documents["projects/aides.yaml"]))
    every = {name: {"parts": ["p2024"], "proposed": project["proposed"]} for name in datasets}
    project["processings"][PROCESSING]["datasets"] = every
    site.register.change("projects/aides.yaml", project)
