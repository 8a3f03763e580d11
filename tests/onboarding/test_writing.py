"""Several documents change at once or not at all; nobody's change is lost; nothing is written unjournaled."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from onboarding.storing import Storage
from onboarding.tree import first_lines
from onboarding.writing import Writer
from policies.errors import InvalidFilesError, StaleError, UnavailableError
from policies.files import fingerprint
from policies.journal.verify import verify
from policies.register.attested import plain
from policies.register.blobs import Recorded, parse_manifest
from policies.register.documents import parse_document
from policies.register.follow import read_register
from tests.support.small_register import changed, numbered, processing, project, small_register, store
from tests.support.written_register import ACTOR, MOMENT, REASON, first_write, journaled, make_writer

AIDES = "projects/aides.yaml"
PEOPLE = "people/pana01.yaml"


def _seen(folder: Path, *paths: str) -> dict[str, str | None]:
    documents = read_register(folder / "register").documents
    return {path: documents.get(path) for path in paths}


def _renamed(name: str) -> dict[str, Any]:
    return changed(small_register(), AIDES, "name", to=name)[AIDES]


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    digest = first_write(tmp_path)
    register = read_register(tmp_path / "register")
    expected = {path: plain(_parsed(path, values)) for path, values in numbered().items()}
    documents = {path: plain(document) for path in register.documents if (document := register.document(path))}
    assert (register.digest, documents) == (digest, expected)


def _parsed(path: str, values: Any) -> Any:
    return parse_document(path, values)


def test_the_manifest_names_contents_the_one_before_and_who_wrote_why_and_when(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    content = (tmp_path / "register" / "manifest.json").read_bytes()
    manifest = parse_manifest(content)
    assert (manifest.previous, manifest.recorded) == (None, Recorded(actor=ACTOR, reason=REASON, moment=MOMENT))
    assert (first, (tmp_path / "register" / "history" / first).read_bytes()) == (fingerprint(content), content)
    second = make_writer(tmp_path).write({AIDES: _renamed("Aides 2")}, _seen(tmp_path, AIDES), "pexp01", "Nom")
    after = parse_manifest((tmp_path / "register" / "manifest.json").read_bytes())
    assert (after.previous, second != first) == (first, True)
    assert {path for path in after.documents if after.documents[path] != manifest.documents[path]} == {AIDES}


def test_each_change_is_journaled_with_what_was_and_what_is(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    seen = _seen(tmp_path, AIDES)
    second = make_writer(tmp_path).write({AIDES: _renamed("Aides 2")}, seen, "pexp01", "Nouveau nom")
    assert journaled(tmp_path)[1:] == [
        {
            "actor": "pexp01",
            "reason": "Nouveau nom",
            "before": first,
            "after": second,
            "changed": 1,
            "documents": {AIDES: {"before": seen[AIDES], "after": _seen(tmp_path, AIDES)[AIDES]}},
        }
    ]
    assert verify(tmp_path / "journal" / "onboarding").sound


class _FullDisk:
    """A journal that cannot be written."""

    def append(self, kind: str, payload: Mapping[str, Any]) -> object:
        raise UnavailableError("journal: no space left")


def test_what_cannot_be_journaled_is_not_written(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    writer = Writer(tmp_path / "register", _FullDisk())
    with pytest.raises(UnavailableError, match="no space left"):
        writer.write({AIDES: _renamed("Aides 2")}, _seen(tmp_path, AIDES), ACTOR, REASON)
    assert read_register(tmp_path / "register").digest == first


def test_a_change_of_what_someone_else_changed_meanwhile_is_refused_and_says_who(tmp_path: Path) -> None:
    first_write(tmp_path)
    mine, theirs = _seen(tmp_path, AIDES, PEOPLE), _seen(tmp_path, AIDES)
    make_writer(tmp_path).write({AIDES: _renamed("Aides 2")}, theirs, "pexp01", "Nouveau nom")
    make_writer(tmp_path).write({AIDES: _renamed("Aides 3")}, _seen(tmp_path, AIDES), "pana01", "Encore")
    before = read_register(tmp_path / "register")
    with pytest.raises(StaleError) as refused:
        make_writer(tmp_path).write({AIDES: _renamed("Le mien")}, mine, ACTOR, REASON)
    assert str(refused.value) == (
        f"{AIDES}: changed since you read it, by pexp01 on 2026-03-02 09:30 UTC: Nouveau nom\n"
        "read it again and redo your change"
    )
    assert read_register(tmp_path / "register") == before


def test_a_decision_on_a_document_that_changed_is_refused_though_it_is_not_rewritten(tmp_path: Path) -> None:
    first_write(tmp_path)
    mine = _seen(tmp_path, AIDES, "datalab.yaml")
    contact = changed(small_register(), "datalab.yaml", "contact", to="autre@dinum.test")["datalab.yaml"]
    make_writer(tmp_path).write({"datalab.yaml": contact}, _seen(tmp_path, "datalab.yaml"), "pexp01", "Contact")
    with pytest.raises(StaleError, match=r"^datalab\.yaml: changed since you read it, by pexp01"):
        make_writer(tmp_path).write({AIDES: _renamed("Le mien")}, mine, ACTOR, REASON)


def test_a_document_that_its_author_did_not_see_must_be_new(tmp_path: Path) -> None:
    first_write(tmp_path)
    with pytest.raises(StaleError, match=f"^{AIDES}: changed since you read it, by {ACTOR}"):
        make_writer(tmp_path).write({AIDES: _renamed("Le mien")}, {}, ACTOR, REASON)


def test_two_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each of two processes adds ten projects, starting again whenever the other was faster."""
    first_write(tmp_path)
    children = [_fork(tmp_path, letter) for letter in "ab"]
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0, 0]
    register = read_register(tmp_path / "register")
    added = {name for name in register.projects if name != "aides"}
    assert added == {f"projet-{letter}{n}" for letter in "ab" for n in range(10)}
    numbers = sorted(found.processing.number for found in register.processings())
    assert numbers == list(range(1, 22))
    assert verify(tmp_path / "journal" / "onboarding").entries == 21


def _fork(folder: Path, letter: str) -> int:
    child = os.fork()
    if child == 0:
        status = 1
        try:
            for n in range(10):
                name = f"projet-{letter}{n}"
                values = project(**{name: processing()})
                make_writer(folder).write({f"projects/{name}.yaml": values}, {}, ACTOR, REASON)
            status = 0
        finally:
            os._exit(status)
    return child


def test_a_lock_that_another_holds_is_waited_for_then_refused(tmp_path: Path) -> None:
    first_write(tmp_path)
    storage = Storage(tmp_path / "register", patience_s=0.05)
    handle = os.open(tmp_path / "register" / ".lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(UnavailableError, match="another change is being written"):
            Writer(tmp_path / "register", _FullDisk(), storage=storage).repair()
    finally:
        os.close(handle)


REFUSED = {
    "a person that is still in a team": (
        {PEOPLE: None},
        f"{AIDES}: processings.aides-eval.team.pana01: no document people/pana01.yaml; write it first",
    ),
    "a document of another form": (
        {"people/pnew01.yaml": {"nom": "Durand"}},
        "people/pnew01.yaml: nom: unknown key; allowed: commitments, number, siret, suspension",
    ),
    "a number of one's own choice": (
        {"people/pnew01.yaml": {"number": 9}},
        "people/pnew01.yaml: number: 9 was not given by this register; leave the key out, the register gives one",
    ),
    "the last numbers given": (
        {"numbers.yaml": {"person": 0, "processing": 0}},
        "numbers.yaml: kept by the register; undo the change",
    ),
    "the datalab itself taken away": ({"datalab.yaml": None}, "datalab.yaml: missing; add it"),
}


@pytest.mark.parametrize(("changes", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_a_change_that_would_not_fit_is_refused_before_anything_is_stored(
    changes: dict[str, Any], problem: str, tmp_path: Path
) -> None:
    first_write(tmp_path)
    before = {path: path.read_bytes() for path in sorted((tmp_path / "register").rglob("*")) if path.is_file()}
    with pytest.raises(InvalidFilesError) as refused:
        make_writer(tmp_path).write(changes, _seen(tmp_path, *changes), ACTOR, REASON)
    assert str(refused.value) == problem
    after = {path: path.read_bytes() for path in sorted((tmp_path / "register").rglob("*")) if path.is_file()}
    assert (after, len(journaled(tmp_path))) == (before, 1)


def test_every_problem_of_every_changed_document_is_told_at_once(tmp_path: Path) -> None:
    first_write(tmp_path)
    changes: dict[str, Any] = {"people/pnew01.yaml": {"number": 9, "nom": "x"}, "people/pnew02.yaml": {"age": 3}}
    with pytest.raises(InvalidFilesError) as refused:
        make_writer(tmp_path).write(changes, {}, ACTOR, REASON)
    assert [(problem.file, problem.key) for problem in refused.value.problems] == [
        ("people/pnew01.yaml", "nom"),
        ("people/pnew01.yaml", "number"),
        ("people/pnew02.yaml", "age"),
    ]


def test_numbers_are_never_reused_after_a_deletion(tmp_path: Path) -> None:
    first_write(tmp_path)
    writer = make_writer(tmp_path)
    gone = processing(team={})
    writer.write(
        {"people/pana01.yaml": None, AIDES: project(**{"aides-suivi": gone})},
        _seen(tmp_path, "people/pana01.yaml", AIDES), ACTOR, "Départ",
    )  # fmt: skip
    writer.write({"people/pana01.yaml": {}, "people/pnew01.yaml": {}}, {}, ACTOR, "Retour")
    register = read_register(tmp_path / "register")
    assert {name: person.number for name, person in register.people.items()} == {
        "pexp01": 2,
        "pana01": 3,
        "pnew01": 4,
    }
    assert register.projects["aides"].processings["aides-suivi"].number == 2
    assert (register.numbers.person, register.numbers.processing) == (4, 2)


def test_a_number_that_the_author_leaves_out_stays(tmp_path: Path) -> None:
    first_write(tmp_path)
    suspension = {"day": "2026-03-02", "by": ACTOR, "reason": "Précaution"}
    make_writer(tmp_path).write({PEOPLE: {"suspension": suspension}}, _seen(tmp_path, PEOPLE), ACTOR, "Précaution")
    assert read_register(tmp_path / "register").people["pana01"].number == 1


def test_a_processing_keeps_its_number_when_it_moves_to_another_project(tmp_path: Path) -> None:
    first_write(tmp_path)
    changes: dict[str, Any] = {
        AIDES: project(**{"aides-suivi": processing()}),
        "projects/autre.yaml": project(**{"aides-eval": processing()}),
    }
    make_writer(tmp_path).write(changes, _seen(tmp_path, AIDES), ACTOR, "Partage")
    numbers = {found.id: found.processing.number for found in read_register(tmp_path / "register").processings()}
    assert numbers == {"aides-eval": 1, "aides-suivi": 2}


def test_a_change_that_changes_nothing_leaves_no_trace(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    again = make_writer(tmp_path).write({AIDES: small_register()[AIDES]}, _seen(tmp_path, AIDES), ACTOR, REASON)
    assert (again, len(journaled(tmp_path))) == (first, 1)


def test_a_register_that_misfits_can_be_repaired_by_a_change(tmp_path: Path) -> None:
    """A newer program may refuse an older register: the change is judged on what would result."""
    first_write(tmp_path)
    store(tmp_path / "register", {path: v for path, v in numbered().items() if path != PEOPLE})
    make_writer(tmp_path).write({PEOPLE: {}}, {}, ACTOR, "Réparation")
    assert read_register(tmp_path / "register").people["pana01"].number == 3


def test_a_damaged_content_is_written_again(tmp_path: Path) -> None:
    first_write(tmp_path)
    second = make_writer(tmp_path).write({AIDES: _renamed("Aides 2")}, _seen(tmp_path, AIDES), ACTOR, REASON)
    old = _seen(tmp_path, AIDES)[AIDES]
    make_writer(tmp_path).write({AIDES: _renamed("Aides 3")}, _seen(tmp_path, AIDES), ACTOR, REASON)
    path = tmp_path / "register" / "history" / str(old)
    path.chmod(0o600)
    path.write_bytes(b"damaged")
    make_writer(tmp_path).write({AIDES: _renamed("Aides 2")}, _seen(tmp_path, AIDES), ACTOR, REASON)
    assert read_register(tmp_path / "register").projects["aides"].name == "Aides 2"
    assert second != read_register(tmp_path / "register").digest


def test_the_tree_shows_the_register_and_says_what_a_hand_edit_is_worth(tmp_path: Path) -> None:
    first_write(tmp_path)
    folder = tmp_path / "register"
    assert (folder / "people" / "pana01.yaml").read_text() == first_lines(
        "people/pana01.yaml"
    ) + "number: 1\ncommitments: {}\n"
    assert (folder / "numbers.yaml").read_text() == first_lines("numbers.yaml") + "person: 2\nprocessing: 1\n"
    assert (folder / "projects" / "aides.yaml").read_text().splitlines()[2:6] == [
        "proposed:", "  person: plead1", "  day: 2026-01-05", "name: Aides",
    ]  # fmt: skip


def test_a_document_taken_away_leaves_the_tree(tmp_path: Path) -> None:
    first_write(tmp_path)
    make_writer(tmp_path).write({AIDES: None}, _seen(tmp_path, AIDES), ACTOR, "Clos")
    assert not (tmp_path / "register" / AIDES).exists()
