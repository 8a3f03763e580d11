"""What a whole installation's journal answers: who read what, on what ground; decisions made again are the same."""

from __future__ import annotations

import json
import shutil
from typing import Any

from policies.calendar import today
from tests.support.site import Installation

EVALUATION, HOUSING = "aides-evaluation", "menages/logements"


def query(site: Installation, *words: str) -> dict[str, Any]:
    who = ("--actor", site.cast.id("a.lefevre"), "--reason", "contrôle")
    done = site.datalab("journal", "query", *who, *words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def last_decision(site: Installation) -> str:
    return f"guard/{next(each.entry.n for each in reversed(site.journal('guard')) if each.entry.kind == 'decision')}"


def test_a_read_is_answered_with_its_articles_its_titles_and_its_end(site: Installation) -> None:
    with site.workspace("c.martin", EVALUATION):
        pass
    day = today().isoformat()
    found = query(site, "--part", HOUSING, "--person", "c.martin", "--on", day)
    ground = found["grounds"][-1]
    assert (ground["replayed"], ground["read"]["reason"], found["broken_chains"]) == (True, "asked", [])
    assert ground["read"]["decided"] == last_decision(site)
    assert "STAT-02" in {each["rule"] for each in ground["grant"]["reasons"]}
    assert "avis_css" in {each["kind"] for each in ground["titles"]}


def test_a_colleague_without_the_title_is_among_neither_those_who_could_nor_those_who_did(site: Installation) -> None:
    with site.workspace("c.martin", EVALUATION), site.workspace("b.leroy", EVALUATION):
        pass
    day = today().isoformat()
    found = query(site, "--part", HOUSING, "--from", day, "--to", day)
    camille, bastien = site.cast.id("c.martin"), site.cast.id("b.leroy")
    for people in ({each["person"] for each in found[key]} for key in ("could", "did")):
        assert (camille in people, bastien in people) == (True, False)


def test_what_somebody_did_is_told_from_sign_in_to_stop(site: Installation) -> None:
    with site.workspace("c.martin", EVALUATION):
        pass
    day = today().isoformat()
    deeds = query(site, "--person", "c.martin", "--from", day, "--to", day)["deeds"]
    done = [each["kind"] for each in deeds if each["role"] == "by"]
    assert done[-5:] == ["sign_in", "decision", "start", "entrance", "stop"]


def test_every_decision_of_the_guard_and_the_hub_is_made_again_and_is_the_same(site: Installation) -> None:
    with site.workspace("c.martin", EVALUATION):
        pass
    with site.signed_in("k.nguyen") as browser:
        browser.press("societes-controle")
    done = site.datalab("journal", "replay", "--all", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["entries"]) == (0, [])
    assert told["counts"] == {"same": told["counts"]["same"], "different": 0, "purged": 0, "unknown": 0}
    assert told["counts"]["same"] >= 2


def test_a_law_that_is_gone_is_said_to_be_gone_and_not_replaced_by_the_present_one(site: Installation) -> None:
    """Negative control: what makes the decision the same is the law that was kept, not the one that is enforced."""
    with site.workspace("c.martin", EVALUATION):
        pass
    grounds, aside = site.places.grounds, site.places.grounds.with_name("grounds-aside")
    shutil.copytree(grounds, aside)
    try:
        for path in grounds.iterdir():
            path.unlink()
        assert site.datalab("journal", "replay", last_decision(site)).returncode == 3
    finally:
        for path in aside.iterdir():
            shutil.copy2(path, grounds)
        shutil.rmtree(aside)
    assert site.datalab("journal", "replay", last_decision(site)).returncode == 0
