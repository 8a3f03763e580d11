"""The register is followed change by change, and never stands when it cannot be trusted."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from policies.errors import UnavailableError
from policies.files import canonical_json, fingerprint
from policies.register.datalab import Numbers
from policies.register.follow import FoundProcessing, Register, RegisterFollower, read_register
from policies.register.person import PersonDocument
from tests.support.small_register import changed, dataset, numbered, processing, project, store

AIDES = "projects/aides.yaml"


def test_a_register_is_its_documents_with_what_they_are_called(tmp_path: Path) -> None:
    digest = store(tmp_path, numbered())
    register = read_register(tmp_path)
    assert (register.digest, register.numbers, sorted(register.documents)) == (
        digest,
        Numbers(person=2, processing=1),
        sorted(numbered()),
    )
    assert dict(register.people) == {
        "pana01": PersonDocument(number=1),
        "pexp01": PersonDocument(number=2),
    }
    assert register.document(AIDES) is register.projects["aides"]
    assert register.document("datalab.yaml") is register.datalab
    assert register.document("datasets/impots.yaml") is None


def test_a_processing_is_found_with_its_project_and_place(tmp_path: Path) -> None:
    store(tmp_path, numbered())
    register = read_register(tmp_path)
    aides = register.projects["aides"]
    found = FoundProcessing("aides-eval", "aides", aides, aides.processings["aides-eval"])
    assert register.find_processing("aides-eval") == found
    assert list(register.processings()) == [found]
    assert found.place == "projects/aides/processings/aides-eval"
    assert register.find_processing("inconnu") is None


def test_the_yaml_tree_is_never_read(tmp_path: Path) -> None:
    store(tmp_path, numbered())
    before = read_register(tmp_path)
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "pana01.yaml").write_text("number: 7\n")
    assert read_register(tmp_path) == before


def test_an_unchanged_register_is_the_same_object(tmp_path: Path) -> None:
    store(tmp_path, numbered())
    follower = RegisterFollower(tmp_path)
    assert follower.current() is follower.current()


def test_only_changed_documents_are_parsed_again(tmp_path: Path) -> None:
    store(tmp_path, numbered())
    follower = RegisterFollower(tmp_path)
    before = follower.current()
    store(tmp_path, changed(numbered(), "datalab.yaml", "contact", to="autre@dinum.test"))
    after = follower.current()
    assert after.datalab.contact == "autre@dinum.test"
    assert after.projects["aides"] is before.projects["aides"]
    assert before.datalab.contact == "datalab@dinum.test"


def test_last_numbers_that_go_back_make_the_register_unavailable(tmp_path: Path) -> None:
    """Otherwise numbers would be given again to other people."""
    store(tmp_path, numbered())
    follower = RegisterFollower(tmp_path)
    follower.current()
    store(tmp_path, numbered() | {"numbers.yaml": {"person": 1, "processing": 0}})
    told = []
    for each in (follower, RegisterFollower(tmp_path)):
        with pytest.raises(UnavailableError) as refused:
            each.current()
        told.append(str(refused.value).splitlines()[1:])
    given = "was never given; leave the key out, the register gives one"
    expected = [f"people/pexp01.yaml: number: 2 {given}", f"{AIDES}: processings.aides-eval.number: 1 {given}"]
    assert told == [expected, expected]


def test_a_processing_that_moves_is_found_in_its_new_project(tmp_path: Path) -> None:
    store(tmp_path, numbered())
    follower = RegisterFollower(tmp_path)
    follower.current()
    moved = numbered() | {
        AIDES: project(**{"aides-suivi": processing(number=2)}),
        "projects/autre.yaml": project(**{"aides-eval": processing(number=1)}),
        "numbers.yaml": {"person": 2, "processing": 2},
    }
    store(tmp_path, moved)
    homes = {found.id: found.project_id for found in follower.current().processings()}
    assert homes == {"aides-suivi": "aides", "aides-eval": "autre"}


def test_following_any_changes_ends_where_reading_afresh_does(tmp_path: Path) -> None:
    """A walk through random registers: whole objects compared with a fresh reading after each step."""
    chance = random.Random(20260501)
    follower = RegisterFollower(tmp_path)
    for _ in range(60):
        store(tmp_path, _random_register(chance))
        fresh = _outcome(RegisterFollower(tmp_path))
        assert _outcome(follower) == fresh


def _outcome(follower: RegisterFollower) -> tuple[Register | str, list[str]]:
    try:
        register = follower.current()
    except UnavailableError as error:
        return str(error), []
    ids = ("aides-eval", "aides-suivi", "veille", "tableau")
    found = [register.find_processing(each) for each in ids]
    return register, [*(each.place for each in register.processings()), *(str(each) for each in found)]


def _random_register(chance: random.Random) -> dict[str, Any]:
    documents: dict[str, Any] = {"datalab.yaml": numbered()["datalab.yaml"]}
    documents["numbers.yaml"] = {"person": chance.randint(3, 5), "processing": chance.randint(5, 7)}
    documents["datasets/communes.yaml"] = dataset(*chance.sample(["2023", "2024", "2025"], chance.randint(2, 3)))
    for number, person in enumerate(["pana01", "pexp01", "pnew01"], start=1):
        if chance.random() < 0.95:
            documents[f"people/{person}.yaml"] = {"number": number}
    ids = chance.sample(["aides-eval", "aides-suivi", "veille", "tableau"], 4)
    for name, chosen in (("aides", ids[:2]), ("autre", ids[2:])):
        if chance.random() < 0.8:
            made = {each: processing(number=chance.randint(1, 30) % 7 + 1) for each in chosen}
            documents[f"projects/{name}.yaml"] = project(**made)
    return documents


def test_a_wrong_register_is_unavailable_until_it_is_right_again(tmp_path: Path) -> None:
    store(tmp_path, numbered())
    follower = RegisterFollower(tmp_path)
    before = follower.current()
    store(tmp_path, {path: values for path, values in numbered().items() if path != "people/pana01.yaml"})
    told = (
        "the register does not hold together:\n"
        f"{AIDES}: processings.aides-eval.team.pana01: no document people/pana01.yaml; write it first"
    )
    for _ in range(2):
        with pytest.raises(UnavailableError) as refused:
            follower.current()
        assert str(refused.value) == told
    store(tmp_path, numbered())
    assert follower.current() == before


def _manifest(folder: Path, content: bytes) -> None:
    (folder / "manifest.json").write_bytes(content)


BROKEN: dict[str, tuple[bytes | None, str]] = {
    "there is none": (
        None,
        "manifest.json: the register has not been recorded yet; run `datalab register record`",
    ),
    "cut short": (b'{"documents":', "manifest.json: not a manifest of the register: "),
    "with a key of its own": (
        b'{"documents":{},"previous":null,"recorded":{"actor":"a","reason":"b",'
        b'"moment":"2026-01-01T00:00:00Z"},"hote":1}',
        "manifest.json: not a manifest of the register: hote: Extra inputs are not permitted",
    ),
    "naming a file elsewhere": (
        b'{"documents":{"datalab.yaml":"../../../etc/passwd"},"previous":null,'
        b'"recorded":{"actor":"a","reason":"b","moment":"2026-01-01T00:00:00Z"}}',
        "manifest.json: '../../../etc/passwd' is not a fingerprint; restore the manifest",
    ),
}


@pytest.mark.parametrize(("content", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_manifest_that_is_not_one_makes_the_register_unavailable(
    content: bytes | None, message: str, tmp_path: Path
) -> None:
    store(tmp_path, numbered())
    follower = RegisterFollower(tmp_path)
    follower.current()
    (tmp_path / "manifest.json").unlink()
    if content is not None:
        _manifest(tmp_path, content)
    for reader in (follower, RegisterFollower(tmp_path)):
        with pytest.raises(UnavailableError) as refused:
            reader.current()
        assert message in str(refused.value)


def _blob(values: Any) -> str:
    return fingerprint(canonical_json(values))


def test_a_missing_content_is_named(tmp_path: Path) -> None:
    store(tmp_path, numbered())
    path = tmp_path / "history" / _blob(numbered()["datalab.yaml"])
    path.unlink()
    with pytest.raises(UnavailableError) as refused:
        RegisterFollower(tmp_path).current()
    assert str(refused.value) == f"{path}: missing; restore it from a backup"


def test_a_content_that_is_not_what_its_name_says_is_named(tmp_path: Path) -> None:
    store(tmp_path, numbered())
    path = tmp_path / "history" / _blob(numbered()["people/pana01.yaml"])
    path.write_bytes(canonical_json({"number": 2}))
    with pytest.raises(UnavailableError) as refused:
        RegisterFollower(tmp_path).current()
    assert str(refused.value) == f"{path}: not the content that it is named after; restore it from a backup"


def test_a_restored_content_is_taken_up_without_another_change(tmp_path: Path) -> None:
    digest = store(tmp_path, numbered())
    path = tmp_path / "history" / _blob(numbered()["datalab.yaml"])
    content = path.read_bytes()
    path.unlink()
    follower = RegisterFollower(tmp_path)
    with pytest.raises(UnavailableError):
        follower.current()
    path.write_bytes(content)
    assert follower.current().digest == digest


def test_files_of_titles_are_followed_beside_the_documents(tmp_path: Path) -> None:
    digest = store(tmp_path, numbered())
    follower = RegisterFollower(tmp_path)
    seen = [dict(follower.current().files)]
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "accord.pdf").write_bytes(b"accord")
    seen.append(dict(follower.current().files))
    (tmp_path / "files" / "accord.pdf").unlink()
    seen.append(dict(follower.current().files))
    assert seen == [{}, {"accord.pdf": fingerprint(b"accord")}, {}]
    assert follower.current().digest == digest
