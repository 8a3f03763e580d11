"""The table role x operation: each pair is tried, in the right organisation and in a wrong one."""

from __future__ import annotations

from itertools import product

import pytest

from onboarding import operations
from onboarding.actor import Actor
from onboarding.permissions import CALLED, ROLES, TABLE, NotPermittedError, Role, can, check_permission
from policies.access.approvals import OPERATOR, Organisations
from tests.support.operations import verbs

AT = Organisations(carrier="minefi", controller="minsante", producer="insee")
HOMES: dict[Role, frozenset[str]] = {
    "project_lead": frozenset({"minefi"}),
    "producer": frozenset({"insee"}),
    "administrator": frozenset({OPERATOR}),
    "dinum": frozenset({OPERATOR}),
    "dpo": frozenset({"minefi", "minsante", "insee"}),
}
EVERYWHERE = ("minefi", "minsante", "insee", OPERATOR, "ailleurs")


def actor(organisation: str, *roles: str) -> Actor:
    return Actor("pana01", organisation, frozenset(roles))


@pytest.mark.parametrize(("operation", "role", "organisation"), [*product(sorted(TABLE), ROLES, EVERYWHERE)])
def test_a_role_does_what_the_table_says_in_its_own_organisation_and_nothing_elsewhere(
    operation: str, role: Role, organisation: str
) -> None:
    wanted = role in TABLE[operation] and organisation in HOMES[role]
    assert can(operation, actor(organisation, role), AT) is wanted


@pytest.mark.parametrize("organisation", EVERYWHERE)
def test_an_operation_that_is_not_in_the_table_is_refused_to_everybody(organisation: str) -> None:
    with pytest.raises(NotPermittedError, match="Peut le faire : personne"):
        check_permission("open_everything", actor(organisation, *ROLES), AT)


def test_where_no_organisation_is_concerned_only_the_operator_acts() -> None:
    found = {
        role
        for role, operation, organisation in product(ROLES, TABLE, EVERYWHERE)
        if can(operation, actor(organisation, role), Organisations())
    }
    assert found == {"administrator", "dinum"}


@pytest.mark.parametrize("roles", [(), ("analyst",), ("PROJECT_LEAD",), ("",)])
def test_an_unknown_role_is_none(roles: tuple[str, ...]) -> None:
    assert [operation for operation in TABLE if can(operation, actor("minefi", *roles), AT)] == []


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(NotPermittedError) as refused:
        check_permission("agree_mission", actor("minefi", "project_lead"), AT)
    assert str(refused.value) == (
        "agree_mission : vous n'avez pas le rôle qu'il faut ici. Peut le faire : la direction du Datalab à la DINUM."
    )


def test_every_verb_stands_in_the_table_and_every_line_of_the_table_is_a_verb() -> None:
    assert sorted(verbs(operations)) == sorted(TABLE)


def test_every_role_of_the_table_has_its_words() -> None:
    assert {role for roles in TABLE.values() for role in roles} == set(CALLED) == set(ROLES)
