"""The register's writer undoes no suspension that nobody lifted and no end of what still counts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from onboarding.lifting import NOT_DELIVERED_AGAIN, NOT_LIFTED, NOT_PROLONGED, check_undone
from onboarding.writing import Writer
from policies.access.approvals import Approvals
from policies.errors import InvalidFilesError, Problem
from policies.register.documents import parse_document
from policies.register.follow import read_register
from tests.support.judged import KEYS, approved, not_approved, shipped_law
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
END: Values = {"day": "2026-04-30", "by": "padm01", "reason": "Départ"}
Documents = dict[str, Values]


def read() -> Approvals:
    return Approvals(shipped_law(), KEYS)


def never_read() -> Approvals:
    raise AssertionError("no lift had to be judged")


def problems(path: str, before: Documents, after: Documents | None, approvals: Any = read) -> list[Problem]:
    old = parse_document(path, before[path])
    new = None if after is None else parse_document(path, after[path])
    return list(check_undone(approvals)(path, old, new))


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
    "the suspended document goes": (changed(judged_documents(), *AT, "suspension", to=PRECAUTION), None),
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
    assert problems(PROJECT_FILE, *ALLOWED[name]) == []


@pytest.mark.parametrize("later", [None, END | {"day": "2026-06-30"}], ids=["taken away", "put later"])
def test_an_end_is_not_undone(later: Values | None) -> None:
    signed = approved(judged_documents())
    found = problems(
        PROJECT_FILE, changed(signed, *TEAM, "ended", to=END), changed(signed, *TEAM, "ended", to=later), never_read
    )
    place = f"projects/aides/processings/{PROCESSING}/team/{ANALYST}/ended"
    assert found == [Problem(PROJECT_FILE, place, NOT_PROLONGED)]


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
    writer, seen = Writer(suspended, Unwritten(), check=check_undone(read)), read_register(suspended)
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
        Writer(suspended, Unwritten(), check=check_undone(read)).differences()


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
