"""Where an operation acts: the organisations in which a role counts for its target."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from onboarding.operations.refusals import unknown
from policies.access.approvals import Organisations
from policies.register.dataset import Dataset
from policies.register.follow import FoundProcessing, Register

At = Callable[[Register], Organisations]


def nowhere(_: Register) -> Organisations:
    """What is DINUM's own affair: only the roles of the operator count."""
    return Organisations()


def at_project(project: str) -> At:
    """The organisations whose roles count for a project."""

    def at(register: Register) -> Organisations:
        found = register.projects.get(project)
        if found is None:
            raise unknown("projet", project, register.projects)
        return Organisations(carrier=found.carrier)

    return at


def at_processing(processing: str) -> At:
    """The organisations whose roles count for a processing."""
    return at_datasets(processing, lambda _: ())


def at_datasets(processing: str, named: Callable[[FoundProcessing], Iterable[str]]) -> At:
    """Those of a processing, and the one producer of the datasets concerned; none when there are several."""

    def at(register: Register) -> Organisations:
        found = find_processing(register, processing)
        producers = {register.datasets[each].producer for each in named(found) if each in register.datasets}
        return Organisations(
            carrier=found.project.carrier,
            controller=found.processing.controller,
            producer=producers.pop() if len(producers) == 1 else None,
        )

    return at


def at_title(processing: str, name: str) -> At:
    """Those of a processing, and the one producer of what a title of it opens."""

    def named(found: FoundProcessing) -> Iterable[str]:
        title = found.processing.titles.get(name)
        return datasets_opened(found, None if title is None else title.parts)

    return at_datasets(processing, named)


def datasets_opened(found: FoundProcessing, parts: Iterable[str] | None) -> Iterable[str]:
    """The datasets of these parts; without parts, all that the processing asks for."""
    return found.processing.datasets if parts is None else {str(part).partition("/")[0] for part in parts}


def at_dataset(dataset: str) -> At:
    """The organisations whose roles count for a dataset."""

    return lambda register: Organisations(producer=find_dataset(register, dataset).producer)


def of_producer(producer: str) -> At:
    """The producer of a dataset that is not there yet."""
    return lambda _: Organisations(producer=producer)


def find_dataset(register: Register, name: str) -> Dataset:
    """The dataset of this id; raises UnknownTargetError with the nearest one."""
    found = register.datasets.get(name)
    if found is None:
        raise unknown("jeu de données", name, register.datasets)
    return found


def find_processing(register: Register, name: str) -> FoundProcessing:
    """The processing of this name; raises UnknownTargetError with the nearest one."""
    found = register.find_processing(name)
    if found is None:
        raise unknown("traitement", name, [each.id for each in register.processings()])
    return found
