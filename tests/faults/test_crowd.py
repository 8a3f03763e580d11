"""Fifty people start at once: each has their own workspace and nobody another's, and nothing stays once they left."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import docker
import pytest

from policies.names import WorkspaceName
from tests.benchmarks.bench_revocation import people, welcome
from tests.support import guarded_site as sites
from tests.support.aftermath import NOTHING, check_whole, close, found
from tests.support.guarded_register import NUMBER, PROCESSING
from tests.support.guarded_site import GuardedSite, guarded_site

PATIENCE_S = 300


@pytest.fixture
def site(image: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[GuardedSite]:
    """As many workspaces as this share two processors: each is given its time to answer."""
    settings = sites.guard_settings().model_copy(update={"start_timeout_s": 120})
    monkeypatch.setattr(sites, "guard_settings", lambda _: settings)
    with guarded_site(image) as made:
        yield made


@pytest.mark.parametrize("count", [8, pytest.param(50, marks=pytest.mark.long)])
def test_everybody_starts_at_once_and_leaves_at_once(site: GuardedSite, count: int) -> None:
    names = [WorkspaceName(f"{person}n{NUMBER}", PROCESSING) for person in people(count)]
    welcome(site, [name.person for name in names])
    hub = docker.APIClient(base_url=f"unix://{site.socket}", version="1.41", timeout=PATIENCE_S)

    def start(name: WorkspaceName) -> None:
        hub.start(hub.create_container_from_config(site.body(name), str(name))["Id"])

    def leave(name: WorkspaceName) -> None:
        hub.stop(str(name), timeout=5)
        hub.remove_container(str(name))

    with ThreadPoolExecutor(count) as crowd:
        list(crowd.map(start, names))
        assert check_whole(site, "all there") == sorted(map(str, names))
        list(crowd.map(lambda name: site.inside(name, "touch", f"/home/datalab/{name.person}"), names))
        assert [home(site, name) for name in names] == [name.person for name in names]
        assert list(crowd.map(lambda name: site.create_raw(site.body(name), str(name))[0], names)) == [409] * count
        list(crowd.map(leave, names))
    hub.close()
    assert (found(site), check_whole(site, "all gone")) == (NOTHING, [])
    kinds = site.journal()
    assert [kinds.count(kind) for kind in ("start", "stop", "attack", "start_failed")] == [count, count, 0, 0]
    start_again = names[0]
    site.open(start_again)
    assert home(site, start_again) == start_again.person
    close(site, start_again)


def home(site: GuardedSite, name: WorkspaceName) -> str:
    """What is in a workspace's home."""
    code, told = site.inside(name, "ls", "/home/datalab")
    assert code == 0
    return told.strip()
