"""A folder of law: whether it loads, its cases come out as written, and the journal's classes have their terms."""

from __future__ import annotations

from pathlib import Path

from onboarding.areas import Area, look_at
from onboarding.keeper.terms import term_problems
from policies.calendar import today
from policies.engine.check import check_law
from policies.engine.load import load_law
from policies.wording import say_count


def check_law_folder(folder: Path) -> Area:
    """A folder of law with all its cases, enforced or not."""
    return look_at("loi", lambda: _law(folder))


def _law(folder: Path) -> Area:
    law = load_law(folder)
    problems = tuple(map(str, [*check_law(law), *term_problems(law, today())]))
    return Area("loi", problems, notes=(f"{say_count(len(law.rules), 'règle')}, {len(law.cases)} cas",))
