"""What a verification found, in French: each chain, the checkpoints, and one sentence on what is proven. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from onboarding.keeper.audit import Audit
from onboarding.keeper.ledger_check import LedgerFlaw, LedgerReport
from policies.journal.entry import moment_of
from policies.journal.verify import FlawKind, Remark, Report
from policies.wording import say_count, say_moment

FLAWS: dict[FlawKind, str] = {
    "changed": "cette ligne, ou une avant elle, n'est pas celle qui fut écrite",
    "removed": "des lignes ont été ôtées ici",
    "inserted": "une ligne a été ajoutée ici",
    "reordered": "une ligne a été déplacée",
    "truncated": "la chaîne s'arrête avant ce qui fut écrit",
    "payload_altered": "le contenu n'est pas celui auquel la ligne s'engage",
    "payload_removed": "le contenu a disparu, et son effacement n'est pas annoncé",
    "purged_early": "un contenu a été effacé avant le terme que fixe le droit",
}
LEDGER_FLAWS = {
    "changed": "ce point, ou celui d'avant, n'est pas celui qui fut signé",
    "removed": "des points ont été ôtés ici",
    "inserted": "un point a été ajouté ici",
    "forged": "ce point n'est pas signé par la clé du journal",
    "truncated": "des points manquent à partir d'ici",
}
PURGED = "contenu effacé à son terme, effacement annoncé"
MANY_PURGED = "contenus effacés à leur terme, effacements annoncés"
UNPROVEN_ALONE = (
    "sans témoin extérieur, une troncature faite par root après le dernier point de contrôle ne se voit pas, "
    "ni un journal que root aurait réécrit et signé à nouveau en entier"
)


def audit_lines(found: Audit, witness: str | None) -> Iterator[str]:
    """Everything, line by line; `witness` is the one of the settings, whether its copy was given or not."""
    for report in found.chains:
        yield from _chain(report)
    yield from (f"{name} : ILLISIBLE : {why}" for name, why in found.unreadable.items())
    yield from (f"{name} : DISPARUE : sa chaîne a été signée, et n'est plus là" for name in found.gone)
    yield from _ledger(found.ledger, witness)
    yield sentence(found)


def _chain(report: Report) -> Iterator[str]:
    if report.flaw is not None:
        flaw = report.flaw
        yield f"{report.account} : ROMPUE à la ligne {flaw.line} ({flaw.kind}) : {FLAWS[flaw.kind]}"
        return
    yield f"{report.account} : {say_count(report.entries, 'ligne')}, chaîne intacte ; tête {report.head.fingerprint}"
    if report.purged:
        yield f"  {say_count(report.purged, PURGED, MANY_PURGED)} dans la chaîne"
    if report.strays:
        strays = say_count(report.strays, "contenu")
        yield f"  {strays} sans ligne : une coupure, une copie, ou une fin de chaîne retirée"
    if report.entries > report.noted:
        yield f"  {say_count(report.entries - report.noted, 'ligne')} à signer au prochain point de contrôle"
    yield from (f"  à regarder, ligne {remark.line} : {_remark(remark)}" for remark in report.remarks)


def _remark(remark: Remark) -> str:
    if remark.kind == "clock_back":
        return "elle est datée d'avant ce qui la précède : l'horloge a reculé, ou la date est inventée"
    return "elle est datée d'après sa signature : l'horloge avançait, ou la date est inventée"


def _ledger(ledger: LedgerReport, witness: str | None) -> Iterator[str]:
    if ledger.last is None and ledger.flaw is None:
        yield "points de contrôle : aucun ; le processus keeper n'a encore rien signé"
    elif ledger.flaw is not None:
        yield f"points de contrôle : ROMPUS au n° {ledger.flaw.n} ({ledger.flaw.kind}) : {_ledger_flaw(ledger.flaw)}"
    elif ledger.last is not None:
        last = ledger.last
        yield f"points de contrôle : {ledger.count}, intacts ; le dernier {_moment(last.moment)}, {last.fingerprint}"
        for account, trouble in last.alarms.items():
            yield f"  le processus keeper n'a pas pu suivre la chaîne {account} ({trouble}) : lisez son journal"
    if ledger.witnessed is not None:
        yield f"témoin : sa copie va jusqu'au point n° {ledger.witnessed}"
    elif witness is not None:
        yield f"témoin : {witness} ; pour comparer avec sa copie, relancez avec --witness DOSSIER"
    else:
        yield "témoin : aucun ; le réglage journal.witness en nomme un"


def _ledger_flaw(flaw: LedgerFlaw) -> str:
    return LEDGER_FLAWS[flaw.kind] + (" : la copie du témoin le montre" if flaw.at_witness else "")


def sentence(found: Audit) -> str:
    """What is proven and what is not, in one sentence."""
    if not found.sound:
        return "Ce journal a été altéré, ou ne peut pas être lu : ce qui suit la première faute n'est pas prouvé."
    return f"Prouvé : {_proven(found.ledger)} ; pas prouvé : {_unproven(found.ledger)}."


def _proven(ledger: LedgerReport) -> str:
    nothing = "aucune ligne et aucun contenu n'a été changé, ôté, ajouté ou déplacé"
    if ledger.last is None:
        return f"{nothing} à l'intérieur de chaque chaîne"
    signed = f"{nothing} jusqu'au point de contrôle n° {ledger.count}, {_moment(ledger.last.moment)}"
    if ledger.witnessed is None:
        return signed
    return f"{signed}, et le témoin a les mêmes points jusqu'au n° {ledger.witnessed}"


def _unproven(ledger: LedgerReport) -> str:
    if ledger.last is None:
        return "sans point de contrôle, la fin d'une chaîne peut être ôtée ou réécrite par qui la possède"
    if ledger.witnessed is None:
        return UNPROVEN_ALONE
    return "ce qui suit le dernier point que le témoin a reçu peut avoir été ôté ou réécrit par root"


def _moment(text: str) -> str:
    return f"du {say_moment(moment_of(text))}"
