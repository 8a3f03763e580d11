"""Entries become people; whatever is wrong in one names the attribute and never its value."""

from __future__ import annotations

import pytest

from policies.directory.person import DirectoryEntryError, Person, parse_person
from policies.settings import DirectorySettings

SETTINGS = DirectorySettings(
    uri="ldaps://annuaire.example",
    ca_file="/ca.pem",
    people_base="ou=people",
    groups_base="ou=groups",
    reader_dn="cn=reader",
    login_attribute="uid",
    id_attribute="employeeNumber",
    name_attribute="cn",
    organisation_attribute="o",
    project_group="datalab-{project}",
    role_group="datalab-role-{role}",
    timeout_s=2,
)
ENTRY = {"employeeNumber": [b"p7f3k2"], "cn": ["Hélène Martin".encode()], "o": [b"minefi"]}


def test_groups_become_projects_and_roles_and_others_are_nothing() -> None:
    groups = ["datalab-aides", "datalab-role-dpo", "datalab-role-project_lead", "staff", "datalab-Bad_Name"]
    assert parse_person(ENTRY, groups, SETTINGS) == Person(
        id="p7f3k2",
        name="Hélène Martin",
        organisation="minefi",
        projects=frozenset({"aides"}),
        roles=frozenset({"dpo", "project_lead"}),
    )


def test_a_group_of_roles_is_never_a_project() -> None:
    person = parse_person(ENTRY, ["datalab-role-dpo"], SETTINGS)
    assert (person.projects, person.roles) == (frozenset(), frozenset({"dpo"}))


def test_attribute_names_are_compared_without_case() -> None:
    lowered = {name.lower(): values for name, values in ENTRY.items()}
    assert parse_person(lowered, [], SETTINGS) == parse_person(ENTRY, [], SETTINGS)


@pytest.mark.parametrize(
    ("attribute", "values"),
    [
        ("employeeNumber", []),
        ("employeeNumber", [b"p7f3k2", b"p8a1b2"]),
        ("employeeNumber", [b"P7F3K2"]),
        ("employeeNumber", [b"p7f3k2\n"]),
        ("employeeNumber", [b"../etc"]),
        ("employeeNumber", [b"p7--k2"]),
        ("cn", []),
        ("cn", [b"A", b"B"]),
        ("cn", [b"\xff"]),
        ("cn", [b"  "]),
        ("cn", [b"two\nlines"]),
        ("cn", [b"x" * 201]),
        ("o", [b"Minist\xc3\xa8re"]),
        ("o", [b"minefi", b"dinum"]),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_attribute(attribute: str, values: list[bytes]) -> None:
    with pytest.raises(DirectoryEntryError) as refused:
        parse_person(ENTRY | {attribute: values}, [], SETTINGS)
    assert f"attribute {attribute}:" in str(refused.value)
    assert all(value.decode("latin-1").strip() not in str(refused.value) for value in values if len(value) > 3)


def test_the_same_attribute_under_two_spellings_is_two_values() -> None:
    with pytest.raises(DirectoryEntryError, match="attribute o: 2 values"):
        parse_person(ENTRY | {"O": [b"dinum"]}, [], SETTINGS)
