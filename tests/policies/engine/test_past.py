"""A law is kept whole by its digest and is the same law again, whatever stands in its folder since."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from policies.contents import Contents
from policies.engine.decide import decide
from policies.engine.load import load_law
from policies.engine.past import keep_law, law_files, past_law
from policies.errors import InvalidFilesError, UnavailableError
from policies.files import canonical_json, fingerprint
from tests.support.judged import LAW_FOLDER, shipped_law


@pytest.fixture
def law(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LAW_FOLDER, tmp_path / "law"))


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    return Contents(tmp_path / "grounds")


def test_the_digest_of_a_law_names_what_is_kept_of_it(law: Path, contents: Contents) -> None:
    assert keep_law(law, contents) == load_law(law).digest == shipped_law().digest
    assert fingerprint(canonical_json(sorted(law_files(law).items()))) == load_law(law).digest


def test_a_kept_law_is_the_same_law_when_its_folder_is_gone(law: Path, contents: Contents) -> None:
    digest = keep_law(law, contents)
    shutil.rmtree(law)
    again = past_law(contents, digest)
    assert (again.digest, list(again.rules), again.vocabulary.facts.keys()) == (
        digest, list(shipped_law().rules), shipped_law().vocabulary.facts.keys(),
    )  # fmt: skip


def test_every_case_of_the_shipped_law_is_judged_alike_by_the_kept_one(law: Path, contents: Contents) -> None:
    again = past_law(contents, keep_law(law, contents))
    for case in shipped_law().cases:
        action = case.rule.partition("/")[0]
        assert decide(again, action, case.facts, case.day) == decide(shipped_law(), action, case.facts, case.day)


def test_two_laws_share_the_files_that_they_have_in_common(law: Path, contents: Contents) -> None:
    first = keep_law(law, contents)
    before = len(list(contents.folder.iterdir()))
    path = law / "parameters" / "skills" / "reading_rows.yaml"
    path.write_text(path.read_text() + "# une remarque\n")
    second = keep_law(law, contents)
    assert (first != second, len(list(contents.folder.iterdir())) - before) == (True, 2)
    assert [past_law(contents, each).digest for each in (first, second)] == [first, second]


def test_a_law_that_is_kept_is_not_read_again(law: Path, contents: Contents) -> None:
    digest = keep_law(law, contents)
    shutil.rmtree(law)
    assert keep_law(law, contents, digest) == digest


def test_a_law_that_changed_meanwhile_is_not_kept_for_another(law: Path, contents: Contents) -> None:
    with pytest.raises(UnavailableError, match="changed before it was kept"):
        keep_law(law, contents, "0" * 64)
    assert not contents.folder.exists()


def test_the_listing_comes_last_so_that_what_is_half_kept_is_not_there(law: Path, contents: Contents) -> None:
    kept: list[bytes] = []

    class Dying(Contents):
        def keep(self, content: bytes) -> str:
            kept.append(content)
            if len(kept) == 5:
                raise UnavailableError("the disk is full")
            return super().keep(content)

    with pytest.raises(UnavailableError, match="full"):
        keep_law(law, Dying(contents.folder))
    assert not contents.has(shipped_law().digest)
    assert past_law(contents, keep_law(law, contents)).digest == shipped_law().digest


@pytest.mark.parametrize("wrong", ["notes.txt", "rules/README.md"])
def test_a_folder_that_is_no_law_is_not_kept(law: Path, contents: Contents, wrong: str) -> None:
    (law / wrong).write_text("x")
    with pytest.raises(InvalidFilesError, match="not a place of the law"):
        keep_law(law, contents)


def test_a_file_that_is_gone_from_what_was_kept_is_told(law: Path, contents: Contents) -> None:
    digest = keep_law(law, contents)
    (contents.folder / law_files(law)["facts.yaml"]).unlink()
    with pytest.raises(UnavailableError, match="missing; restore it"):
        past_law(contents, digest)


def test_a_law_that_this_program_reads_no_more_says_which_key(contents: Contents) -> None:
    text = b"words: {}\nold_key: 1\n"
    listing = canonical_json([["facts.yaml", contents.keep(text)]])
    with pytest.raises(InvalidFilesError, match=r"facts.yaml: old_key: unknown key"):
        past_law(contents, contents.keep(listing))
