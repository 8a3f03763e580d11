"""A producer's datasets: catalogue entry, parts with their regimes, suspension."""

from __future__ import annotations

from onboarding.actor import Actor
from onboarding.operations.draft import Draft, Values, given
from onboarding.operations.office import Office, Outcome
from onboarding.operations.refusals import NotNowError
from onboarding.operations.targets import at_dataset, of_producer
from policies.register.dataset import Dataset, Part


def path_of(dataset: str) -> str:
    """The document of a dataset."""
    return f"datasets/{dataset}.yaml"


def create_dataset(office: Office, actor: Actor, reason: str, dataset: str, values: Values) -> Outcome:
    """A dataset enters the catalogue without any part, and counts once its producer approved it.

    `values`: name, description, producer, contact, and what the catalogue says more.
    """

    def edit(draft: Draft) -> list[str]:
        draft.new(path_of(dataset), given(Dataset, values) | {"parts": {}, "proposed": draft.proposed()})
        return [f"datasets/{dataset}"]

    at = of_producer(str(values.get("producer")))
    return office.carry_out("create_dataset", actor, reason, at, edit)


def change_dataset(office: Office, actor: Actor, reason: str, dataset: str, values: Values) -> Outcome:
    """A changed catalogue entry is a new proposal; the producer itself never changes."""

    def edit(draft: Draft) -> list[str]:
        document = draft.document(path_of(dataset))
        if values.get("producer", document["producer"]) != document["producer"]:
            raise NotNowError(f"{dataset} : le producteur ne change pas ; créez un autre jeu de données")
        return [f"datasets/{dataset}"] if draft.change(Dataset, document, given(Dataset, values)) else []

    return office.carry_out("change_dataset", actor, reason, at_dataset(dataset), edit)


def add_part(office: Office, actor: Actor, reason: str, dataset: str, part: str, values: Values) -> Outcome:
    """A part is qualified (its regimes) and described; it counts once the producer approved it.

    A part of the same name is qualified anew: what was approved before counts no longer, what was withdrawn stays so.
    """

    def edit(draft: Draft) -> list[str]:
        parts = draft.document(path_of(dataset)).setdefault("parts", {})
        before = {"versions": {}} | parts.get(part, {})
        kept = {key: before[key] for key in ("versions", "withdrawals") if key in before}
        parts[part] = kept | given(Part, values) | {"proposed": draft.proposed()}
        return [f"datasets/{dataset}/parts/{part}"]

    return office.carry_out("add_part", actor, reason, at_dataset(dataset), edit)


def suspend_dataset(office: Office, actor: Actor, reason: str, dataset: str) -> Outcome:
    """A suspended dataset is read by nobody from today."""

    def edit(draft: Draft) -> list[str]:
        draft.suspend(draft.document(path_of(dataset)), dataset, reason)
        return []

    return office.carry_out("suspend_dataset", actor, reason, at_dataset(dataset), edit)


def resume_dataset(office: Office, actor: Actor, reason: str, dataset: str) -> Outcome:
    """Who wants a suspension lifted proposes it; a second person, of the producer, approves the lift."""

    def edit(draft: Draft) -> list[str]:
        draft.lift(draft.document(path_of(dataset)), dataset, reason)
        return [f"datasets/{dataset}/suspension/lifted"]

    return office.carry_out("resume_dataset", actor, reason, at_dataset(dataset), edit)
