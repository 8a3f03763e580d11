"""The demo's whole register as plain documents, and the files of its titles. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from onboarding.demo.content.commitments import commitment_files, people
from onboarding.demo.content.datasets import datasets
from onboarding.demo.content.frame import Document, Frame
from onboarding.demo.content.processings import PROCESSINGS, UNAPPROVED_TEAM
from onboarding.demo.content.projects import projects
from onboarding.demo.content.titles import TITLES, title_files


@dataclass(frozen=True)
class DemoRegister:
    """Documents by path, files by name, and the places of what stays a proposal."""

    documents: dict[str, Document]
    files: dict[str, bytes]
    pending: frozenset[str]


def build_register(frame: Frame) -> DemoRegister:
    """What the register says on the frame's day, before anyone approved anything."""
    documents = {"datalab.yaml": _datalab(frame), **datasets(frame), **people(frame), **projects(frame)}
    return DemoRegister(
        documents=documents,
        files=title_files(frame) | commitment_files(frame),
        pending=_pending(frame),
    )


def _datalab(frame: Frame) -> Document:
    return {
        "name": "Datalab de démonstration",
        "contact": "datalab@dinum.datalab.test",
        "homologation": {
            "scope": "Espaces de travail sans réseau sur une machine",
            "authority": "Directrice interministérielle du numérique (invention)",
            "period": frame.period(-365, 700),
            "proposed": frame.proposed(before=370),
        },
        "hosting": {
            "kind": "own",
            "host": "DINUM (invention)",
            "country": "FR",
            "proposed": frame.proposed(before=370),
        },
    }


def _pending(frame: Frame) -> frozenset[str]:
    titles = {f"{_place(spec.processing)}/titles/{spec.name}" for spec in TITLES if not spec.approved}
    team = {f"{_place(name)}/team/{frame.cast.id(login)}" for name, login in UNAPPROVED_TEAM}
    return frozenset(titles | team)


def _place(processing: str) -> str:
    return f"projects/{PROCESSINGS[processing].project}/processings/{processing}"
