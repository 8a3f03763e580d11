"""The titles of the demo: valid, expired, missing, unapproved, for one person only. Each has its file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from onboarding.demo.content.frame import Document, Frame
from policies.files import fingerprint

TEAM = ("c.martin", "b.leroy", "r.simon")
ALL_SURVEY = ("menages/logements", "menages/composition", "menages/energie", "menages/mobilite", "menages/patrimoine")
COMMITTEE, ARCHIVES, INSEE = "Comité du secret statistique", "Service interministériel des archives", "Insee"


@dataclass(frozen=True)
class TitleSpec:
    """A title; `start` and `end` are days relative to the frame's, `people` are logins."""

    processing: str
    name: str
    kind: str
    issuer: str
    start: int
    end: int
    parts: tuple[str, ...]
    people: tuple[str, ...] | None = None
    approved: bool = True

    @property
    def file(self) -> str:
        """The name of its file under the register's `files/`."""
        return f"{self.processing}-{self.name}.txt"

    @property
    def number(self) -> str:
        """An invented number."""
        return f"DEMO-{self.kind.upper().replace('_', '-')}-{fingerprint(self.file.encode())[:4].upper()}"


EVALUATION = "aides-evaluation"
TITLES = (
    TitleSpec(EVALUATION, "avis-logements", "avis_css", COMMITTEE, -200, 400, ("menages/logements",), ("c.martin",)),
    TitleSpec(EVALUATION, "avis-composition", "avis_css", COMMITTEE, -200, 300, ("menages/composition",), TEAM),
    TitleSpec(EVALUATION, "avis-energie", "avis_css", COMMITTEE, -400, -1, ("menages/energie",), TEAM),
    TitleSpec(EVALUATION, "avis-mobilite", "avis_css", COMMITTEE, -60, 400, ("menages/mobilite",), TEAM),
    TitleSpec(EVALUATION, "accord-insee", "accord_producteur", INSEE, -210, 400, ALL_SURVEY[:3]),
    TitleSpec(EVALUATION, "accord-mobilite", "accord_producteur", INSEE, -10, 400, ALL_SURVEY[3:4], approved=False),
    TitleSpec(EVALUATION, "archives", "derogation_archives", ARCHIVES, -190, 400, ALL_SURVEY),
)  # fmt: skip


def titles_of(frame: Frame, processing: str) -> dict[str, Document]:
    """The titles of one processing, by name."""
    return {spec.name: _title(frame, spec) for spec in TITLES if spec.processing == processing}


def _title(frame: Frame, spec: TitleSpec) -> Document:
    people = {} if spec.people is None else {"people": [frame.cast.id(login) for login in spec.people]}
    return people | {
        "kind": spec.kind,
        "number": spec.number,
        "issuer": spec.issuer,
        "period": frame.period(spec.start, spec.end),
        "parts": list(spec.parts),
        "file": spec.file,
        "fingerprint": fingerprint(_text(frame, spec)),
        "proposed": frame.proposed(before=5),
    }


def title_files(frame: Frame) -> dict[str, bytes]:
    """The files of titles, by name."""
    return {spec.file: _text(frame, spec) for spec in TITLES}


def _text(frame: Frame, spec: TitleSpec) -> bytes:
    named = "toute l'équipe" if spec.people is None else ", ".join(frame.cast.id(login) for login in spec.people)
    return render_document(
        f"{spec.kind} {spec.number}",
        [
            ("Émis par", spec.issuer),
            ("Traitement", spec.processing),
            ("Parties", ", ".join(spec.parts)),
            ("Personnes", named),
            ("Du", frame.on(spec.start)),
            ("Au", frame.on(spec.end)),
        ],
    )


def render_document(heading: str, lines: Iterable[tuple[str, str]]) -> bytes:
    """A small document that cannot be taken for a real one."""
    body = "".join(f"{name} : {value}\n" for name, value in lines)
    return f"DOCUMENT INVENTÉ POUR LA DÉMONSTRATION, SANS AUCUNE VALEUR\n\n{heading}\n\n{body}".encode()
