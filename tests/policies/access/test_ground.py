"""The ground of a decision says all that the law may ask and names nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.access.ground import Ground, files_of, journaled, make_ground, person_of
from policies.access.workspace import decide_workspace
from policies.files import fingerprint, parse
from policies.register.follow import Register
from tests.support.judged import KEYS, PEOPLE, approved, judge, person, register_of, shipped_law
from tests.support.judged_documents import ANALYST, AT, DAY, PROCESSING, PROJECT, TITLE_FILES, judged_documents, title
from tests.support.small_register import changed

FILES = dict(TITLE_FILES)


def register(**files: str | None) -> Register:
    """The register that lacks nothing, with some files of titles that hold something else, or are gone."""
    held = {name: value for name, value in (FILES | {f"{n}.pdf": v for n, v in files.items()}).items() if value}
    return register_of(approved(judged_documents()), held)


def ground_of(of: Register, who: str = ANALYST) -> Ground:
    return make_ground(of, KEYS, PEOPLE[who], ("password",), PROCESSING)


def test_a_ground_is_of_the_register_the_keys_the_directory_and_the_sign_in() -> None:
    assert ground_of(register()) == Ground(
        register="0" * 64, keys=KEYS.digest, organisation="minefi", roles=(), in_group=True, factors=("password",)
    )


def test_other_projects_of_a_person_are_not_in_it() -> None:
    who = person(ANALYST, "minefi", projects=frozenset({"others"}))
    ground = make_ground(register(), KEYS, who, (), PROCESSING)
    assert (ground.in_group, "others" in ground.model_dump_json()) == (False, False)


def test_the_files_that_are_what_was_approved_are_not_listed_and_come_back() -> None:
    of = register()
    found = of.find_processing(PROCESSING)
    assert found
    assert files_of(ground_of(of), replace(of, files={}), found, ANALYST) == FILES


@pytest.mark.parametrize("held", [None, "f" * 64], ids=["gone", "another"])
def test_a_file_that_is_not_what_was_approved_is_listed_without_its_name(held: str | None) -> None:
    of = register(avis=held)
    found = of.find_processing(PROCESSING)
    assert found
    ground = ground_of(of)
    assert (ground.files, "avis" in ground.model_dump_json()) == ({fingerprint(b"avis.pdf"): held}, False)
    kept = {name: value for name, value in FILES.items() if name != "avis.pdf"}
    assert files_of(ground, replace(of, files={}), found, ANALYST) == kept | ({"avis.pdf": held} if held else {})


def test_one_file_that_two_titles_want_different_is_listed() -> None:
    twice = changed(judged_documents(), *AT, "titles", "avis2", to=title("avis_css", "avis", fingerprint="e" * 64))
    of = register_of(approved(twice), FILES)
    found = of.find_processing(PROCESSING)
    assert found
    ground = ground_of(of)
    assert ground.files == {fingerprint(b"avis.pdf"): FILES["avis.pdf"]}
    assert files_of(ground, replace(of, files={}), found, ANALYST) == FILES


@pytest.mark.parametrize("who", sorted(PEOPLE))
@pytest.mark.parametrize("files", [{}, {"avis": None}, {"engagement": "f" * 64}], ids=str)
def test_what_is_decided_on_a_ground_is_what_was_decided(who: str, files: dict[str, str | None]) -> None:
    of = register(**files)
    decision = judge(None, PEOPLE[who], files=of.files)
    ground = parse(Ground, ground_of(of, who).model_dump(mode="json", by_alias=True), "ground")
    found = of.find_processing(PROCESSING)
    assert found
    bare = replace(of, files=files_of(ground, of, found, who))
    again = person_of(ground, who, PROJECT)
    assert decide_workspace(shipped_law(), bare, again, ground.factors, PROCESSING, DAY, KEYS) == decision


def test_it_is_journaled_beside_its_decision_under_the_names_of_the_register() -> None:
    values = journaled(judge(), ground_of(register()))
    assert (values.keys(), values["ground"]["register"]) == ({"decision", "ground"}, "0" * 64)
