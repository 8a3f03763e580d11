"""What the law reserves to two factors, from the page to the container: real hub, sign-in, face, guard and Docker.

The law is one permit and the real rule DL-08, since health data have no complete route in the shipped law yet.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docker
import pytest
import yaml

from hub.signin.sentences import SENTENCES
from policies.files import parse_yaml
from policies.journal.read import read_journal
from policies.proofs.tickets import EVERY_FACTOR, PASSWORD_ALONE
from tests.support.device import Device
from tests.support.face import visit
from tests.support.guarded_register import PROCESSING, RESTRICTED, dataset
from tests.support.guarded_site import DOCKER, NAME, GuardedSite, guarded_site
from tests.support.open_law import LAW
from tests.support.running_hub import LOGIN, PASSWORD, Browser, RunningHub, answering_image, running_hub

BUTTON = f"/hub/espace/{PROCESSING}"
HEALTH = f"/donnees/{RESTRICTED}/p2024"
LINK = '<a class="fr-link" href="http://identite.localhost:8000/">Ouvrir la page « Second facteur »</a>'


@pytest.fixture(scope="module")
def site() -> Iterator[GuardedSite]:
    """A guard under whose law health data need two factors, and a register in which a part is health data."""
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    image = answering_image(engine)
    engine.close()
    with guarded_site(image) as found:
        take_up(found.places.law)
        found.register.change(f"datasets/{RESTRICTED}.yaml", dataset(["rgpd", "sante"]))
        found.places.images.write_text(json.dumps({"workspace-python": {"tag": "x", "id": image}}))
        yield found


@pytest.fixture(scope="module")
def hub(site: GuardedSite) -> Iterator[RunningHub]:
    with tempfile.TemporaryDirectory() as slapd, running_hub(site.places, Path(slapd), site.register) as found:
        yield found


def take_up(law: Path) -> None:
    """The rule DL-08 as it is shipped, with its cases and the facts that they rest on, beside the one permit."""
    mounting = law / "rules" / "mount_part"
    shutil.copytree(LAW / "rules" / "mount_part" / "DL-08", mounting / "DL-08")
    shutil.copy(LAW / "rules" / "mount_part" / "base.yaml", mounting)
    cases = parse_yaml((mounting / "DL-01" / "cases.yaml").read_text(encoding="utf-8"), "cases.yaml")
    cases[-1]["without"] = ["dataset.suspended"]  # the base has the fact that this case is about lacking
    (mounting / "DL-01" / "cases.yaml").write_text(yaml.safe_dump(cases, allow_unicode=True), encoding="utf-8")


def mounted(site: GuardedSite) -> bool:
    """Whether the health data are mounted in the workspace that runs."""
    places = [each["Destination"] for each in site.docker.inspect_container(str(NAME))["Mounts"]]
    assert "/donnees/communes/p2024" in places
    return HEALTH in places


def opened(site: GuardedSite, browser: Browser) -> tuple[bool, list[str]]:
    """Open, look what is mounted and which factors the guard journaled, stop."""
    browser.post(BUTTON, {"profile": "petit"})
    with browser.client.stream(
        "GET", f"/hub/api/users/{NAME.person}/servers/{PROCESSING}/progress", headers={"X-Xsrftoken": browser.xsrf()}
    ) as events:
        assert any('"ready": true' in line for line in events.iter_lines())
    try:
        found = mounted(site)
    finally:
        browser.post(f"{BUTTON}/arret", {})
    starts = [each.payload for each in read_journal(site.places.journal("guard")) if each.entry.kind == "decision"]
    assert starts[-1] is not None
    return found, starts[-1]["ground"]["factors"]


@pytest.fixture(scope="module")
def device(site: GuardedSite, hub: RunningHub) -> Device:
    """Ana enrols on the face, once what she may do without is known."""
    ana = hub.signed_in()
    page = ana.get("/hub/home").text.replace("&#39;", "'")
    assert ("il faut deux preuves d'identité" in page, LINK in page, HEALTH in page) == (True, True, False)
    assert opened(site, ana) == (False, ["password"])
    return visit(site.places.socket("identity")).enrol(LOGIN, PASSWORD)


def test_with_two_factors_health_data_are_shown_and_mounted(site: GuardedSite, hub: RunningHub, device: Device) -> None:
    ana = hub.signed_in(code=device.code())
    page = ana.get("/hub/home").text.replace("&#39;", "'")
    assert ("il faut deux preuves d'identité" in page, LINK in page, HEALTH in page) == (False, False, True)
    assert opened(site, ana) == (True, ["password", "totp"])
    # their home stood beside health data: whoever shows two factors finds it as they left it
    assert "mis de côté" not in ana.get("/hub/home").text


@pytest.mark.parametrize(("code", "word"), [("", "code_needed"), ("wrong", "wrong_code"), ("ben", "no_factor")])
def test_the_hubs_page_says_what_is_missing(hub: RunningHub, device: Device, code: str, word: str) -> None:
    login, typed = ("ben", "123456") if code == "ben" else (LOGIN, device.wrong() if code else "")
    answer = hub.browser().sign_in(login, code=typed)
    assert answer.status_code == 401
    assert SENTENCES[word] in answer.text.replace("&#39;", "'")
    assert "123456" not in answer.text


def test_a_session_from_before_the_enrolment_has_one_factor_still(site: GuardedSite, hub: RunningHub) -> None:
    """What was signed with one factor stays so: nothing is added to a ticket afterwards."""
    ben = hub.signed_in("ben")
    visit(site.places.socket("identity")).enrol("ben", PASSWORD)
    assert LINK in ben.get("/hub/home").text


def created(site: GuardedSite, body: dict[str, Any]) -> int:
    """What the guard answers to a creation, which is undone."""
    status, _ = site.create_raw(body)
    if status == 201:
        site.hub.remove_container(str(NAME))
    return status


@pytest.mark.parametrize("factors", [PASSWORD_ALONE, EVERY_FACTOR])
def test_the_guard_creates_what_the_factors_of_the_ticket_open(site: GuardedSite, factors: tuple[str, ...]) -> None:
    body = site.body(ticket=site.ticket(factors=factors), factors=factors)
    assert (HEALTH in json.dumps(body), created(site, body)) == (factors == EVERY_FACTOR, 201)


def test_a_hub_that_claims_a_second_factor_is_refused_and_one_that_hides_it_is_an_attack(site: GuardedSite) -> None:
    """The facts hold the factors, so their digest differs; with the digest of what is true, the mounts differ."""
    ticket = site.ticket(factors=PASSWORD_ALONE)
    honest, claimed = (site.body(ticket=ticket, factors=each) for each in (PASSWORD_ALONE, EVERY_FACTOR))
    hidden = claimed | {"Labels": honest["Labels"]}
    assert (created(site, claimed), created(site, hidden)) == (409, 403)
    assert site.journal()[-1] == "attack"


def test_no_log_holds_a_code_or_a_secret(site: GuardedSite, hub: RunningHub, device: Device) -> None:
    code = device.code()
    hub.signed_in(code=code)
    logs = hub.log() + (site.places.state / "signin.log").read_text()
    assert [word for word in (f"={code}", f'"{code}"', device.secret, PASSWORD) if word in logs] == []


def test_every_page_leads_to_where_the_second_factor_is_kept(hub: RunningHub, device: Device) -> None:
    link = '<a class="fr-btn" href="http://identite.localhost:8000/">Second facteur</a>'
    ben = hub.signed_in("zoe")
    for browser, address in ((hub.browser(), "/hub/login"), (ben, "/hub/home"), (ben, "/hub/nulle-part")):
        assert browser.get(address).text.count(link) == 1
