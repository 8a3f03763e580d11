"""A hand edit counts only once it is recorded, as one change, shown before it is made."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onboarding.hand_edits import Difference
from onboarding.history import Change, read_changes
from onboarding.storing import Storage
from onboarding.tree import SECOND_LINE, first_lines, render_values
from policies.errors import InvalidFilesError, StaleError
from policies.files import canonical_json, fingerprint, parse_yaml
from policies.register.attested import plain
from policies.register.follow import read_register
from tests.support.small_register import small_register
from tests.support.written_register import ACTOR, MOMENT, REASON, first_write, journaled, make_writer

AIDES = "projects/aides.yaml"
PERSON = "people/pnew01.yaml"


def _edit(folder: Path, path: str, old: str, new: str) -> None:
    place = folder / "register" / path
    text = place.read_text()
    assert old in text
    place.write_text(text.replace(old, new))


def test_a_hand_edit_counts_only_after_record(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    _edit(tmp_path, AIDES, "name: Aides\n", "name: À la main\n")
    before = read_register(tmp_path / "register")
    digest = make_writer(tmp_path).record("pexp01", "Nom d'usage")
    after = read_register(tmp_path / "register")
    assert (before.digest, before.projects["aides"].name) == (first, "Aides")
    assert (after.digest, after.projects["aides"].name) == (digest, "À la main")
    assert journaled(tmp_path)[-1] == {
        "actor": "pexp01",
        "reason": "Nom d'usage",
        "before": first,
        "after": digest,
        "changed": 1,
        "documents": {AIDES: {"before": before.documents[AIDES], "after": after.documents[AIDES]}},
    }


def test_a_tree_that_says_what_the_register_says_is_no_change(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    _edit(tmp_path, AIDES, "name: Aides\n", "name:   'Aides'   # le même\n")
    writer = make_writer(tmp_path)
    assert (writer.differences(), writer.record(ACTOR, REASON)) == ((), None)
    assert read_register(tmp_path / "register").digest == first


def test_a_register_may_begin_as_a_hand_written_tree(tmp_path: Path) -> None:
    folder = tmp_path / "register"
    for path, values in small_register().items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(render_values(values))
    make_writer(tmp_path).record(ACTOR, "Début")
    register = read_register(folder)
    assert (sorted(register.people), register.projects["aides"].processings["aides-eval"].number) == (
        ["pana01", "pexp01"],
        1,
    )
    assert (folder / "people" / "pana01.yaml").read_text() == first_lines(
        "people/pana01.yaml"
    ) + "number: 1\ncommitments: {}\n"
    assert not list(folder.rglob("*.edited"))


def test_new_changed_and_deleted_files_are_shown_then_recorded_as_one_change(tmp_path: Path) -> None:
    first_write(tmp_path)
    old = read_register(tmp_path / "register").documents
    (tmp_path / "register" / PERSON).write_text("{}\n")
    (tmp_path / "register" / "people" / "pexp01.yaml").unlink()
    _edit(tmp_path, AIDES, "person: pexp01", "person: pnew01")
    writer = make_writer(tmp_path)
    shown = writer.differences()
    made = fingerprint(canonical_json({"number": 3, "commitments": {}}))
    assert shown == (
        Difference(
            "people/pexp01.yaml", old["people/pexp01.yaml"], None,
            ("--- ", "+++ ", "@@ -1,3 +0,0 @@", f"-{SECOND_LINE.strip()}", "-number: 2", "-commitments: {}"),
        ),
        Difference(
            PERSON, None, made,
            ("--- ", "+++ ", "@@ -0,0 +1,3 @@", f"+{SECOND_LINE.strip()}", "+number: 3", "+commitments: {}"),
        ),
        Difference(AIDES, old[AIDES], shown[2].after, shown[2].lines),
    )  # fmt: skip
    assert [line for line in shown[2].lines if line[0] in "+-"][2:] == [
        "-        person: pexp01",
        "+        person: pnew01",
    ]
    writer.record(ACTOR, "Relève", shown)
    register = read_register(tmp_path / "register")
    assert {name: plain(person) for name, person in register.people.items()} == {
        "pana01": {"number": 1, "commitments": {}},
        "pnew01": {"number": 3, "commitments": {}},
    }
    assert register.documents[AIDES] == shown[2].after


def test_what_changed_after_it_was_shown_is_not_recorded_unseen(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    _edit(tmp_path, AIDES, "name: Aides\n", "name: Un\n")
    writer = make_writer(tmp_path)
    shown = writer.differences()
    _edit(tmp_path, AIDES, "name: Un\n", "name: Deux\n")
    with pytest.raises(StaleError, match="the files changed since they were shown"):
        writer.record(ACTOR, REASON, shown)
    assert read_register(tmp_path / "register").digest == first


def test_invalid_files_are_refused_with_all_problems(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    people = tmp_path / "register" / "people"
    _edit(tmp_path, AIDES, "carrier: minefi\n", "carier: minefi\n")
    (people / "pnew01.yaml").write_text("number: 9\n")
    (people / "pnew02.yaml").write_text("a: 1\na: 2\n")
    (people / "pnew03.yaml").write_text("- liste\n")
    (people / "pnew04.yml").write_text("number: 1\n")
    (people / "pnew05.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidFilesError) as refused:
        make_writer(tmp_path).record(ACTOR, REASON)
    assert [str(problem) for problem in refused.value.problems] == [
        "people/pnew01.yaml: number: 9 was not given by this register; leave the key out, the register gives one",
        "people/pnew02.yaml: line 2: the key 'a' stands twice; keep one",
        "people/pnew03.yaml: not a document; write keys and values, or delete the file",
        "people/pnew04.yml: not a document of the register; write projects/<id>.yaml, datasets/<id>.yaml, "
        "people/<id>.yaml, datalab.yaml or numbers.yaml",
        "people/pnew05.yaml: not UTF-8; save it as UTF-8",
        f"{AIDES}: carier: unknown key; did you mean carrier?",
        f"{AIDES}: carrier: missing; add it",
    ]
    assert read_register(tmp_path / "register").digest == first


def test_a_number_changed_by_hand_is_refused(tmp_path: Path) -> None:
    first_write(tmp_path)
    _edit(tmp_path, "people/pana01.yaml", "number: 1", "number: 2")
    _edit(tmp_path, "numbers.yaml", "person: 2", "person: 0")
    with pytest.raises(InvalidFilesError) as refused:
        make_writer(tmp_path).record(ACTOR, REASON)
    assert [str(problem) for problem in refused.value.problems] == [
        "numbers.yaml: kept by the register; undo the change",
        "people/pana01.yaml: number: 2 was not given by this register; leave the key out, the register gives one",
    ]


def test_a_change_by_the_tool_puts_an_unrecorded_edit_aside(tmp_path: Path) -> None:
    first_write(tmp_path)
    place = tmp_path / "register" / AIDES
    for name in ("Un", "Deux"):
        place.write_text(place.read_text().replace("name: Aides\n", f"name: {name}\n", 1))
        seen = read_register(tmp_path / "register").documents[AIDES]
        values = small_register()[AIDES] | {"contact": f"{name.lower()}@minefi.test"}
        make_writer(tmp_path).write({AIDES: values}, {AIDES: seen}, ACTOR, REASON)
    register = read_register(tmp_path / "register")
    aside = [place.with_name(f"aides.yaml{end}").read_text() for end in (".edited", ".2.edited")]
    assert ["name: Un\n" in aside[0], "name: Deux\n" in aside[1]] == [True, True]
    assert (register.projects["aides"].name, register.projects["aides"].contact) == ("Aides", "deux@minefi.test")
    assert make_writer(tmp_path).differences() == ()


def test_history_lists_who_changed_which_documents_and_why(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    old = dict(read_register(tmp_path / "register").documents)
    _edit(tmp_path, AIDES, "name: Aides\n", "name: Autre\n")
    second = make_writer(tmp_path).record("pexp01", "Nom")
    new = read_register(tmp_path / "register").documents[AIDES]
    assert second is not None
    assert list(read_changes(Storage(tmp_path / "register"))) == [
        Change(second, MOMENT, "pexp01", "Nom", {AIDES: (old[AIDES], new)}),
        Change(first, MOMENT, ACTOR, REASON, {path: (None, name) for path, name in sorted(old.items())}),
    ]


def test_history_goes_back_as_far_as_it_was_not_forgotten(tmp_path: Path) -> None:
    first = first_write(tmp_path)
    _edit(tmp_path, AIDES, "name: Aides\n", "name: Autre\n")
    second = make_writer(tmp_path).record("pexp01", "Nom")
    (tmp_path / "register" / "history" / first).unlink()
    changes = list(read_changes(Storage(tmp_path / "register")))
    assert [(change.digest, change.complete) for change in changes] == [(second, False)]


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 10_000) | st.text(max_size=12)
    | st.sampled_from(["yes", "no", "on", "2026-01-01", "2026-13-45", "0o17", "017", "1_000", "6_1_e", "~", "null",
                       "1e3", "12:30:45", "-", "*a", "&b", "!c", "# d", "a: b", "", " x ", "true", "=", "<<"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.dictionaries(st.text(min_size=1, max_size=8), PLAIN, max_size=4))
def test_what_is_rendered_for_people_reads_back_the_same(values: dict[str, object]) -> None:
    assert parse_yaml(SECOND_LINE + render_values(values), "x.yaml") == values
