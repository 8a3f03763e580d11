"""A decision is made again with the law and the facts of its moment: the same, or the place that differs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onboarding.reports.past import Past
from onboarding.reports.replay import Replayed, differences, replay
from policies.files import fingerprint
from policies.journal.read import Recorded, read_journal
from tests.support.judged import PEOPLE, person
from tests.support.judged_documents import ANALYST, AT, EXPERT, PROJECT, TEAMMATE
from tests.support.past_site import PastSite, documents_with_files
from tests.support.small_register import changed


@pytest.fixture
def site(tmp_path: Path) -> PastSite:
    made = PastSite(tmp_path)
    made.enforce()
    made.write()
    return made


def replayed(site: PastSite, account: str = "guard") -> list[Replayed]:
    past = Past(site.places)
    found = [replay(past, account, each) for each in read_journal(site.places.journal(account))]
    return [each for each in found if each is not None]


def outcomes(site: PastSite, account: str = "guard") -> list[str]:
    return [each.outcome for each in replayed(site, account)]


def test_a_decision_is_the_same_when_nothing_changed(site: PastSite) -> None:
    site.open(ANALYST)
    assert replayed(site) == [Replayed("guard/1", "2026-01-05T08:00:00.000000Z", "same")]


def test_a_refusal_is_replayed_too(site: PastSite) -> None:
    documents = changed(
        documents_with_files(), *AT, "suspension", to={"day": "2026-01-05", "by": "padm01", "reason": "x"}
    )
    site.write(documents)
    site.refuse(ANALYST)
    assert outcomes(site, "hub") == ["same"]


def suspended(law: Path) -> None:
    """A law under which nobody whose commitment is of this year reads statistics."""
    shutil.rmtree(law / "rules" / "mount_part" / "STAT-02")
    identifiers = law / "identifiers.yaml"
    without = re.sub(r"  STAT-02:\n(    .*\n)+", "", identifiers.read_text(encoding="utf-8"))
    identifiers.write_text(without, encoding="utf-8")


def without_the_team(site: PastSite) -> None:
    site.write(changed(documents_with_files(), *AT, "team", to={}))


CHANGES: list[tuple[str, Callable[[PastSite], object]]] = [
    ("another law", lambda site: site.enforce(suspended)),
    ("another register", without_the_team),
    ("another directory", lambda site: site.people.update({ANALYST: person(ANALYST, "insee")})),
    ("another key", lambda site: site.places.keys.write_text('{"keys":[]}')),
    ("no files of titles", lambda site: shutil.rmtree(site.places.register_folder / "files")),
    ("no law at all", lambda site: shutil.rmtree(site.places.law)),
]


@pytest.mark.parametrize("change", [each[1] for each in CHANGES], ids=[each[0] for each in CHANGES])
def test_a_decision_is_the_same_after_everything_changed(site: PastSite, change: Callable[[PastSite], object]) -> None:
    site.open(ANALYST)
    site.open(EXPERT)
    site.at("2026-06-01T10:00")
    change(site)
    assert outcomes(site) == ["same", "same"]


@pytest.mark.parametrize("change", [each[1] for each in CHANGES[:5]], ids=[each[0] for each in CHANGES[:5]])
def test_the_changes_that_are_tried_here_do_change_decisions(
    site: PastSite, change: Callable[[PastSite], object]
) -> None:
    """Negative control: judged anew on the facts of today, the decision is another one."""
    before, _ = site.judge(ANALYST)
    change(site)
    after, _ = site.judge(ANALYST)
    assert list(differences(before.model_dump(mode="json"), after.model_dump(mode="json"))) != []


def test_a_file_that_was_not_the_approved_one_is_not_so_in_the_replay_either(site: PastSite) -> None:
    files = site.places.register_folder / "files"
    (files / "avis.pdf").write_bytes(b"another opinion")
    (files / "accord.pdf").unlink()
    site.open(ANALYST)
    [decision] = [each.payload for each in read_journal(site.places.journal("guard")) if each.entry.kind == "decision"]
    assert decision is not None
    assert decision["ground"]["files"] == {
        fingerprint(b"accord.pdf"): None,
        fingerprint(b"avis.pdf"): fingerprint(b"another opinion"),
    }
    (files / "avis.pdf").write_bytes(b"avis.pdf")
    (files / "accord.pdf").write_bytes(b"accord.pdf")
    assert outcomes(site) == ["same"]


def test_a_decision_holds_nothing_of_a_person_but_what_the_law_may_ask(site: PastSite) -> None:
    name = PEOPLE[ANALYST].name
    site.people[ANALYST] = person(ANALYST, "minefi", "dpo", projects=frozenset({PROJECT, "secret-project"}))
    site.open(ANALYST)
    [decision, _] = [each.payload for each in read_journal(site.places.journal("guard"))]
    assert decision is not None
    assert {key: decision["ground"][key] for key in ("organisation", "roles", "in_group", "factors")} == {
        "organisation": "minefi", "roles": ["dpo"], "in_group": True, "factors": ["password"],
    }  # fmt: skip
    text = json.dumps(decision)
    assert [word for word in (name, "secret-project", "avis.pdf") if word in text] == []


def tampered(site: PastSite, change: Callable[[dict[str, Any]], object]) -> Replayed:
    """The replay of an entry whose payload says something else than what was decided."""
    site.open(TEAMMATE)
    first = next(iter(read_journal(site.places.journal("guard"))))
    assert first.payload is not None
    change(first.payload)
    found = replay(Past(site.places), "guard", Recorded(first.entry, first.payload))
    assert found is not None
    return found


def test_a_decision_that_was_not_the_laws_is_told_with_the_place(site: PastSite) -> None:
    def widened(payload: dict[str, Any]) -> None:
        payload["decision"]["until"] = "2030-01-01"
        payload["decision"]["grants"][0]["version"] = "livraison-9"

    found = tampered(site, widened)
    assert (found.outcome, found.differences) == (
        "different",
        ("grants[0].version: 'livraison-9' -> 'livraison-1'", "until: '2030-01-01' -> '2026-12-31'"),
    )


def test_a_decision_on_other_facts_than_it_says_is_told(site: PastSite) -> None:
    def other(payload: dict[str, Any]) -> None:
        payload["ground"]["organisation"] = "insee"

    found = tampered(site, other)
    assert (found.outcome, found.differences[0].partition(":")[0]) == ("different", "facts")


UNKNOWN: list[tuple[str, Callable[[dict[str, Any]], object], str]] = [
    ("no ground", lambda p: p.pop("ground"), "without its ground"),
    ("another law", lambda p: p["decision"].update(law="0" * 64), "missing; restore it"),
    ("another register", lambda p: p["ground"].update(register="0" * 64), "missing; restore it"),
    ("other keys", lambda p: p["ground"].update(keys="0" * 64), "missing; restore it"),
    ("a path", lambda p: p["decision"].update(law="../../etc/passwd"), "is not a fingerprint"),
    ("a path in the register", lambda p: p["ground"].update(register="../manifest.json"), "is not a fingerprint"),
    ("no decision", lambda p: p.update(decision={"person": 1}), "decision.processing: missing"),
    ("a processing of nobody", lambda p: p["decision"].update(processing="nobodys"), "has no processing nobodys"),
]


@pytest.mark.parametrize(("change", "why"), [each[1:] for each in UNKNOWN], ids=[each[0] for each in UNKNOWN])
def test_what_cannot_be_replayed_says_why(site: PastSite, change: Callable[[dict[str, Any]], object], why: str) -> None:
    found = tampered(site, change)
    assert (found.outcome, why in found.why) == ("unknown", True), found.why


def test_a_kept_law_that_was_touched_is_not_believed(site: PastSite) -> None:
    site.open(ANALYST)
    for path in site.places.grounds.iterdir():
        if b"STAT-02" in path.read_bytes():
            path.chmod(0o600)
            path.write_bytes(path.read_bytes().replace(b"avis_css", b"avis_cnil"))
    [found] = replayed(site)
    assert (found.outcome, "not the content that it is named after" in found.why) == ("unknown", True)


def test_a_purged_payload_is_said_to_be_purged(site: PastSite) -> None:
    site.open(ANALYST)
    site.at("2030-01-01T00:00").journal("guard").purge("access", date(2027, 1, 1))
    assert outcomes(site) == ["purged"]


def test_other_entries_hold_no_decision(site: PastSite) -> None:
    site.journal("guard").append("process_started", {"process": "guard", "standing": []})
    site.journal("guard").append("refusal", {"call": "POST /x", "status": 403, "reason": "L'annuaire..."})
    assert replayed(site) == []


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, ["a[1].b: 2 -> 3"]),
        ({"a": 1}, {}, ["a: 1 -> None"]),
        ({"a": [1]}, {"a": [1, 2]}, ["a: 1 items -> 2 items"]),
        ({"a": 1, "b": 2}, {"a": 2, "b": 1}, ["a: 1 -> 2", "b: 2 -> 1"]),
    ],
)  # fmt: skip
def test_differences_name_their_place(before: object, after: object, found: list[str]) -> None:
    assert list(differences(before, after)) == found


def test_a_long_value_is_shortened() -> None:
    [found] = differences({"a": "x" * 100}, {"a": "y"})
    assert found == "a: '" + "x" * 59 + "... -> 'y'"
