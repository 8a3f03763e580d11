"""The law that is shipped: what it contains, what it answers, and that a broken rule is told in one sentence."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from policies.calendar import ONE_DAY
from policies.engine.check import check_law
from policies.engine.decide import decide
from policies.engine.load import load_law
from policies.engine.model import Case, Law, Refusal
from policies.errors import InvalidFilesError

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "policies" / "law"
DAY = date(2026, 3, 2)
ROUTES = {
    "rgpd": "RGPD-01", "secret_statistique": "STAT-02", "secret_fiscal": "FISC-01", "sante": "SANTE-02",
    "secret_affaires": "AFF-01", "secret_professionnel": "PRO-01", "penal": "PEN-02", "defense_et_dr": "DEF-02",
}  # fmt: skip

RULES = {
    "open_workspace": "CRPA-02 DL-01 DL-02 DL-03 DL-04 DL-05 DL-06 DL-09 PC-02 PC-04 PRO-01 RGPD-01 RGPD-02 RGPD-05"
    " RGPD-09 SEC-01",
    "mount_part": "AFF-01 CLD-01 CLD-02 CRPA-01 CRPA-03 CRPA-04 DEF-01 DEF-02 DL-01 DL-02 DL-04 DL-05 DL-06 DL-08 DL-10"
    " FISC-01 FISC-02 LIL-01 LIL-02 LIL-03 PC-01 PEN-01 PEN-02 PRO-01 RGPD-01 RGPD-03 RGPD-04 RGPD-07 SANTE-01 SANTE-02"
    " SANTE-05 SANTE-06 STAT-01 STAT-02 STAT-03",
    "combine_parts": "DL-07 SANTE-04",
    "use_service": "DL-05",
    "release_output": "AFF-01 DL-05 FISC-03 FISC-04 FISC-05 FISC-06 LIL-04 QUA-01 QUA-02 SANTE-03 SORTIE-COPIE"
    " SORTIE-DEFAUT SORTIE-GROUPE SORTIE-INTERDITS SORTIE-NOMINATIVE SORTIE-NOTE SORTIE-SANTE SORTIE-SECONDAIRE"
    " SORTIE-VOLUME SRC-01 SRC-02 SRC-03 STAT-04 STAT-05 STAT-06",
    "describe_dataset": "CAT-01 CAT-02 CAT-03 CRPA-05 DEF-01 DL-05 DL-10 PEN-01",
}
APPROVED = (
    "commitment dataset dataset_use delivery homologation hosting lift lift_dataset mission part processing project"
    " requalification team title"
)


@cache
def shipped() -> Law:
    return load_law(FOLDER)


def facts_of(key: str, outcome: str = "holds", **changes: Any) -> dict[str, Any]:
    """The facts of a rule's first case with this outcome, with some changed; `part__mode` is part.mode."""
    case = next(case for case in shipped().cases if case.rule == key and case.expect == outcome)
    facts: dict[str, Any] = deepcopy(dict(case.facts))
    for name, value in changes.items():
        *folders, last = name.split("__")
        inside = facts
        for folder in folders:
            inside = inside[folder]
        inside[last] = value
    return facts


def opening(**changes: Any) -> dict[str, Any]:
    return facts_of("open_workspace/DL-03", **changes)


def mounting(**changes: Any) -> dict[str, Any]:
    return facts_of("mount_part/DL-10", **{"part__regimes": ["rgpd"], "titles": titles(), **changes})


def titles(*others: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """What Ana has of her own: a commitment and a habilitation; and others."""
    return [title("engagement_confidentialite"), title("habilitation_nominative"), *others]


def title(
    kind: str, last: str = "2026-12-31", part: str | None = None, people: str | None = "ana001"
) -> dict[str, Any]:
    return {
        "kind": kind,
        "number": "T-1",
        "period": {"from": date(2026, 1, 1), "until": date.fromisoformat(last)},
        "people": people and [people],
        "parts": part and [part],
        "counts": True,
        "flaw": None,
    }


def mission(skill: str, first: str = "2026-01-01", last: str = "2026-06-30", **more: Any) -> dict[str, Any]:
    period = {"from": date.fromisoformat(first), "until": date.fromisoformat(last)}
    return {"person": "ana001", "skill": skill, "period": period, "approved": True, "widened": [], **more}


def expert(skill: str, **more: Any) -> dict[str, Any]:
    return {"person__organisation": "dinum", "processing__missions": [mission(skill, **more)]}


def statistical(*given: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    regimes = ["rgpd", "secret_statistique"]
    return mounting(**{"titles": titles(*given), "part__regimes": regimes, **changes})


THIRD_PARTY = (
    title("avis_css", "2026-09-30", "menages/2024"),
    title("accord_producteur", part="menages/2024", people=None),
    title("derogation_archives", part="menages/2024", people=None),
)


def refused_by(action: str, facts: Mapping[str, Any], day: date = DAY) -> list[str]:
    verdict = decide(shipped(), action, facts, day)
    assert verdict.allowed is (not verdict.refusals)
    return [refusal.rule for refusal in verdict.refusals]


def test_the_shipped_law_loads_and_each_of_its_cases_comes_out_as_written() -> None:
    """`make check` says the same sentences before any test runs, and stops there."""
    if wrong := check_law(shipped()):
        pytest.fail("\n".join(map(str, wrong)), pytrace=False)


def test_each_rule_is_there_and_no_other() -> None:
    assert sorted(shipped().rules) == sorted(f"{action}/{id_}" for action, ids in RULES.items() for id_ in ids.split())


@pytest.mark.parametrize("key", sorted(f"{action}/{id_}" for action, ids in RULES.items() for id_ in ids.split()))
def test_each_rule_has_cases_that_bite_that_spare_and_both_sides_of_its_first_day(key: str) -> None:
    rule = shipped().rules[key]
    cases = [case for case in shipped().cases if case.rule == key]
    first = rule.in_force.from_
    outcomes = {case.expect for case in cases}
    assert outcomes & {"permits", "refuses", "warns"}
    assert outcomes & {"holds", "does_not_apply"}
    assert {case.expect for case in cases if case.day == first - ONE_DAY} == {"does_not_apply"}
    assert {case.expect for case in cases if case.day == first} & {"permits", "refuses", "warns"}


ONLY_OPTIONAL = {
    "describe_dataset/CAT-03", "mount_part/CRPA-04", "mount_part/DEF-01", "mount_part/PEN-01", "open_workspace/RGPD-09",
    "open_workspace/SEC-01",
}  # fmt: skip


def test_each_rule_has_a_case_of_a_missing_fact_but_those_whose_every_fact_may_be_absent() -> None:
    judged = {case.rule for case in shipped().cases if case.expect == "error"}
    assert set(shipped().rules) - judged == ONLY_OPTIONAL


OURS = (
    "DL-", "PC-", "SRC-02", "SORTIE-DEFAUT", "SORTIE-INTERDITS", "SORTIE-NOTE", "SORTIE-COPIE", "SORTIE-VOLUME",
    "SORTIE-NOMINATIVE",
)  # fmt: skip


def test_choices_of_dinum_are_doctrine_and_articles_of_law_are_not() -> None:
    for rule in shipped().rules.values():
        ours = rule.id.startswith(OURS)
        assert (ours, ours) == (rule.source == "doctrine-datalab", rule.confidence == "doctrine"), rule.key


def test_a_source_without_a_link_is_ours_or_says_what_is_to_be_looked_up() -> None:
    for name, source in shipped().sources.items():
        assert source.link or source.kind == "doctrine" or source.note, name


def test_no_text_stands_twice_among_the_sources() -> None:
    """A law, a decree or a deliberation is one source, by its number."""
    numbers = [found for source in shipped().sources.values() for found in re.findall(r"n° ?([\d/-]+)", source.title)]
    assert sorted(numbers) == sorted(set(numbers))


def test_what_was_read_says_where_and_when() -> None:
    files = [rule.file for rule in shipped().rules.values()]
    files += list(shipped().notices.reminders.values())
    assert [each.source for each in files if each.confidence == "read" and not (each.seen_in and each.checked_on)] == []
    read = [
        name
        for name, parameter in shipped().parameters.items()
        if any(value.confidence == "read" for value in parameter.file.values.values())
    ]
    assert [name for name in read if shipped().parameters[name].file.checked_on is None] == []


def test_nothing_is_confirmed_before_somebody_answers_for_it() -> None:
    said = [rule.file for rule in shipped().rules.values()]
    assert [each for each in said if each.confirmed is not None] == []


HISTORY = [
    ("title_months.avis_css", "2009-03-19", None),
    ("title_months.avis_css", "2016-11-30", 36),
    ("title_months.avis_css", "2016-12-01", 48),
    ("title_months.avis_css", "2022-12-31", 48),
    ("title_months.avis_css", "2023-01-01", 72),
    ("title_months.engagement_confidentialite", "2022-12-31", None),
    ("title_months.engagement_confidentialite", "2023-01-01", 12),
    ("skills.reading_rows", "2022-12-31", None),
    ("skills.reading_rows", "2023-01-01", ("data_science", "data_engineering")),
    ("skills.reading_aggregates", "2023-01-01", ("data_science", "data_engineering", "data_visualisation")),
    ("statistical_secrecy.public_statistics", "2009-03-20", ("insee", "ssm")),
]


@pytest.mark.parametrize(("name", "day", "value"), HISTORY)
def test_a_parameter_has_the_value_of_its_day(name: str, day: str, value: object) -> None:
    found = shipped().parameter(name, date.fromisoformat(day))
    assert value == (tuple(found) if isinstance(found, list) else found)


def test_the_law_names_who_approves_each_kind_of_entry() -> None:
    approved = {name.removeprefix("approval.") for name in shipped().parameters if name.startswith("approval.")}
    assert approved == set(APPROVED.split())
    for kind in approved:
        roles = shipped().parameter(f"approval.{kind}", DAY)
        assert roles
        assert set(roles) <= set(shipped().words["roles"])


def test_no_administrator_approves_a_processing_a_mission_or_what_a_producer_qualifies() -> None:
    alone = {kind for kind in APPROVED.split() if "administrator" in shipped().parameter(f"approval.{kind}", DAY)}
    assert alone == {"team", "dataset_use", "title", "commitment", "lift"}


def test_each_regime_has_one_rule_that_opens_it() -> None:
    assert shipped().regime_routes(DAY) == {regime: (f"mount_part/{id_}",) for regime, id_ in ROUTES.items()}
    assert set(shipped().regimes) == set(ROUTES)


@pytest.mark.parametrize("regime", set(ROUTES) - {"rgpd"})
def test_a_part_under_a_secret_is_refused_by_its_own_route_when_nobody_has_a_title(regime: str) -> None:
    facts = mounting(part__regimes=[regime], titles=[])
    facts["part"]["mark"] = "diffusion_restreinte" if regime == "defense_et_dr" else None
    assert ROUTES[regime] in refused_by("mount_part", facts)


@pytest.mark.parametrize("regime", ROUTES)
def test_the_message_of_a_route_names_the_part_and_whom_to_ask(regime: str) -> None:
    facts = mounting(part__regimes=[regime], titles=[])
    facts["processing"]["register_sheet"] = None
    facts["processing"]["legal_basis"]["text"] = None
    refusals = decide(shipped(), "mount_part", facts, DAY).refusals
    told = next(each for each in refusals if each.rule == ROUTES[regime])
    assert "« Ménages 2024 »" in told.message
    assert told.missing
    assert told.ask in shipped().words["contacts"]


OPENINGS = [
    ("a member of the team opens", {}, []),
    ("in the directory's group only", {"person__in_team": False}, ["DL-01"]),
    ("an expert whom the register does not know on this processing",
     {"person__organisation": "dinum", "person__in_team": False}, ["DL-01"]),
    ("in the register only", {"person__in_group": False}, ["DL-01"]),
    ("on a suspended project", {"project__suspended": True}, ["DL-04"]),
    ("with an entry that nobody approved", {"access__unapproved": ["votre habilitation : proposé"]}, ["DL-05"]),
    ("on the ground of legitimate interest", {"processing__legal_basis": {"article": "6_1_f"}}, ["RGPD-02"]),
    ("without the sheet of the register", {"processing__register_sheet": None}, ["RGPD-09"]),
    ("without DINUM's act as processor", {"processing__processors": []}, ["RGPD-05"]),
    ("while the datalab is not homologated", {"datalab__homologation": None}, ["SEC-01"]),
    ("without commitment", {"titles": [title("habilitation_nominative")]}, ["PRO-01"]),
    ("with the commitment of last year",
     {"titles": [title("habilitation_nominative"), title("engagement_confidentialite", "2026-03-01")]}, ["PRO-01"]),
    ("with a habilitation that ended yesterday",
     {"titles": [title("engagement_confidentialite"), title("habilitation_nominative", "2026-03-01")]}, ["DL-02"]),
    ("an expert whose mission runs",
     {**expert("data_governance"), "titles": [title("engagement_confidentialite")]}, []),
    ("an expert whose mission ended yesterday",
     expert("data_science", last="2026-03-01"), ["DL-06"]),
    ("an expert whose mission starts tomorrow", expert("data_science", first="2026-03-03"), ["DL-06"]),
    ("an expert put in the team instead of a mission", {"person__organisation": "dinum"}, ["DL-06"]),
]  # fmt: skip


@pytest.mark.parametrize(("story", "changes", "rules"), OPENINGS, ids=[story for story, _, _ in OPENINGS])
def test_opening_is_refused_by_the_one_rule_concerned(story: str, changes: dict[str, Any], rules: list[str]) -> None:
    assert refused_by("open_workspace", opening(**changes)) == rules


MOUNTINGS = [
    ("a member reads personal data", mounting(), []),
    ("a data scientist on a mission reads rows", mounting(**expert("data_science")), []),
    ("an expert of visualisation reads no rows", mounting(**expert("data_visualisation")), ["DL-06"]),
    ("an expert of visualisation reads aggregates",
     mounting(part__aggregated=True, **expert("data_visualisation")), []),
    ("an expert of visualisation reads what the letter names",
     mounting(**expert("data_visualisation", widened=["menages"])), []),
    ("an expert of governance reads nothing", mounting(**expert("data_governance")), ["DL-06"]),
    ("an expert of governance sees the catalogue",
     mounting(part__mode="catalogue", **expert("data_governance")), []),
    ("statistical data with every title", statistical(*THIRD_PARTY), []),
    ("statistical data without title", statistical(), ["STAT-02"]),
    ("statistical data without the archives", statistical(*THIRD_PARTY[:2]), ["STAT-02"]),
    ("statistical data whose opinion ended",
     statistical(title("avis_css", "2026-03-01", "menages/2024"), *THIRD_PARTY[1:]), ["STAT-02", "STAT-03"]),
    ("statistical data whose opinion names a colleague",
     statistical(title("avis_css", part="menages/2024", people="bob002"), *THIRD_PARTY[1:]), ["STAT-02"]),
    ("statistical data to target persons",
     statistical(*THIRD_PARTY, processing__purpose="ciblage_usagers"), ["STAT-01", "STAT-02"]),
    ("statistical data for an expert whom no title names",
     statistical(*THIRD_PARTY, **expert("data_science"), titles=[*THIRD_PARTY]), ["STAT-02"]),
    ("statistical data of a statistical service by convention",
     statistical(title("convention_7bis", part="menages/2024", people=None), processing__recipient="ssm"), []),
    ("targeting without impact assessment",
     mounting(processing__purpose="ciblage_usagers", processing__impact_assessment=False), ["RGPD-04"]),
    ("a part that nobody qualified", mounting(part__regimes=None), ["DL-10"]),
    ("a suspended dataset", mounting(dataset__suspended=True), ["DL-04"]),
    ("an entry that nobody approved", mounting(access__unapproved=["la partie : proposée"]), ["DL-05"]),
]  # fmt: skip


@pytest.mark.parametrize(("story", "facts", "rules"), MOUNTINGS, ids=[story for story, _, _ in MOUNTINGS])
def test_a_part_is_refused_by_the_rules_concerned(story: str, facts: dict[str, Any], rules: list[str]) -> None:
    assert refused_by("mount_part", facts) == rules


def test_an_access_ends_with_the_first_of_its_titles() -> None:
    verdict = decide(shipped(), "mount_part", statistical(*THIRD_PARTY), DAY)
    assert (verdict.allowed, verdict.until) == (True, date(2026, 9, 30))


def test_what_is_granted_says_on_which_ground_and_under_which_obligations() -> None:
    verdict = decide(shipped(), "mount_part", statistical(*THIRD_PARTY), DAY)
    grounds = {reason.rule: reason.text for reason in verdict.reasons}
    assert grounds["STAT-02"] == (
        "« Ménages 2024 » : secret statistique, voie d'accès complète (titres en cours pour vous et pour cette partie)."
    )
    assert {obligation.rule for obligation in verdict.obligations} == {"RGPD-01", "RGPD-07", "STAT-01", "STAT-02"}


def test_a_refusal_says_what_is_missing_under_which_article_and_who_can_help() -> None:
    (refusal,) = decide(shipped(), "mount_part", statistical(*THIRD_PARTY[1:]), DAY).refusals
    assert refusal == Refusal(
        rule="STAT-02",
        source="loi-51-711",
        article="6 et 7 bis",
        link="https://www.legifrance.gouv.fr/loda/id/JORFTEXT000000888573",
        message="« Ménages 2024 » relève du secret statistique ; pour la lire au 02/03/2026, il manque : un avis"
        " favorable du Comité du secret statistique."
        " Chaque titre doit vous nommer, ou nommer cette partie, et être en cours. Ajouter une personne ou une source"
        " est une demande complémentaire au Comité du secret statistique : le responsable du projet la dépose avec"
        " l'accord du producteur.",
        missing=("un avis favorable du Comité du secret statistique",),
        ask="comite_du_secret_statistique",
    )


def test_each_message_is_a_whole_sentence_that_leaves_no_place_empty() -> None:
    for case in _refused_cases():
        for refusal in decide(shipped(), shipped().rules[case.rule].action, case.facts, case.day).refusals:
            if refusal.rule == case.rule.partition("/")[2] and not refusal.error:
                assert re.fullmatch(r"[A-ZÀ-Þ«].*\.", refusal.message), (case.name, refusal.message)
                assert not re.search(r"[{}]|\(attendu|  |: \.|None", refusal.message), (case.name, refusal.message)
                assert refusal.ask in shipped().words["contacts"]


def _refused_cases() -> list[Case]:
    return [case for case in shipped().cases if case.expect == "refuses"]


def test_two_restricted_parts_stand_side_by_side_only_when_the_processing_pairs_them() -> None:
    pair = facts_of("combine_parts/DL-07", "permits")
    assert refused_by("combine_parts", pair) == []
    pair["pair"]["listed"] = False
    assert refused_by("combine_parts", pair) == ["DL-07"]


BROKEN = [
    (
        "rules/mount_part/DL-06/rule.yaml",
        "    period: {contains: day}\n",
        "",
        "rules/mount_part/DL-06/rule.yaml: La règle DL-06 ne passe plus son cas « a mission that ended yesterday reads"
        " nothing » au 01/07/2026 : attendu refusé, obtenu permis",
    ),
    (
        "rules/mount_part/STAT-02/rule.yaml",
        "              - title: {kind: derogation_archives, covers: [part]}\n",
        "",
        "rules/mount_part/STAT-02/rule.yaml: La règle STAT-02 ne passe plus son cas « the derogation of the archives is"
        " needed » au 02/03/2026 : attendu refusé, obtenu permis",
    ),
    (
        "parameters/statistical_secrecy/purposes.yaml",
        "recherche_historique]",
        "recherche_historique, ciblage_usagers]",
        "rules/mount_part/STAT-01/rule.yaml: La règle STAT-01 ne passe plus son cas « targeting persons may not » au"
        " 02/03/2026 : attendu refusé, obtenu permis",
    ),
    (
        "rules/open_workspace/RGPD-02/rule.yaml",
        "from: 2018-05-25",
        "from: 2018-05-26",
        "rules/open_workspace/RGPD-02/rule.yaml: La règle RGPD-02 ne passe plus son cas « from the first day of the"
        " regulation legitimate interest is refused » au 25/05/2018 : attendu refusé, obtenu sans objet",
    ),
]


@pytest.mark.parametrize(("file", "old", "new", "sentence"), BROKEN, ids=[file for file, _, _, _ in BROKEN])
def test_a_rule_broken_on_purpose_is_told_in_one_sentence(
    file: str, old: str, new: str, sentence: str, tmp_path: Path
) -> None:
    broken = copy_of_the_law(tmp_path)
    text = (broken / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (broken / file).write_text(text.replace(old, new), encoding="utf-8")
    told = [str(problem) for problem in check_law(load_law(broken))]
    assert [each for each in told if each.startswith(sentence)] == [told[0]]


def test_a_rule_without_cases_refuses_the_whole_law(tmp_path: Path) -> None:
    broken = copy_of_the_law(tmp_path)
    (broken / "rules/mount_part/STAT-01/cases.yaml").unlink()
    with pytest.raises(InvalidFilesError, match="STAT-01"):
        load_law(broken)


def test_without_its_permit_nobody_opens(tmp_path: Path) -> None:
    broken = copy_of_the_law(tmp_path)
    shutil.rmtree(broken / "rules/open_workspace/DL-01")
    verdict = decide(load_law(broken), "open_workspace", opening(), DAY)
    assert (verdict.allowed, len(verdict.refusals)) == (False, 1)


def copy_of_the_law(folder: Path) -> Path:
    return Path(shutil.copytree(FOLDER, folder / "law"))


def test_the_page_about_the_law_shows_a_rule_and_cases_as_they_are() -> None:
    page = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    rule, cases = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    shown = FOLDER / "rules" / "mount_part" / "DL-08"
    assert rule == (shown / "rule.yaml").read_text(encoding="utf-8")
    for case in re.split(r"(?m)^(?=- name)", cases):
        assert case in (shown / "cases.yaml").read_text(encoding="utf-8")


def test_the_page_about_the_law_names_each_action_and_each_operator_that_rules_use() -> None:
    page = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    texts = [path.read_text(encoding="utf-8") for path in FOLDER.glob("rules/*/*/rule.yaml")]
    operators = {name for text in texts for name in re.findall(r"[{,] ?([a-z_]+):", text)} & {
        "is", "in", "has", "only", "at_least", "at_most", "more_than", "less_than", "contains", "present", "covers",
    }  # fmt: skip
    assert [name for name in [*RULES, *operators] if f"`{name}" not in page and f"{name}:" not in page] == []
