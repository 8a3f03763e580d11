"""With the command line alone, from an empty project to an analyst's running notebook, which counts a part's rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import ldap3
import pytest

from onboarding.demo.data import known_data
from onboarding.demo.directory import person_dn, seed_folder, suffix_of
from onboarding.demo.story import COUNT
from onboarding.writing import Writer
from policies.calendar import today
from policies.journal.append import Journal
from policies.register.follow import read_register
from policies.settings import DirectorySettings
from tests.end_to_end.test_ends import AT_ONCE_S, process
from tests.support.site import Installation
from tests.support.story import Story, steps_of_a_project, write_sheets
from tests.support.terminal import Shown, on_a_terminal

PROJECT, ANALYST, PART = "loyers", "g.lambert", "menages/logements"


@pytest.fixture
def story(site: Installation, tmp_path: Path) -> Iterator[Story]:
    """People of the demo, a part of the demo, and a project that nobody has heard of; taken away at the end."""
    cast = ("a.lefevre", "x.masson", "x.masson", "v.morel", "d.fournier", "q.aubert", ANALYST, site.cast.id(ANALYST))
    name = "Enquête sur les ménages : Logement des ménages"
    found = Story(tmp_path, today(), *cast, "minsante", PROJECT, PART, name)
    write_sheets(found)
    before = read_register(site.places.register_folder)
    with group_of(site, PROJECT, ANALYST):
        try:
            yield found
        finally:
            _take_away(site, set(before.documents))


def _take_away(site: Installation, kept: set[str]) -> None:
    folder = site.places.register_folder
    now = read_register(folder).documents
    writer = Writer(folder, Journal(site.places.journal("onboarding"), "onboarding"))
    writer.write(dict.fromkeys(now.keys() - kept), now, site.cast.id("a.lefevre"), "essai")


@contextmanager
def group_of(site: Installation, project: str, login: str) -> Iterator[None]:
    """The project's group in the directory, as those who run the directory make it."""
    settings = site.values.section(DirectorySettings)
    dn = f"cn={settings.project_group.format(project=project)},{settings.groups_base}"
    root, secret = f"cn=admin,{suffix_of(settings)}", (seed_folder(site.places) / "root-password").read_text().strip()
    server = ldap3.Server(settings.uri, tls=ldap3.Tls(ca_certs_file=str(settings.ca_file)))
    connection = ldap3.Connection(server, root, secret, auto_bind=True)
    try:
        member = person_dn(settings, site.cast.actor(login))
        assert connection.add(dn, "groupOfNames", {"member": member}), connection.result
        yield
    finally:
        connection.delete(dn)
        connection.unbind()


def datalab(site: Installation, login: str, *words: str) -> Shown:
    """The installed command, as somebody uses it on a terminal."""
    program = str(site.places.program / "venv" / "bin" / "python")
    environment = {"DATALAB_VALUES": str(site.installed_values), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    typed = {"Identifiant : ": login, "Mot de passe : ": site.password}
    return on_a_terminal([program, "-I", "-m", "onboarding.cli", *words], environment, typed)


def test_from_an_empty_project_to_a_notebook_that_counts_a_part_and_the_end_of_a_title_takes_it_away(
    site: Installation, story: Story
) -> None:
    for step in steps_of_a_project(story):
        shown = datalab(site, step.who, *step.words)
        assert shown.code == 0, (step, shown.text)
        assert [words for words in step.says if words not in shown.text] == [], (step, shown.text)
        assert site.password not in shown.text
    name, rows = site.name(ANALYST, story.processing), known_data(site.places).parts[PART].rows
    with site.signed_in(ANALYST) as browser:
        workspace = browser.open(story.processing)
        assert workspace.run(COUNT.format(part=PART)).text == str(rows)
        with process(site, name) as dies:
            ended = datalab(site, story.producer, "title", "end", story.processing, "accord", "--reason", "Retiré")
            assert (ended.code, f"Ferme « {story.part_name} »" in ended.text) == (0, True), ended.text
            assert dies(AT_ONCE_S)
    with site.workspace(ANALYST, story.processing) as again:
        assert again.run(f"import os\nos.path.exists('/donnees/{PART}')").text == "False"
