"""What one step may not undo, several may not either: the real writer, its history, and the guard's memory beside."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from hub.guard.judging.memory_store import Memory
from onboarding.history import Past
from onboarding.lifting import NOT_GONE, NOT_KNOWN, NOT_LIFTED, NOT_PROLONGED, NOT_REPLACED, check_undone
from onboarding.storing import Storage
from policies.access.workspace import decide_workspace
from policies.errors import InvalidFilesError
from policies.files import fingerprint
from policies.register.follow import Register, read_register
from tests.support.judged import KEYS, PEOPLE, approved, not_approved, part_rules, shipped_law
from tests.support.judged_documents import (
    ANALYST,
    AT,
    DAY,
    HOUSEHOLDS,
    PROCESSING,
    PROJECT_FILE,
    PROPOSED,
    TEAMMATE,
    TITLE_FILES,
    Values,
    judged_documents,
)
from tests.support.recorded_steps import (
    APPROVALS,
    NAMED,
    STEPS,
    Model,
    Recorder,
    Shown,
    a_folder,
    closed,
    documents_of,
    place_of,
)
from tests.support.small_register import changed

Documents = dict[str, Values]
FIRST: Values = {"id": "a" * 32, "day": DAY.isoformat(), "by": "padm01", "reason": "essai"}
BY_HAND: Values = {"day": DAY.isoformat(), "by": "padm01", "reason": "à la main"}
END: Values = {"day": "2026-04-30", "by": "padm01", "reason": "Départ"}
TEAM = (*AT, "team", ANALYST)
OTHER_PROJECT = "projects/autre.yaml"


def with_real_files(folder: Path) -> Documents:
    """Every document, of titles whose files are on the disk."""
    text = json.dumps(judged_documents())
    (folder / "files").mkdir(parents=True)
    for name, invented in TITLE_FILES.items():
        # two files of one letter are said to have one fingerprint
        content = name[0].encode()
        (folder / "files" / name).write_bytes(content)
        text = text.replace(invented, fingerprint(content))
    documents: Documents = json.loads(text)
    return documents


@cache
def plain_documents() -> str:
    with a_folder() as folder:
        return json.dumps(with_real_files(folder))


def plain(**_: Any) -> Documents:
    documents: Documents = json.loads(plain_documents())
    return documents


def suspended(*keys: str, by: Values = FIRST) -> Documents:
    return approved(changed(plain(), *keys, "suspension", to=by))


def lifted(*keys: str, of: Values = FIRST) -> Documents:
    lift = {"proposed": PROPOSED, "reason": "Rien trouvé", "of": of}
    return approved(changed(plain(), *keys, "suspension", to=of | {"lifted": lift}))


def ended(day: str | None = END["day"]) -> Documents:
    return changed(approved(plain()), *TEAM, "ended", to=END | {"day": day} if day else None)


def without(documents: Documents, *keys: str) -> Documents:
    """The documents without an entry, or without a document and what names it."""
    copied: Documents = json.loads(json.dumps(documents))
    inner: Any = copied
    for key in keys[:-1]:
        inner = inner[key]
    del inner[keys[-1]]
    if len(keys) == 1 and PROJECT_FILE in copied:
        copied[PROJECT_FILE]["processings"] = {}
    return copied


def renamed(documents: Documents, *keys: str, to: str) -> Documents:
    """The documents with an entry under another id, with all that was approved of it."""
    copied: Documents = json.loads(json.dumps(documents))
    inner: Any = copied
    for key in keys[:-1]:
        inner = inner[key]
    inner[to] = inner.pop(keys[-1])
    return copied


def moved(documents: Documents) -> Documents:
    """The processing in another project."""
    copied = without(documents, *AT)
    other = documents[PROJECT_FILE] | {"processings": {PROCESSING: documents[PROJECT_FILE]["processings"][PROCESSING]}}
    return copied | {OTHER_PROJECT: other}


def alone(documents: Documents) -> Documents:
    """The analyst without the teammate."""
    return without(documents, *AT, "team", TEAMMATE)


def shorter() -> Documents:
    return approved(changed(plain(), *TEAM, "habilitation", "until", to="2026-11-30"))


def proposed() -> Documents:
    """Another period, that nobody approved yet."""
    place = f"projects/aides/processings/{PROCESSING}/team/{ANALYST}"
    return approved(changed(plain(), *TEAM, "habilitation", "until", to="2026-11-30"), {place: not_approved})


def unapproved() -> Documents:
    """The same period as was approved, without its approval and its end."""
    return without(approved(plain()), *TEAM, "approved")


def misdated() -> Documents:
    """The approval says another day, so that it does not verify, and looks as if it were new."""
    return changed(approved(plain()), *TEAM, "approved", "day", to="2099-01-01")


class Site:
    """A register on disk, its writer with and without the check, and what a guard that sees every step judges."""

    def __init__(self, folder: Path) -> None:
        register = folder / "register"
        with_real_files(register)
        past = Past(Storage(register))
        self.folder = register
        self.checked = Recorder(register, check_undone(lambda: APPROVALS, past))
        self.unchecked = Recorder(register)
        self.memory = Memory(folder / "guard" / "memory.json")

    def judged(self, register: Register) -> list[str]:
        """What refuses the analyst the workspace, or the households."""
        if register.find_processing(PROCESSING) is None:
            return ["gone"]
        decision = decide_workspace(shipped_law(), register, PEOPLE[ANALYST], ("password",), PROCESSING, DAY, KEYS)
        return [*(each.rule for each in decision.refusals), *part_rules(decision, HOUSEHOLDS)]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


State = Callable[[], Documents]
Sequence = tuple[tuple[State, ...], int, str]
"""What is recorded one after the other, which of them is refused (the first is 0), and why."""


def _suspensions(*keys: str) -> dict[str, Sequence]:
    """What may be tried with a suspension of one place."""
    on, off = partial(suspended, *keys), partial(approved, plain())
    by_hand, its_lift = partial(suspended, *keys, by=BY_HAND), partial(lifted, *keys, of=BY_HAND)
    gone = partial(without, approved(plain()), *keys)
    return {
        "is taken away": ((on, off), 1, NOT_LIFTED),
        "is replaced by another one that is lifted": ((on, by_hand, its_lift, off), 1, NOT_LIFTED),
        "is replaced by a lifted one": ((on, its_lift, off), 1, NOT_LIFTED),
        "goes with what it suspends, which comes back": ((on, gone, off), 1, NOT_GONE),
    }


SEQUENCES: dict[str, Sequence] = {
    f"the suspension of {name} {what}": sequence
    for name, keys in NAMED.items()
    for what, sequence in _suspensions(*keys).items()
} | {
    "the suspension of a processing that is renamed and named again": (
        (partial(suspended, *AT), lambda: renamed(suspended(*AT), *AT, to="autre-nom"), lambda: approved(plain())),
        1,
        NOT_GONE,
    ),
    "the suspension of a processing that moves and comes back": (
        (partial(suspended, *AT), lambda: moved(suspended(*AT)), lambda: approved(plain())),
        1,
        NOT_GONE,
    ),
    "the suspension of a processing that another one replaces": (
        (
            partial(suspended, *AT),
            lambda: approved(changed(plain(), *AT, "purpose", to="pilotage")),
            lambda: approved(plain()),
        ),
        1,
        NOT_LIFTED,
    ),
    "the suspension of a processing whose project goes and comes back": (
        (partial(suspended, *AT), lambda: without(approved(plain()), PROJECT_FILE), lambda: approved(plain())),
        1,
        NOT_GONE,
    ),
    "an end is taken away": ((ended, lambda: ended(None)), 1, NOT_PROLONGED),
    "an end is put later": ((ended, lambda: ended("2026-12-01")), 1, NOT_PROLONGED),
    "an end goes with its approval, which comes back": ((ended, unapproved, lambda: ended(None)), 1, NOT_PROLONGED),
    "an end goes with its entry, which comes back": (
        (ended, lambda: without(ended(), *TEAM), lambda: ended(None)),
        2,
        NOT_PROLONGED,
    ),
    "an end goes with its entry, which comes back and ends later": (
        (ended, lambda: without(ended(), *TEAM), lambda: ended("2026-12-01")),
        2,
        NOT_PROLONGED,
    ),
    "an end comes back with its entry, and goes then": (
        (ended, lambda: without(ended(), *TEAM), ended, lambda: ended(None)),
        3,
        NOT_PROLONGED,
    ),
    "an end goes with another proposal, which is taken back": (
        (ended, proposed, lambda: ended(None)),
        2,
        NOT_PROLONGED,
    ),
    "an end goes with another approval, which is taken back": (
        (ended, shorter, lambda: ended(None)),
        2,
        NOT_REPLACED,
    ),
    "an end goes with another approval, which is taken back in two steps": (
        (ended, shorter, unapproved, lambda: ended(None)),
        3,
        NOT_REPLACED,
    ),
    "an end goes with an approval that looks newer, and becomes what it was": (
        (ended, lambda: without(ended(), *TEAM), misdated, lambda: ended(None)),
        3,
        NOT_PROLONGED,
    ),
    "an end goes with a processing that comes back": (
        (ended, lambda: without(ended(), *AT), lambda: ended(None)),
        2,
        NOT_PROLONGED,
    ),
    "an end goes with a project that comes back": (
        (ended, lambda: without(ended(), PROJECT_FILE), lambda: ended(None)),
        2,
        NOT_PROLONGED,
    ),
    "an end goes with an entry that is renamed and named again": (
        (ended, lambda: renamed(alone(ended()), *TEAM, to=TEAMMATE), lambda: alone(ended(None))),
        2,
        NOT_PROLONGED,
    ),
    "an end goes with a processing that is renamed and named again": (
        (ended, lambda: renamed(ended(), *AT, to="autre-nom"), lambda: ended(None)),
        2,
        NOT_PROLONGED,
    ),
}


@pytest.mark.parametrize("name", SEQUENCES)
def test_the_writer_refuses_the_step_that_undoes_and_what_was_closed_is_closed(name: str, site: Site) -> None:
    states, refused, why = SEQUENCES[name]
    for state in states[:refused]:
        site.checked(state())
    seen = read_register(site.folder).digest
    with pytest.raises(InvalidFilesError) as error:
        site.checked(states[refused]())
    assert {problem.message for problem in error.value.problems} == {why}
    assert read_register(site.folder).digest == seen


TOLD_BY_ONE_STEP = "an end comes back with its entry, and goes then"
STEPWISE = [name for name, (_, refused, _) in SEQUENCES.items() if refused > 1 and name != TOLD_BY_ONE_STEP]


@pytest.mark.parametrize("name", STEPWISE)
def test_a_check_of_the_step_before_alone_would_have_let_it_pass(name: str, site: Site) -> None:
    """The negative control: what two steps or more undo is found in history."""
    forgetful = Recorder(site.folder, check_undone(lambda: APPROVALS, lambda path, since: ()))
    states, refused, _ = SEQUENCES[name]
    for state in states[:refused]:
        forgetful(state())
    assert site.judged(forgetful(states[refused]())) == []


@pytest.mark.parametrize("name", SEQUENCES)
def test_written_past_the_check_it_opens_nothing_because_the_guard_saw_it(name: str, site: Site) -> None:
    first, *_, last = [
        site.judged(site.memory.keep(site.unchecked(state()), APPROVALS)) for state in SEQUENCES[name][0]
    ]
    assert (first != [], last != []) == (True, True)


@pytest.mark.parametrize("name", SEQUENCES)
def test_nor_does_it_when_the_guard_saw_only_the_first_step_and_the_last(name: str, site: Site, tmp_path: Path) -> None:
    first, *between, last = SEQUENCES[name][0]
    site.memory.keep(site.unchecked(first()), APPROVALS)
    for state in between:
        site.unchecked(state())
    started_anew = Memory(tmp_path / "guard" / "memory.json")
    assert site.judged(started_anew.keep(site.unchecked(last()), APPROVALS)) != []


@pytest.mark.parametrize("name", SEQUENCES)
def test_without_check_and_memory_the_same_steps_open_it(name: str, site: Site) -> None:
    """The negative control: nothing else would have stopped them."""
    states, _, _ = SEQUENCES[name]
    assert site.judged(site.unchecked(states[0]())) != []
    for state in states[1:-1]:
        site.unchecked(state())
    assert site.judged(site.unchecked(states[-1]())) == []


ENDABLE: dict[str, tuple[str, ...]] = {
    "a project": (PROJECT_FILE,),
    "a processing": AT,
    "a habilitation": TEAM,
    "a mission": (*AT, "missions", "appui"),
    "a title": (*AT, "titles", "avis"),
    "a commitment": (f"people/{ANALYST}.yaml", "commitments", "e2026"),
    "the homologation": ("datalab.yaml", "homologation"),
}


@pytest.mark.parametrize("name", ENDABLE)
def test_whatever_was_ended_comes_back_with_its_end_alone(name: str, site: Site) -> None:
    keys = ENDABLE[name]
    signed = approved(plain())
    over = changed(signed, *keys, "ended", to=END)
    for documents in (over, without(over, *keys)):
        site.memory.keep(site.checked(documents), APPROVALS)
    with pytest.raises(InvalidFilesError, match="an end is not taken away or put later"):
        site.checked(signed)
    found = site.memory.keep(site.unchecked(signed), APPROVALS)
    assert entry_at(found, *keys).ended.day.isoformat() == END["day"]
    site.checked(over)


def entry_at(register: Register, path: str, *keys: str) -> Any:
    inner: Any = register.document(path)
    for key in keys:
        inner = inner[key] if isinstance(inner, dict) else getattr(inner, key)
    return inner


def test_what_is_renamed_opens_nothing_with_the_approvals_of_before(site: Site) -> None:
    """An approval signs its place: what goes on under another name is approved anew, all of it."""
    for keys, to in ((TEAM, TEAMMATE), (AT, "autre-nom"), ((PROJECT_FILE,), OTHER_PROJECT)):
        documents = without(approved(plain()), *AT, "team", TEAMMATE) if keys == TEAM else approved(plain())
        register = site.unchecked(renamed(documents, *keys, to=to))
        name, who = (to if keys == AT else PROCESSING), (TEAMMATE if keys == TEAM else ANALYST)
        decision = decide_workspace(shipped_law(), register, PEOPLE[who], ("password",), name, DAY, KEYS)
        assert not decision.allowed, to


def again() -> Documents:
    """Suspended once more, later the same day, for the same reason."""
    return suspended(*AT, by=FIRST | {"id": "b" * 32})


PASSES: dict[str, tuple[tuple[State, ...], list[list[str]]]] = {
    "a suspension, its lift proposed, then approved, then both taken away, then another suspension": (
        (
            lambda: suspended(*AT),
            lambda: approved(_lifted(), {f"{place_of('the processing')}/suspension/lifted": not_approved}),
            lambda: approved(_lifted()),
            lambda: approved(plain()),
            again,
        ),
        [["DL-04"], ["DL-04"], [], [], ["DL-04"]],
    ),
    "a lifted suspension that another one follows at once": (
        (lambda: suspended(*AT), lambda: lifted(*AT), again),
        [["DL-04"], [], ["DL-04"]],
    ),
    "a lifted processing that goes and comes back": (
        (lambda: suspended(*AT), lambda: lifted(*AT), lambda: without(lifted(*AT), *AT), lambda: approved(plain())),
        [["DL-04"], [], ["gone"], []],
    ),
    "an end, then a new period that is proposed, then approved": (
        (ended, proposed, shorter),
        [["DL-02"], ["DL-02", "DL-05"], []],
    ),
    "an ended entry that goes and comes back as it was": (
        (ended, lambda: without(ended(), *TEAM), ended, lambda: ended("2026-04-01")),
        [["DL-02"], ["DL-01"], ["DL-02"], ["DL-02"]],
    ),
    "an entry that goes and comes back before another approval": (
        (lambda: approved(plain()), lambda: without(approved(plain()), *TEAM), lambda: approved(plain())),
        [[], ["DL-01"], []],
    ),
}


def _lifted() -> Documents:
    return changed(
        plain(), *AT, "suspension", to=FIRST | {"lifted": {"proposed": PROPOSED, "reason": "Rien", "of": FIRST}}
    )


@pytest.mark.parametrize("name", PASSES)
def test_what_narrows_and_what_is_rightly_approved_passes_and_counts(name: str, site: Site) -> None:
    """With the hub's judgement and the guard's: both agree on every step."""
    states, expected = PASSES[name]
    registers = [site.checked(state()) for state in states]
    guards = [site.memory.keep(register, APPROVALS) for register in registers]
    assert [site.judged(register) for register in registers] == expected
    assert [site.judged(register) for register in guards] == expected


def forget(site: Site, digest: str) -> None:
    (site.folder / "history" / digest).unlink()


def test_an_approval_of_which_history_was_forgotten_is_given_anew(site: Site) -> None:
    """Nobody could tell whether it was ended meanwhile; what does not bring an approval back needs no history."""
    site.checked(ended())
    between = site.checked(without(ended(), *TEAM)).digest
    elsewhere = changed(without(ended(), *TEAM), PROJECT_FILE, "milestones", to=[])
    site.checked(changed(elsewhere, PROJECT_FILE, "funding", to={"total": 3, "requested": 2, "carrier_share": 1}))
    forget(site, between)
    with pytest.raises(InvalidFilesError) as error:
        site.checked(approved(plain()))
    assert [(each.key, each.message) for each in error.value.problems] == [
        (f"{place_of('the processing')}/team/{ANALYST}/approved", NOT_KNOWN)
    ]
    site.checked(without(ended(), *TEAM))


@settings(max_examples=20, deadline=None)
@given(STEPS)
def test_whatever_is_tried_the_register_itself_says_what_was_suspended_until_it_was_lifted(
    steps: list[tuple[str, Shown, bool]],
) -> None:
    """Without the guard: the steps that the writer refuses are the ones that would undo."""
    with a_folder() as folder:
        past = Past(Storage(folder / "register"))
        recorder = Recorder(folder / "register", check_undone(lambda: APPROVALS, past))
        model, now = Model(), {name: Shown() for name in NAMED}
        register = recorder(documents_of(now))
        for name, shown, _ in steps:
            wanted = now | {name: shown}
            try:
                register = recorder(documents_of(wanted))
            except InvalidFilesError:
                continue
            now = wanted
            model.see(now, register)
            there = closed(register)
            assert [each for each, seen in model.open.items() if seen and not there.get(place_of(each))] == []
