"""The account as HTML: the same sentences, every branch rendered, nothing that a register says can become markup."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

import policies.explain
from policies.explain.account import Account, Citation, Ground, Obstacle, PartAccount
from policies.explain.contacts import Helper

FOLDER = Path(policies.explain.__file__).parent / "templates"
PAGES = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined)
LINK = "https://law.test/6"
GROUND = Ground("Vous êtes de l'équipe <b>.", Citation("Loi <i>, art. 6", LINK))
COMITE = Helper("le comité <u>", "a<b@comite.test", "comite")
OBSTACLE = Obstacle("Il manque un avis <script>.", Citation("Doctrine & DL-01", None), COMITE)
OPEN = Account(
    person="pana01",
    processing="aides-eval",
    name="Évaluation",
    project="Aides",
    carrier="Santé",
    purpose="statistique",
    day="04/05/2026",
    allowed=True,
    until="jusqu'au 01/06/2026 inclus",
    grounds=(GROUND,),
    obstacles=(),
    parts=(
        PartAccount("a/p1", "Jeu A <em>", "read", "jusqu'au 02/06/2026 inclus", (GROUND,), ()),
        PartAccount("b/p1", "Jeu B", "catalogue", "jusqu'au 03/06/2026 inclus", (), (OBSTACLE,)),
        PartAccount("c/p1", "Jeu C", "refused", "", (), (OBSTACLE,)),
    ),
    obligations=("Ne réidentifiez <a> personne.",),
    warnings=(GROUND,),
)
REFUSED = replace(OPEN, allowed=False, grounds=(), obstacles=(OBSTACLE,), parts=(), obligations=(), warnings=())


def render(account: Account) -> str:
    macro = '{% from "datalab/decision.html" import decision %}{{ decision(account, "t", 2) }}'
    return PAGES.from_string(macro).render(account=account)


def texts(value: Any) -> list[str]:
    """Every text that an account holds."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for each in fields(value) for text in texts(getattr(value, each.name))]
    return [text for each in value for text in texts(each)] if isinstance(value, tuple) else []


def test_beside_an_obstacle_that_a_page_removes_stands_its_link_and_beside_no_other() -> None:
    macro = '{% from "datalab/decision.html" import decision %}{{ decision(account, "t", 2, places) }}'
    page = {"address": "http://x.test/?a=1&b=<", "text": "Ouvrir <la page>"}
    shown = {
        name: PAGES.from_string(macro).render(account=account, places={name: page})
        for name in ("comite", "dinum")
        for account in (OPEN,)
    }
    link = '<a class="fr-link" href="http://x.test/?a=1&amp;b=&lt;">Ouvrir &lt;la page&gt;</a>'
    assert {name: html.count(link) for name, html in shown.items()} == {"comite": 2, "dinum": 0}
    assert PAGES.from_string(macro).render(account=REFUSED, places={"comite": page}).count(link) == 1


@pytest.mark.parametrize("account", [OPEN, REFUSED], ids=["open", "refused"])
def test_no_text_of_an_account_becomes_markup(account: Account) -> None:
    marked = [text for text in texts(account) if re.search("[<&]", text)]
    assert marked, "the account has texts to try it with"
    assert [text for text in marked if text in render(account)] == []


@pytest.mark.parametrize("account", [OPEN, REFUSED], ids=["open", "refused"])
def test_every_sentence_of_an_account_is_on_the_page(account: Account) -> None:
    page = render(account)
    for name in ("grounds", "obstacles", "warnings"):
        for told in getattr(account, name):
            assert str(PAGES.from_string("{{ text }}").render(text=told.text)) in page
    for part in account.parts:
        assert str(PAGES.from_string("{{ text }}").render(text=part.name)) in page
        assert part.until in page.replace("&#39;", "'")
    assert ("Qui peut vous aider" in page) is (OBSTACLE in account.obstacles or bool(account.parts))


def test_a_citation_leads_to_the_text_only_where_there_is_one() -> None:
    assert re.findall('href="(https:[^"]+)"', render(OPEN)) == [LINK] * 3


def test_what_is_only_described_says_so_in_a_sentence() -> None:
    page = " ".join(re.sub("<[^>]+>", " ", render(OPEN)).replace("&#39;", "'").split())
    assert "Lecture refusée Sa description au catalogue vous est ouverte jusqu'au 03/06/2026 inclus" in page


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("a@x.test", 'le comité (<a class="fr-link" href="mailto:a@x.test">a@x.test</a>).'),
        ("https://x.test", "le comité (https://x.test)."),
        ("", "le comité."),
    ],
)
def test_where_to_write_to_stands_beside_who_can_help(address: str, shown: str) -> None:
    obstacle = replace(OBSTACLE, helper=Helper("le comité", address, "comite"))
    page = render(replace(REFUSED, obstacles=(obstacle,)))
    assert f"<strong>Qui peut vous aider :</strong> {shown}" in page


def test_only_what_is_mounted_has_a_place_in_the_workspace() -> None:
    assert re.findall("<code>(.+?)</code>", render(OPEN)) == ["/donnees/a/p1"]


def test_the_list_of_parts_is_named_by_its_heading_and_no_list_is_empty() -> None:
    page = render(OPEN)
    assert re.findall('<h2 [^>]*id="([^"]+)"', page) == ["t-donnees"]
    assert re.findall('<ul class="datalab-parts" aria-labelledby="([^"]+)"', page) == ["t-donnees"]
    assert re.findall(r"<ul[^>]*>\s*</ul>", page) == []


def test_the_layout_is_french_has_a_title_links_to_skip_and_no_script_or_style_inside() -> None:
    page = PAGES.from_string(
        '{% extends "datalab/layout.html" %}{% block title %}Essai{% endblock %}'
        "{% block main %}<h1>Essai</h1>{% endblock %}"
    ).render()
    assert '<html lang="fr"' in page
    assert "<title>Essai - Datalab</title>" in page
    for skipped_to in re.findall('class="fr-link" href="#([a-z]+)"', page):
        assert f'id="{skipped_to}"' in page
    assert re.findall(r"<script|<style| style=| on[a-z]+=", page) == []
    assert re.findall(r'(?:href|src)="(?:https?:)?//', page) == []
