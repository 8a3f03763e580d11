"""The spaces of a workspace that starts: moved with the team, made, measured, given back what was attested."""

from __future__ import annotations

from datetime import datetime

from hub.guard.host.spaces_store import Shown
from hub.guard.judging.effects import Held
from hub.guard.judging.judge import Judge
from hub.guard.judging.judgement import Judgement
from hub.guard.judging.team import labels_of_others
from hub.guard.parts import Parts
from policies.access.approvals import Approvals
from policies.access.requalified import released
from policies.access.spaces import moves_together
from policies.files import fingerprint


def prepare_spaces(parts: Parts, judge: Judge, judgement: Judgement, now: datetime) -> Shown:
    """The home, the project space and those beside it, as they are to be shown; raises RefusalError when too full."""
    _move_space(parts, judge, judgement, now)
    spec, decision = judgement.spec, judgement.decision
    shown = parts.kept.spaces.show(spec.name, spec.uid, spec.gid, decision.label, decision.day)
    parts.kept.quotas.check(shown.home, shown.project)
    _bring_files_back(parts, judgement, shown)
    return shown


def _move_space(parts: Parts, judge: Judge, judgement: Judgement, now: datetime) -> None:
    """The team's space moves to a larger label when everybody on the processing has it."""
    name, label = judgement.spec.name, judgement.decision.label
    space = parts.kept.spaces.movable(name, label)
    if space is not None and moves_together(label, labels_of_others(judge.sources, name, now)):
        moved = {"processing": name.processing, "space": space.id, "from": sorted(space.label), "to": sorted(label)}
        parts.diary.write("space_relabelled", moved)
        parts.kept.spaces.relabel(name, space, label)


def _bring_files_back(parts: Parts, judgement: Judgement, shown: Shown) -> None:
    """What was attested of sealed homes is copied into today's, each file journaled before.

    Names of files may be those of people: the journal has their fingerprint, the register the name.
    """
    spec, snapshot = judgement.spec, judgement.snapshot
    found = snapshot.register.find_processing(spec.name.processing)
    if found is None or not found.processing.requalifications:
        return
    approvals = Approvals(snapshot.law, snapshot.keys)
    entries = list(released(snapshot.register, found, spec.name.person, approvals))
    for file in parts.kept.spaces.returning(spec.name, judgement.decision.label, entries):
        path = fingerprint(file.path.encode())
        told = {"workspace": str(spec.name), "home": file.home, "path": path, "content": file.content}
        parts.diary.write("requalification", told)
        parts.kept.spaces.bring_back(spec.name, shown.home[-1], file, spec.uid, spec.gid)


def held_by(judgement: Judgement, shown: Shown) -> Held:
    """What a workspace is started with, on which it is judged as long as it runs."""
    decision = judgement.decision
    parts = {grant.id: grant.version for grant in decision.grants if grant.mode == "read"}
    return Held(
        factors=judgement.factors, parts=parts, services=decision.services, home=shown.home, project=shown.project
    )
