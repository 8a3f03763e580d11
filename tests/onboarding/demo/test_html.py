from __future__ import annotations

import pytest

from onboarding.demo.html import Form, Line, Page, entries, section

CONTENT = """<!DOCTYPE html>
<html><head><title>Mes projets</title><style>p { color: red }</style></head>
<body>
<header><a href="/">Accueil</a></header>
<main>
  <h1>Mes projets</h1>
  <h2>Aides au logement</h2>
  <article><h3>Repérer les foyers sans aide</h3><p>Finalité :
     ciblage d'usagers.</p>
    <table><tr><th>Dossiers<br><code>/donnees/a</code></th><td><span>Lecture</span> jusqu'au 3 mai</td></tr>
           <tr><th>Logement</th><td>Refusé</td></tr></table>
    <form method="post" action="/hub/espace/aides-reperage">
      <input type="hidden" name="_xsrf" value="jeton">
      <input type="radio" name="profile" value="petit" checked><input type="radio" name="profile" value="grand">
      <button type="submit">Ouvrir<span> l'espace</span></button>
    </form>
  </article>
  <article><h3>Évaluer</h3><p>Rien &amp; personne.</p>
    <a href="/user/pabcd/aides-evaluation/">Rejoindre</a>
    <form method="post" action="/hub/espace/aides-evaluation/arret"><input name="_xsrf" type="hidden" value="j"></form>
  </article>
  <h2>Autre projet</h2><p>Fin.</p>
  <form action="/recherche"><select name="tri">
    <option value="nom">Nom</option><option value="jour" selected>Jour</option></select>
    <input type="checkbox" name="tout" value="oui"><textarea name="note"></textarea></form>
</main>
<script>var cachée = "pas lue"</script>
<footer>Pied</footer>
</body></html>"""


@pytest.fixture
def page() -> Page:
    return Page("http://datalab.localhost/hub/home", 200, CONTENT)


def test_a_page_says_its_main_part_one_block_per_line(page: Page) -> None:
    assert page.text.splitlines() == [
        "Mes projets",
        "Aides au logement",
        "Repérer les foyers sans aide",
        "Finalité : ciblage d'usagers.",
        "Dossiers",
        "/donnees/a",
        "Lecture jusqu'au 3 mai",
        "Logement",
        "Refusé",
        "Ouvrir l'espace",
        "Évaluer",
        "Rien & personne.",
        "Rejoindre",
        "Autre projet",
        "Fin.",
        "Nom",
        "Jour",
    ]


def test_a_page_without_a_main_part_says_all_but_scripts_and_styles() -> None:
    page = Page("u", 200, "<style>x</style><h1>Bonjour</h1><script>y</script>à tous")
    assert page.lines == (Line("Bonjour", level=1), Line("à tous"))


def test_a_section_ends_at_the_next_heading_of_its_level(page: Page) -> None:
    found = [line.text for line in page.section("évaluer")]
    assert found == ["Rien & personne.", "Rejoindre"]
    assert [line.text for line in page.section("Repérer les foyers")][-1] == "Ouvrir l'espace"
    assert "Évaluer" in [line.text for line in page.section("Aides au logement")]
    assert page.section("Rien & personne") == page.section("absent") == ()


def test_an_item_of_a_list_holds_the_lists_inside_it() -> None:
    content = "<h4>Données</h4><ul><li>Un<ul><li>a</li><li>b</li></ul></li><li>Deux</li></ul><p>Fin</p>"
    lines = Page("u", 200, content).lines
    assert entries(section(lines, "données")) == (("Un", "a", "b"), ("Deux",))


def test_a_table_is_read_row_by_row(page: Page) -> None:
    assert entries(page.section("Repérer")) == (
        ("Dossiers", "/donnees/a", "Lecture jusqu'au 3 mai"),
        ("Logement", "Refusé"),
    )


def test_a_form_sends_what_it_holds_as_it_stands(page: Page) -> None:
    assert page.forms == (
        Form(
            "/hub/espace/aides-reperage",
            "post",
            {"_xsrf": "jeton", "profile": "petit"},
            {"_xsrf": "hidden", "profile": "radio"},
        ),
        Form("/hub/espace/aides-evaluation/arret", "post", {"_xsrf": "j"}, {"_xsrf": "hidden"}),
        Form("/recherche", "get", {"tri": "jour", "note": ""}, {"tout": "checkbox", "note": "text"}),
    )


def test_a_form_is_found_by_the_end_of_its_address(page: Page) -> None:
    assert page.form_to("/espace/aides-reperage") == page.forms[0]
    assert page.form_to("/espace/aides-evaluation") is None
    assert page.form_to("/espace/aides-evaluation/arret") == page.forms[1]


def test_links_are_read_as_written(page: Page) -> None:
    assert page.links == ("/", "/user/pabcd/aides-evaluation/")
