"""A hand edit is in the name of who records it: nobody approves their own proposal by writing another's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from onboarding.actor import actor_of
from onboarding.entry_verbs import VERBS
from onboarding.operations.approve import OwnProposalError
from onboarding.operations.by_hand import FIRST, record_by_hand
from onboarding.permissions import TABLE
from onboarding.tree import render_values
from policies.errors import InvalidFilesError
from policies.register.attested import Attested, Endable, Lift, plain
from policies.register.datalab import HealthHosting, Homologation, Hosting
from tests.support.judged import ADMINISTRATOR
from tests.support.judged_documents import ANALYST, DAY, EXPERT, PROCESSING, PROJECT, YEAR, Values
from tests.support.operations import PRECAUTION, REASON, SECONDS, Desk, all_suspended, first

PATH = f"projects/{PROJECT}.yaml"
AT = f"projects/{PROJECT}/processings/{PROCESSING}"
RECORDER = actor_of(ADMINISTRATOR)
OTHER: Values = {"person": "pautre", "day": DAY.isoformat()}
END: Values = {"day": "2026-05-03", "by": "pautre", "reason": "Fini"}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def processing(values: Values) -> Values:
    found: Values = values["processings"][PROCESSING]
    return found


def member(values: Values) -> None:
    processing(values)["team"][ANALYST] |= {"habilitation": YEAR | {"until": "2027-12-31"}}


def renamed(values: Values) -> None:
    values["name"] = "Autre"


def suspended(values: Values) -> None:
    processing(values)["suspension"] = PRECAUTION | {"by": "pautre"}


def ended(values: Values) -> None:
    processing(values)["titles"]["accord"]["ended"] = END


EDITS: dict[str, tuple[Callable[[Values], None], str]] = {
    "a longer habilitation": (member, f"{AT}/team/{ANALYST}/proposed: pprop1 did not write this change"),
    "a project's name": (renamed, f"projects/{PROJECT}/proposed: pprop1 did not write this change"),
    "a suspension": (suspended, f"{AT}/suspension/by: pautre did not write this change"),
    "an end": (ended, f"{AT}/titles/accord/ended/by: pautre did not write this change"),
}


@pytest.mark.parametrize("what", EDITS)
def test_what_is_written_in_another_s_name_is_refused_with_the_entry_named(desk: Desk, what: str) -> None:
    edit, said = EDITS[what]
    desk.edit_by_hand(PATH, edit)
    before = desk.state()
    with pytest.raises(InvalidFilesError) as refused:
        record_by_hand(desk.office, RECORDER, REASON)
    assert (said in str(refused.value), desk.state()) == (True, before)


DATASET = "datasets/menages.yaml"
WITHDRAWN: Values = {"day": DAY.isoformat(), "by": "pautre", "reason": "Erreur de colonne"}


def withdrawn(**changes: str) -> Callable[[Values], None]:
    """A version of a part is withdrawn in a file."""

    def edit(values: Values) -> None:
        values["parts"]["p2024"]["withdrawals"] = {"livraison-1": WITHDRAWN | changes}

    return edit


def test_a_withdrawal_in_another_s_name_is_refused(desk: Desk) -> None:
    desk.edit_by_hand(DATASET, withdrawn())
    before = desk.state()
    place = "datasets/menages/parts/p2024/withdrawals/livraison-1/by"
    with pytest.raises(InvalidFilesError, match=f"{place}: pautre did not write this change; .*by: {RECORDER.person}"):
        record_by_hand(desk.office, RECORDER, REASON)
    assert desk.state() == before


def test_a_withdrawal_in_a_new_document_bears_the_recorder_s_name_too(desk: Desk) -> None:
    def edit(values: Values) -> None:
        withdrawn()(values)
        for entry in (values, *values["parts"].values()):
            entry |= {"proposed": MINE}
            entry.pop("approved")

    path = desk.folder / "datasets" / "copie.yaml"
    desk.edit_by_hand(DATASET, edit)
    (desk.folder / DATASET).rename(path)
    with pytest.raises(InvalidFilesError, match="datasets/copie/parts/p2024/withdrawals/livraison-1/by: pautre"):
        record_by_hand(desk.office, RECORDER, REASON)


def test_a_withdrawal_in_their_own_name_counts_at_once_and_voids_no_approval(desk: Desk) -> None:
    desk.edit_by_hand(DATASET, withdrawn(by=RECORDER.person))
    assert "menages/p2024" in desk.read()
    outcome = record_by_hand(desk.office, RECORDER, REASON)
    assert (outcome.to_approve, "menages/p2024" in desk.read()) == ((), False)
    assert desk.entry("datasets/menages/parts/p2024").approved is not None


def test_a_withdrawal_that_stood_before_may_stay_and_is_not_reworded_in_its_author_s_name(tmp_path: Path) -> None:
    documents = all_suspended()
    withdrawn()(documents[DATASET])
    desk = Desk(tmp_path, documents)
    desk.edit_by_hand(DATASET, lambda values: values["parts"]["totaux"].update(withdrawals={"livraison-1": MY_END}))
    assert record_by_hand(desk.office, RECORDER, REASON).digest is not None
    desk.edit_by_hand(DATASET, withdrawn(reason="Autre chose"))
    with pytest.raises(InvalidFilesError, match="p2024/withdrawals/livraison-1/by: pautre did not write this change"):
        record_by_hand(desk.office, RECORDER, REASON)


MINE: Values = {"person": RECORDER.person, "day": DAY.isoformat()}
MY_END: Values = WITHDRAWN | {"by": RECORDER.person}
LIFT: Values = {"reason": "Rien trouvé", "of": PRECAUTION, "proposed": MINE}
MISSION: Values = {"person": EXPERT, "skill": "data_science", "period": YEAR, "letter": "LM-2", "proposed": MINE}
NOT_THEIRS: dict[str, tuple[str, Callable[[Values], object], str]] = {
    "agree_mission": (PATH, lambda v: processing(v)["missions"].update(appui2=MISSION), f"{AT}/missions/appui2"),
    "resume_project": (PATH, lambda v: v["suspension"].update(lifted=LIFT), f"projects/{PROJECT}/suspension/lifted"),
    "resume_processing": (
        PATH,
        lambda v: processing(v)["suspension"].update(lifted=LIFT),
        f"{AT}/suspension/lifted",
    ),
    "resume_dataset": (
        "datasets/menages.yaml",
        lambda v: v["suspension"].update(lifted=LIFT),
        "datasets/menages/suspension/lifted",
    ),
}


@pytest.mark.parametrize("verb", NOT_THEIRS)
def test_what_an_administrator_could_not_propose_by_a_command_they_do_not_propose_by_hand(
    verb: str, tmp_path: Path
) -> None:
    path, edit, place = NOT_THEIRS[verb]
    desk = Desk(tmp_path, all_suspended())
    desk.edit_by_hand(path, edit)
    before = desk.state()
    with pytest.raises(InvalidFilesError, match=f"{place}: {verb} : vous n'avez pas le rôle"):
        record_by_hand(desk.office, RECORDER, REASON)
    assert desk.state() == before


def test_who_holds_both_roles_agrees_a_mission_by_hand(desk: Desk) -> None:
    both = replace(RECORDER, roles=RECORDER.roles | {"dinum"})
    path, edit, place = NOT_THEIRS["agree_mission"]
    desk.edit_by_hand(path, edit)
    assert record_by_hand(desk.office, both, REASON).to_approve == (place,)


def _kinds(base: type[Attested]) -> set[type[Attested]]:
    return {base}.union(*(_kinds(each) for each in base.__subclasses__()))


def test_every_kind_of_entry_has_its_operation() -> None:
    """What the datalab says of itself is recorded by hand; anything else without an operation would be too."""
    platform = {Homologation, Hosting, HealthHosting}
    assert _kinds(Attested) - {Attested, Endable} == {*VERBS, Lift, *platform}
    assert {verb for verbs in VERBS.values() for verb in verbs} <= set(TABLE)


def test_every_entry_in_another_s_name_is_named_at_once(desk: Desk) -> None:
    def edit(values: Values) -> None:
        for each in (member, renamed, suspended, ended):
            each(values)

    desk.edit_by_hand(PATH, edit)
    with pytest.raises(InvalidFilesError) as refused:
        record_by_hand(desk.office, RECORDER, REASON)
    assert [said in str(refused.value) for _, said in EDITS.values()] == [True] * 4


def test_a_lift_in_another_s_name_is_refused(tmp_path: Path) -> None:
    desk = Desk(tmp_path, all_suspended())
    lift = {"reason": "Rien trouvé", "of": PRECAUTION, "proposed": OTHER}
    desk.edit_by_hand(PATH, lambda values: values["suspension"].update(lifted=lift))
    with pytest.raises(InvalidFilesError, match=f"projects/{PROJECT}/suspension/lifted/proposed: pautre"):
        record_by_hand(desk.office, RECORDER, REASON)


@pytest.fixture
def plot(desk: Desk) -> Desk:
    """An administrator wrote another's name under a new habilitation, to approve it themselves."""
    new = {"habilitation": YEAR, "proposed": OTHER}
    desk.edit_by_hand(PATH, lambda values: processing(values)["team"].update({ANALYST: new}))
    return desk


def test_nobody_approves_their_own_proposal_by_writing_another_s_name(plot: Desk) -> None:
    with pytest.raises(InvalidFilesError):
        record_by_hand(plot.office, RECORDER, REASON)


def test_without_the_check_they_would_have(plot: Desk) -> None:
    """The negative control: the writer alone takes the edit, and the approval of who wrote it counts."""
    plot.writer().record(RECORDER.person, REASON)
    assert not plot.decide().allowed
    plot.approve(f"{AT}/team/{ANALYST}", ADMINISTRATOR)
    assert plot.decide().allowed


def test_what_is_in_their_own_name_is_recorded_and_approved_by_somebody_else_alone(desk: Desk) -> None:
    own = {"habilitation": YEAR, "proposed": {"person": RECORDER.person, "day": DAY.isoformat()}}
    desk.edit_by_hand(PATH, lambda values: processing(values)["team"].update({ANALYST: own}))
    outcome = record_by_hand(desk.office, RECORDER, REASON)
    place = f"{AT}/team/{ANALYST}"
    assert (outcome.to_approve, desk.decide().allowed) == ((place,), False)
    assert {each.part for each in outcome.effects if ANALYST in each.people and each.before.open} >= {""}
    with pytest.raises(OwnProposalError):
        desk.approve(place, ADMINISTRATOR)
    desk.approve(place, SECONDS["project_lead"])
    assert desk.decide().allowed


def test_what_nobody_signs_needs_no_proposal(desk: Desk) -> None:
    milestone = {"number": 1, "day": "2026-09-01", "name": "Revue"}
    desk.edit_by_hand(PATH, lambda values: values.update(milestones=[milestone]))
    outcome = record_by_hand(desk.office, RECORDER, REASON)
    assert (outcome.to_approve, outcome.effects, desk.register().projects[PROJECT].milestones[0].number) == ((), (), 1)


def test_what_goes_needs_nobody_s_name(desk: Desk) -> None:
    desk.edit_by_hand(PATH, lambda values: processing(values)["titles"].pop("accord"))
    record_by_hand(desk.office, RECORDER, REASON)
    assert "menages/p2024" not in desk.read()


def test_an_end_or_a_suspension_that_stood_before_may_stay(tmp_path: Path) -> None:
    documents = all_suspended()
    documents[PATH]["processings"][PROCESSING]["titles"]["accord"]["ended"] = END
    desk = Desk(tmp_path, documents)
    desk.edit_by_hand(PATH, lambda values: values.update(indicators=[{"name": "délai"}]))
    assert record_by_hand(desk.office, RECORDER, REASON).digest is not None


def test_the_first_record_of_all_makes_the_register(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    for path in [*desk.folder.glob("history/*"), desk.folder / "manifest.json"]:
        path.unlink()
    document = {"name": "Datalab", "contact": "datalab@dinum.test"}
    (desk.folder / "datalab.yaml").write_text(render_values(document), encoding="utf-8")
    outcome = record_by_hand(desk.office, RECORDER, REASON)
    assert (outcome.unsaid, outcome.to_approve, plain(desk.register().datalab)["name"]) == (FIRST, (), "Datalab")


def test_nobody_else_records(desk: Desk) -> None:
    """The other roles have operations of their own, each with what it checks."""
    for role in ("project_lead", "producer", "dinum", "dpo"):
        with pytest.raises(Exception, match="n'avez pas le rôle"):
            record_by_hand(desk.office, first(role), REASON)
