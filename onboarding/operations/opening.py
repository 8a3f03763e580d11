"""The office of one installation: its writer, its register, and what an answer is judged with."""

from __future__ import annotations

from functools import cache, partial

from onboarding.ground import read_approvals
from onboarding.operations.effects import Decide
from onboarding.operations.judging import Judge
from onboarding.operations.office import Office
from onboarding.writing import Writer
from policies.access.decision import Decision
from policies.calendar import today
from policies.directory.lookup import Directory
from policies.register.follow import Register, read_register
from policies.settings import Places


def open_office(places: Places, writer: Writer, directory: Directory, dry_run: bool = False) -> Office:
    """The office; law, keys and directory are read when an answer needs them, so that none delays a suspension."""
    folder = places.register_folder
    return Office(writer, folder, partial(read_register, folder), _judge(places, directory), today, dry_run)


def _judge(places: Places, directory: Directory) -> Decide:
    @cache
    def judge() -> Judge:
        approvals = read_approvals(places)
        return Judge(approvals.law, approvals.keys, directory.people, today())

    def decide(register: Register, person: str, processing: str) -> Decision | None:
        return judge()(register, person, processing)

    return decide
