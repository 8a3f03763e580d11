"""A producer's datasets: catalogue entry, parts with their regimes, versions that are withdrawn, suspension."""

from __future__ import annotations

from collections.abc import Callable

from onboarding.actor import Actor
from onboarding.operations.office import AlreadyThereError, Draft, Office, Outcome, Values, at_dataset
from onboarding.operations.projects import propose_again, suspend
from policies.access.approvals import Organisations
from policies.register.follow import Register


def path_of(dataset: str) -> str:
    """The document of a dataset."""
    return f"datasets/{dataset}.yaml"


def create_dataset(office: Office, actor: Actor, reason: str, dataset: str, values: Values) -> Outcome:
    """A dataset enters the catalogue without any part, and counts once its producer approved it.

    `values`: name, description, producer, contact.
    """

    def edit(draft: Draft) -> list[str]:
        draft.new(path_of(dataset), {"parts": {}, **values, "proposed": draft.proposed()})
        return [f"datasets/{dataset}"]

    return office.carry_out("create_dataset", actor, reason, _of_producer(str(values.get("producer"))), edit)


def _of_producer(producer: str) -> Callable[[Register], Organisations]:
    return lambda _: Organisations(producer=producer)


def change_dataset(office: Office, actor: Actor, reason: str, dataset: str, values: Values) -> Outcome:
    """A changed catalogue entry is a new proposal; the producer itself never changes."""

    def edit(draft: Draft) -> list[str]:
        document = draft.document(path_of(dataset))
        document |= {key: value for key, value in values.items() if key in {"name", "description", "contact"}}
        propose_again(draft, document)
        return [f"datasets/{dataset}"]

    return office.carry_out("change_dataset", actor, reason, at_dataset(dataset), edit)


def add_part(office: Office, actor: Actor, reason: str, dataset: str, part: str, values: Values) -> Outcome:
    """A part is qualified (its regimes) and described; it counts once the producer approved it.

    A part of the same name is qualified anew: what was approved before counts no longer.
    """

    def edit(draft: Draft) -> list[str]:
        parts = draft.document(path_of(dataset)).setdefault("parts", {})
        before = parts.get(part, {})
        parts[part] = {"versions": before.get("versions", {}), **values, "proposed": draft.proposed()}
        return [f"datasets/{dataset}/parts/{part}"]

    return office.carry_out("add_part", actor, reason, at_dataset(dataset), edit)


def withdraw_version(office: Office, actor: Actor, reason: str, dataset: str, part: str, version: str) -> Outcome:
    """A withdrawn version is read by nobody any more: what runs on it ends."""

    def edit(draft: Draft) -> list[str]:
        versions = draft.document(path_of(dataset)).get("parts", {}).get(part, {}).get("versions", {})
        if version not in versions:
            raise AlreadyThereError(f"{dataset}/{part} : n'a pas de livraison {version}")
        versions[version]["withdrawn"] = True
        return []

    return office.carry_out("withdraw_version", actor, reason, at_dataset(dataset), edit)


def suspend_dataset(office: Office, actor: Actor, reason: str, dataset: str) -> Outcome:
    """A suspended dataset is read by nobody from today."""

    def edit(draft: Draft) -> list[str]:
        suspend(draft, draft.document(path_of(dataset)), dataset, reason)
        return []

    return office.carry_out("suspend_dataset", actor, reason, at_dataset(dataset), edit)
