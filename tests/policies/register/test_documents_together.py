"""Documents that do not fit together are refused, each problem with its file, its key and what to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from policies.errors import InvalidFilesError
from policies.register.follow import read_register
from tests.support.small_register import changed, numbered, processing, project, store, title

AIDES = "projects/aides.yaml"
EVAL = ("processings", "aides-eval")
TEAM = {"proposed": {"person": "plead1", "day": "2026-01-05"}, "habilitation": {"from": "2026-01-01"}}

WRONG: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a person of the team without document": (
        changed(numbered(), AIDES, *EVAL, "team", "pnew01", to=TEAM),
        [f"{AIDES}: processings.aides-eval.team.pnew01: no document people/pnew01.yaml; write it first"],
    ),
    "a mission of a person without document": (
        changed(numbered(), AIDES, *EVAL, "missions", "appui", "person", to="pnew01"),
        [f"{AIDES}: processings.aides-eval.missions.appui.person: no document people/pnew01.yaml; write it first"],
    ),
    "a title for a person without document": (
        changed(numbered(), AIDES, *EVAL, "titles", "accord", to=title(people=["pana01", "pnew01"])),
        [f"{AIDES}: processings.aides-eval.titles.accord.people[1]: no document people/pnew01.yaml; write it first"],
    ),
    "a dataset that nobody entrusted": (
        changed(numbered(), AIDES, *EVAL, "datasets", to={"comunes": processing()["datasets"]["communes"]}),
        [
            f"{AIDES}: processings.aides-eval.datasets.comunes: no dataset comunes in the register; "
            "did you mean communes?",
            f"{AIDES}: processings.aides-eval.datasets.comunes.parts[0]: no part comunes/p2025 in the register; "
            "did you mean communes/p2025?",
        ],
    ),
    "a part that the dataset has not": (
        changed(numbered(), AIDES, *EVAL, "datasets", "communes", "parts", to=["p2024", "p1999"]),
        [
            f"{AIDES}: processings.aides-eval.datasets.communes.parts[1]: no part communes/p1999 in the register; "
            "did you mean communes/p2025?"
        ],
    ),
    "a title on a part that does not exist": (
        changed(numbered(), AIDES, *EVAL, "titles", "accord", "parts", to=["communes/2025"]),
        [
            f"{AIDES}: processings.aides-eval.titles.accord.parts[0]: no part communes/2025 in the register; "
            "did you mean communes/p2025?"
        ],
    ),
    "a pairing with a part that does not exist": (
        changed(numbered(), AIDES, *EVAL, "pairings", to=[["communes/p2025", "impots"]]),
        [
            f"{AIDES}: processings.aides-eval.pairings[0][1]: no part impots in the register; "
            "allowed: communes/p2024, communes/p2025"
        ],
    ),
    "a mission widened to a dataset that does not exist": (
        changed(
            numbered(), AIDES, *EVAL, "missions", "appui", "widened",
            to=[{"dataset": "impots", "reason": "essai", "agreement": "A-2"}],
        ),
        [
            f"{AIDES}: processings.aides-eval.missions.appui.widened[0].dataset: no dataset impots in the register; "
            "allowed: communes"
        ],
    ),
    "one processing in two projects, with one number": (
        numbered() | {"projects/autre.yaml": project(**{"aides-eval": processing(number=1)})},
        [
            f"projects/autre.yaml: processings.aides-eval: processing aides-eval stands already in {AIDES}; "
            "each has its own",
            f"projects/autre.yaml: processings.aides-eval.number: processing number 1 stands already in {AIDES}; "
            "each has its own",
        ],
    ),
    "two processings of one project with one number": (
        changed(numbered(), AIDES, "processings", "aides-suivi", to=processing(number=1)),
        [
            f"{AIDES}: processings.aides-suivi.number: processing number 1 stands already above; each has its own",
        ],
    ),
    "two people with one number": (
        changed(numbered(), "people/pexp01.yaml", "number", to=1),
        ["people/pexp01.yaml: number: person number 1 stands already in people/pana01.yaml; each has its own"],
    ),
    "a number that was never given": (
        changed(numbered(), "people/pexp01.yaml", "number", to=3),
        ["people/pexp01.yaml: number: 3 was never given; leave the key out, the register gives one"],
    ),
    "no document on the datalab itself": (
        {path: values for path, values in numbered().items() if path != "datalab.yaml"},
        ["datalab.yaml: missing; add it"],
    ),
    "a path of another form": (
        numbered() | {"people/pana01.yml": {"number": 2}},
        [
            "people/pana01.yml: not a document of the register; write projects/<id>.yaml, datasets/<id>.yaml, "
            "people/<id>.yaml, datalab.yaml or numbers.yaml"
        ],
    ),
    "an id of another form": (
        numbered() | {"people/p1.yaml": {"number": 2}},
        [
            "people/p1.yaml: 'p1' is not a person's id; write a letter, then 3 to 11 letters or digits, lower case"
        ],
    ),
    "several wrong documents, all told at once as in YAML": (
        changed(numbered(), AIDES, *EVAL, "period", "until", to="2026-02-30")
        | {"people/pexp01.yaml": {"number": 2, "nom": "Durand"}},
        [
            "people/pexp01.yaml: nom: unknown key; allowed: commitments, number, siret, suspension",
            f"{AIDES}: processings.aides-eval.period.until: 2026-02-30 is not a date; write YYYY-MM-DD",
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("documents", "problems"), WRONG.values(), ids=WRONG.keys())
def test_a_register_that_does_not_fit_together_is_refused_whole(
    documents: dict[str, Any], problems: list[str], tmp_path: Path
) -> None:
    store(tmp_path, documents)
    with pytest.raises(InvalidFilesError) as refused:
        read_register(tmp_path)
    assert [str(problem) for problem in refused.value.problems] == problems


def test_a_register_without_any_fault_is_read(tmp_path: Path) -> None:
    """The control of the table above."""
    store(tmp_path, numbered())
    assert read_register(tmp_path).documents.keys() == numbered().keys()


def test_far_too_many_choices_are_not_listed(tmp_path: Path) -> None:
    documents = numbered()
    documents |= {f"datasets/jeu-{n}.yaml": {**documents["datasets/communes.yaml"]} for n in range(20)}
    store(tmp_path, changed(documents, AIDES, *EVAL, "pairings", to=[["communes/p2025", "Z"]]))
    with pytest.raises(InvalidFilesError) as refused:
        read_register(tmp_path)
    assert str(refused.value) == f"{AIDES}: processings.aides-eval.pairings[0][1]: no part Z in the register"
