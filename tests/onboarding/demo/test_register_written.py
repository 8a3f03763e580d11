from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from onboarding.demo.content.frame import Frame
from onboarding.demo.people import Cast
from onboarding.demo.register import is_written, stamp, write_register
from onboarding.writing import Writer
from policies.register.follow import Register, read_register
from policies.settings import Places

ROLES = {
    "project": ("dinum",), "processing": ("dpo",), "team": ("project_lead",), "mission": ("project_lead",),
    "dataset": ("producer",), "part": ("producer",), "dataset_use": ("producer",), "title": ("producer",),
    "commitment": ("administrator",), "homologation": ("dinum",), "hosting": ("dinum",),
}  # fmt: skip


class Journal:
    def __init__(self) -> None:
        self.kinds: list[str] = []

    def append(self, kind: str, payload: Mapping[str, Any]) -> None:
        self.kinds.append(kind)


def approve(login: str, fingerprint: str) -> dict[str, Any]:
    proof = {"key": "k", "organisation": "dinum", "roles": [], "signature": fingerprint}
    return {"person": Cast(2026).id(login), "day": "2026-05-04", "proof": proof}


def write(places: Places, frame: Frame, journal: Journal | None = None) -> Register:
    writer = Writer(places.register_folder, journal or Journal())
    write_register(places, frame, ROLES.__getitem__, approve, writer)
    return read_register(places.register_folder)


def test_the_register_is_written_as_one_change(places: Places, frame: Frame) -> None:
    journal = Journal()
    register = write(places, frame, journal)
    assert journal.kinds == ["register_change"]
    assert (len(register.projects), len(register.datasets), len(register.people)) == (4, 8, 14)
    assert len(register.files) == 21


def test_an_approval_signs_the_entry_where_it_stands(places: Places, frame: Frame) -> None:
    project = write(places, frame).projects["aides-logement"]
    assert project.approved is not None
    assert project.approved.proof.signature == project.signed_fingerprint("projects/aides-logement")


def test_a_written_register_is_known_by_its_stamp(places: Places, frame: Frame) -> None:
    wanted = stamp(places, frame)
    assert not is_written(places, wanted)
    write(places, frame)
    assert is_written(places, wanted)
    (places.register_folder / "manifest.json").unlink()
    assert not is_written(places, wanted)


@pytest.mark.parametrize("change", ["day", "seed", "datasets", "keys"])
def test_another_day_seed_datasets_or_key_is_another_register(places: Places, frame: Frame, change: str) -> None:
    before = stamp(places, frame)
    other = {
        "day": dataclasses.replace(frame, day=frame.day + timedelta(days=1)),
        "seed": dataclasses.replace(frame, cast=Cast(1)),
        "datasets": dataclasses.replace(frame, catalogue=frame.catalogue.model_copy(update={"stamp": "1"})),
        "keys": frame,
    }[change]
    if change == "keys":
        places.keys.parent.mkdir(parents=True)
        places.keys.write_text("{}")
    assert stamp(places, other) != before


def test_the_next_day_keeps_every_number(places: Places, frame: Frame) -> None:
    first = write(places, frame)
    second = write(places, dataclasses.replace(frame, day=frame.day + timedelta(days=1)))
    assert first.digest != second.digest
    assert {name: each.number for name, each in first.people.items()} == {
        name: each.number for name, each in second.people.items()
    }
    assert first.numbers == second.numbers


def test_another_seed_replaces_its_people_and_reuses_no_number(places: Places, frame: Frame) -> None:
    first = write(places, frame)
    second = write(places, dataclasses.replace(frame, cast=Cast(1)))
    assert set(second.people) == {path.removesuffix(".yaml") for path in other_people(places)}
    assert not set(first.people) & set(second.people)
    assert min(each.number for each in second.people.values()) > max(each.number for each in first.people.values())


def other_people(places: Places) -> set[str]:
    note = json.loads((places.state / "demo" / "register.json").read_text())
    return {path.removeprefix("people/") for path in note["paths"] if path.startswith("people/")}
