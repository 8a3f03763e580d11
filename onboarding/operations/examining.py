"""What a delivery is worth: malware, then each file read whole, apart; nothing is changed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from onboarding.deliveries.apart import run_apart
from onboarding.deliveries.errors import DeliveryError
from onboarding.deliveries.malware import ABSENT, Scanned, find_scanner, scan
from onboarding.deliveries.package import Resource, check_package
from onboarding.deliveries.quarantine import Quarantined
from onboarding.deliveries.report import FileReport, Report, catalogue_fingerprint, fingerprint_of_files
from onboarding.operations.deliveries import Desk
from policies.register.dataset import Column, Dataset, DeliveredPart

SCANNED = "recherche de logiciels malveillants faite par ClamAV"


def examine(desk: Desk, dataset: Dataset, held: Quarantined) -> Report:
    """What a delivery of a dataset is worth; changes nothing. Raises DeliveryError when it did not come whole."""
    kept, package = held.kept(), held.package()
    if missing := held.missing():
        names = ", ".join(each.path for each in missing)
        raise DeliveryError(f"{held.name} : n'est pas arrivée entière ({names}) ; relancez la réception")
    check_package(package, dataset, desk.settings)
    malware, scanned = _scan(desk, held)
    desk.progress.begin("Contrôle", package.size)
    files = tuple(_file_report(desk, held, each, dataset, scanned) for each in package.resources)
    return Report(
        delivery=held.name,
        dataset=kept.dataset,
        day=desk.today,
        package=held.announced,
        catalogue=catalogue_fingerprint(dataset, package.parts),
        malware=malware,
        files=files,
        parts={part: _brought(package.of_part(part), files) for part in package.parts},
    )


def _scan(desk: Desk, held: Quarantined) -> tuple[str, Scanned]:
    folder = desk.settings.malware_database
    scanner = find_scanner(folder)
    if scanner is None:
        return ABSENT.format(folder=folder), Scanned({}, ())
    return SCANNED, scan(scanner, [(each.path, held.file(each)) for each in held.package().resources])


def _file_report(desk: Desk, held: Quarantined, resource: Resource, dataset: Dataset, scanned: Scanned) -> FileReport:
    notes = [f"{key} du schéma n'est pas vérifié" for key in _unchecked(resource)]
    if resource.path in scanned.too_large:
        notes.append("trop grand pour ClamAV, qui ne l'a pas lu")
    if signature := scanned.found.get(resource.path):
        # what is known to be hostile is read no further
        problem = f"logiciel malveillant : {signature}"
        return FileReport(path=resource.path, rows=0, problems=(problem,), notes=tuple(notes))
    columns = {column.name: column for column in dataset.parts[resource.part].columns}
    try:
        found = _read_apart(desk, held, resource, columns)
    except DeliveryError as error:
        found = {"rows": 0, "problems": [str(error)]}
    return FileReport(path=resource.path, rows=found["rows"], problems=tuple(found["problems"]), notes=tuple(notes))


def _unchecked(resource: Resource) -> list[str]:
    unique = [f"unique ({field.name})" for field in resource.table.fields if field.constraints.unique]
    return [*resource.table.unchecked, *unique]


def _read_apart(desk: Desk, held: Quarantined, resource: Resource, columns: dict[str, Column]) -> dict[str, Any]:
    # the library of tables takes half a second to import, and no other command needs it
    from onboarding.deliveries.inspecting import inspect

    with held.file(resource).open("rb") as stream:
        return run_apart(partial(inspect, resource, columns), stream.fileno(), _steps(desk.progress.advance))


def _steps(advance: Callable[[int], None]) -> Callable[[int], None]:
    """Turns positions in a file into steps."""
    before = 0

    def tell(at: int) -> None:
        nonlocal before
        advance(max(at - before, 0))
        before = max(at, before)

    return tell


def _brought(resources: list[Resource], files: tuple[FileReport, ...]) -> DeliveredPart:
    rows = {file.path: file.rows for file in files}
    return DeliveredPart(
        fingerprint=fingerprint_of_files(each.fingerprint for each in resources),
        files=len(resources),
        rows=sum(rows[each.path] for each in resources),
        size=sum(each.size for each in resources),
    )
