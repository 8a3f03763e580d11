"""Reminders, identifiers and readings fit the law that they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from policies.engine.compile import Parts, check_source
from policies.engine.documents import RuleFile
from policies.engine.folder import Entry, LawFiles, Problems
from policies.engine.known import Parameter
from policies.engine.notices import Identifier, IdentifiersFile, Place, ReadingsFile, Reminder
from policies.engine.vocabulary import IS
from policies.files import nearest

IDENTIFIERS = "identifiers.yaml"
UNITS = ("heures", "jours", "mois")
RuleKey = tuple[str, str]


def read_reminders(files: LawFiles, parts: Parts, problems: Problems) -> dict[str, Reminder]:
    """The reminders by `<ID>/<name>`; what is wrong with them is noted."""
    found: dict[str, Reminder] = {}
    for entry in files.all("reminder"):
        file = problems.parse(Reminder, entry.values, entry.path)
        if file is None:
            continue
        found["/".join(entry.names)] = file
        tell = problems.teller(entry.path)
        check_source(file.source, file.in_force, parts.sources, partial(tell, "source.text"))
        for key, group, value in (("event", "events", file.event), ("ask", "contacts", file.ask)):
            known = parts.vocabulary.words.get(group, {})
            if value not in known:
                tell(key, f"{value} is not one of the words of {group}{nearest(value, known)}")
        _check_delay(file.delay, parts.parameters, partial(tell, "delay"))
    return found


def _check_delay(name: str, parameters: Mapping[str, Parameter], say: Any) -> None:
    found = parameters.get(name)
    if found is None:
        say(f"unknown parameter {name}{nearest(name, parameters)}")
    elif not all(map(IS["number"], found.dated.every())) or found.file.unit not in UNITS:
        say(f"the parameter {name} is not a number of {', '.join(UNITS)}")


def read_identifiers(files: LawFiles, problems: Problems) -> dict[str, Identifier]:
    """Where each identifier ended; nothing where a law keeps no such table."""
    entry = files.one("identifiers")
    file = None if entry is None else problems.parse(IdentifiersFile, entry.values, entry.path)
    return {} if file is None else file.identifiers


def check_identifiers(
    identifiers: Mapping[str, Identifier],
    rules: Mapping[RuleKey, RuleFile],
    reminders: Iterable[str],
    parameters: Mapping[str, Parameter],
    problems: Problems,
) -> None:
    """Each identifier is where the table says, and each rule and reminder stands in the table."""
    found: dict[Place, set[str]] = {
        "rule": {id_ for _, id_ in rules},
        "reminder": {name.partition("/")[0] for name in reminders},
    }
    for place, ids in found.items():
        listed = {id_ for id_, each in identifiers.items() if each.place == place}
        for id_ in sorted(listed - ids):
            problems.tell(IDENTIFIERS, f"identifiers.{id_}", f"there is no {place} {id_}; write it or change `place`")
        for id_ in sorted(ids - listed):
            problems.tell(IDENTIFIERS, f"identifiers.{id_}", f"missing, and there is a {place} of this name; add it")
    carriers = {f"{action}/{id_}" for (action, id_), rule in rules.items() if rule.obligations}
    for id_, each in identifiers.items():
        if each.of is not None and each.of not in carriers:
            problems.tell(IDENTIFIERS, f"identifiers.{id_}.of", f"{each.of} is no rule that carries obligations")
        for name in each.parameters:
            if name not in parameters:
                problems.unknown(IDENTIFIERS, f"identifiers.{id_}.parameters", "parameter", name, parameters)


def read_readings(files: LawFiles, problems: Problems) -> dict[str, str]:
    """The copies that were read, by identifier."""
    entry = files.one("readings")
    file = None if entry is None else problems.parse(ReadingsFile, entry.values, entry.path)
    return {} if file is None else file.readings


def check_readings(readings: Mapping[str, str], files: LawFiles, problems: Problems) -> None:
    """Whatever is said to have been read names copies that are listed."""
    for entry in files.entries:
        for key, names in _seen(entry):
            for name in names:
                if name not in readings:
                    problems.tell(entry.path, key, f"unknown reading {name}{nearest(str(name), readings)}")


def _seen(entry: Entry) -> Iterable[tuple[str, list[Any]]]:
    """Each `seen_in` of a file, with its key; other models find what is not a list."""
    values = entry.values if isinstance(entry.values, dict) else {}
    dated = values.get("values") if entry.kind == "parameter" else None
    inner = {f"values.{day}.": value for day, value in dated.items()} if isinstance(dated, dict) else {}
    for key, value in {"": values, **inner}.items():
        if isinstance(value, dict) and isinstance(value.get("seen_in"), list):
            yield f"{key}seen_in", value["seen_in"]
