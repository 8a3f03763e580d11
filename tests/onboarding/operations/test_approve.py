"""An approval is put at its place by a second person, over exactly what they were shown."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from onboarding.operations.approve import OwnProposalError, UnknownPlaceError, approve, find_to_approve
from policies.directory.person import Person
from policies.errors import StaleError
from policies.proofs.approvals import check_approval
from policies.proofs.keys import ProofError
from policies.register.attested import Approval
from policies.register.follow import Register, read_register
from policies.register.places import attested_entries, find_entry
from tests.support.signing import make_key, published
from tests.support.small_register import changed, small_register
from tests.support.written_register import first_write, journaled, make_writer

DAY = date(2026, 3, 2)
TEAM = "projects/aides/processings/aides-eval/team/pana01"
DPO = Person(id="pdpo01", name="Une déléguée", organisation="minefi", roles=frozenset({"dpo"}))
PROPOSER = Person(id="plead1", name="Un chef de projet", organisation="minefi", roles=frozenset({"project_lead"}))


def _sign(fingerprint: str) -> Approval:
    return make_key().approval(DPO, DAY, fingerprint)


def _register(folder: Path) -> Register:
    return read_register(folder / "register")


def _all_places(register: Register) -> list[str]:
    return [
        place
        for path in register.documents
        if (document := register.document(path)) is not None
        for place, _ in attested_entries(path, document)
    ]


def test_every_place_of_a_register_can_be_approved_and_each_approval_verifies(tmp_path: Path) -> None:
    first_write(tmp_path)
    places = _all_places(_register(tmp_path))
    for place in places:
        approve(_register(tmp_path), place, _sign, make_writer(tmp_path))
    register = _register(tmp_path)
    for place in places:
        entry = find_entry(register, place)
        assert entry is not None
        assert entry.approved == _sign(entry.signed_fingerprint(place))
        check_approval(entry.approved, entry.signed_fingerprint(place), published(make_key()))
    assert [(each["actor"], each["reason"]) for each in journaled(tmp_path)[1:] if each] == [
        ("pdpo01", f"Approbation : {place}") for place in places
    ]


def test_an_approval_changes_nothing_but_the_approval(tmp_path: Path) -> None:
    first_write(tmp_path)
    before = _register(tmp_path)
    approval = approve(before, TEAM, _sign, make_writer(tmp_path))
    after = _register(tmp_path)
    changed_paths = {path for path in after.documents if after.documents[path] != before.documents[path]}
    entry = find_entry(after, TEAM)
    assert (changed_paths, entry and entry.approved) == ({"projects/aides.yaml"}, approval)
    assert find_entry(before, TEAM) == (entry and entry.model_copy(update={"approved": None}))


def test_an_entry_that_changes_after_its_approval_is_no_longer_approved(tmp_path: Path) -> None:
    first_write(tmp_path)
    approve(_register(tmp_path), TEAM, _sign, make_writer(tmp_path))
    place = tmp_path / "register" / "projects" / "aides.yaml"
    place.write_text(place.read_text().replace("until: 2026-12-31", "until: 2027-12-31"))
    make_writer(tmp_path).record("plead1", "Prolongation")
    entry = find_entry(_register(tmp_path), TEAM)
    assert entry is not None
    assert entry.approved is not None
    with pytest.raises(ProofError):
        check_approval(entry.approved, entry.signed_fingerprint(TEAM), published(make_key()))


def test_who_proposed_cannot_approve(tmp_path: Path) -> None:
    digest = first_write(tmp_path)
    with pytest.raises(OwnProposalError, match="ne peut pas l'approuver"):
        approve(_register(tmp_path), TEAM, lambda f: make_key().approval(PROPOSER, DAY, f), make_writer(tmp_path))
    assert _register(tmp_path).digest == digest


def test_what_changed_while_the_approver_typed_is_not_approved(tmp_path: Path) -> None:
    first_write(tmp_path)
    seen = _register(tmp_path)
    path = "projects/aides.yaml"
    other = changed(small_register(), path, "name", to="Autre")[path]
    make_writer(tmp_path).write({path: other}, {path: seen.documents[path]}, "plead1", "Nom")
    with pytest.raises(StaleError, match=r"changed since you read it, by plead1"):
        approve(seen, TEAM, _sign, make_writer(tmp_path))


@pytest.mark.parametrize(
    ("place", "message"),
    [
        (f"{TEAM[:-1]}2", f"{TEAM[:-1]}2: rien à approuver à cet endroit du registre ; vouliez-vous dire {TEAM} ?"),
        ("people/pana01", "people/pana01: rien à approuver à cet endroit du registre"),
    ],
)
def test_a_place_with_nothing_to_approve_is_refused_with_the_nearest(place: str, message: str, tmp_path: Path) -> None:
    first_write(tmp_path)
    with pytest.raises(UnknownPlaceError) as refused:
        find_to_approve(_register(tmp_path), place)
    assert str(refused.value) == message
