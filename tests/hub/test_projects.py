""" "Mes projets": each processing under its project, with sizes, state and the homes that are kept aside."""

from __future__ import annotations

from dataclasses import replace

from hub.desk import Judged
from hub.projects import Choice, Entry, Group, SealedHome, group, make_entry
from hub.workspace.profiles import Profiles
from policies.access.ground import Ground
from policies.explain.account import PartAccount
from tests.policies.explain.test_contacts import CONTACTS
from tests.policies.explain.test_sentences import ACCOUNT
from tests.support.example_workspace import DECISION, PROFILE

GROUND = Ground(register="0" * 64, keys="1" * 64, organisation="minefi", roles=(), in_group=True, factors=())
PROFILES = Profiles({"petit": PROFILE})


def test_only_sizes_that_the_decision_offers_and_the_machine_has_can_be_chosen() -> None:
    decision = DECISION.model_copy(update={"profiles": ("petit", "immense")})
    assert make_entry(Judged(decision, ACCOUNT, CONTACTS, GROUND), PROFILES, "stopped", {}) == Entry(
        ACCOUNT, (Choice("petit", "Petit"),), "stopped", ()
    )


def test_a_sealed_home_says_since_when_and_beside_what_by_its_name_when_it_has_one() -> None:
    spaces = {"sealed": [{"label": ["a/p1", "zzz/p1"], "since": "2026-03-01"}], "home": "new"}
    assert isinstance(ACCOUNT.parts[0], PartAccount)
    entry = make_entry(Judged(DECISION, ACCOUNT, CONTACTS, GROUND), PROFILES, "running", spaces)
    assert entry.sealed == (SealedHome("01/03/2026", ("Jeu A : 2024", "zzz/p1")),)


def test_processings_stand_under_their_project_in_the_order_in_which_they_come() -> None:
    def entry(project: str, name: str) -> Entry:
        return Entry(replace(ACCOUNT, project=project, name=name), (), "stopped", ())

    one, two, three = entry("Aides", "a"), entry("Aides", "b"), entry("Routes", "c")
    carrier = ACCOUNT.carrier
    assert group([one, two, three]) == (Group("Aides", carrier, (one, two)), Group("Routes", carrier, (three,)))
