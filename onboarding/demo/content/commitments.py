"""Everyone who may open a workspace has signed a confidentiality commitment, less than a year ago."""

from __future__ import annotations

from onboarding.demo.content.frame import Document, Frame
from onboarding.demo.content.titles import render_document
from onboarding.demo.people import ANALYSTS, EXPERTS
from policies.files import fingerprint

NAME = "engagement"
ONLY_IN_DIRECTORY = "g.lambert"
SIGNERS = tuple(actor.login for actor in ANALYSTS + EXPERTS if actor.login != ONLY_IN_DIRECTORY)
SIGNED, ENDS = -60, 300


def people(frame: Frame) -> dict[str, Document]:
    """Documents `people/<id>.yaml`, by path, without the numbers that the writer gives."""
    return {f"people/{frame.cast.id(login)}.yaml": _person(frame, login) for login in SIGNERS}


def _person(frame: Frame, login: str) -> Document:
    commitment = {
        "kind": "engagement_confidentialite",
        "period": frame.period(SIGNED, ENDS),
        "file": _file(frame, login),
        "fingerprint": fingerprint(_text(frame, login)),
        "proposed": frame.proposed(before=-SIGNED),
    }
    return {"commitments": {NAME: commitment}}


def commitment_files(frame: Frame) -> dict[str, bytes]:
    """The signed commitments, by file name."""
    return {_file(frame, login): _text(frame, login) for login in SIGNERS}


def _file(frame: Frame, login: str) -> str:
    return f"engagement-{frame.cast.id(login)}.txt"


def _text(frame: Frame, login: str) -> bytes:
    lines = [("Personne", frame.cast.id(login)), ("Signé le", frame.on(SIGNED)), ("Vaut jusqu'au", frame.on(ENDS))]
    return render_document("Engagement de confidentialité", lines)
