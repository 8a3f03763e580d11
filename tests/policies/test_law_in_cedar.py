"""The shipped law, rule by rule, in Cedar: wherever both can judge a case, they judge it alike.

Cedar skips a policy that meets an absent fact, where the engine goes on to what decides anyway or
denies: cases in which either errs are not compared, and counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from policies.engine.documents import Outcome
from policies.engine.evaluate import outcome_of
from policies.engine.model import Case, Rule
from tests.support.cedar import ANYTHING, InCedar, allows
from tests.support.judged import shipped_law

JUDGED = {key: rule for key, rule in shipped_law().rules.items() if rule.effect != "warn"}


def cedar_allows(rule: Rule, case: Case, edit: Callable[[str], str]) -> bool | None:
    """Whether this rule alone lets in, or keeps out of what everybody may; `None` when it errs."""
    cedar = InCedar(case.day)
    policies = edit(cedar.policies([rule])) + ("" if rule.effect == "permit" else ANYTHING)
    return allows(policies, cedar.context(shipped_law(), dict(case.facts)))


def lets_in(rule: Rule, outcome: Outcome) -> bool | None:
    """What an outcome of the engine says of this rule alone."""
    if outcome == "error":
        return None
    return outcome == "permits" if rule.effect == "permit" else outcome != "refuses"


def compared(edit: Callable[[str], str] = str) -> tuple[Counter[str], list[str]]:
    """How many cases were compared, by rule; and those on which the two do not agree."""
    counts: Counter[str] = Counter()
    apart = []
    for case in shipped_law().cases:
        rule = JUDGED.get(case.rule)
        if rule is None or not rule.in_force.from_ <= case.day <= rule.in_force.last:
            continue
        ours, theirs = lets_in(rule, outcome_of(rule, case.facts, case.day)), cedar_allows(rule, case, edit)
        if ours is not None and theirs is not None:
            counts[case.rule] += 1
            apart += [f"{case.rule}: {case.name}"] if ours is not theirs else []
    return counts, apart


def test_cedar_judges_the_cases_of_every_rule_as_the_engine_does() -> None:
    counts, apart = compared()
    assert (apart, sorted(JUDGED.keys() - counts.keys())) == ([], [])
    assert counts.total() >= 500


def test_a_condition_read_wrongly_is_found_out() -> None:
    """The negative control: the same comparison, with `or` for every `and`."""
    assert len(compared(lambda text: text.replace(" && ", " || "))[1]) > 50
