from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onboarding.demo import data
from onboarding.demo.catalogue import Catalogue
from onboarding.demo.content.datasets import DATASETS
from onboarding.demo.data import ensure_data, known_data, version_fingerprint, year_of
from onboarding.demo.tables.catalogue import TABLES
from onboarding.demo.tables.spec import Spec, type_name
from onboarding.demo.tables.world import World, parse_communes, read_communes
from policies.errors import DatalabError, InvalidFilesError
from policies.files import canonical_json, fingerprint
from policies.names import check_slug
from policies.settings import Places
from tests.support.demo_site import COMMUNES, DAY, SEED

Made = tuple[Places, Catalogue]
Read = Callable[[str], pa.Table]


@pytest.fixture(scope="session")
def read(made: Made) -> Read:
    places, catalogue = made
    return lambda part: pq.read_table(folder_of(places, catalogue, part))


def folder_of(places: Places, catalogue: Catalogue, part: str) -> Path:
    return places.state / "datasets" / part / catalogue.parts[part].version


def world(seed: int = SEED, year: int = 2025) -> World:
    return World(seed, year, parse_communes(COMMUNES))


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.id)
def test_a_table_is_decided_by_seed_and_year(made: Made, read: Read, spec: Spec) -> None:
    again = spec.table(world())
    assert read(spec.id).cast(again.schema).equals(again)


def test_another_seed_is_another_table() -> None:
    spec = next(each for each in TABLES if each.id == "accidents/constats")
    assert not spec.table(world()).equals(spec.table(world(seed=SEED + 1)))


def test_every_part_of_the_register_is_made_and_nothing_else(made: Made) -> None:
    declared = {f"{name}/{part}" for name, spec in DATASETS.items() for part in spec.parts}
    assert set(made[1].parts) == {spec.id for spec in TABLES} == declared


def test_there_are_eight_datasets_under_every_regime_of_the_issue() -> None:
    regimes = {part.regimes for spec in DATASETS.values() for part in spec.parts.values()}
    assert len(DATASETS) == 8
    assert regimes == {
        (),
        None,
        ("rgpd",),
        ("rgpd", "secret_statistique"),
        ("rgpd", "secret_fiscal"),
        ("rgpd", "sante"),
        ("secret_affaires",),
    }
    assert {part for spec in DATASETS.values() for part, each in spec.parts.items() if each.aggregated} == {
        "population",
        "agregats",
        "departements",
    }


def test_the_largest_table_has_a_million_rows(made: Made, read: Read) -> None:
    rows = {part: entry.rows for part, entry in made[1].parts.items()}
    assert max(rows.values()) == rows["allocataires/dossiers"] == 1_000_000
    for part in ("allocataires/dossiers", "comptes/agregats"):
        assert read(part).num_rows == rows[part]


def test_communes_are_the_real_ones_of_today_sorted_by_code(read: Read) -> None:
    expected = [
        {"code": row["code"], "nom": row["nom"], "departement": row["departement"], "region": row["region"],
         "population": row.get("population", 0)}
        for row in COMMUNES
        if row["type"] == "commune-actuelle"
    ]  # fmt: skip
    assert read("communes/population").to_pylist() == expected


def test_people_live_where_people_live(read: Read) -> None:
    counted = read("allocataires/dossiers")["code_commune"].cast(pa.string()).value_counts().to_pylist()
    found = {row["values"]: row["counts"] for row in counted}
    total = sum(row.get("population", 0) for row in COMMUNES if row["type"] == "commune-actuelle")
    assert "98411" not in found
    assert "13201" not in found
    for row in COMMUNES:
        if row["code"] in found:
            share = found[row["code"]] / 1_000_000
            assert share == pytest.approx(row["population"] / total, abs=0.002)


def test_identities_are_those_of_the_files_without_an_open_right(read: Read) -> None:
    files = read("allocataires/dossiers")
    without = files.filter(pa.compute.invert(files["droit_ouvert"]))["identifiant"].to_pylist()
    assert read("allocataires/identites")["identifiant"].to_pylist() == without


@pytest.mark.parametrize(
    ("part", "key"),
    [
        ("allocataires/dossiers", "identifiant"),
        ("menages/logements", "menage"),
        ("revenus/declarations", "foyer"),
        ("entreprises/etablissements", "etablissement"),
        ("comptes/liasses", "entreprise"),
        ("sejours/urgences", "sejour"),
    ],
)
def test_an_identifier_stands_once(read: Read, part: str, key: str) -> None:
    column = read(part)[key]
    assert pa.compute.count_distinct(column).as_py() == len(column)


def test_the_parts_of_the_survey_are_about_the_same_households(read: Read) -> None:
    first = read("menages/logements").select(["menage", "departement"])
    for part in ("composition", "energie", "mobilite", "patrimoine"):
        assert read(f"menages/{part}").select(["menage", "departement"]).equals(first)


def test_totals_of_accounts_are_sums_of_accounts_and_describe_eleven_firms_at_least(read: Read) -> None:
    totals, accounts = read("comptes/agregats"), read("comptes/liasses").to_pandas()
    assert min(totals["entreprises"].to_pylist()) >= 11
    assert sum(totals["entreprises"].to_pylist()) == len(accounts)
    assert sum(totals["chiffre_affaires"].to_pylist()) == pytest.approx(accounts["chiffre_affaires"].sum())
    assert sum(totals["valeur_ajoutee"].to_pylist()) == pytest.approx(accounts["valeur_ajoutee"].sum())


def test_accidents_by_department_count_the_people_of_accidents(read: Read) -> None:
    people = read("accidents/usagers").to_pandas()
    killed = people[people["gravite"] == "tué"]
    expected = [
        {"departement": name, "usagers": len(rows), "tues": int((killed["departement"] == name).sum())}
        for name, rows in people.groupby("departement", observed=True)
    ]
    assert read("accidents/departements").to_pylist() == expected


def test_no_table_holds_a_number_of_the_social_security_or_of_a_firm(read: Read) -> None:
    names = {name for spec in TABLES for name in spec.meanings}
    assert not names & {"nir", "siren", "siret", "adresse", "courriel", "telephone"}


def test_versions_are_named_by_their_content_and_cannot_be_written(made: Made) -> None:
    places, catalogue = made
    assert (places.state / "datasets").stat().st_mode & 0o777 == 0o700
    for part, entry in catalogue.parts.items():
        folder = folder_of(places, catalogue, part)
        (file,) = folder.iterdir()
        digest = fingerprint(canonical_json([hashlib.sha256(file.read_bytes()).hexdigest()]))
        assert (entry.fingerprint, version_fingerprint(folder)) == (digest, digest)
        assert entry.version == check_slug(f"v2025-{digest[:8]}")
        assert [path.stat().st_mode & 0o777 for path in (folder, file)] == [0o755, 0o444]
        assert entry.size == file.stat().st_size


def test_columns_are_described_as_they_are(made: Made, read: Read) -> None:
    for spec in TABLES:
        schema = read(spec.id).schema
        described = [(name, meaning) for name, _, meaning in made[1].parts[spec.id].columns]
        assert described == [(name, spec.meanings[name]) for name in schema.names]


def test_a_column_without_a_meaning_is_refused() -> None:
    spec = Spec("a", "b", {"x": "le x"}, lambda world: {"x": [1], "y": [2]})
    with pytest.raises(KeyError, match="without a meaning: y"):
        spec.table(world())


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (pa.string(), "texte"),
        (pa.bool_(), "booléen"),
        (pa.float64(), "décimal"),
        (pa.int8(), "entier"),
        (pa.date32(), "date"),
        (pa.dictionary(pa.int8(), pa.string()), "catégorie"),
    ],
)
def test_types_are_said_in_french(kind: pa.DataType, name: str) -> None:
    assert type_name(kind) == name


def test_a_second_run_reads_what_the_first_noted(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    places, catalogue = made

    def never(*_: object) -> None:
        raise AssertionError("datasets were made again")

    monkeypatch.setattr(data, "_make_all", never)
    assert ensure_data(places, SEED, DAY) == known_data(places) == catalogue
    assert ensure_data(places, SEED, date(2026, 12, 31)) == catalogue
    with pytest.raises(AssertionError, match="made again"):
        ensure_data(places, SEED + 1, DAY)
    with pytest.raises(AssertionError, match="made again"):
        ensure_data(places, SEED, date(2027, 1, 1))


def test_datasets_speak_of_the_last_year_that_is_over() -> None:
    assert year_of(date(2026, 1, 1)) == year_of(date(2026, 12, 31)) == 2025


def test_nothing_made_yet_says_what_to_run(places: Places) -> None:
    with pytest.raises(DatalabError, match=r"python -m onboarding\.demo"):
        known_data(places)


@pytest.mark.parametrize("content", ["", "{}", "[{}]", '[{"type": "commune-actuelle"}]', "[1]"])
def test_a_file_without_communes_says_how_to_get_them(tmp_path: Path, content: str) -> None:
    file = tmp_path / "communes.json"
    file.write_text(content)
    with pytest.raises(InvalidFilesError, match=r"images/build\.py extract assets"):
        read_communes(file)
