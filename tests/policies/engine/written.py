"""A small law written file by file, so that each test changes one thing in it."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from policies.engine.evaluate import judge_rules
from policies.engine.folder import Entry, LawFiles, Problems, place_of
from policies.engine.load import build_law
from policies.engine.model import Law
from policies.errors import InvalidFilesError

TITLE_FIELDS = {
    "kind": {"type": "text", "words": "title_kinds", "meaning": "la nature du titre"},
    "number": {"type": "text", "meaning": "le numéro du titre"},
    "period": {"type": "period", "meaning": "les dates du titre"},
    "people": {"type": "list of text", "optional": True, "meaning": "les personnes nommées"},
    "parts": {"type": "list of text", "optional": True, "meaning": "les parties nommées"},
    "counts": {"type": "boolean", "meaning": "la validité du titre"},
    "flaw": {"type": "text", "optional": True, "meaning": "le défaut du titre"},
}


def fact(type_: str, meaning: str = "un fait", **more: Any) -> dict[str, Any]:
    """A declaration of a fact of the register."""
    return {"type": type_, "origin": "register", "meaning": meaning, **more}


FACTS: dict[str, Any] = {
    "default_contact": "dinum",
    "contacts": {"dinum": {"name": "l'équipe du Datalab"}, "comite": {"name": "le comité"}},
    "title_kinds": {
        "avis": {"name": "un avis favorable du comité"},
        "engagement": {"name": "un engagement signé"},
    },
    "words": {
        "purposes": {"statistique": "statistique publique", "recherche": "recherche scientifique", "ciblage": "ciblage"}
    },
    "actions": {
        "read": {"meaning": "lire une partie", "facts": ["person", "use", "part", "titles"]},
        "open": {"meaning": "ouvrir un espace", "facts": ["person", "use"]},
    },
    "facts": {
        "person.id": fact("text", "l'identifiant de la personne"),
        "person.suspended": fact("boolean", "la suspension", missing="la levée de la suspension"),
        "person.roles": fact("list of text", "les rôles"),
        "use.purpose": fact("text", "la finalité", words="purposes", missing="une finalité parmi : {expected}"),
        "use.level": fact("number", "le niveau", unit="points"),
        "use.signed_on": fact("day", "le jour de la signature"),
        "use.period": fact("period", "la période"),
        "use.sheet": fact("text", "la fiche du registre", optional=True),
        "use.missions": fact(
            "list of records",
            "les missions",
            missing="une mission en cours",
            fields={
                "person": {"type": "text", "meaning": "l'expert"},
                "period": {"type": "period", "meaning": "les dates", "flaw": "elle {when}"},
                "letter.signed": {"type": "boolean", "optional": True, "meaning": "la signature"},
                "level": {"type": "number", "optional": True, "meaning": "le niveau", "flaw": "son niveau est {found}"},
            },
        ),
        "part.id": fact("text", "la partie"),
        "part.name": fact("text", "le nom de la partie"),
        "part.regimes": fact("list of text", "les régimes", words="regimes", optional=True),
        "part.unrouted": {
            "type": "list of text",
            "origin": "law",
            "without_route": "part.regimes",
            "words": "regimes",
            "meaning": "les régimes sans voie",
        },
        "titles": fact("list of records", "les titres", fields=TITLE_FIELDS),
    },
}
SOURCE = {"title": "Code d'exemple", "link": "https://law.example/code", "in_force": {"from": "2000-01-01"}}
REGIME = {
    "name": "secret du code",
    "protects": "les réponses",
    "source": {"text": "code", "article": "1"},
    "confidence": "known",
}
FIRST = "2001-01-01"


def rule(effect: str, **more: Any) -> dict[str, Any]:
    """A rule of the code, in force since 2001."""
    return {
        "effect": effect,
        "source": {"text": "code", "article": "12"},
        "in_force": {"from": FIRST},
        "confidence": "known",
        "message": "Refusé par la règle.",
        "ask": "dinum",
    } | more


def case(expect: str, **more: Any) -> dict[str, Any]:
    """A case whose sentence is what it expects."""
    return {"name": f"it {expect}", "day": "2020-06-15", "expect": expect} | more


OPEN_TO_ALL = rule("permit", where={"person.suspended": {"is": False}}, message="Vous êtes suspendu.")
OPEN_CASES = [
    case("permits", facts={"person.suspended": False}),
    case("does_not_apply", facts={"person.suspended": True}),
]


def small_law() -> dict[str, Any]:
    """A law of one source, one regime and one permit, as path -> plain values."""
    return deepcopy(
        {
            "facts.yaml": FACTS,
            "sources/code.yaml": SOURCE,
            "regimes/secret.yaml": REGIME,
            "rules/read/EX-01/rule.yaml": OPEN_TO_ALL,
            "rules/read/EX-01/cases.yaml": OPEN_CASES,
        }
    )


def with_rule(id_: str, file: dict[str, Any], action: str = "read", **files: Any) -> dict[str, Any]:
    """The small law and one more rule, whose cases only have to exist: they are not run."""
    bites = {"permit": "permits", "warn": "warns"}.get(file["effect"], "refuses")
    cases = [case(bites), case("does_not_apply")]
    return small_law() | {f"rules/{action}/{id_}/rule.yaml": file, f"rules/{action}/{id_}/cases.yaml": cases} | files


def write_law(folder: Path, files: dict[str, Any]) -> Path:
    """The folder, holding each file: plain values as YAML, text and bytes as they are."""
    for name, values in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(values, bytes):
            path.write_bytes(values)
        else:
            text = values if isinstance(values, str) else yaml.dump(values, allow_unicode=True, sort_keys=False)
            path.write_text(text, encoding="utf-8")
    return folder


def files_of(files: dict[str, Any]) -> LawFiles:
    """The files of a law that is only in memory, as reading its folder would give them."""
    entries = []
    for path, values in sorted(files.items()):
        kind, names = place_of(path)
        assert kind is not None, path
        entries.append(Entry(kind, path, names, values))
    return LawFiles(tuple(entries), frozenset(files), "digest")


def law_in_memory(files: dict[str, Any]) -> Law:
    """The law that these files describe, without a disk."""
    return build_law(files_of(files), Problems())


def problems_of(files: dict[str, Any]) -> list[str]:
    """What is wrong with these files, a line each."""
    try:
        law_in_memory(files)
    except InvalidFilesError as error:
        return [str(problem) for problem in error.problems]
    return []


PARAMETERS: dict[str, Any] = {
    "parameters/levels/least.yaml": {
        "description": "Niveau exigé",
        "values": {
            "2001-01-01": {"value": 3, "source": {"text": "code", "article": "4"}, "confidence": "known"},
            "2020-06-10": {"value": 5, "source": {"text": "code", "article": "5"}, "confidence": "known"},
            "2020-06-20": {"value": None, "source": {"text": "code", "article": "6"}, "confidence": "known"},
        },
    },
    "parameters/purposes/admitted.yaml": {
        "description": "Finalités admises",
        "words": "purposes",
        "values": {
            "2001-01-01": {"value": ["statistique"], "source": {"text": "code", "article": "4"}, "confidence": "known"},
            "2020-06-15": {
                "value": ["statistique", "recherche"],
                "source": {"text": "code", "article": "5"},
                "confidence": "known",
            },
        },
    },
    "parameters/purposes/main.yaml": {
        "description": "Finalité principale",
        "words": "purposes",
        "values": {
            "2020-06-05": {"value": "statistique", "source": {"text": "code", "article": "4"}, "confidence": "known"}
        },
    },
    "parameters/dates/limit.yaml": {
        "description": "Date limite",
        "type": "day",
        "values": {
            "2020-06-05": {"value": "2020-06-18", "source": {"text": "code", "article": "4"}, "confidence": "known"}
        },
    },
}


def judged(condition: dict[str, Any], facts: dict[str, Any], day: date) -> tuple[str, date]:
    """The outcome of a permit with this condition on a day, and the last day on which it surely stays."""
    law = law_in_memory(small_law() | {"rules/read/EX-01/rule.yaml": rule("permit", where=condition)} | PARAMETERS)
    _, outcome, until = judge_rules(law.rules.values(), facts, day)[0]
    return {"permits": "true", "does_not_apply": "false", "error": "unknown"}[outcome], until
