"""The cases of the rules: each a sentence, a day, facts over a shared base, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from policies.engine.case_facts import nest, read_facts
from policies.engine.documents import BITES, BaseFile, CaseFile, Declaration, Effect, Outcome, RuleFile
from policies.engine.folder import Entry, LawFiles, Problems
from policies.engine.known import Tell
from policies.engine.model import Case
from policies.engine.titles import TITLES
from policies.engine.vocabulary import Vocabulary
from policies.files import nearest

EXPECTABLE: Mapping[Effect, frozenset[Outcome]] = {
    "permit": frozenset({"permits", "does_not_apply", "error"}),
    "forbid": frozenset({"refuses", "does_not_apply", "error"}),
    "require": frozenset({"holds", "refuses", "does_not_apply", "error"}),
    "warn": frozenset({"warns", "does_not_apply", "error"}),
}
SPARES: frozenset[Outcome] = frozenset({"holds", "does_not_apply"})
BASES = ("base", "rule_base")
RuleKey = tuple[str, str]


def read_cases(
    files: LawFiles, rules: Mapping[RuleKey, RuleFile], vocabulary: Vocabulary, problems: Problems
) -> tuple[Case, ...]:
    """Every case of every rule; each rule has one where it bites and one where it does not."""
    bases = {entry.names: _read_base(entry, vocabulary, problems) for kind in BASES for entry in files.all(kind)}
    for entry in files.all("rule_base"):
        if entry.names not in rules and entry.path.replace("base.yaml", "rule.yaml") not in files.paths:
            problems.tell(entry.path, "", "base without rule; write rule.yaml beside it")
    written = {(entry.names[0], entry.names[1]): entry for entry in files.all("cases")}
    for entry in written.values():
        if entry.path.replace("cases.yaml", "rule.yaml") not in files.paths:
            problems.tell(entry.path, "", "cases without rule; write rule.yaml beside them")
    found: list[Case] = []
    for key, rule in sorted(rules.items(), key=lambda item: item[0]):
        if key in written:
            base = {**bases.get(key[:1], {}), **bases.get(key, {})}
            cases = _read_file(written[key], rule, base, vocabulary, problems)
            _check_enough(written[key].path, rule.effect, cases, problems)
            found.extend(cases)
        elif (path := f"rules/{key[0]}/{key[1]}/cases.yaml") not in files.paths:
            problems.tell(path, "", "missing; a rule without cases is no law")
    return tuple(found)


def _read_base(entry: Entry, vocabulary: Vocabulary, problems: Problems) -> dict[str, Any]:
    file = problems.parse(BaseFile, entry.values, entry.path)
    if file is None:
        return {}
    return read_facts(file.facts, file.titles, vocabulary.named_by(entry.names[0]), problems.teller(entry.path), "")


def _read_file(
    entry: Entry, rule: RuleFile, base: Mapping[str, Any], vocabulary: Vocabulary, problems: Problems
) -> list[Case]:
    if not isinstance(entry.values, list):
        problems.tell(entry.path, "", "must be a list of cases")
        return []
    action, id_ = entry.names
    found: list[Case] = []
    names: set[str] = set()
    for place, values in enumerate(entry.values):
        file = problems.parse(CaseFile, values, entry.path, f"[{place}]")
        if file is None:
            continue
        if file.name in names:
            problems.tell(entry.path, f"[{place}].name", "stands twice; a case is named by its sentence")
        names.add(file.name)
        if file.expect not in EXPECTABLE[rule.effect]:
            allowed = ", ".join(sorted(EXPECTABLE[rule.effect]))
            problems.tell(entry.path, f"[{place}].expect", f"a rule of effect {rule.effect} expects one of: {allowed}")
        declared = vocabulary.named_by(action)
        facts = _over(base, file, declared, problems.teller(entry.path), f"[{place}].")
        found.append(Case(f"{action}/{id_}", entry.path, file.name, file.day, facts, file.expect, file.missing))
    return found


def _check_enough(path: str, effect: Effect, cases: list[Case], problems: Problems) -> None:
    if not any(case.expect == BITES[effect] for case in cases):
        problems.tell(path, "", f"no case where the rule applies; add one that expects {BITES[effect]}")
    if not any(case.expect in SPARES for case in cases):
        spared = "holds or does_not_apply" if effect == "require" else "does_not_apply"
        problems.tell(path, "", f"no case where the rule does not apply; add one that expects {spared}")


def _over(
    base: Mapping[str, Any], file: CaseFile, declared: Mapping[str, Declaration], tell: Tell, key: str
) -> dict[str, Any]:
    """The facts of a case: the base's, without what it takes out, with its own over them; nested."""
    kept = dict(base)
    for name in file.without:
        gone = [given for given in kept if given == name or given.startswith(name + ".")]
        if not gone:
            tell(f"{key}without", f"{name} is not among the base's facts{nearest(name, kept)}")
        for given in gone:
            del kept[given]
    facts = kept | read_facts(file.facts, file.titles, declared, tell, key)
    if file.title_changes:
        facts[TITLES] = _changed(facts.get(TITLES) or [], file.title_changes, declared, tell, f"{key}title_changes.")
    return nest(facts)


def _changed(
    titles: list[Any], changes: Mapping[str, Any], declared: Mapping[str, Declaration], tell: Tell, key: str
) -> list[Any]:
    """The titles with fields replaced in those of a kind; a kind that is `None` is taken out."""
    kinds = {title.get("kind") for title in titles}
    for kind in changes:
        if kind not in kinds:
            tell(f"{key}{kind}", f"no title of this kind in the bases{nearest(kind, map(str, kinds))}")
    found: list[Any] = []
    for title in titles:
        change = changes.get(title.get("kind"), {})
        if change is not None:
            read = read_facts({}, [change], declared, tell, f"{key}{title.get('kind')}.") if change else {}
            found.append({**title, **read.get(TITLES, [{}])[0]})
    return found
