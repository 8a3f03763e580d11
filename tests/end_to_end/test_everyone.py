"""Every person of the demo on every processing: what opens with which mounts, what is refused under which article."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from onboarding.demo.browser import Browser
from tests.support.site import Installation

AT_ONCE = 2
EVALUATION, REPERAGE, FIRMS, ROADS = "aides-evaluation", "aides-reperage", "entreprises-fragiles", "routes-pilotage"
TOWNS = "communes/population"
FILES = {TOWNS, "allocataires/dossiers", "allocataires/identites"}
ACCOUNTS = {TOWNS, "comptes/agregats", "entreprises/etablissements"}
CRASHES = {TOWNS, "accidents/departements", "accidents/usagers"}

# who may open what, and the parts that are then mounted: written by hand from what the demo says of its people
OPENED: dict[tuple[str, str], set[str]] = {
    ("c.martin", EVALUATION): {TOWNS, "menages/logements", "menages/composition"},
    ("c.martin", REPERAGE): FILES,
    ("b.leroy", EVALUATION): {TOWNS, "menages/composition"},
    ("a.benali", REPERAGE): FILES,
    ("a.benali", ROADS): CRASHES,
    ("e.dupuis", FIRMS): ACCOUNTS,
    ("m.diallo", ROADS): CRASHES,
    ("n.faure", REPERAGE): FILES,
    ("l.perrin", EVALUATION): set(),
    ("z.colin", FIRMS): ACCOUNTS,
    ("z.colin", ROADS): {TOWNS, "accidents/departements"},
    ("w.adam", FIRMS): ACCOUNTS,
}
LOOK = """
import socket
print(*[name for _, name in socket.if_nameindex()])
print(*[place for line in open('/proc/self/mountinfo') if (place := line.split()[4]).startswith('/donnees')])
"""


@dataclass(frozen=True)
class Seen:
    """What a workspace shows from inside."""

    network: set[str]
    parts: set[str]
    notes: set[str]


NOTES = {"LISEZ-MOI.md", "catalogue.json"}


def offered(browser: Browser) -> set[str]:
    """The processings that have a button on a person's page."""
    actions = (form.action.rpartition("/espace/") for form in browser.home().forms)
    return {processing for _, found, processing in actions if found}


def look(site: Installation, login: str, processings: Iterable[str]) -> dict[tuple[str, str], Seen]:
    """Open a person's workspaces one after the other, look from inside, stop."""
    found = {}
    with site.signed_in(login) as browser:
        assert offered(browser) == set(processings), login
        for processing in processings:
            workspace = browser.open(processing)
            try:
                network, places = site.inside(site.name(login, processing), LOOK).split("\n")
            finally:
                browser.stop(workspace)
            below = {place.removeprefix("/donnees/") for place in places.split()}
            found[login, processing] = Seen(set(network.split()), below - NOTES, below & NOTES)
    return found


def test_each_person_opens_what_the_law_grants_and_nothing_else_with_exactly_the_mounts_of_the_guards_decision(
    site: Installation,
) -> None:
    before = len(site.journal("guard"))
    chosen = {actor.login: [each for who, each in OPENED if who == actor.login] for actor in site.cast}
    with ThreadPoolExecutor(AT_ONCE) as threads:
        looked = threads.map(lambda login: look(site, login, chosen[login]), chosen)
        found = {opened: seen for each in looked for opened, seen in each.items()}
    assert found == {opened: Seen({"lo"}, parts, NOTES) for opened, parts in OPENED.items()}
    decided = [each.payload for each in site.journal("guard")[before:] if each.entry.kind == "decision"]
    granted = {
        (decision["person"], decision["processing"]): {
            f"{grant['dataset']}/{grant['part']}" for grant in decision["grants"] if grant["mode"] == "read"
        }
        for decision in (payload["decision"] for payload in decided if payload)
    }
    assert granted == {(site.cast.id(login), processing): parts for (login, processing), parts in OPENED.items()}


CONTROL = "societes-controle"
REFUSED = [
    pytest.param("h.garnier", REPERAGE, "Repérer les foyers", "DL-06", id="a mission that ended yesterday"),
    pytest.param("t.roux", EVALUATION, "Évaluer l'effet", "DL-06", id="a mission that starts tomorrow"),
    pytest.param("g.lambert", EVALUATION, "Évaluer l'effet", "DL-01", id="in the directory's group only"),
    pytest.param("r.simon", EVALUATION, "Évaluer l'effet", "DL-01", id="in the register only"),
    pytest.param("j.mercier", FIRMS, "Étudier les entreprises", "DL-02", id="an unapproved habilitation"),
    pytest.param("k.nguyen", CONTROL, "Repérer les sociétés", "DL-04", id="a suspended project"),
]


@pytest.mark.parametrize(("login", "processing", "called", "article"), REFUSED)
def test_who_may_not_enter_reads_the_article_and_gets_403_when_asking_all_the_same(
    site: Installation, login: str, processing: str, called: str, article: str
) -> None:
    before = len(site.journal("guard"))
    with site.signed_in(login) as browser:
        told = "\n".join(line.text for line in browser.home().section(called))
        answer = browser.press(processing, profile="petit")
    assert all(words in told for words in ("Refusé", article, "Qui peut vous aider")), told
    assert (answer.status, article in answer.text) == (403, True), answer.text
    assert site.journal("hub")[-1].entry.kind == "refusal"
    assert [each.entry.kind for each in site.journal("guard")[before:]] == []
    assert str(site.name(login, processing)) not in site.names()
