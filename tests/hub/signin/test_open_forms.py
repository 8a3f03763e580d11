"""What is under way is found with both of its keys, once, for ten minutes; and it is bounded."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from hub.signin.open_forms import LIFETIME_S, Key, OpenForm, OpenForms


def form(person: str = "pana01", until: float = LIFETIME_S) -> OpenForm:
    return OpenForm(person, "ana", None, until, "A" * 32)


def test_a_form_is_found_once() -> None:
    forms = OpenForms()
    key = forms.put(form(), 0)
    assert (forms.take(key, 1), forms.take(key, 2), len(forms)) == (form(), None, 0)


@pytest.mark.parametrize(("now", "found"), [(LIFETIME_S - 1, True), (LIFETIME_S, False), (LIFETIME_S + 1, False)])
def test_a_form_lasts_ten_minutes(now: float, found: bool) -> None:
    forms = OpenForms()
    assert (forms.take(forms.put(form(), 0), now) is not None) is found


WRONG: dict[str, Callable[[Key, Key], Key]] = {
    "no cookie": lambda mine, _: Key(mine.token, ""),
    "another's cookie": lambda mine, other: Key(mine.token, other.cookie),
    "another's token": lambda mine, other: Key(other.token, mine.cookie),
    "no token": lambda mine, _: Key("", mine.cookie),
    "exchanged": lambda mine, _: Key(mine.cookie, mine.token),
    "not text": lambda mine, _: Key("\ud800", mine.cookie),
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_neither_key_opens_a_form_alone_nor_with_anothers(wrong: Callable[[Key, Key], Key]) -> None:
    forms = OpenForms()
    mine, other = forms.put(form(), 0), forms.put(form("pben02"), 0)
    assert forms.take(wrong(mine, other), 1) is None


def test_a_token_tried_with_a_wrong_cookie_is_void() -> None:
    forms = OpenForms()
    key = forms.put(form(), 0)
    assert (forms.take(Key(key.token, "guess"), 1), forms.take(key, 1)) == (None, None)


def test_a_person_has_one_form_the_last() -> None:
    forms = OpenForms()
    first, other, last = forms.put(form(), 0), forms.put(form("pben02"), 0), forms.put(form(), 0)
    assert (forms.take(first, 1), forms.take(other, 1), forms.take(last, 1)) == (None, form("pben02"), form())


def test_memory_is_bounded_the_oldest_goes_and_what_is_over_is_forgotten() -> None:
    forms = OpenForms(most=100)
    keys = [forms.put(form(f"p{number:05}"), 0) for number in range(1_000)]
    assert (len(forms), forms.take(keys[0], 1), forms.take(keys[-1], 1)) == (100, None, form("p00999"))
    forms.put(form("plast1", until=3_000), 2_000)
    assert len(forms) == 1


def test_keys_are_long_and_never_the_same() -> None:
    keys = [OpenForms().put(form(), 0) for _ in range(50)]
    texts = {text for key in keys for text in (key.token, key.cookie)}
    assert (len(texts), {len(text) for text in texts}) == (100, {43})


def test_what_opens_a_form_and_what_it_hides_are_not_in_what_prints_them() -> None:
    assert repr(Key("token", "cookie")) == "Key()"
    assert "AAAA" not in repr(form())


def test_of_many_that_take_one_form_at_once_one_has_it() -> None:
    forms = OpenForms()
    key = forms.put(form(), 0)
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda _: forms.take(key, 1), range(64)))
    assert [each for each in found if each] == [form()]
