"""No class of the journal holds a name, a login or an address of anybody, nor the name of a file."""

from __future__ import annotations

import pytest

from onboarding.demo.browser import Browser, NotOpenedError, SignInRefusedError
from policies.register.follow import read_register
from tests.support.nameless import classes, journal_text, traces, words_of
from tests.support.site import Installation

REPERAGE, EVALUATION = "aides-reperage", "aides-evaluation"
FILE = "lettre-a-madame-zyxwvu.txt"


def use(site: Installation) -> None:
    """What people and administrators do of everything that is journaled."""
    with Browser(site.address) as browser, pytest.raises(SignInRefusedError):
        browser.sign_in("c.martin", "un mot de passe faux")
    with site.workspace("c.martin", EVALUATION) as workspace:
        assert workspace.run(f"open('/projet/{FILE}', 'w').write('x')").error is None
    with site.signed_in("k.nguyen") as browser, pytest.raises(NotOpenedError):
        browser.open("societes-controle")
    with site.signed_in("k.nguyen") as browser:
        browser.press("societes-controle")
    who = ("--actor", site.cast.id("a.lefevre"), "--reason", "contrôle")
    done = site.datalab("journal", "query", *who, "--person", "c.martin", "--from", "2020-01-01", "--to", "2100-01-01")
    assert (done.returncode, "espace démarré" in done.stdout) == (0, True), done.stdout + done.stderr
    done = site.datalab("explain", "--person", "c.martin", "--processing", REPERAGE)
    assert done.returncode == 0, done.stdout + done.stderr


def test_nobody_and_no_file_is_named_in_any_class_of_the_journal(site: Installation) -> None:
    use(site)
    journal, files = site.places.journal(""), site.places.register_folder / "files"
    titles = [path.name for path in files.iterdir()]
    assert len(titles) > 3
    words = [*words_of(site.cast), FILE, *titles]
    assert classes(journal) >= {"access", "security", "register", "operations", "consultation"}
    found = {path: told for path, text in journal_text(journal).items() if (told := traces(text, words))}
    assert found == {}


def test_what_is_looked_for_is_found_where_people_are_named(site: Installation) -> None:
    """The negative control: the same look at a page that greets its person, and at the register's own documents."""
    with site.signed_in("c.martin") as browser:
        assert "Camille Martin" in traces(browser.home().text, words_of(site.cast))
    register = read_register(site.places.register_folder)
    assert traces(" ".join(register.files), register.files) == sorted(register.files)
    ids = [site.cast.id(actor.login) for actor in site.cast]
    assert traces("écrire à ana.durand@minefi.test", ids) == ["ana.durand@minefi.test"]
    assert any(traces(text, ids) for text in journal_text(site.places.journal("")).values())
