"""Rules judged one by one: does each apply, hold, refuse, permit, warn, or can it not be judged?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policies.engine.documents import Outcome
from policies.engine.model import Rule
from policies.engine.vocabulary import Facts

Judged = list[tuple[Rule, Outcome, date]]


def judge_rules(rules: Iterable[Rule], facts: Facts, day: date) -> Judged:
    """Each rule with its outcome and the last day on which it surely stays, the rules being in force."""
    judged: Judged = []
    outcome: Outcome
    for rule in rules:
        value, until = rule.applies(facts, facts, day)
        if value is False:
            outcome = "does_not_apply"
        elif value is None:
            outcome = "error"
        elif rule.holds is None:
            outcome = rule.matched
        else:
            value, last = rule.holds(facts, facts, day)
            outcome = "holds" if value else "error" if value is None else "refuses"
            if last < until:  # noqa: PLR1730 - on the hot path, and twice as fast as min()
                until = last
        judged.append((rule, outcome, until))
    return judged


def judge_again(judged: Judged, facts: Facts, day: date, settling: frozenset[Outcome] = frozenset()) -> Judged | None:
    """The same rules on a later day: only those that came to their last day are judged again.

    `None` as soon as one of them comes out in a way that settles the answer, whatever the others say.
    """
    found: Judged = []
    for one in judged:
        if one[2] >= day:
            found.append(one)
            continue
        again = judge_rules((one[0],), facts, day)[0]
        if again[1] in settling:
            return None
        found.append(again)
    return found


def outcome_of(rule: Rule, facts: Facts, day: date) -> Outcome:
    """What a rule says on a day; out of its days in force it does not apply."""
    if not rule.in_force.from_ <= day <= rule.in_force.last:
        return "does_not_apply"
    return judge_rules((rule,), facts, day)[0][1]
