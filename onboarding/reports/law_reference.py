"""The law as French pages: by regime, by action with each rule and its cases, values with their history, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from types import MappingProxyType

from onboarding.reports.conditions import Line, say_condition
from policies.engine.documents import Citation, InForce, Trusted
from policies.engine.known import Parameter
from policies.engine.model import Case, Law, Rule
from policies.engine.wording import join, say, say_period
from policies.explain.account import say_citation
from policies.wording import say_day

HEAD = "<!-- Page engendrée par `datalab law reference` : ne pas la modifier, modifier policies/law. -->"
EFFECTS = MappingProxyType({"permit": "permet", "forbid": "refuse", "require": "exige", "warn": "avertit"})
OUTCOMES = MappingProxyType(
    {
        "permits": "permet", "refuses": "refuse", "holds": "satisfaite", "does_not_apply": "ne s'applique pas",
        "warns": "avertit", "error": "ne peut pas être jugée : refus",
    }
)  # fmt: skip
CONFIDENCES = MappingProxyType(
    {
        "read": "lue", "known": "connue, non relue", "interpretation": "interprétation à confirmer",
        "doctrine": "choix de la DINUM",
    }
)  # fmt: skip
PLACES = MappingProxyType(
    {
        "rule": "règle", "obligation": "obligation d'une décision", "reminder": "rappel", "parameter": "paramètre",
        "check": "vérification du code", "later": "plus tard",
    }
)  # fmt: skip


def render_reference(law: Law) -> dict[str, str]:
    """Every page, by its path under `docs/law`."""
    pages = {
        "README.md": _index(law),
        "identifiers.md": _identifiers(law),
        "regimes.md": _regimes(law),
        "parameters.md": _parameters(law),
        "reminders.md": _reminders(law),
        "sources.md": _sources(law),
    }
    pages |= {f"actions/{action}.md": _action(law, action) for action in law.vocabulary.actions}
    return {path: "\n".join([HEAD, "", *lines]).rstrip("\n") + "\n" for path, lines in pages.items()}


def _index(law: Law) -> Iterator[str]:
    yield "# Le droit que le Datalab applique"
    yield ""
    yield f"{len(law.rules)} règles, {len(law.cases)} cas, {len(law.parameters)} paramètres, tirés de `policies/law/`."
    yield "`docs/law.md` apprend à lire les fichiers eux-mêmes."
    yield ""
    yield from ("| page | ce qu'on y trouve |", "|---|---|")
    for page, what in (
        ("identifiers.md", "où a fini chaque identifiant de la fiche juridique"),
        ("regimes.md", "chaque secret : ce qu'il protège, par où il s'ouvre, ce qui borne les sorties"),
        ("parameters.md", "les valeurs que le droit change à des dates connues"),
        ("reminders.md", "ce que des personnes ont à faire, et sous quel délai"),
        ("sources.md", "les textes, et les copies qui ont été lues"),
    ):
        yield f"| [{page}]({page}) | {what} |"
    for action, declared in law.vocabulary.actions.items():
        yield f"| [actions/{action}.md](actions/{action}.md) | {declared.meaning} |"


def _identifiers(law: Law) -> Iterator[str]:
    yield "# Où a fini chaque identifiant"
    yield ""
    yield from ("| identifiant | section | ce qu'il dit | confiance | gardé comme | où |", "|---|---|---|---|---|---|")
    for id_, each in law.notices.identifiers.items():
        where = ", ".join(_keepers(law, id_))
        says = f"{id_} | {each.section} | {_cell(each.says)} | {CONFIDENCES[each.confidence]}"
        yield f"| {says} | {PLACES[each.place]} | {where} |"


def _keepers(law: Law, id_: str) -> Iterator[str]:
    """Where an identifier is kept; never nothing."""
    each = law.notices.identifiers[id_]
    if each.place == "rule":
        yield from (_link_rule(rule, "") for rule in law.rules.values() if rule.id == id_)
    elif each.place == "reminder":
        names = (name for name in law.notices.reminders if name.startswith(f"{id_}/"))
        yield from (f"[{name}](reminders.md#{_anchor(name)})" for name in names)
    yield from (f"[{name}](parameters.md#{_anchor(name)})" for name in each.parameters)
    yield from (f"`{check}`" for check in each.checks)
    if each.of is not None:
        yield _link_rule(law.rules[each.of], "")
    if each.with_ is not None:
        yield _cell(each.with_)


def _link_rule(rule: Rule, up: str) -> str:
    return f"[{rule.key}]({up}actions/{rule.action}.md#{_anchor(rule.id)})"


def _anchor(text: str) -> str:
    """The anchor that a heading has on code forges."""
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter in "-_")


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _regimes(law: Law) -> Iterator[str]:
    yield "# Les secrets, et par où ils s'ouvrent"
    routes = law.regime_routes(date.max)
    for id_, regime in law.regimes.items():
        yield from ("", f"## {id_}", "", f"{regime.name[0].upper()}{regime.name[1:]}. Protège {regime.protects}.", "")
        yield f"- Source : {_citation(law, regime.source)} ({_trust(regime)})."
        yield f"- Une table dérivée en hérite : {'oui' if regime.inherited else 'non'}."
        opening = join([_link_rule(law.rules[key], "") for key in routes.get(id_, ())], "et")
        yield f"- S'ouvre par : {opening or 'aucune voie, donc rien ne s’ouvre'}."
        if regime.output:
            yield f"- Borne les sorties par : {join([f'`{name}`' for name in regime.output], 'et')}."
        named = [_link_rule(rule, "") for rule in law.rules.values() if _names(rule, id_)]
        yield f"- Règles qui le nomment : {', '.join(named) or 'aucune'}."


def _names(rule: Rule, regime: str) -> bool:
    """Whether a rule's conditions name a regime."""
    return f"'{regime}'" in repr((rule.file.where, rule.file.requires))


def _action(law: Law, action: str) -> Iterator[str]:
    yield f"# `{action}` : {law.vocabulary.actions[action].meaning}"
    yield ""
    rules = [rule for rule in law.rules.values() if rule.action == action]
    yield from ("| règle | effet | source | confiance |", "|---|---|---|---|")
    for rule in rules:
        trust = CONFIDENCES[rule.file.confidence]
        cited = _citation(law, rule.file.source)
        yield f"| [{rule.id}](#{_anchor(rule.id)}) | {EFFECTS[rule.effect]} | {cited} | {trust} |"
    for rule in rules:
        yield from ("", f"## {rule.id}", "")
        yield from _rule(law, rule)


def _rule(law: Law, rule: Rule) -> Iterator[str]:
    yield f"- Effet : {EFFECTS[rule.effect]}. En vigueur {_days(rule.in_force)}."
    yield f"- Source : {_citation(law, rule.file.source)}. Confiance : {_trust(rule.file)}."
    if rule.route:
        yield f"- Voie d'accès du régime [{rule.route}](../regimes.md#{_anchor(rule.route)})."
    if rule.effect != "warn":
        yield f"- Qui peut aider : {law.words['contacts'][rule.ask]}."
    for title, node in (("Quand", rule.where), ("Il faut", rule.requires)):
        if node is not None:
            yield from ("", f"{title} :", "", *_bullets(say_condition(node, law.vocabulary)))
    yield from ("", f"> {_cell(rule.file.message)}")
    for obligation in rule.obligations:
        yield from ("", f"Obligation : {_cell(obligation.text)}")
    yield from ("", "| jour | cas | réponse |", "|---|---|---|")
    yield from map(_case, (case for case in law.cases if case.rule == rule.key))


def _bullets(lines: Iterable[Line]) -> Iterator[str]:
    yield from (f"{'  ' * depth}- {text}" for depth, text in lines)


def _case(case: Case) -> str:
    missing = f" ; il manque : {join(case.missing, 'et')}" if case.missing else ""
    return f"| {case.day} | {_cell(case.name)} | {OUTCOMES[case.expect]}{_cell(missing)} |"


def _parameters(law: Law) -> Iterator[str]:
    yield "# Les paramètres, et leur histoire"
    for name, parameter in law.parameters.items():
        yield from ("", f"## {name}", "", f"{_cell(parameter.file.description)}.", "")
        yield from ("| à partir du | valeur | source | confiance |", "|---|---|---|---|")
        for day, value in sorted(parameter.file.values.items()):
            said = _value(law, parameter, day)
            yield f"| {day} | {_cell(said)} | {_citation(law, value.source)} | {_trust(value)} |"


def _value(law: Law, parameter: Parameter, day: date) -> str:
    found = parameter.at(day)
    return "fin" if found is None else say(found, parameter.said, law.vocabulary)


def _reminders(law: Law) -> Iterator[str]:
    yield "# Ce que des personnes ont à faire"
    for name, each in law.notices.reminders.items():
        delay = law.parameters[each.delay]
        found = delay.dated.every()[-1]
        when = "avant" if each.side == "before" else "après"
        yield from ("", f"## {name}", "", _cell(each.text), "")
        yield f"- Délai : {say(found, delay.said, law.vocabulary)} {when} {law.words['events'][each.event]}."
        yield f"- Qui : {law.words['contacts'][each.ask]}."
        yield f"- Source : {_citation(law, each.source)} ({_trust(each)})."


def _sources(law: Law) -> Iterator[str]:
    yield "# Les textes"
    yield ""
    yield from ("| identifiant | titre | en vigueur | à savoir |", "|---|---|---|---|")
    for id_, source in law.sources.items():
        title = f"[{_cell(source.title)}]({source.link})" if source.link else _cell(source.title)
        kind = "Choix de la DINUM. " if source.kind == "doctrine" else ""
        yield f"| {id_} | {title} | {_days(source.in_force)} | {kind}{_cell(source.note or '')} |"
    yield from ("", "# Les copies qui ont été lues", "", "| identifiant | copie |", "|---|---|")
    yield from (f"| {id_} | {_cell(text)} |" for id_, text in law.notices.readings.items())


def _days(span: InForce) -> str:
    return say_period(span.from_, span.last)


def _citation(law: Law, cited: Citation) -> str:
    source = law.sources[cited.text]
    text = _cell(say_citation(law, cited.text, cited.article, None).text)
    return f"[{text}]({source.link})" if source.link else text


def _trust(said: Trusted) -> str:
    """How far something can be trusted, where it was read, and who confirmed it."""
    read = f" ({', '.join(said.seen_in)})" if said.seen_in else ""
    confirmed = said.confirmed
    signed = f", confirmée le {say_day(confirmed.day)} par {confirmed.by}" if confirmed else ""
    return CONFIDENCES[said.confidence] + read + signed
