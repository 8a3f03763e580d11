"""What the register says in detail, as the law's facts: roles, exchanges, hosting, what a part holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.access.approvals import OPERATOR
from policies.access.titles import period_fact
from policies.engine.dated import FOREVER
from policies.engine.model import Law
from policies.register.attested import Period
from policies.register.dataset import Dataset, Part
from policies.register.project import DatasetUse, Processing, Project

Facts = dict[str, Any]


def maybe_period(period: Period | None) -> Facts | None:
    """A period as the law sees it, where there is one."""
    return None if period is None else period_fact(period)


def role_conflicts(project: Project, processing: Processing, names: Mapping[str, str]) -> list[str]:
    """What cannot be true at once of who controls and who processes, in French; `names` are organisations'."""

    def name(organisation: str) -> str:
        return names.get(organisation, organisation)

    processors = {each.organisation for each in processing.processors}
    joint = set(processing.joint_controllers)
    found = []
    if processing.controller in processors:
        found.append(f"{name(processing.controller)} : à la fois responsable et sous-traitant")
    found += [f"{name(each)} : à la fois responsable conjoint et sous-traitant" for each in joint & processors]
    if processing.controller == OPERATOR != project.carrier and project.carrier not in joint:
        found.append(f"la DINUM est inscrite comme seule responsable sur un projet que porte : {name(project.carrier)}")
    return sorted(found)


def legal_basis_facts(processing: Processing) -> Facts:
    """The legal basis, with what special data need besides."""
    basis = processing.legal_basis
    return {
        "article": basis.article,
        "text": basis.text,
        "sensitive": basis.sensitive,
        "sensitive_text": basis.sensitive_text,
        "offences": basis.offences,
        "nir_decree": basis.nir_decree,
    }


def exchange_facts(processing: Processing) -> Facts:
    """The exchange between administrations that feeds the processing; every value absent where there is none."""
    exchange = processing.exchange
    names = ("article", "use", "purge_months", "opposition_months", "log_months")
    return {name: getattr(exchange, name, None) for name in names}


def transmission_facts(processing: Processing) -> Facts:
    """The list of persons that the processing may hand over; every value absent where there is none."""
    transmission = processing.transmission
    found = {name: getattr(transmission, name, None) for name in ("recipient", "system", "text", "purge_months")}
    return found | {"columns": None if transmission is None else list(transmission.columns)}


def holdings(part: Part) -> Facts:
    """What the producer says that a part holds; identifiers and categories are known once columns are described."""
    described = bool(part.columns)
    identifiers = {column.identifier for column in part.columns if column.identifier}
    categories = {column.category for column in part.columns if column.category}
    return {
        "identifiers": sorted(identifiers) if described else None,
        "sensitive": sorted(categories) if described else None,
        "content": None if part.content is None else list(part.content),
        "zone": part.zone,
        "mark": part.mark,
    }


def forgotten_regimes(law: Law, dataset: Dataset, part: Part, day: date) -> tuple[list[str], date]:
    """The usual regimes of a known dataset that a part lacks without a reason, and how long the law says so."""
    usual = law.parameters.get(f"catalogue.{dataset.known_as}")
    if usual is None or part.regimes is None or part.exemption is not None:
        return [], FOREVER
    regimes, until = usual.dated.at(day)
    return [each for each in regimes or () if each not in part.regimes], until


def kept_until(project: Project, processing: Processing, use: DatasetUse) -> date | None:
    """The last day on which a copy is kept: the first end of the use, the processing and the project."""
    ends = (use.kept_until, processing.effective.until, project.effective.until)
    return min((each for each in ends if each is not None), default=None)
