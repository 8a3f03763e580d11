"""What a law holds fits together: rules told apart, regimes, reminders, identifiers, readings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from policies.engine.compile import Parts, check_source
from policies.engine.documents import InForce, Regime, RuleFile, Source
from policies.engine.folder import Entry, LawFiles, Problems, place_of
from policies.engine.known import Parameter
from policies.engine.notices import Identifier, IdentifiersFile, Notices, Place, ReadingsFile, Reminder
from policies.engine.vocabulary import IS
from policies.files import canonical_json, nearest

IDENTIFIERS = "identifiers.yaml"
UNITS = ("heures", "jours", "mois")
RuleKey = tuple[str, str]
RuleFiles = dict[RuleKey, tuple[Entry, RuleFile]]


def read_notices(files: LawFiles, parts: Parts, rules: Mapping[RuleKey, RuleFile], problems: Problems) -> Notices:
    """What the law keeps beside its rules; what is wrong with it is noted."""
    reminders = read_reminders(files, parts, problems)
    identifiers, readings = read_identifiers(files, problems), read_readings(files, problems)
    if identifiers:
        check_places(identifiers, _ids(files, "rule"), _ids(files, "reminder"), problems)
        check_keepers(identifiers, rules, parts.parameters, problems)
    check_readings(readings, files, problems)
    return Notices(MappingProxyType(reminders), MappingProxyType(identifiers), MappingProxyType(readings))


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


def _ids(files: LawFiles, kind: str) -> set[str]:
    """The identifiers that files of a kind stand under, those that cannot be read included."""
    found = (place_of(path) for path in files.paths)
    return {names[1 if kind == "rule" else 0] for of, names in found if of == kind}


def check_places(
    identifiers: Mapping[str, Identifier], rules: set[str], reminders: set[str], problems: Problems
) -> None:
    """Each rule and reminder stands in the table, and is where the table says."""
    found: dict[Place, set[str]] = {"rule": rules, "reminder": reminders}
    for place, ids in found.items():
        listed = {id_ for id_, each in identifiers.items() if each.place == place}
        for id_ in sorted(listed - ids):
            problems.tell(IDENTIFIERS, f"identifiers.{id_}", f"there is no {place} {id_}; write it or change `place`")
        for id_ in sorted(ids - listed):
            problems.tell(IDENTIFIERS, f"identifiers.{id_}", f"missing, and there is a {place} of this name; add it")


def check_keepers(
    identifiers: Mapping[str, Identifier],
    rules: Mapping[RuleKey, RuleFile],
    parameters: Mapping[str, Parameter],
    problems: Problems,
) -> None:
    """The rules and parameters that keep an identifier exist."""
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


def check_regimes(
    files: LawFiles,
    regimes: Mapping[str, Regime],
    sources: Mapping[str, Source],
    parameters: set[str],
    problems: Problems,
) -> None:
    """The source of a regime and the parameters that bound its outputs exist."""
    for entry in files.all("regime"):
        regime = regimes.get(entry.names[0])
        if regime is None:
            continue
        if regime.source.text not in sources:
            problems.unknown(entry.path, "source.text", "source", regime.source.text, sources)
        for name in regime.output:
            if name not in parameters:
                problems.unknown(entry.path, "output", "parameter", name, parameters)


def check_apart(files: RuleFiles, problems: Problems) -> None:
    """Two rules of an action differ in id, whatever the case, and in what they say on a same day."""
    seen: dict[tuple[str, bytes], list[tuple[Entry, InForce]]] = {}
    ids: dict[tuple[str, str], Entry] = {}
    for (action, id_), (entry, file) in sorted(files.items(), key=lambda item: item[0]):
        twin = ids.setdefault((action, id_.casefold()), entry)
        if twin is not entry:
            problems.tell(entry.path, "", f"its id differs from that of {twin.path} by capitals only; rename one")
        said = canonical_json([file.effect, file.where, file.requires])
        twins = seen.setdefault((action, said), [])
        same = next((other for other, days in twins if days.meets(file.in_force)), None)
        if same is not None:
            problems.tell(entry.path, "", f"says the same as {same.path} on the same days; keep one")
        twins.append((entry, file.in_force))
