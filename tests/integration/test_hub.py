"""A real hub, sign-in, directory, register and law: who gets in, what they see, what is closed; no guard is there."""

from __future__ import annotations

import json
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from hub.signin.passes import KEY_FILE
from policies.journal.read import read_journal
from policies.names import WorkspaceName
from policies.proofs.passes import pass_statement
from policies.register.follow import read_register
from policies.settings import Places
from tests.support.guarded_register import PERSON, PROCESSING, TEAMMATE, GuardedRegister, documents
from tests.support.open_law import write_open_law
from tests.support.running_hub import LOGIN, PASSWORD, Browser, RunningHub, running_hub

BUTTON = f"/hub/espace/{PROCESSING}"


@pytest.fixture(scope="module")
def hub() -> Iterator[RunningHub]:
    with an_installation() as running:
        yield running


@contextmanager
def an_installation(ticket_hours: float = 12) -> Iterator[RunningHub]:
    """A hub of its own, in a folder whose name is short: a socket's path has 108 bytes."""
    with tempfile.TemporaryDirectory(prefix="hub", dir="/tmp") as folder:
        base = Path(folder)
        places = Places(program=base / "program", state=base / "state", run=base / "run", law=base / "law")
        (base / "slapd").mkdir()
        places.state.mkdir()
        write_open_law(places.law)
        places.images.write_text(json.dumps({"workspace-python": {"tag": "x", "id": "sha256:" + "a" * 64}}))
        register = GuardedRegister(places.register_folder)
        with running_hub(places, base / "slapd", register, ticket_hours) as running:
            yield running


@pytest.fixture
def ana(hub: RunningHub) -> Browser:
    return hub.signed_in()


def stored(hub: RunningHub, query: str) -> list[tuple[Any, ...]]:
    """Rows of JupyterHub's database."""
    with sqlite3.connect(f"file:{hub.places.state}/hub/jupyterhub.sqlite?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


def refusals(hub: RunningHub) -> list[dict[str, Any]]:
    chain = hub.places.journal("hub")
    found = [each for each in read_journal(chain) if each.entry.kind == "refusal"] if chain.exists() else []
    return [each.payload or {} for each in found]


def numbered(hub: RunningHub) -> int:
    """The number that the register gave to the processing, which an author keeps."""
    found = read_register(hub.places.register_folder).find_processing(PROCESSING)
    assert found
    return found.processing.number


# --- signing in


@pytest.mark.parametrize(
    ("login", "password", "said"),
    [
        (LOGIN, "autre", "Ce mot de passe n'est pas le bon."),
        ("inconnu", PASSWORD, "L'annuaire ne connaît pas cet identifiant."),
    ],
)
def test_a_refused_sign_in_says_which_of_the_two_is_wrong(
    hub: RunningHub, login: str, password: str, said: str
) -> None:
    browser = hub.browser()
    answer = browser.sign_in(login, password)
    assert answer.status_code == 401
    assert said in answer.text.replace("&#39;", "'")
    assert browser.get("/hub/home").headers["location"].startswith("/hub/login")


def test_nobody_gets_in_while_the_directory_does_not_answer_and_they_are_told(hub: RunningHub) -> None:
    hub.slapd.freeze()
    try:
        answer = hub.browser().sign_in()
    finally:
        hub.slapd.thaw()
    assert (answer.status_code, "annuaire ne répond pas" in answer.text) == (503, True)


def test_nobody_gets_in_while_the_sign_in_process_is_away(hub: RunningHub) -> None:
    hub.stop("signin")
    try:
        answer = hub.browser().sign_in()
    finally:
        hub.start_signin()
    assert (answer.status_code, "rien n&#39;a été ouvert" in answer.text) == (503, True)


def test_what_was_typed_is_in_no_log_and_in_no_database(hub: RunningHub) -> None:
    hub.signed_in()
    hub.browser().sign_in("login-jamais-vu", "secret-jamais-vu")
    kept = hub.log() + (hub.places.state / "signin.log").read_text() + str(stored(hub, "select * from users"))
    for secret in ("login-jamais-vu", "secret-jamais-vu", PASSWORD):
        assert secret not in kept
        assert secret.encode() not in (hub.places.state / "hub" / "jupyterhub.sqlite").read_bytes()


def test_the_hub_knows_a_person_by_id_and_makes_nobody_an_administrator(hub: RunningHub, ana: Browser) -> None:
    hub.signed_in("ben")
    people = stored(hub, "select name, admin from users")
    assert {(PERSON, 0), (TEAMMATE, 0)} <= set(people)
    assert {admin for _, admin in people} == {0}


def test_a_session_ends_with_the_browser_and_no_other_site_can_use_it(hub: RunningHub) -> None:
    cookies = hub.browser().sign_in().headers.get_list("set-cookie")
    login = next(each for each in cookies if each.startswith("jupyterhub-hub-login"))
    assert ("SameSite=Lax" in login, "HttpOnly" in login, "expires" in login) == (True, True, False)


SIGN_IN_AGAIN = (302, "/hub/login?next=%2Fhub%2Fhome")


def test_a_session_ends_when_the_directory_no_longer_knows_the_person(hub: RunningHub, tmp_path: Path) -> None:
    eve = hub.signed_in("eve")
    assert eve.get("/hub/home").status_code == 200
    hub.forget("eve", tmp_path)
    time.sleep(1.1)  # the directory's last answer counts for a second here
    answer = eve.get("/hub/home")
    assert (answer.status_code, answer.headers["location"]) == SIGN_IN_AGAIN


def test_who_signs_out_reads_that_the_session_is_closed_and_it_is(hub: RunningHub) -> None:
    leaving = hub.signed_in()
    page = leaving.get("/hub/logout")
    assert (page.status_code, "Votre session est fermée." in page.text) == (200, True)
    assert ("fr-alert--success" in page.text, 'href="/hub/login"' in page.text) == (True, True)
    answer = leaving.get("/hub/home")
    assert (answer.status_code, answer.headers["location"]) == SIGN_IN_AGAIN


@pytest.mark.parametrize("named", ["autre-etude", "<script>", ""])
def test_an_address_that_names_no_workspace_of_the_person_says_nothing_of_a_stop(ana: Browser, named: str) -> None:
    page = ana.get("/hub/home", params={"arrete": named})
    assert (page.status_code, "est arrêté" in page.text, "<script>" in page.text) == (200, False, False)


def test_a_session_ends_with_its_ticket() -> None:
    with an_installation(ticket_hours=3 / 3600) as short:
        ana = short.signed_in()
        assert ana.get("/hub/home").status_code == 200
        time.sleep(3.5)
        answer = ana.get("/hub/home")
    assert (answer.status_code, answer.headers["location"]) == SIGN_IN_AGAIN


def test_a_directory_that_does_not_answer_ends_no_session_and_opens_nothing(hub: RunningHub, ana: Browser) -> None:
    secret = ana.xsrf()
    hub.slapd.freeze()
    try:
        time.sleep(1.1)
        home = ana.get("/hub/home")
        start = ana.client.post(BUTTON, data={"_xsrf": secret, "profile": "petit"})
    finally:
        hub.slapd.thaw()
    assert [(each.status_code, "rien ne s&#39;ouvre" in each.text) for each in (home, start)] == [(503, True)] * 2
    assert ana.get("/hub/home").status_code == 200


# --- what is seen


def test_a_person_sees_what_is_open_and_why_what_is_not_and_who_can_help(ana: Browser) -> None:
    page = ana.get("/hub/home").text.replace("&#39;", "'")
    said = [
        "Étude des aides",
        "statistique publique",
        "Vous êtes de l'équipe.",
        "/donnees/revenus/p2024",
        "Ce qui ouvre l'espace de travail ouvre aussi cette partie.",
        "Il manque : la levée de la suspension du jeu de données.",
        "l'équipe du Datalab à la DINUM",
    ]
    assert [each for each in said if each not in page] == []


def test_a_person_whom_nothing_concerns_is_told_whom_to_ask(hub: RunningHub) -> None:
    page = hub.signed_in("zoe").get("/hub/home")
    assert (page.status_code, "Aucun traitement ne vous concerne" in page.text) == (200, True)
    assert "Étude des aides" not in page.text


def test_a_person_is_told_that_the_guard_does_not_answer(ana: Browser) -> None:
    assert "Le gardien des espaces de travail ne répond pas" in ana.get("/hub/home").text
    answer = ana.post(BUTTON, {"profile": "petit"})
    assert (answer.status_code, "Le gardien ne répond pas" in answer.text) == (503, True)


def test_a_broken_law_opens_nothing_and_the_page_says_so(hub: RunningHub, ana: Browser) -> None:
    rule = hub.places.law / "rules" / "open_workspace" / "DL-01" / "rule.yaml"
    whole = rule.read_text(encoding="utf-8")
    token = ana.get("/hub/home")
    rule.write_text("effect: permettre\n", encoding="utf-8")
    try:
        home = ana.get("/hub/home")
        secret = re.search(r'name="_xsrf" value="([^"]+)"', token.text)
        assert secret
        start = ana.client.post(BUTTON, data={"_xsrf": secret.group(1), "profile": "petit"})
    finally:
        rule.write_text(whole, encoding="utf-8")
    assert [(each.status_code, "rien ne s&#39;ouvre" in each.text) for each in (home, start)] == [(503, True)] * 2
    assert "permettre" not in home.text


# --- what is refused


def test_a_refused_start_is_journaled_and_says_why(hub: RunningHub) -> None:
    """Ben leaves the team; the directory still has him in the project's group, so the processing concerns him."""
    before = len(refusals(hub))
    everything = documents()
    closed = everything["projects/aides.yaml"]
    del closed["processings"][PROCESSING]["team"][TEAMMATE]
    number = numbered(hub)
    closed["processings"][PROCESSING]["number"] = number
    hub.register.change("projects/aides.yaml", closed)
    try:
        answer = hub.signed_in("ben").post(BUTTON, {"profile": "petit"})
    finally:
        restored = documents()["projects/aides.yaml"]
        restored["processings"][PROCESSING]["number"] = number
        hub.register.change("projects/aides.yaml", restored)
    assert (answer.status_code, "espace de travail refusé" in answer.text) == (403, True)
    noted = refusals(hub)[before:]
    assert [(each["decision"]["person"], each["decision"]["allowed"]) for each in noted] == [(TEAMMATE, False)]


@pytest.mark.parametrize("processing", ["autre-etude", "aides-autre"])
def test_an_unknown_processing_is_not_found_and_nothing_is_stored(
    hub: RunningHub, ana: Browser, processing: str
) -> None:
    answer = ana.post(f"/hub/espace/{processing}", {"profile": "petit"})
    assert answer.status_code == 404
    assert stored(hub, f"select name from spawners where name = '{processing}'") == []


def test_a_processing_of_others_is_not_found_either(hub: RunningHub) -> None:
    zoe = hub.signed_in("zoe")
    known = zoe.client.post(BUTTON, data={"_xsrf": zoe.xsrf(), "profile": "petit"})
    unknown = zoe.client.post("/hub/espace/autre-etude", data={"_xsrf": zoe.xsrf(), "profile": "petit"})
    assert (known.status_code, unknown.status_code) == (404, 404)
    assert "Étude des aides" not in known.text


@pytest.mark.parametrize("profile", ["", "grand", "petit ", "immense", "../petit"])
def test_a_size_that_the_decision_does_not_offer_is_refused(ana: Browser, profile: str) -> None:
    assert ana.post(BUTTON, {"profile": profile}).status_code == 400


@pytest.mark.parametrize("address", [BUTTON, f"{BUTTON}/arret"])
def test_a_button_pressed_from_elsewhere_does_nothing(ana: Browser, address: str) -> None:
    assert ana.client.post(address, data={"profile": "petit"}).status_code == 403


def test_an_address_alone_starts_nothing(hub: RunningHub, ana: Browser) -> None:
    assert ana.get(BUTTON, params={"profile": "petit"}).headers["location"] == "/hub/home"


CLOSED = [
    ("GET", "/hub/admin"),
    ("GET", "/hub/token"),
    ("GET", "/hub/spawn"),
    ("POST", "/hub/spawn"),
    ("GET", f"/hub/spawn/{PERSON}"),
    ("POST", f"/hub/spawn/{PERSON}/{PROCESSING}"),
    ("GET", f"/hub/user/{PERSON}/"),
    ("GET", "/hub/accept-share?code=x"),
    ("GET", "/hub/error/503"),
    ("GET", "/hub/metrics"),
    ("GET", "/hub/api/users"),
    ("POST", "/hub/api/users"),
    ("POST", "/hub/api/users/pnew01"),
    ("PATCH", f"/hub/api/users/{PERSON}"),
    ("DELETE", f"/hub/api/users/{PERSON}"),
    ("POST", f"/hub/api/users/{PERSON}/server"),
    ("POST", f"/hub/api/users/{PERSON}/servers/{PROCESSING}"),
    ("DELETE", f"/hub/api/users/{PERSON}/servers/{PROCESSING}"),
    ("GET", f"/hub/api/users/{PERSON}/tokens"),
    ("POST", f"/hub/api/users/{PERSON}/tokens"),
    ("POST", f"/hub/api/users/{PERSON}/activity"),
    ("POST", f"/hub/api/users/{PERSON}/admin-access"),
    ("GET", "/hub/api/groups"),
    ("POST", "/hub/api/groups/amis"),
    ("GET", "/hub/api/services"),
    ("GET", f"/hub/api/shares/{PERSON}"),
    ("POST", f"/hub/api/share-codes/{PERSON}/{PROCESSING}"),
    ("GET", "/hub/api/proxy"),
    ("GET", "/hub/api/info"),
    ("POST", "/hub/api/shutdown"),
    ("GET", "/hub/api/authorizations/token/x"),
    ("POST", "/hub/api/oauth2/authorize"),
]


@pytest.mark.parametrize(("method", "address"), CLOSED, ids=[f"{method} {address}" for method, address in CLOSED])
def test_a_closed_route_does_not_exist_even_for_who_is_signed_in(ana: Browser, method: str, address: str) -> None:
    # with the token of a page, so that it is not for want of one that the route refuses
    answer = ana.client.request(method, address, headers={"X-Xsrftoken": ana.xsrf()}, json={})
    assert answer.status_code == 404


def test_an_address_that_leads_nowhere_leaves_the_forms_of_other_tabs_valid(ana: Browser) -> None:
    token = ana.xsrf()
    assert ana.get("/hub/nulle-part").status_code == 404
    answer = ana.client.post(BUTTON, data={"_xsrf": token, "profile": "immense"})
    assert (answer.status_code, "Choisissez une des tailles" in answer.text) == (400, True)


def test_a_person_holds_their_own_name_and_servers_and_nothing_else(hub: RunningHub, ana: Browser) -> None:
    model = ana.client.get("/hub/api/user", headers={"X-Xsrftoken": ana.xsrf()}).json()
    assert (model["name"], model.get("admin", False), model.get("groups", [])) == (PERSON, False, [])
    # whole, as JupyterHub writes out those of the configuration: what a default or a new version adds shows here
    own = ["servers", "start:servers", "delete:servers", "read:servers", "access:servers"]
    seen = ["read:users:name", "read:users:groups"]
    assert set(model["scopes"]) == {f"{scope}!user={PERSON}" for scope in own + seen}


# --- into a workspace, whose front knows nobody


DIGEST = "ab" * 32
WAY = f"/hub/entree/{PERSON}/{PROCESSING}?navigateur={DIGEST}"


def test_a_browser_goes_back_to_its_workspace_with_a_pass_of_the_sign_in(hub: RunningHub, ana: Browser) -> None:
    answer = ana.get(WAY)
    place, _, passed = answer.headers["location"].partition("?code=")
    assert (answer.status_code, place) == (302, f"http://{PERSON}--{PROCESSING}.espaces.localhost:8000/entree")
    last, _, signature = passed.partition(".")
    statement = pass_statement(WorkspaceName(PERSON, PROCESSING), DIGEST, int(last))
    key = bytes.fromhex((hub.places.run / "identity" / KEY_FILE).read_text())
    Ed25519PublicKey.from_public_bytes(key).verify(bytes.fromhex(signature), statement)
    assert passed not in hub.log()


def test_who_has_not_signed_in_signs_in_first(hub: RunningHub) -> None:
    answer = hub.browser().get(WAY)
    assert (answer.status_code, answer.headers["location"].startswith("/hub/login?next=")) == (302, True)


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        (f"/hub/entree/{TEAMMATE}/{PROCESSING}?navigateur={DIGEST}", 403, "n&#39;est pas le vôtre"),
        (f"/hub/entree/{PERSON}/{PROCESSING}", 400, ""),
        (f"/hub/entree/{PERSON}/{PROCESSING}?navigateur={DIGEST}0", 400, ""),
    ],
)
def test_the_way_into_a_workspace_is_closed(ana: Browser, address: str, status: int, said: str) -> None:
    answer = ana.get(address)
    assert (answer.status_code, said in answer.text, "location" in answer.headers) == (status, True, False)


def test_nobody_enters_while_the_sign_in_process_is_away(hub: RunningHub, ana: Browser) -> None:
    hub.stop("signin")
    try:
        answer = ana.get(WAY)
    finally:
        hub.start_signin()
    assert (answer.status_code, "Réessayez dans quelques minutes" in answer.text) == (503, True)


# --- the pages


PAGES = ["/hub/login", "/hub/home", "/hub/nulle-part"]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_french_titled_and_loads_nothing_from_elsewhere(
    hub: RunningHub, ana: Browser, address: str
) -> None:
    browser = hub.browser() if address == "/hub/login" else ana
    answer = browser.get(address)
    page = answer.text
    assert ('<html lang="fr"' in page, len(re.findall("<h1", page))) == (True, 1)
    assert re.search(r"<title>[^<]{5,} - Datalab</title>", page)
    assert re.findall(r"<script(?![^>]* src=)|<style|\son[a-z]+=|\sstyle=|javascript:", page) == []
    loaded = re.findall(r'<(?:link|script|img)[^>]* (?:href|src)="([^"]+)"', page)
    assert [each for each in loaded if not each.startswith("/statique/")] == []
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"]
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


@pytest.mark.parametrize("address", ["/hub/login", "/hub/home"])
def test_every_field_has_a_label_and_every_id_stands_once(hub: RunningHub, ana: Browser, address: str) -> None:
    page = (hub.browser() if address == "/hub/login" else ana).get(address).text
    fields = re.findall(r'<input(?![^>]*type="hidden")[^>]* id="([^"]+)"', page)
    assert fields
    assert [each for each in fields if f'for="{each}"' not in page] == []
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert sorted(ids) == sorted(set(ids))
    pointed = [
        each for found in re.findall(r'aria-(?:labelledby|describedby)="([^"]+)"', page) for each in found.split()
    ]
    assert [each for each in pointed if each not in ids] == []


def test_headings_descend_one_step_at_a_time(ana: Browser) -> None:
    levels = [int(each) for each in re.findall(r"<h([1-6])", ana.get("/hub/home").text)]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))
