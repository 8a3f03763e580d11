"""A delivery on a real guard and a real Docker: read from the next start on, and withdrawn it ends who reads it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from hub.signin.keys import ensure_keys
from onboarding.actor import Actor
from onboarding.deliveries.quarantine import Quarantined
from onboarding.ground import read_approvals
from onboarding.operations.check_delivery import check_delivery
from onboarding.operations.confirm_delivery import confirm_delivery
from onboarding.operations.confirmable import find_to_confirm
from onboarding.operations.deliveries import Desk, Silent, desk_of, find_delivery
from onboarding.operations.office import Office
from onboarding.operations.receive_delivery import receive_delivery
from onboarding.operations.withdraw_delivery import withdraw_delivery
from onboarding.writing import Writer
from policies.calendar import now, today
from policies.directory.person import Person
from policies.journal.append import Journal
from policies.names import WorkspaceName
from policies.register.attested import Approval
from policies.register.follow import Register, read_register
from tests.integration.test_enforcement import AT_ONCE_S, ended, process
from tests.support.deliveries import COLUMNS, TOWNS, make_desk, write_source
from tests.support.guarded_register import OPEN
from tests.support.guarded_site import DOCKER, MATE, NAME, GuardedSite, guarded_site, test_image, wait_for

PRODUCER = Person(id="pprod0", name="Pro Ducteur", organisation="insee", roles=frozenset({"producer"}))
WHO = (Actor("padm01", "dinum", frozenset({"administrator"})), "essai")


@pytest.fixture
def site() -> Iterator[GuardedSite]:
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    image = test_image(engine)
    engine.close()
    with guarded_site(image) as made:
        document = json.loads(json.dumps(made.register.documents[f"datasets/{OPEN}.yaml"]))
        document["parts"]["p2024"]["columns"] = COLUMNS
        made.register.change(f"datasets/{OPEN}.yaml", document)
        yield made


def register_of(site: GuardedSite) -> Register:
    return read_register(site.places.register_folder)


def desk(site: GuardedSite) -> Desk:
    settings = make_desk(site.places.state).settings
    return desk_of(site.places, settings, journal(site), now, Silent())


def journal(site: GuardedSite) -> Journal:
    return Journal(site.places.journal("onboarding"), "onboarding")


def writer(site: GuardedSite) -> Writer:
    return Writer(site.places.register_folder, journal(site))


def office(site: GuardedSite) -> Office:
    """The office of the site; nothing is said of who may open what."""
    folder = site.places.register_folder
    return Office(writer(site), folder, lambda: register_of(site), lambda *_: None, today)


def receive(site: GuardedSite, source: Path) -> Quarantined:
    """Bring a folder in."""
    name = receive_delivery(office(site), *WHO, desk(site), source, OPEN).name
    assert name is not None
    return find_delivery(desk(site), name)


def deliver(site: GuardedSite, source: Path) -> str:
    """Receive, check and confirm as the producer; answers the version."""
    at, held = desk(site), receive(site, source)
    assert check_delivery(office(site), *WHO, at, held.name).sound

    def ask(fingerprint: str) -> Approval:
        return ensure_keys(site.places, today()).approval(PRODUCER, today(), fingerprint)

    found = find_to_confirm(at, register_of(site), held.name, None)
    confirm_delivery(at, register_of(site), found, ask, read_approvals(site.places), writer(site))
    return held.name


def shown(site: GuardedSite, name: WorkspaceName) -> dict[str, str]:
    """The files of the part, as they are seen inside."""
    folder = f"/donnees/{OPEN}/p2024"
    _, listed = site.inside(name, "ls", folder)
    return {file: site.inside(name, "cat", f"{folder}/{file}")[1] for file in listed.split()}


BEFORE = {"lignes.csv": f"jeu\n{OPEN}\n"}
AFTER = {"communes.csv": TOWNS.decode()}


def test_a_delivery_is_read_from_the_next_start_on_and_its_withdrawal_ends_who_reads_it(
    site: GuardedSite, tmp_path: Path
) -> None:
    site.open(NAME)
    with process(site, NAME) as first_dies:
        name = deliver(site, write_source(tmp_path, {"p2024/communes.csv": TOWNS}))
        site.open(MATE)
        assert (shown(site, NAME), shown(site, MATE)) == (BEFORE, AFTER)
        written = site.inside(MATE, "sh", "-c", f"echo x >>/donnees/{OPEN}/p2024/communes.csv")[0]
        assert written != 0
        with process(site, MATE) as second_dies:
            withdraw_delivery(office(site), *WHO, desk(site), name)
            assert second_dies(AT_ONCE_S)
        assert not first_dies(0)
    told = site.payloads("enforcement")
    assert [each["workspace"] for each in told] == [str(MATE)]
    said = f"La livraison {name}, que votre espace lisait, a été retirée."
    assert [each["message"] for each in ended(site, MATE)["losses"][0]["refusals"]] == [said]
    wait_for(lambda: site.containers() == [f"/{NAME}"])
    site.open(MATE)
    assert shown(site, MATE) == BEFORE


def test_what_is_only_in_the_store_is_mounted_for_nobody(site: GuardedSite, tmp_path: Path) -> None:
    """Negative control: files are all in place, nobody confirmed them."""
    held = receive(site, write_source(tmp_path, {"p2024/communes.csv": TOWNS}))
    package = held.package()
    desk(site).store.publish(OPEN, "p2024", package.of_part("p2024"), held, lambda _: None)
    site.open(NAME)
    assert shown(site, NAME) == BEFORE
