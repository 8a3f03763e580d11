"""The journal's answers in French, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from onboarding.reports.answers import FORGOTTEN, GroundAnswer, ReadersAnswer
from onboarding.reports.grounds import NO_DECISION, GroundOf
from onboarding.reports.people import Origin
from onboarding.reports.readers import Could
from onboarding.reports.reads import FOUND_ENDED, REPLACED, Read
from onboarding.reports.refusals import Refused
from onboarding.reports.replay import Outcome, Replayed
from policies.engine.model import Reason
from policies.journal.entry import moment_of
from policies.wording import say_count, say_day, say_moment

ORIGINS: dict[Origin, str] = {
    "journal": "annuaire : tel qu'une décision journalisée l'a lu",
    "directory": "annuaire : tel qu'il est aujourd'hui",
    "supposed": "annuaire : supposé, il ne connaît plus cette personne",
}
REASONS = {
    "asked": "à la demande de la personne",
    "right": "un droit a pris fin",
    "source": "une source est restée muette trop longtemps",
    "itself": "il s'est arrêté de lui-même",
    "ended by itself": "il s'est arrêté de lui-même",
    FOUND_ENDED: "constaté au démarrage du gardien",
    REPLACED: "constaté au démarrage du suivant de même nom",
}
UNKNOWN = {
    NO_DECISION: "sa décision n'est plus au journal : elle a été effacée à son terme",
    FORGOTTEN: "l'historique du registre a été oublié jusque-là",
}
OUTCOMES: dict[Outcome, str] = {
    "same": "la même décision",
    "different": "UNE AUTRE DÉCISION",
    "purged": "contenu effacé à son terme : elle ne se rejoue plus",
    "unknown": "ne peut pas être rejouée",
}
ASSUMED = "C'est une borne haute : les pièces des titres et tous les facteurs de connexion sont supposés présents."
NOBODY_KNOWS = "ATTENTION : aucun registre de cette période ne connaît cette partie ; vérifiez son nom."


def ground_lines(answer: GroundAnswer) -> Iterator[str]:
    """On what ground, in French."""
    yield f"# {answer.person}, {answer.part}, le {say_day(answer.day)}"
    yield ""
    if not answer.grounds:
        yield "Aucune lecture : aucun espace de cette personne n'a eu cette partie ce jour-là."
    for found in answer.grounds:
        yield from _ground(found)
    yield "## Ce jour-là"
    yield ""
    yield from (f"- pouvait la lire {_grounds(each)}" for each in answer.could)
    if not answer.could and not answer.gaps:
        yield "- ne pouvait pas la lire"
    yield from _uncertain(answer)
    yield ""
    for refused in answer.refusals:
        yield from _refused(refused)
    yield from _forgotten(answer.forgotten)


def _ground(found: GroundOf) -> Iterator[str]:
    yield f"## Espace {found.read.workspace}"
    yield ""
    yield from _read(found.read)
    if found.grant is not None:
        yield f"- version lue : {found.grant.version} ; {_until(found.grant.until)}"
        yield from (f"- à ce titre : {_reason(each)}" for each in (*found.opening, *found.grant.reasons))
    yield from (f"- titre : {t.kind} n° {t.number}, {_period(t.first, t.last)}" for t in found.titles)
    yield from (f"- obligation : {each.text}" for each in found.obligations)
    if found.law:
        yield f"- droit {found.law[:16]}…, registre {found.register[:16]}…"
    if found.replayed is not None:
        again = OUTCOMES["same" if found.replayed else "different"]
        yield f"- rejouée aujourd'hui avec le droit et les faits d'alors : {again}"
    if found.why:
        yield f"- ce qui manque pour en dire plus : {UNKNOWN.get(found.why, found.why)}"
    yield ""


def _read(read: Read) -> Iterator[str]:
    decided = f", décision guard/{read.decided.entry.n}" if read.decided else ""
    yield f"- démarré le {say_moment(read.start)} ({read.entry}{decided})"
    if read.stop is None:
        yield "- pas d'arrêt journalisé : l'espace est ouvert"
    else:
        yield f"- arrêté le {say_moment(read.stop)} ({read.stop_entry}) : {REASONS.get(read.reason or '', read.reason)}"


def _refused(refused: Refused) -> Iterator[str]:
    yield f"## Refus sur {refused.processing} ({refused.entry})"
    yield ""
    for each in refused.refusals:
        yield f"- {each.message} ({each.rule}, {each.article})"
    yield ""


def readers_lines(answer: ReadersAnswer) -> Iterator[str]:
    """Who could and who did, in French."""
    yield f"# {answer.part}, {_period(answer.first, answer.last)}"
    yield ""
    yield "## Pouvaient la lire"
    yield ""
    yield from (_could(each) for each in answer.could)
    if not answer.could and not answer.gaps:
        yield "- personne"
    yield from _uncertain(answer)
    yield ""
    yield "## L'ont lue"
    yield ""
    yield from (_did(each, answer.part) for each in answer.did)
    if not answer.did:
        yield "- personne"
    yield from _forgotten(answer.forgotten)


def _uncertain(answer: GroundAnswer | ReadersAnswer) -> Iterator[str]:
    """What the days' decisions do not know, and what they suppose."""
    for gap in answer.gaps:
        yield f"- {_period(gap.first, gap.last)} : inconnu : {UNKNOWN.get(gap.why, gap.why)}"
    yield ""
    yield ASSUMED
    if not answer.known and not answer.gaps:
        yield NOBODY_KNOWS


def _could(each: Could) -> str:
    return f"- {each.person} {_grounds(each)}"


def _grounds(each: Could) -> str:
    articles = ", ".join(dict.fromkeys(f"{reason.rule} ({reason.article})" for reason in each.reasons))
    return f"sur {each.processing}, {_period(each.first, each.last)} : {articles} ; {ORIGINS[each.directory]}"


def _did(read: Read, part: str) -> str:
    end = f"au {say_moment(read.stop)}" if read.stop else "sans arrêt journalisé"
    return (
        f"- {read.person} sur {read.processing}, version {read.parts[part]}, "
        f"du {say_moment(read.start)} {end} ({read.entry})"
    )


GONE = "démarrage de cette période a été effacé à son terme : cette réponse ne le connaît plus."
MANY_GONE = "démarrages de cette période ont été effacés à leur terme : cette réponse ne les connaît plus."


def _forgotten(count: int) -> Iterator[str]:
    if count:
        yield ""
        yield say_count(count, GONE, MANY_GONE)


def replayed_lines(found: Replayed) -> Iterator[str]:
    """What became of a decision that was made again, in French; what differs, as it was and as it is."""
    yield f"{found.entry} ({say_moment(moment_of(found.moment))}) : {OUTCOMES[found.outcome]}"
    if found.why:
        yield f"  {found.why}"
    yield from (f"  {each}" for each in found.differences)


def count_line(counts: Mapping[Outcome, int]) -> str:
    """How many decisions became what."""
    return " ; ".join(f"{counts.get(outcome, 0)} : {words}" for outcome, words in OUTCOMES.items())


def _reason(reason: Reason) -> str:
    return f"{reason.text} ({reason.rule}, {reason.source}, {reason.article})"


def _period(first: date, last: date | None) -> str:
    if last is None:
        return f"à partir du {say_day(first)}"
    return f"le {say_day(first)}" if first == last else f"du {say_day(first)} au {say_day(last)}"


def _until(day: date | None) -> str:
    return f"la décision valait jusqu'au {say_day(day)}" if day else "la décision n'avait pas de fin connue"
