"""What a person did, in French, line by line. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from onboarding.reports.deeds import Deed, DeedsAnswer
from policies.journal.entry import moment_of
from policies.wording import say_count, say_day, say_moment

KIND_WORDS: Mapping[str, str] = {
    "decision": "accès permis",
    "refusal": "accès refusé",
    "start": "espace démarré",
    "entrance": "espace rejoint",
    "start_failed": "démarrage échoué",
    "stop": "espace arrêté",
    "enforcement": "espace arrêté par la fin d'un droit",
    "notice": "fin annoncée",
    "space_created": "dossier créé",
    "space_sealed": "dossier scellé",
    "space_relabelled": "dossier d'équipe déplacé",
    "requalification": "fichier rendu après attestation",
    "file_in": "fichier entré",
    "file_in_outcome": "fichier qui n'est peut-être pas entré",
    "file_out": "fichier sorti",
    "deposit_removed": "dépôt retiré",
    "delivery": "livraison de données",
    "sign_in": "connexion",
    "sign_in_refused": "connexion refusée",
    "sign_out": "déconnexion",
    "approval": "approbation signée",
    "approval_refused": "approbation refusée",
    "factor_begun": "second facteur, inscription commencée",
    "factor_enrolled": "second facteur inscrit",
    "factor_removed": "second facteur retiré",
    "factor_refused": "second facteur refusé",
    "factor_reset": "second facteur de quelqu'un effacé",
    "factor_reset_refused": "effacement d'un second facteur refusé",
    "ticket_refused": "ticket refusé",
    "call_refused": "appel refusé",
    "attack": "ATTAQUE",
    "register_change": "registre changé",
    "register_recorded": "registre enregistré",
    "law_change": "droit changé",
    "administration": "acte d'administration",
    "process_started": "processus démarré",
    "process_stopped": "processus arrêté",
    "source_lost": "source perdue",
    "source_back": "source revenue",
    "consultation": "journal consulté",
    "journal_broken": "faute du journal",
    "journal_repaired": "journal réparé",
    "payloads_purged": "contenus effacés à leur terme",
}
TOLD_WORDS: Mapping[str, str] = {
    "processing": "traitement",
    "workspace": "espace",
    "part": "partie",
    "delivery": "livraison",
    "act": "acte",
    "person": "personne",
    "of": "de",
    "on": "jour demandé",
    "from": "du",
    "to": "au",
    "replay": "rejoué",
    "reason": "motif",
    "level": "préavis",
    "day": "jour",
    "after": "empreinte",
}


GONE = "entrée de ces jours, peut-être de cette personne, a été effacée à son terme."
MANY_GONE = "entrées de ces jours, peut-être de cette personne, ont été effacées à leur terme."


def deeds_lines(answer: DeedsAnswer) -> Iterator[str]:
    """What they did, then what names them."""
    yield f"# {answer.person}, du {say_day(answer.first)} au {say_day(answer.last)}"
    for title, role in (("A fait", "by"), ("Ce qui la concerne, fait par d'autres", "about")):
        found = [each for each in answer.deeds if each.role == role]
        yield ""
        yield f"## {title}"
        yield ""
        yield from (_deed(each) for each in found)
        if not found:
            yield "- rien"
    if answer.forgotten:
        yield ""
        yield say_count(answer.forgotten, GONE, MANY_GONE)


def _deed(deed: Deed) -> str:
    told = ", ".join(f"{TOLD_WORDS[key]} {value}" for key, value in deed.told.items())
    words = f"{KIND_WORDS.get(deed.kind, deed.kind)} ({deed.entry})"
    return f"- {say_moment(moment_of(deed.moment))} : {words}" + (f" : {told}" if told else "")
