"""A processing is one purpose of a project: proposed, changed, suspended; the datasets that it asks for."""

from __future__ import annotations

from onboarding.actor import Actor
from onboarding.operations.draft import Draft, Values, given
from onboarding.operations.office import Office, Outcome
from onboarding.operations.projects import path_of
from onboarding.operations.refusals import NotNowError, UnknownTargetError
from onboarding.operations.targets import at_datasets, at_processing, at_project
from policies.register.project import Processing, Requalification


def propose_processing(
    office: Office, actor: Actor, reason: str, project: str, processing: str, values: Values
) -> Outcome:
    """A processing counts once the controller's data protection officer approved it.

    `values`: name, purpose, recipient, legal_basis, controller, processors, period, profiles, services...
    """

    def edit(draft: Draft) -> list[str]:
        processings = draft.document(path_of(project))["processings"]
        if draft.register.find_processing(processing) is not None:
            raise NotNowError(f"{processing} : un traitement de ce nom existe ; choisissez-en un autre")
        processings[processing] = given(Processing, values) | {"proposed": draft.proposed()}
        return [f"projects/{project}/processings/{processing}"]

    return office.carry_out("propose_processing", actor, reason, at_project(project), edit)


def change_processing(office: Office, actor: Actor, reason: str, processing: str, values: Values) -> Outcome:
    """A changed purpose, basis, role, period, service or profile is a new proposal of the whole processing."""
    return _change(office, "change_processing", actor, reason, processing, values)


def set_register_sheet(office: Office, actor: Actor, reason: str, processing: str, sheet: str) -> Outcome:
    """The sheet of the processing register (RGPD art. 30) is named by its reference."""
    return _change(office, "set_register_sheet", actor, reason, processing, {"register_sheet": sheet})


def set_impact_assessment(
    office: Office, actor: Actor, reason: str, processing: str, day: str, dpo_opinion: str
) -> Outcome:
    """The impact assessment (RGPD art. 35) is dated, with the data protection officer's opinion."""
    values = {"impact_assessment": {"day": day, "dpo_opinion": dpo_opinion}}
    return _change(office, "set_impact_assessment", actor, reason, processing, values)


def _change(office: Office, operation: str, actor: Actor, reason: str, processing: str, values: Values) -> Outcome:
    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        return [found.place] if draft.change(Processing, entry, given(Processing, values)) else []

    return office.carry_out(operation, actor, reason, at_processing(processing), edit)


def suspend_processing(office: Office, actor: Actor, reason: str, processing: str) -> Outcome:
    """A suspension is immediate, by one person."""

    def edit(draft: Draft) -> list[str]:
        draft.suspend(draft.processing(processing)[1], processing, reason)
        return []

    return office.carry_out("suspend_processing", actor, reason, at_processing(processing), edit)


def resume_processing(office: Office, actor: Actor, reason: str, processing: str) -> Outcome:
    """Who wants a suspension lifted proposes it; a second person approves the lift."""

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        draft.lift(entry, processing, reason)
        return [f"{found.place}/suspension/lifted"]

    return office.carry_out("resume_processing", actor, reason, at_processing(processing), edit)


def ask_dataset(office: Office, actor: Actor, reason: str, processing: str, dataset: str, parts: list[str]) -> Outcome:
    """The parts of a dataset that a processing asks for count once the dataset's producer approved it."""

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        before = entry.setdefault("datasets", {}).get(dataset, {})
        entry["datasets"][dataset] = before | {"parts": parts}
        draft.propose_again(entry["datasets"][dataset])
        return [f"{found.place}/datasets/{dataset}"]

    return office.carry_out("ask_dataset", actor, reason, at_processing(processing), edit)


def drop_dataset(office: Office, actor: Actor, reason: str, processing: str, dataset: str) -> Outcome:
    """A dataset that is no longer asked for is out of reach at once."""

    def edit(draft: Draft) -> list[str]:
        datasets = draft.processing(processing)[1].get("datasets", {})
        if datasets.pop(dataset, None) is None:
            raise UnknownTargetError(f"{processing} : ne demande pas {dataset}")
        return []

    return office.carry_out("drop_dataset", actor, reason, at_datasets(processing, lambda _: [dataset]), edit)


def request_requalification(
    office: Office, actor: Actor, reason: str, processing: str, name: str, values: Values
) -> Outcome:
    """Named files of a sealed home come back once the producer of what stood beside them approved it.

    `values`: person, home, parts, and files with their fingerprints, as `datalab spaces files --json` writes them.
    """

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        own = given(Requalification, values) | {"reason": reason, "proposed": draft.proposed()}
        if name in entry.setdefault("requalifications", {}):
            raise NotNowError(f"{name} : une requalification de ce nom existe ; choisissez un autre nom")
        entry["requalifications"][name] = own
        return [f"{found.place}/requalifications/{name}"]

    return office.carry_out("request_requalification", actor, reason, at_processing(processing), edit)
