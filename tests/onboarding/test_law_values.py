"""Values of the law that no rule's condition reads: whoever uses them is asked on the first day and on the eve.

The values stand here a second time, on purpose: one that moves by a day, a word or a month is moved
in two places, by somebody who read why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from onboarding.keeper.terms import Terms
from policies.access.approvals import Approvals, Organisations
from policies.access.details import forgotten_regimes
from policies.access.titles import capped
from policies.calendar import ONE_DAY
from policies.engine.model import Law
from policies.register.attested import Period
from policies.register.dataset import Dataset
from policies.register.documents import parse_document
from policies.register.project import Project
from tests.policies.test_law_value_mutants import parameter_files, read_mutant, readers
from tests.support.judged import KEY, person, shipped_law
from tests.support.judged_documents import PROJECT_FILE, judged_documents
from tests.support.signing import published
from tests.support.value_mutants import parameter_mutants

VALUES: Mapping[str, Mapping[str, str | int]] = {
    "approval.commitment": {"2023-01-01": "administrator"},
    "approval.dataset": {"2023-01-01": "producer"},
    "approval.dataset_use": {"2023-01-01": "producer administrator"},
    "approval.delivery": {"2023-01-01": "producer"},
    "approval.homologation": {"2023-01-01": "dinum"},
    "approval.hosting": {"2023-01-01": "dinum"},
    "approval.lift": {"2023-01-01": "administrator dpo"},
    "approval.lift_dataset": {"2023-01-01": "producer dpo"},
    "approval.mission": {"2023-01-01": "project_lead"},
    "approval.part": {"2023-01-01": "producer"},
    "approval.processing": {"2023-01-01": "dpo"},
    "approval.project": {"2023-01-01": "dinum"},
    "approval.requalification": {"2023-01-01": "producer"},
    "approval.team": {"2023-01-01": "project_lead administrator"},
    "approval.title": {"2023-01-01": "producer administrator"},
    "catalogue.allocataires_caf": {"2023-01-01": "rgpd secret_professionnel"},
    "catalogue.base_eleves": {"2023-01-01": "rgpd secret_professionnel"},
    "catalogue.bts_dads": {"2023-01-01": "rgpd secret_statistique"},
    "catalogue.casier": {"2023-01-01": "penal"},
    "catalogue.dsn": {"2023-01-01": "rgpd secret_professionnel"},
    "catalogue.dvf": {"2023-01-01": "rgpd"},
    "catalogue.fichiers_fonciers_majic": {"2023-01-01": "rgpd secret_fiscal"},
    "catalogue.ficoba": {"2023-01-01": "rgpd secret_fiscal secret_professionnel"},
    "catalogue.fideli": {"2023-01-01": "rgpd secret_statistique secret_fiscal"},
    "catalogue.filosofi": {"2023-01-01": "rgpd secret_statistique secret_fiscal"},
    "catalogue.france_travail_fh": {"2023-01-01": "rgpd secret_professionnel"},
    "catalogue.liasses_fare_ficus": {"2023-01-01": "secret_statistique secret_fiscal secret_affaires"},
    "catalogue.pmsi": {"2023-01-01": "rgpd sante"},
    "catalogue.pote": {"2023-01-01": "rgpd secret_fiscal"},
    "catalogue.resil": {"2024-01-05": "rgpd secret_statistique"},
    "catalogue.sirene_diffusion_partielle": {"2023-01-01": "rgpd"},
    "catalogue.sirene_open": {"2023-01-01": "rgpd"},
    "catalogue.snds": {"2023-01-01": "rgpd sante"},
    "deadlines.assessment_review": {"2018-05-25": 12},
    "deadlines.cnil": {"2018-05-25": 72},
    "deadlines.css_alert": {"2023-01-01": 120},
    "deadlines.css_complement": {"2023-01-01": 2},
    "deadlines.css_extension": {"2023-01-01": 3},
    "deadlines.dga": {"2023-09-24": 2},
    "deadlines.log_mention": {"2023-01-01": 0},
    "deadlines.security_chain": {"2022-10-01": 0},
    "journal_months.access": {"2023-01-01": 36},
    "journal_months.consultation": {"2023-01-01": 36},
    "journal_months.exchange": {"2023-01-01": 36},
    "journal_months.operations": {"2023-01-01": 12},
    "journal_months.register": {"2023-01-01": 36},
    "journal_months.security": {"2023-01-01": 12},
    "logs.internal_control_most": {"2021-10-14": 36},
    "logs.least": {"2021-10-14": 6},
    "logs.short_lived_most": {"2021-10-14": 12},
    "logs.standard_most": {"2021-10-14": 12},
    "profiles.regle_de_dix.min_units": {"2023-01-01": 10},
    "title_months.avis_css": {"2009-03-20": 36, "2016-12-01": 48, "2023-01-01": 72},
    "title_months.engagement_confidentialite": {"2023-01-01": 12},
}
LONG_SINCE = published(KEY, since=date(2000, 1, 1))
ANYWHERE = Organisations(carrier="dinum", controller="dinum", producer="dinum")
PLACE = "projects/aides"
Answer = str | int | None


def approving(law: Law, name: str, day: date) -> Answer:
    """The roles whose approval of that day counts, as the judge of approvals says of each role there is."""
    project = parse_document(PROJECT_FILE, judged_documents()[PROJECT_FILE])
    assert isinstance(project, Project)

    def counts(role: str) -> bool:
        approval = KEY.approval(person("pappr1", "dinum", role), day, project.signed_fingerprint(PLACE))
        entry = project.model_copy(update={"approved": approval})
        return Approvals(law, LONG_SINCE).flaw(name.partition(".")[2], PLACE, entry, ANYWHERE, frozenset()) is None

    return words(role for role in law.words["roles"] if counts(role))


def expected_regimes(law: Law, name: str, day: date) -> Answer:
    """The regimes that a part of this known dataset forgot, when it says none."""
    document = judged_documents()["datasets/communes.yaml"] | {"known_as": name.partition(".")[2]}
    dataset = parse_document("datasets/communes.yaml", document)
    assert isinstance(dataset, Dataset)
    return words(forgotten_regimes(law, dataset, dataset.parts["p2025"], day)[0])


def months_of_title(law: Law, name: str, day: date) -> Answer:
    """The months that a title without end lasts, when it begins that day."""
    period = capped(law, name.partition(".")[2], Period(**{"from": day}))
    return None if period.until is None else months_between(day, period.until + ONE_DAY)


def months_between(first: date, last: date) -> int:
    return 12 * (last.year - first.year) + last.month - first.month


def months_of_journal(law: Law, name: str, day: date) -> Answer:
    return Terms(law).months(name.partition(".")[2], day)


def told(law: Law, name: str, day: date) -> Answer:
    """What people are told; nothing is refused because of it."""
    found: Answer = law.parameter(name, day)
    return found


def words(found: Iterable[str]) -> str | None:
    return " ".join(sorted(found)) or None


CONSUMERS: Mapping[str, Callable[[Law, str, date], Answer]] = {
    "approval": approving,
    "catalogue": expected_regimes,
    "title_months": months_of_title,
    "journal_months": months_of_journal,
    "deadlines": told,
    "logs": told,
    "profiles": told,
}


def answers(law: Law, name: str) -> list[Answer]:
    """What the value does on the eve and on the first day of each of its entries."""
    days = [date.fromisoformat(day) for day in VALUES[name]]
    return [CONSUMERS[name.partition(".")[0]](law, name, each) for day in days for each in (day - ONE_DAY, day)]


def expected(name: str) -> list[Answer]:
    found = [words(each.split()) if isinstance(each, str) else each for each in VALUES[name].values()]
    return [each for pair in zip([None, *found[:-1]], found, strict=True) for each in pair]


def test_every_value_that_no_rule_reads_stands_here() -> None:
    assert sorted(VALUES) == sorted(name for name in parameter_files() if not readers(name))


@pytest.mark.parametrize("name", sorted(VALUES))
def test_a_value_counts_from_its_first_day_and_not_on_the_eve(name: str) -> None:
    assert answers(shipped_law(), name) == expected(name)


@pytest.mark.parametrize("name", sorted(VALUES))
def test_every_mutant_of_a_value_is_noticed_by_whoever_uses_it(name: str) -> None:
    law, file = shipped_law(), parameter_files()[name].values
    listed = list(law.words[file["words"]]) if "words" in file else []
    mutants = {what: read_mutant(name, values) for what, _, values in parameter_mutants(file, listed)}
    survivors = [
        what
        for what, parameter in mutants.items()
        if parameter is not None
        and answers(replace(law, parameters={**law.parameters, name: parameter}), name) == expected(name)
    ]
    assert (survivors, len(mutants) > 3) == ([], True)
