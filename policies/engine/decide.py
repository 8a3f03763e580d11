"""The law's answer: forbid wins, no permit denies, any error denies, order never matters."""

from __future__ import annotations

from datetime import date

from policies.calendar import ONE_DAY
from policies.engine.dated import FOREVER
from policies.engine.documents import Outcome
from policies.engine.evaluate import Judged, judge_again, judge_rules
from policies.engine.missing import Asked, explain_failure, explain_unknown
from policies.engine.model import Era, Eras, Law, Obligation, Reason, Refusal, Rule, Verdict
from policies.engine.vocabulary import Facts

NO_RULE = "DEFAUT"
NO_ERAS = Eras((date.min,), (Era(FOREVER, ()),))
REFUSING: frozenset[Outcome] = frozenset({"refuses", "error"})
NOTHING: frozenset[Outcome] = frozenset()


def decide(law: Law, action: str, facts: Facts, day: date) -> Verdict:
    """The verdict on an action: allowed only if a rule permits it and none refuses or errs.

    Facts are nested plain values under their declared names; they are taken to be the same on every
    later day.
    """
    eras = law.eras.get(action, NO_ERAS)
    era = eras.at(day)
    judged = judge_rules(era.rules, facts, day)
    allowed, stands = _answer(judged, era)
    until = _last_day(eras, era, judged, facts, allowed, stands)
    if allowed:
        return _allowance(law, action, facts, day, until, judged)
    return _denial(law, action, facts, day, until, judged)


def _last_day(eras: Eras, era: Era, judged: Judged, facts: Facts, allowed: bool, stands: date) -> date | None:
    """The last day on which an answer stands, `None` if it does for ever; it stands until `stands` surely."""
    settling = REFUSING if allowed else NOTHING
    while stands < FOREVER:
        following = stands + ONE_DAY
        if following > era.last:
            era = eras.at(following)
            now: Judged | None = judge_rules(era.rules, facts, following)
        else:
            now = judge_again(judged, facts, following, settling)
        if now is None:
            break
        same, still = _answer(now, era)
        if same is not allowed:
            break
        judged, stands = now, still
    return None if stands == FOREVER else stands


def _answer(judged: Judged, era: Era) -> tuple[bool, date]:
    """Whether these outcomes allow, and a day until which that surely stands.

    A permission stands while no rule changes. A refusal stands as long as the most lasting of those
    who refuse, and as long as no permit matches.
    """
    permitted = refused = False
    soonest = era.last
    for _, outcome, until in judged:
        if until < soonest:  # noqa: PLR1730 - on the hot path, and twice as fast as min()
            soonest = until
        if outcome == "permits":
            permitted = True
        elif outcome in REFUSING:
            refused = True
    if permitted and not refused:
        return True, soonest
    lasting = [min(until, rule.in_force.last) for rule, outcome, until in judged if outcome in REFUSING]
    if not permitted:
        lasting.append(min((until for rule, _, until in judged if rule.effect == "permit"), default=FOREVER))
        lasting[-1] = min(lasting[-1], era.last)
    return False, max(lasting)


def _allowance(law: Law, action: str, facts: Facts, day: date, until: date | None, judged: Judged) -> Verdict:
    reasons: list[Reason] = []
    obligations: list[Obligation] = []
    warnings: list[Reason] = []
    for rule, outcome, _ in judged:
        if outcome == "does_not_apply":
            continue
        if outcome != "warns":
            reasons.append(rule.fixed_reason or _reason(law, rule, facts, day))
            obligations += rule.obligations
        else:
            warnings.append(_warning(law, rule, facts, day))
    return Verdict.model_construct(
        action=action,
        day=day,
        allowed=True,
        until=until,
        reasons=tuple(reasons),
        refusals=(),
        obligations=tuple(obligations),
        warnings=tuple(warnings),
    )


def _denial(law: Law, action: str, facts: Facts, day: date, until: date | None, judged: Judged) -> Verdict:
    asked = Asked(law.vocabulary, facts, day)
    outcomes: set[Outcome] = {outcome for _, outcome, _ in judged}
    refusals = [_refusal(rule, asked) for rule, outcome, _ in judged if outcome == "refuses"]
    if "permits" not in outcomes:
        refusals += [
            _refusal(rule, asked)
            for rule, outcome, _ in judged
            if rule.effect == "permit" and outcome == "does_not_apply"
        ]
    refusals += [_unjudged(rule, asked) for rule, outcome, _ in judged if outcome == "error"]
    return Verdict(
        action=action,
        day=day,
        allowed=False,
        until=until,
        reasons=(),
        refusals=tuple(refusals) or (_no_rule(law, action),),
        obligations=(),
        warnings=tuple(_warning(law, rule, facts, day) for rule, outcome, _ in judged if outcome == "warns"),
    )


def _reason(law: Law, rule: Rule, facts: Facts, day: date) -> Reason:
    """Why the rule lets in, when its text names facts; otherwise it is the same object each time."""
    return rule.cite(rule.reason.fill(law.vocabulary, facts, day))


def _warning(law: Law, rule: Rule, facts: Facts, day: date) -> Reason:
    return rule.cite(rule.message.fill(law.vocabulary, facts, day))


def _refusal(rule: Rule, asked: Asked) -> Refusal:
    failed = rule.where if rule.effect == "permit" else rule.requires
    missing = explain_failure(failed, asked) if failed else ()
    message = rule.message.fill(asked.vocabulary, asked.facts, asked.day, missing)
    return rule.refuse(message, missing)


def _unjudged(rule: Rule, asked: Asked) -> Refusal:
    conditions = [node for node in (rule.where, rule.requires) if node is not None]
    missing = tuple(dict.fromkeys(text for node in conditions for text in explain_unknown(node, asked)))
    what = ", ".join(missing)
    message = f"La règle {rule.id} ne peut pas être appliquée : information absente ou illisible ({what})."
    return rule.refuse(message, missing, error=True)


def _no_rule(law: Law, action: str) -> Refusal:
    declared = law.vocabulary.actions.get(action)
    what = declared.meaning if declared else action
    return Refusal(
        rule=NO_RULE,
        source="",
        article="",
        link=None,
        message=f"Aucune règle en vigueur ne permet ceci : {what}.",
        missing=(),
        ask=law.vocabulary.default_contact,
    )
