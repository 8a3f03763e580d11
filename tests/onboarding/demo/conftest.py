from __future__ import annotations

from pathlib import Path

import pytest

from onboarding.demo.catalogue import Catalogue, PartEntry
from onboarding.demo.content.frame import Frame
from onboarding.demo.data import ensure_data
from onboarding.demo.people import Cast
from onboarding.demo.tables.catalogue import TABLES
from policies.settings import DirectorySettings, Places
from tests.support.demo_site import DAY, SEED, places_in


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return places_in(tmp_path)


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Places, Catalogue]:
    """Every dataset of the demo, made once."""
    places = places_in(tmp_path_factory.mktemp("made"))
    return places, ensure_data(places, SEED, DAY)


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """What the register needs to know of datasets, without making any."""
    return Catalogue(
        stamp="0" * 64,
        year=DAY.year - 1,
        parts={
            spec.id: PartEntry(
                version="v2025-00000000",
                fingerprint="0" * 64,
                rows=1,
                size=1,
                columns=tuple((name, "texte", meaning) for name, meaning in spec.meanings.items()),
            )
            for spec in TABLES
        },
    )


@pytest.fixture(scope="session")
def frame(catalogue: Catalogue) -> Frame:
    return Frame(Cast(SEED), DAY, catalogue)


@pytest.fixture(scope="session")
def directory_settings() -> DirectorySettings:
    suffix = "dc=datalab,dc=test"
    return DirectorySettings(
        uri="ldaps://localhost:636",
        ca_file=Path("/ca.pem"),
        people_base=f"ou=people,{suffix}",
        groups_base=f"ou=groups,{suffix}",
        reader_dn=f"cn=reader,ou=services,{suffix}",
        login_attribute="uid",
        id_attribute="employeeNumber",
        name_attribute="cn",
        organisation_attribute="o",
        project_group="datalab-{project}",
        role_group="datalab-role-{role}",
        timeout_s=5,
    )
