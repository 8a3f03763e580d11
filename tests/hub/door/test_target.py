"""An address of JupyterLab's contents is read in one way, and written again in ours."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.door.errors import RefusedError
from hub.door.target import LONGEST_PATH, Target, check_path, parse_target
from tests.support.door import NAME, PLACE

READ = {
    "": Target(NAME, ""),
    "/": Target(NAME, ""),
    "/a.py": Target(NAME, "a.py"),
    "/sous%20dossier/%C3%A9t%C3%A9.ipynb": Target(NAME, "sous dossier/été.ipynb"),
    "/a+b=c&d,e;f(g)'h'!$*~@:.txt": Target(NAME, "a+b=c&d,e;f(g)'h'!$*~@:.txt"),
    "/a.ipynb/checkpoints": Target(NAME, "a.ipynb", "checkpoints"),
    "/a.ipynb/checkpoints/checkpoint": Target(NAME, "a.ipynb", "checkpoints", "checkpoint"),
    "/a.ipynb/trust": Target(NAME, "a.ipynb", "trust"),
    "/trust/a.ipynb": Target(NAME, "trust/a.ipynb"),
    "/checkpoints/a.b/c": Target(NAME, "checkpoints/a.b/c"),
    "/...": Target(NAME, "..."),
    "/100%25.txt": Target(NAME, "100%.txt"),
}


@pytest.mark.parametrize("tail", READ)
def test_an_address_names_one_file_and_what_is_asked_of_it(tail: str) -> None:
    assert parse_target(PLACE + tail) == READ[tail]


@pytest.mark.parametrize("tail", READ)
def test_our_own_writing_of_an_address_is_read_as_the_same(tail: str) -> None:
    assert parse_target(READ[tail].address) == READ[tail]


REFUSED = {
    "a step up": "/../x",
    "a step up, encoded": "/%2e%2e/x",
    "a step up, half encoded": "/.%2E/x",
    "no step": "//x",
    "this step": "/./x",
    "a slash within a name": "/a%2fb",
    "a slash within a name, long form": "/a%C0%AFb",
    "a null": "/a%00",
    "a line": "/a%0ab",
    "a tab": "/a%09b",
    "a name that is no UTF-8": "/%ff",
    "a name written backwards": "/%E2%80%AEtxt.exe",
    "a name without width": "/a%E2%80%8B",
    "a surrogate": "/%ED%A0%80",
    "half an escape": "/a%2",
    "an escape of no digits": "/%zz",
    "a backslash": "/a\\b",
    "a space": "/a b",
    "a query": "/a?content=1",
    "a fragment": "/a#b",
    "a name too long": "/" + "a" * 256,
    "a path too long": "/a" * LONGEST_PATH,
    "a letter outside of ASCII": "/é",
}


@pytest.mark.parametrize("what", REFUSED)
def test_an_address_that_could_be_read_in_two_ways_is_refused(what: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_target(PLACE + REFUSED[what])
    assert refused.value.status == 400


@pytest.mark.parametrize(
    "address",
    [
        "/user/p7f3k2/aides-ciblage/api/content",
        "/user/p7f3k2/aides-ciblage/files/a",
        "/user/p7f3k2/aides--ciblage/api/contents",
        "/user/P7f3k2/aides-ciblage/api/contents",
        "/user/p7f/aides-ciblage/api/contents",
        "/user/p7f3k2/aides-ciblage//api/contents",
        "/user/p7f3k2/../api/contents",
        "user/p7f3k2/aides-ciblage/api/contents",
        "",
        "/user/p7f3k2/aides-ciblage/api/contents\n",
    ],
)
def test_an_address_of_anything_else_is_refused(address: str) -> None:
    with pytest.raises(RefusedError):
        parse_target(address)


@given(st.text(max_size=40))
def test_every_name_is_kept_whole_or_refused(name: str) -> None:
    try:
        target = parse_target(f"{PLACE}/{quote(name, safe='')}")
    except (RefusedError, UnicodeEncodeError):
        return
    assert (target.path or target.action, target.path.isprintable()) == (name, True)


@given(st.lists(st.text(max_size=12), max_size=4).map("/".join))
def test_a_path_that_is_accepted_never_leads_out_of_the_home(path: str) -> None:
    try:
        accepted = check_path(path)
    except RefusedError:
        return
    assert accepted == path
    assert not {"..", ".", ""} & set(path.split("/")) or path == ""
    assert "\0" not in path
