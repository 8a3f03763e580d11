"""What an operation refuses, and says: values that others attest, names that are taken or unknown, ends twice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from onboarding.actor import Actor
from onboarding.operations import datasets, processings, projects, teams, titles
from onboarding.operations.draft import Values
from onboarding.operations.office import Outcome
from onboarding.operations.receive_delivery import receive_delivery
from onboarding.operations.refusals import NotNowError, UnknownTargetError
from onboarding.operations.withdraw_delivery import withdraw_delivery
from policies.errors import DatalabError, InvalidFilesError, UnavailableError
from policies.files import fingerprint, parse_yaml
from policies.register.attested import Ended
from policies.register.dataset import Part
from policies.register.project import Title
from tests.support.judged_documents import ANALYST, PROCESSING, PROJECT, judged_documents
from tests.support.operations import (
    AS_OF,
    CALLS,
    HIRED,
    NEW_DATASET,
    NEW_MISSION,
    NEW_PROCESSING,
    NEW_PROJECT,
    NEW_TITLE,
    NEWCOMER,
    REASON,
    SECONDS,
    Desk,
    first,
)

Try = Callable[[Desk, Actor], object]
GIVEN: dict[str, Callable[[Desk, Actor, Values], Outcome]] = {
    "project": lambda d, a, more: projects.create_project(d.office, a, REASON, "routes", NEW_PROJECT | more),
    "changed project": lambda d, a, more: projects.change_project(d.office, a, REASON, PROJECT, more),
    "processing": lambda d, a, more: processings.propose_processing(
        d.office, a, REASON, PROJECT, "aides-routes", NEW_PROCESSING | more
    ),
    "changed processing": lambda d, a, more: processings.change_processing(d.office, a, REASON, PROCESSING, more),
    "title": lambda d, a, more: titles.propose_title(
        d.office, a, REASON, PROCESSING, "accord2", NEW_TITLE | more, d.file
    ),
    "mission": lambda d, a, more: teams.agree_mission(d.office, a, REASON, PROCESSING, "appui2", NEW_MISSION | more),
    "dataset": lambda d, a, more: datasets.create_dataset(d.office, a, REASON, "routes", NEW_DATASET | more),
    "changed dataset": lambda d, a, more: datasets.change_dataset(d.office, a, REASON, "menages", more),
    "part": lambda d, a, more: datasets.add_part(
        d.office, a, REASON, "menages", "p2025", {"name": "2025", "unit": "household"} | more
    ),
}  # fmt: skip


def actor_for(what: str) -> Actor:
    return first("dinum" if what == "mission" else "administrator")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


# a title has a number of its own, and is about the parts that it opens
TOLD = {("title", "parts"), ("title", "number")}
KEYS = ("proposed", "approved", "ended", "suspension", "processings", "team", "number", "parts")


@pytest.mark.parametrize(("what", "key"), [(w, k) for w in GIVEN for k in KEYS if (w, k) not in TOLD])
def test_nobody_gives_what_others_mark_attest_or_number(desk: Desk, what: str, key: str) -> None:
    """Otherwise a proposal could bear another's name, and be approved by whoever made it."""
    before = desk.state()
    with pytest.raises(InvalidFilesError, match=f"{key}: unknown key"):
        GIVEN[what](desk, actor_for(what), {key: {}})
    assert desk.state() == before


def yaml_values(text: str) -> Values:
    """What a sheet gives, whatever its keys are."""
    found: Values = parse_yaml(text, "fiche.yaml")
    return found


INVALID: dict[str, Try] = {
    "a key that is no word": lambda d, a: projects.change_project(d.office, a, REASON, PROJECT, yaml_values("1: x")),
    "parts that are no list": lambda d, a: titles.propose_title(
        d.office, a, REASON, PROCESSING, "accord2", NEW_TITLE | {"parts": 3}, d.file
    ),
    "a part that is no word": lambda d, a: titles.propose_title(
        d.office, a, REASON, PROCESSING, "accord2", NEW_TITLE | {"parts": [3]}, d.file
    ),
    "a period that is none": lambda d, a: processings.change_processing(
        d.office, a, REASON, PROCESSING, {"period": "toujours"}
    ),
    "a period that ends before it begins": lambda d, a: teams.invite(
        d.office, a, REASON, PROCESSING, NEWCOMER, {"from": "2026-05-04", "until": "2026-05-01"}
    ),
    "a part that nobody has": lambda d, a: processings.ask_dataset(
        d.office, a, REASON, PROCESSING, "communes", ["p2031"]
    ),
    "a title that names an unknown part": lambda d, a: titles.propose_title(
        d.office, a, REASON, PROCESSING, "accord2", NEW_TITLE | {"parts": ["menages/p2031"]}, d.file
    ),
    "a commitment of no day": lambda d, a: teams.record_commitment(
        d.office, a, REASON, PROCESSING, ANALYST, "2026-02-30", d.file
    ),
    "an id of another form": lambda d, a: projects.create_project(d.office, a, REASON, "Routes!", NEW_PROJECT),
    "a person whose id is a login": lambda d, a: teams.invite(
        d.office, a, REASON, PROCESSING, "ana.durand", AS_OF
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", INVALID)
def test_an_invalid_document_is_refused_whole_and_its_file_is_not_left_behind(desk: Desk, what: str) -> None:
    before = desk.state()
    with pytest.raises(InvalidFilesError):
        INVALID[what](desk, first("administrator"))
    assert desk.state() == before


UNKNOWN: dict[str, tuple[Try, str]] = {
    "project": (lambda d, a: projects.close_project(d.office, a, REASON, "aide"), "vouliez-vous dire aides"),
    "processing": (lambda d, a: processings.suspend_processing(d.office, a, REASON, "x"), "traitement x"),
    "dataset": (lambda d, a: datasets.suspend_dataset(d.office, a, REASON, "menage"), "vouliez-vous dire menages"),
    "person": (lambda d, a: teams.suspend_person(d.office, a, REASON, NEWCOMER), f"people/{NEWCOMER}.yaml"),
    "title": (lambda d, a: titles.end_title(d.office, a, REASON, PROCESSING, "x"), "titre x"),
    "habilitation": (lambda d, a: teams.end_habilitation(d.office, a, REASON, PROCESSING, NEWCOMER), NEWCOMER),
    "mission": (lambda d, a: teams.end_mission(d.office, a, REASON, PROCESSING, "x"), "mission x"),
    "use": (lambda d, a: processings.drop_dataset(d.office, a, REASON, PROCESSING, "x"), "ne demande pas x"),
    "version": (
        lambda d, a: withdraw_delivery(d.office, a, REASON, d.deliveries, "livraison-9"),
        r"nom de livraison livraison-9 : inconnu du registre ; vouliez-vous dire livraison-1 \?",
    ),
    "version of a part": (
        lambda d, a: withdraw_delivery(d.office, a, REASON, d.deliveries, "livraison-1", "menages", "p1999"),
        "menages/p1999 : n'a pas de livraison livraison-1",
    ),
    "dataset of a delivery": (
        lambda d, a: receive_delivery(d.office, a, REASON, d.deliveries, d.delivered, "menage"),
        r"jeu de données menage : inconnu du registre ; vouliez-vous dire menages \?",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", UNKNOWN)
def test_what_the_register_does_not_have_is_said_with_the_nearest(desk: Desk, what: str) -> None:
    call, said = UNKNOWN[what]
    with pytest.raises(UnknownTargetError, match=said):
        call(desk, first("administrator" if what != "project" else "project_lead"))


AGAIN = [
    "create_project", "close_project", "propose_processing", "propose_title", "record_commitment", "agree_mission",
    "create_dataset", "suspend_project", "suspend_processing", "suspend_person", "suspend_dataset", "end_title",
    "end_habilitation", "end_mission", "withdraw_delivery", "request_requalification",
]  # fmt: skip


@pytest.mark.parametrize("operation", AGAIN)
def test_what_was_done_is_not_done_twice(desk: Desk, operation: str) -> None:
    actor = first("dinum" if operation in {"agree_mission", "close_project"} else "administrator")
    CALLS[operation](desk, actor)
    before = desk.state()
    with pytest.raises(NotNowError):
        CALLS[operation](desk, actor)
    assert desk.state() == before


def test_a_lift_is_proposed_once_and_only_of_what_is_suspended(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(NotNowError, match="n'est pas suspendu"):
        CALLS["resume_project"](desk, first("project_lead"))
    CALLS["suspend_project"](desk, first("dpo"))
    CALLS["resume_project"](desk, first("project_lead"))
    with pytest.raises(NotNowError, match="déjà proposée"):
        CALLS["resume_project"](desk, first("project_lead"))
    with pytest.raises(NotNowError, match="est déjà suspendu"):
        CALLS["suspend_project"](desk, first("project_lead"))


def test_a_suspension_ends_with_an_approved_lift_and_may_begin_anew(desk: Desk) -> None:
    """The whole round: nothing opens until a second person approved, and one person closes again."""
    open_parts = desk.read()
    CALLS["suspend_project"](desk, first("project_lead"))
    CALLS["resume_project"](desk, first("project_lead"))
    assert (desk.read(), len(open_parts)) == ([], 4)
    desk.approve(f"projects/{PROJECT}/suspension/lifted", SECONDS["administrator"])
    assert desk.read() == open_parts
    CALLS["suspend_project"](desk, first("project_lead"))
    assert desk.read() == []


@pytest.mark.parametrize("keys", [("carrier",), ("producer",)])
def test_nobody_hands_a_project_or_a_dataset_to_another_administration(desk: Desk, keys: tuple[str]) -> None:
    """Its roles would be another's, and so would its approvals."""
    call, target = {
        "carrier": (projects.change_project, PROJECT),
        "producer": (datasets.change_dataset, "menages"),
    }[keys[0]]
    with pytest.raises(NotNowError, match="ne change pas"):
        call(desk.office, first("administrator"), REASON, target, {keys[0]: "minint"})


def test_a_part_that_is_qualified_anew_keeps_its_versions_and_what_was_withdrawn_of_them(desk: Desk) -> None:
    CALLS["withdraw_delivery"](desk, first("dpo", "withdraw_delivery"))
    before = desk.entry("datasets/menages/parts/p2024")
    again = {"name": "2024, requalifiée", "unit": "household", "regimes": ["rgpd"]}
    datasets.add_part(desk.office, first("producer"), REASON, "menages", "p2024", again)
    after = desk.entry("datasets/menages/parts/p2024")
    assert isinstance(before, Part)
    assert isinstance(after, Part)
    assert (after.versions, after.withdrawals) == (before.versions, before.withdrawals)
    assert (list(after.withdrawals), after.approved) == (["livraison-1"], None)
    with pytest.raises(InvalidFilesError, match="withdrawals.livraison-1: part p2024 has no such version"):
        datasets.add_part(desk.office, first("producer"), REASON, "menages", "p2024", again | {"versions": {}})


def test_money_alone_needs_no_new_approval(desk: Desk) -> None:
    money = {"funding": {"total": 10, "requested": 5, "carrier_share": 5}}
    outcome = projects.change_project(desk.office, first("project_lead"), REASON, PROJECT, money)
    assert (outcome.to_approve, outcome.effects, desk.read() != []) == ((), (), True)


def test_what_begins_today_and_ends_today_is_taken_away(desk: Desk) -> None:
    CALLS["invite"](desk, first("administrator"))
    place = f"projects/{PROJECT}/processings/{PROCESSING}/team/{NEWCOMER}"
    desk.approve(place, SECONDS["project_lead"])
    teams.record_commitment(desk.office, first("administrator"), REASON, PROCESSING, NEWCOMER, "2026-05-04", desk.file)
    desk.approve(f"people/{NEWCOMER}/commitments/e20260504", SECONDS["administrator"])
    assert desk.decide(NEWCOMER).allowed
    teams.end_habilitation(desk.office, first("dpo"), REASON, PROCESSING, NEWCOMER)
    found = desk.register().find_processing(PROCESSING)
    assert found is not None
    assert (NEWCOMER in found.processing.team, desk.decide(NEWCOMER).allowed) == (False, False)


def test_an_early_end_keeps_what_was_approved_and_says_who_ended_it_why(desk: Desk) -> None:
    CALLS["end_title"](desk, first("project_lead"))
    entry = desk.entry(f"projects/{PROJECT}/processings/{PROCESSING}/titles/accord")
    assert isinstance(entry, Title)
    ended = Ended(day=date(2026, 5, 3), by="plead1", reason=REASON)
    assert (entry.ended, entry.approved is None, entry.period.until) == (ended, False, date(2026, 12, 31))


def test_a_new_period_of_a_processing_takes_its_end_away_and_waits_for_an_approval(tmp_path: Path) -> None:
    documents = judged_documents()
    end = {"day": "2026-04-30", "by": "padm01", "reason": "Fini"}
    documents[f"projects/{PROJECT}.yaml"]["processings"][PROCESSING]["ended"] = end
    desk = Desk(tmp_path, documents)
    period = {"period": {"from": "2026-01-01", "until": "2026-11-30"}}
    processings.change_processing(desk.office, first("project_lead"), REASON, PROCESSING, period)
    assert desk.read() == []
    desk.approve(f"projects/{PROJECT}/processings/{PROCESSING}", SECONDS["dpo"])
    assert len(desk.read()) == 4


def test_a_title_counts_only_with_the_file_that_was_proposed(desk: Desk) -> None:
    CALLS["end_title"](desk, first("project_lead"))
    CALLS["propose_title"](desk, first("project_lead"))
    place = f"projects/{PROJECT}/processings/{PROCESSING}/titles/accord2"
    entry = desk.entry(place)
    assert isinstance(entry, Title)
    kept = desk.folder / "files" / entry.file
    assert (kept.read_bytes(), entry.fingerprint) == (b"un document", fingerprint(b"un document"))
    desk.approve(place, SECONDS["administrator"])
    assert "menages/p2024" in desk.read()
    kept.chmod(0o640)
    kept.write_bytes(b"un autre document")
    assert "menages/p2024" not in desk.read()


def test_a_file_that_cannot_be_read_is_said(desk: Desk) -> None:
    desk.file.unlink()
    with pytest.raises(UnavailableError, match="ne peut pas être lu"):
        CALLS["propose_title"](desk, first("project_lead"))


def test_a_file_that_is_too_large_is_refused(desk: Desk) -> None:
    with desk.file.open("wb") as stream:
        stream.truncate(titles.LARGEST_FILE + 1)
    with pytest.raises(UnavailableError, match="plus de 50 Mio"):
        CALLS["propose_title"](desk, first("project_lead"))


def test_a_directory_that_does_not_answer_delays_no_suspension(desk: Desk) -> None:
    def silent(*_: object) -> None:
        raise UnavailableError("directory: no answer")

    desk.office = replace(desk.office, decide=silent)
    outcome = CALLS["suspend_person"](desk, first("administrator"))
    assert (outcome.effects, outcome.unsaid) == ((), "directory: no answer")
    assert desk.read() == []


def test_a_producer_speaks_for_their_own_data_alone(desk: Desk) -> None:
    """Of a title that opens the data of two producers, or of another's, neither is the producer."""
    producer = first("producer")
    with pytest.raises(DatalabError, match="n'avez pas le rôle"):
        processings.drop_dataset(desk.office, producer, REASON, PROCESSING, "allocs")
    with pytest.raises(DatalabError, match="n'avez pas le rôle"):
        titles.end_title(desk.office, producer, REASON, PROCESSING, "avis")
    titles.end_title(desk.office, producer, REASON, PROCESSING, "accord")


def test_an_expert_whom_the_register_does_not_know_gets_a_document_with_the_mission(desk: Desk) -> None:
    assert HIRED not in desk.register().people
    CALLS["agree_mission"](desk, first("dinum"))
    assert desk.register().people[HIRED].number == 4


def test_a_file_that_cannot_be_kept_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    before = desk.state()
    monkeypatch.setattr("onboarding.operations.keeping.write_atomic", full)
    with pytest.raises(UnavailableError, match="No space left on device; nothing was changed"):
        CALLS["propose_title"](desk, first("project_lead"))
    assert desk.state() == before


def test_a_file_that_was_there_before_a_refused_change_stays(desk: Desk) -> None:
    CALLS["propose_title"](desk, first("project_lead"))
    before = desk.state()
    wrong = NEW_TITLE | {"parts": ["menages/p2031"]}
    with pytest.raises(InvalidFilesError):
        titles.propose_title(desk.office, first("project_lead"), REASON, PROCESSING, "accord3", wrong, desk.file)
    assert desk.state() == before
