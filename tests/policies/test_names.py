"""A name says where things are, and no two things share one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.names import WorkspaceName, check_person_id, check_slug, gid, namespace, parse_workspace_name, uid

PEOPLE = st.from_regex(r"[a-z][a-z0-9]{3,11}", fullmatch=True)
PROCESSINGS = st.from_regex(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", fullmatch=True).filter(lambda text: 3 <= len(text) <= 30)


@pytest.mark.parametrize("text", ["abcd", "p7f3k2", "a23456789012"])
def test_a_persons_id_is_a_letter_then_letters_and_digits(text: str) -> None:
    assert check_person_id(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "abc", "a234567890123", "1abc", "Abcd", "ab-cd", "abcd\n", "abcd ", "abcé", "ab--cd", "../x", "abcd\x00"],
)
def test_anything_else_is_no_persons_id(text: str) -> None:
    with pytest.raises(ValueError, match="is not a person's id"):
        check_person_id(text)


@pytest.mark.parametrize(
    "text", ["", "ab", "a-", "-ab", "a--b", "a_b", "A-b", "a" * 31, "abc\n", "../etc", "a.b", "été"]
)
def test_anything_else_is_no_processings_id(text: str) -> None:
    with pytest.raises(ValueError, match="is not an id"):
        check_slug(text)


@given(PEOPLE, PROCESSINGS)
def test_a_name_goes_to_text_and_back(person: str, processing: str) -> None:
    name = WorkspaceName(person, processing)
    assert parse_workspace_name(str(name)) == name


@given(PEOPLE, PROCESSINGS, PEOPLE, PROCESSINGS)
def test_two_workspaces_never_share_a_name(a: str, x: str, b: str, y: str) -> None:
    assert (str(WorkspaceName(a, x)) == str(WorkspaceName(b, y))) == ((a, x) == (b, y))


@given(PEOPLE, PROCESSINGS)
def test_the_longest_socket_path_fits_in_108_bytes(person: str, processing: str) -> None:
    assert len(f"/run/datalab-test/ws/{person}--{processing}/j.sock") < 108


@pytest.mark.parametrize("text", ["abcd", "abcd-ab", "abcd--", "--abcd", "abcd--a--b", "abcd--abc\n", "abcd--../x"])
def test_what_is_no_workspaces_name_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        parse_workspace_name(text)


def test_accounts_of_people_and_groups_of_processings_never_meet() -> None:
    assert (uid(1), uid(199_999), gid(1), gid(199_999)) == (200_001, 399_999, 400_001, 599_999)


@pytest.mark.parametrize("number", [0, -1, 200_000])
def test_a_number_beyond_its_range_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="is not a number of the register"):
        uid(number)


def test_a_processing_has_a_namespace_of_its_own() -> None:
    assert namespace("aides-ciblage") == "p-aides-ciblage"
