"""The register's writer undoes no suspension that nobody lifted and no end of what still counts."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from onboarding.lifting import (
    NOT_DELIVERED_AGAIN,
    NOT_GONE,
    NOT_KNOWN,
    NOT_LIFTED,
    NOT_PROLONGED,
    NOT_REPLACED,
    check_undone,
)
from onboarding.writing import Writer
from policies.access.approvals import Approvals
from policies.errors import InvalidFilesError, Problem, UnavailableError
from policies.files import Closed
from policies.register.documents import parse_document
from policies.register.follow import read_register
from tests.support.judged import KEY, KEYS, LEAD, approved, not_approved, shipped_law
from tests.support.judged_documents import (
    ANALYST,
    AT,
    DAY,
    PROCESSING,
    PROJECT_FILE,
    PROPOSED,
    Values,
    judged_documents,
)
from tests.support.small_register import changed, small_register

PRECAUTION: Values = {"day": DAY.isoformat(), "by": "padm01", "reason": "essai"}
LIFTED = PRECAUTION | {"lifted": {"proposed": PROPOSED, "reason": "Rien trouvé", "of": PRECAUTION}}
PLACES: dict[str, tuple[str, ...]] = {
    "projects/aides": (PROJECT_FILE,),
    f"projects/aides/processings/{PROCESSING}": AT,
    f"people/{ANALYST}": (f"people/{ANALYST}.yaml",),
    "datasets/menages": ("datasets/menages.yaml",),
}
TEAM = (*AT, "team", ANALYST)
TEAM_IDS = list(judged_documents()[PROJECT_FILE]["processings"][PROCESSING]["team"])
END: Values = {"day": "2026-04-30", "by": "padm01", "reason": "Départ"}
Documents = dict[str, Values]


def read() -> Approvals:
    return Approvals(shipped_law(), KEYS)


def never_read() -> Approvals:
    raise AssertionError("no lift had to be judged")


def never_past(path: str, since: date) -> tuple[Closed, ...]:
    raise AssertionError("no approval had to be looked for in history")


def problems(
    path: str, before: Documents | None, after: Documents | None, approvals: Any = read, past: Any = never_past
) -> list[Problem]:
    old, new = (each and parse_document(path, each[path]) for each in (before, after))
    return list(check_undone(approvals, past)(path, old, new))


@pytest.mark.parametrize("place", PLACES)
def test_a_suspension_is_not_taken_away_by_a_hand(place: str) -> None:
    keys = PLACES[place]
    suspended = changed(judged_documents(), *keys, "suspension", to=PRECAUTION)
    found = problems(keys[0], suspended, judged_documents(), never_read)
    assert found == [Problem(keys[0], f"{place}/suspension", NOT_LIFTED)]


def test_a_suspension_is_not_rewritten() -> None:
    suspended = changed(judged_documents(), *AT, "suspension", to=PRECAUTION)
    other = changed(suspended, *AT, "suspension", "reason", to="autre")
    assert len(problems(PROJECT_FILE, suspended, other)) == 1


@pytest.mark.parametrize("place", PLACES)
def test_a_suspension_whose_lift_is_approved_may_go(place: str) -> None:
    keys = PLACES[place]
    lifted = approved(changed(judged_documents(), *keys, "suspension", to=LIFTED))
    assert problems(keys[0], lifted, approved(judged_documents())) == []


def test_a_lift_that_nobody_approved_lets_nothing_go() -> None:
    place = f"projects/aides/processings/{PROCESSING}/suspension/lifted"
    proposed = approved(changed(judged_documents(), *AT, "suspension", to=LIFTED), {place: not_approved})
    assert len(problems(PROJECT_FILE, proposed, approved(judged_documents()))) == 1


ALLOWED: dict[str, tuple[Documents, Documents | None]] = {
    "a suspension is written": (
        judged_documents(), changed(judged_documents(), *AT, "suspension", to=PRECAUTION),
    ),
    "a lift is proposed": (
        changed(judged_documents(), *AT, "suspension", to=PRECAUTION),
        changed(judged_documents(), *AT, "suspension", to=LIFTED),
    ),
    "something else changes beside a suspension": (
        changed(judged_documents(), *AT, "suspension", to=PRECAUTION),
        changed(changed(judged_documents(), *AT, "suspension", to=PRECAUTION), *AT, "team", to={}),
    ),
    "an entry is ended": (approved(judged_documents()), changed(approved(judged_documents()), *TEAM, "ended", to=END)),
    "an end comes sooner": (
        changed(approved(judged_documents()), *TEAM, "ended", to=END),
        changed(approved(judged_documents()), *TEAM, "ended", to=END | {"day": "2026-04-01"}),
    ),
    "an ended entry goes": (
        changed(approved(judged_documents()), *TEAM, "ended", to=END),
        changed(approved(judged_documents()), *AT, "team", to={}),
    ),
    "an ended entry is approved anew": (
        changed(approved(judged_documents()), *TEAM, "ended", to=END),
        approved(changed(judged_documents(), *TEAM, "habilitation", "until", to="2026-11-30")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ALLOWED)
def test_what_narrows_or_is_approved_passes(name: str) -> None:
    assert problems(PROJECT_FILE, *ALLOWED[name], past=lambda path, since: ()) == []


@pytest.mark.parametrize("place", PLACES)
def test_what_is_suspended_does_not_go_with_its_suspension(place: str) -> None:
    """Else it comes back without: it stays where it is, closed, until two people lift that."""
    keys = PLACES[place]
    suspended = changed(judged_documents(), *keys, "suspension", to=PRECAUTION)
    gone = changed(judged_documents(), PROJECT_FILE, "processings", to={}) if keys == AT else None
    assert problems(keys[0], suspended, gone, never_read) == [Problem(keys[0], f"{place}/suspension", NOT_GONE)]
    lifted = approved(changed(judged_documents(), *keys, "suspension", to=LIFTED))
    assert problems(keys[0], lifted, gone) == []


def test_the_whole_project_does_not_go_while_a_processing_of_it_is_suspended() -> None:
    suspended = changed(judged_documents(), *AT, "suspension", to=PRECAUTION)
    place = f"projects/aides/processings/{PROCESSING}/suspension"
    assert problems(PROJECT_FILE, suspended, None) == [Problem(PROJECT_FILE, place, NOT_GONE)]


@pytest.mark.parametrize("change", [{"id": "a" * 32}, {"day": "2026-05-05"}, {"by": "padm02"}, {"reason": "autre"}])
def test_a_suspension_is_rewritten_in_nothing(change: Values) -> None:
    suspended = changed(judged_documents(), *AT, "suspension", to=PRECAUTION)
    other = changed(judged_documents(), *AT, "suspension", to=PRECAUTION | change)
    assert [each.message for each in problems(PROJECT_FILE, suspended, other)] == [NOT_LIFTED]


@pytest.mark.parametrize("later", [None, END | {"day": "2026-06-30"}], ids=["taken away", "put later"])
def test_an_end_is_not_undone(later: Values | None) -> None:
    signed = approved(judged_documents())
    found = problems(
        PROJECT_FILE, changed(signed, *TEAM, "ended", to=END), changed(signed, *TEAM, "ended", to=later), never_read
    )
    place = f"projects/aides/processings/{PROCESSING}/team/{ANALYST}/ended"
    assert found == [Problem(PROJECT_FILE, place, NOT_PROLONGED)]


def model(documents: Documents) -> Closed:
    return parse_document(PROJECT_FILE, documents[PROJECT_FILE])


def test_what_comes_back_with_an_approval_is_looked_for_since_the_day_of_the_oldest() -> None:
    asked: list[tuple[str, date]] = []

    def past(path: str, since: date) -> tuple[Closed, ...]:
        asked.append((path, since))
        return ()

    signed = approved(judged_documents())
    other_day = json.loads(KEY.approval(LEAD, date(2026, 3, 1), "0" * 64).model_dump_json())
    back = changed(changed(signed, *TEAM, "approved", to=other_day), PROJECT_FILE, "approved", to=None)
    missing = changed(changed(signed, *AT, "team", to={}), PROJECT_FILE, "approved", to=None)
    assert problems(PROJECT_FILE, missing, back, past=past) == []
    assert problems(PROJECT_FILE, changed(signed, *AT, "team", to={}), signed, past=past) == []
    assert problems(PROJECT_FILE, None, signed, past=past) == []
    assert asked == [(PROJECT_FILE, date(2026, 1, 2))] * 3


def test_what_does_not_come_back_is_looked_for_nowhere() -> None:
    signed = approved(judged_documents())
    assert problems(PROJECT_FILE, signed, changed(signed, PROJECT_FILE, "name", to="Autre"), past=never_past) == []
    assert problems(PROJECT_FILE, judged_documents(), judged_documents(), past=never_past) == []


def test_the_latest_of_what_stood_there_is_looked_at_first() -> None:
    """An end that was put sooner and sooner: the first that the approval outlasts is told, once."""
    signed = approved(judged_documents())
    versions = [model(changed(signed, *TEAM, "ended", to=END | {"day": day})) for day in ("2026-04-01", "2026-04-30")]
    gone = changed(signed, *AT, "team", to={})
    between = changed(signed, *TEAM, "ended", to=END | {"day": "2026-04-15"})
    place = f"projects/aides/processings/{PROCESSING}/team/{ANALYST}/ended"
    for after in (signed, between):
        found = problems(PROJECT_FILE, gone, after, past=lambda path, since: versions)
        assert found == [Problem(PROJECT_FILE, place, NOT_PROLONGED)]


def test_an_approval_that_another_one_replaced_does_not_come_back() -> None:
    signed = approved(judged_documents())
    other = approved(changed(judged_documents(), *TEAM, "habilitation", "until", to="2026-11-30"))
    place = f"projects/aides/processings/{PROCESSING}/team/{ANALYST}/approved"
    found = problems(PROJECT_FILE, other, signed, past=lambda path, since: [model(signed)])
    assert found == [Problem(PROJECT_FILE, place, NOT_REPLACED)]
    assert problems(PROJECT_FILE, other, signed, past=lambda path, since: [model(other)]) == []


@pytest.mark.parametrize("error", [UnavailableError("forgotten"), InvalidFilesError([Problem("x", "", "unreadable")])])
def test_where_history_says_nothing_the_approval_is_given_anew(error: Exception) -> None:
    def past(path: str, since: date) -> tuple[Closed, ...]:
        raise error

    signed = approved(judged_documents())
    found = problems(PROJECT_FILE, changed(signed, *AT, "team", to={}), signed, past=past)
    places = [f"projects/aides/processings/{PROCESSING}/team/{each}/approved" for each in TEAM_IDS]
    assert found == [Problem(PROJECT_FILE, place, NOT_KNOWN) for place in places]


class Unwritten:
    def append(self, kind: str, payload: object) -> None:
        """A journal that forgets."""


COMMUNES = "datasets/communes.yaml"


@pytest.fixture
def suspended(tmp_path: Path) -> Path:
    """A register on disk with a suspended dataset."""
    documents = changed(small_register(), COMMUNES, "suspension", to=PRECAUTION)
    Writer(tmp_path, Unwritten()).write(documents, {}, "padm01", "essai")
    return tmp_path


def test_the_writer_refuses_the_whole_change_and_says_where(suspended: Path) -> None:
    writer, seen = Writer(suspended, Unwritten(), check=check_undone(read, never_past)), read_register(suspended)
    with pytest.raises(InvalidFilesError, match="datasets/communes/suspension: a suspension is not taken away"):
        writer.write({COMMUNES: small_register()[COMMUNES]}, seen.documents, "padm01", "essai")
    assert read_register(suspended).digest == seen.digest


def test_a_writer_without_the_check_would_have_let_it_pass(suspended: Path) -> None:
    """The negative control."""
    seen = read_register(suspended)
    Writer(suspended, Unwritten()).write({COMMUNES: small_register()[COMMUNES]}, seen.documents, "padm01", "essai")
    assert read_register(suspended).datasets["communes"].suspension is None


def test_a_hand_edit_that_takes_a_suspension_away_is_refused_when_it_is_shown(suspended: Path) -> None:
    place = suspended / COMMUNES
    text = place.read_text(encoding="utf-8")
    kept = re.sub(r"(?m)^suspension:\n( .*\n)+", "", text)
    assert len(kept.splitlines()) == len(text.splitlines()) - 4
    place.write_text(kept, encoding="utf-8")
    with pytest.raises(InvalidFilesError, match="datasets/communes/suspension: a suspension is not taken away"):
        Writer(suspended, Unwritten(), check=check_undone(read, never_past)).differences()


VERSION = ("datasets/communes.yaml", "parts", "p2025", "withdrawals")


def test_a_withdrawn_version_is_not_read_again() -> None:
    before = changed(judged_documents(), *VERSION, to={"livraison-1": PRECAUTION})
    assert problems(VERSION[0], before, judged_documents(), never_read) == [
        Problem(VERSION[0], "parts.p2025.withdrawals.livraison-1", NOT_DELIVERED_AGAIN)
    ]


def test_a_withdrawal_may_be_written_reworded_and_kept_beside_another_change() -> None:
    plain = judged_documents()
    before = changed(plain, *VERSION, to={"livraison-1": PRECAUTION})
    reworded = changed(before, *VERSION, "livraison-1", "reason", to="autre")
    gone = changed(
        plain, "datasets/communes.yaml", "parts", to={"autre": plain["datasets/communes.yaml"]["parts"]["p2025"]}
    )
    for old, new in ((plain, before), (before, reworded), (before, before), (before, gone), (before, None)):
        assert problems(VERSION[0], old, new, never_read) == []
