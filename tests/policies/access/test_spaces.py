"""A space is shown only to who may read its whole label today; labels only grow."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from policies.access.spaces import HomeChoice, Space, choose_home, choose_project_space, project_space_id

FIRST, LATER = date(2026, 1, 1), date(2026, 2, 1)
PARTS = st.frozensets(st.sampled_from(["a/p1", "a/p2", "b/p1", "c/p1"]))
SPACES = st.lists(
    st.builds(Space, id=st.sampled_from(["1", "2", "3", "4"]), label=PARTS, since=st.sampled_from([FIRST, LATER])),
    max_size=4,
    unique_by=lambda space: space.id,
)


def space(name: str, *label: str, since: date = FIRST) -> Space:
    return Space(id=name, label=frozenset(label), since=since)


def test_a_first_home_is_new_and_marked_with_what_is_mounted() -> None:
    granted = frozenset({"a/p1"})
    assert choose_home([], granted) == HomeChoice(home=None, label=granted, sealed=())


def test_a_home_grows_with_what_is_mounted_beside_it() -> None:
    home, granted = space("1", "a/p1"), frozenset({"a/p1", "b/p1"})
    assert choose_home([home], granted) == HomeChoice(home=home, label=granted, sealed=())


def test_a_home_that_may_hold_what_is_no_longer_granted_is_sealed_and_a_new_one_begins() -> None:
    home, granted = space("1", "a/p1", "b/p1"), frozenset({"a/p1"})
    assert choose_home([home], granted) == HomeChoice(home=None, label=granted, sealed=(home,))


def test_a_sealed_home_comes_back_with_the_right() -> None:
    sealed, present = space("1", "a/p1", "b/p1"), space("2", "a/p1", since=LATER)
    choice = choose_home([sealed, present], frozenset({"a/p1", "b/p1"}))
    assert (choice.home, choice.sealed) == (sealed, ())


def test_of_two_homes_with_one_label_the_latest_is_mounted() -> None:
    old, new = space("9", "a/p1"), space("1", "a/p1", since=LATER)
    assert choose_home([new, old], frozenset({"a/p1"})).home == new


@given(SPACES, PARTS)
def test_no_home_is_ever_mounted_whose_label_is_not_granted(homes: list[Space], granted: frozenset[str]) -> None:
    choice = choose_home(homes, granted)
    assert choice.home is None or choice.home.label <= granted
    assert choice.label == granted
    assert all(not each.label <= granted for each in choice.sealed)


@given(SPACES, PARTS)
def test_the_order_in_which_homes_are_found_never_matters(homes: list[Space], granted: frozenset[str]) -> None:
    assert choose_home(homes, granted) == choose_home(reversed(homes), granted)


@given(SPACES, PARTS)
def test_the_project_space_has_exactly_the_label_of_todays_grants(spaces: list[Space], granted: frozenset[str]) -> None:
    chosen = choose_project_space(spaces, granted)
    assert (chosen is None) == (granted not in {each.label for each in spaces})
    assert chosen is None or chosen.label == granted


@given(PARTS, PARTS)
def test_project_spaces_of_different_labels_never_share_a_folder(one: frozenset[str], other: frozenset[str]) -> None:
    assert (project_space_id(one) == project_space_id(other)) == (one == other)
