"""A writer killed at any step leaves the register old or new, and the next run repairs the rest.

A child process makes the change; before its n-th call that makes something durable or visible it is
killed by SIGKILL, for every n until it gets through.
"""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path
from typing import Any

from onboarding.tree import render_document
from policies.journal.verify import verify
from policies.register.follow import Register, read_register
from tests.support.killed import killed_before
from tests.support.small_register import changed, processing, project, small_register
from tests.support.written_register import first_write, journaled, make_writer

AIDES = "projects/aides.yaml"
FEWEST_STEPS = 20


def _change(folder: Path, seen: dict[str, str | None]) -> str:
    """One change of four documents: one changed, two new, one taken away; and the last numbers."""
    changes: dict[str, Any] = {
        AIDES: changed(small_register(), AIDES, "name", to="Aides 2")[AIDES]
        | project(**{"aides-eval": processing(missions={})}),
        "projects/autre.yaml": project(**{"autre-eval": processing(missions={})}),
        "people/pnew01.yaml": {},
        "people/pexp01.yaml": None,
    }
    return make_writer(folder).write(changes, seen, "plead1", "Changement")


def _shown(folder: Path) -> dict[str, str]:
    paths = [folder / "numbers.yaml", folder / "datalab.yaml"]
    paths += [path for name in ("projects", "datasets", "people") for path in (folder / name).iterdir()]
    return {str(path.relative_to(folder)): path.read_text() for path in paths}


def _rendered(register: Register) -> dict[str, str]:
    documents = {path: register.document(path) for path in register.documents}
    return {path: render_document(path, document) for path, document in documents.items() if document}


def test_a_writer_killed_before_any_step_leaves_the_old_register_or_the_new_one(tmp_path: Path) -> None:
    start = tmp_path / "start"
    old_digest = first_write(start)
    old = read_register(start / "register")
    seen: dict[str, str | None] = {path: old.documents.get(path) for path in (AIDES, "people/pexp01.yaml")}
    undisturbed = tmp_path / "undisturbed"
    shutil.copytree(start, undisturbed)
    new_digest = _change(undisturbed, seen)
    new = read_register(undisturbed / "register")
    met = []
    for step in itertools.count(1):
        folder = tmp_path / str(step)
        shutil.copytree(start, folder)
        finished = killed_before(step, lambda: _change(folder, seen))  # noqa: B023 - called at once
        found = read_register(folder / "register")
        assert found in (old, new), f"step {step}"
        met.append(found.digest)
        _check_repaired(folder, step, found.digest == new_digest, new, seen)
        if finished:
            break
    assert step > FEWEST_STEPS
    assert met == [old_digest] * met.count(old_digest) + [new_digest] * met.count(new_digest)
    assert set(met) == {old_digest, new_digest}


def _check_repaired(folder: Path, step: int, is_new: bool, new: Register, seen: dict[str, str | None]) -> None:
    """What counts is journaled; doing it again ends where an undisturbed writer does."""
    if is_new:
        assert [each["after"] for each in journaled(folder) if each][-1] == new.digest, f"step {step}"
        make_writer(folder).repair()
    else:
        _change(folder, seen)
    assert read_register(folder / "register") == new, f"step {step}"
    assert _shown(folder / "register") == _rendered(new), f"step {step}"
    assert verify(folder / "journal" / "onboarding").sound, f"step {step}"
    hidden = {path.name for path in (folder / "register").rglob(".*")}
    assert hidden == {".lock", ".rendered", ".schemas"}, f"step {step}"


def test_a_hand_edit_survives_a_crash_before_the_tree_was_rendered(tmp_path: Path) -> None:
    """The repair must neither take the old tree for an edit, nor an edit for the old tree."""
    first_write(tmp_path)
    folder = tmp_path / "register"
    tree = {path: (folder / path).read_bytes() for path in (".rendered", AIDES, "people/pana01.yaml")}
    seen: dict[str, str | None] = {
        path: read_register(folder).documents[path] for path in (AIDES, "people/pexp01.yaml")
    }
    _change(tmp_path, seen)
    for path, content in tree.items():
        (folder / path).write_bytes(content)
    edited = tree[AIDES].decode().replace("name: Aides", "name: À la main")
    (folder / AIDES).write_text(edited)
    assert make_writer(tmp_path).repair() == (AIDES,)
    assert make_writer(tmp_path).differences() == ()
    assert (folder / f"{AIDES}.edited").read_text() == edited
    assert _shown_without_aside(folder) == _rendered(read_register(folder))


def test_recording_after_a_crash_does_not_take_the_old_tree_for_a_hand_edit(tmp_path: Path) -> None:
    first_write(tmp_path)
    folder = tmp_path / "register"
    tree = {path: (folder / path).read_bytes() for path in (".rendered", AIDES, "people/pana01.yaml")}
    seen: dict[str, str | None] = {
        path: read_register(folder).documents[path] for path in (AIDES, "people/pexp01.yaml")
    }
    digest = _change(tmp_path, seen)
    for path, content in tree.items():
        (folder / path).write_bytes(content)
    assert make_writer(tmp_path).record("plead1", "Rien") is None
    assert read_register(folder).digest == digest


def _shown_without_aside(folder: Path) -> dict[str, str]:
    return {path: text for path, text in _shown(folder).items() if not path.endswith(".edited")}
