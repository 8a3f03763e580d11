"""Second factors are files of one account; what cannot be read is an error, never a person without one."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from hub.signin.factor_store import FactorStore, factors_folder
from hub.signin.factors import Factor
from policies.errors import UnavailableError
from policies.settings import Places
from tests.hub.signin.test_factors import FACTOR, SECRET


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "factors").mkdir(mode=0o700)
    return tmp_path / "factors"


@pytest.fixture
def store(folder: Path) -> FactorStore:
    return FactorStore(folder)


def test_factors_are_in_the_folder_of_the_sign_in() -> None:
    places = Places(program=Path("/p"), law=Path("/l"), state=Path("/s"), run=Path("/r"))
    assert factors_folder(places) == Path("/s/signin/factors")


def test_who_has_none_has_none(store: FactorStore) -> None:
    assert (store.find("pana01"), store.has("pana01"), store.remove("pana01")) == (None, False, False)


def test_what_is_written_is_found_by_another_process(store: FactorStore, folder: Path) -> None:
    store.write(FACTOR)
    assert (FactorStore(folder).find("pana01"), store.has("pana01"), store.find("pben02")) == (FACTOR, True, None)


def test_a_file_is_its_owners_alone_and_nothing_is_left_beside_it(store: FactorStore, folder: Path) -> None:
    store.write(FACTOR)
    store.write(FACTOR.model_copy(update={"used_step": 1}))
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {"pana01.json": 0o600}


def test_what_is_removed_is_gone(store: FactorStore) -> None:
    store.write(FACTOR)
    assert (store.remove("pana01"), store.find("pana01"), store.has("pana01")) == (True, None, False)


@pytest.mark.parametrize(
    "person", ["../signing", "p/../pana01", "pana01\0", "PANA01", ".pana01", "", "pana01.json", "*"]
)
def test_only_an_id_is_a_files_name(store: FactorStore, person: str) -> None:
    for use in (store.find, store.has, store.remove):
        with pytest.raises(ValueError, match="not a person's id"):
            use(person)


def _json(**changes: object) -> bytes:
    return json.dumps(FACTOR.model_dump(mode="json") | changes).encode()


def _private(path: Path, content: bytes) -> Path:
    path.touch(0o600)
    path.write_bytes(content)
    return path


SPOILT: dict[str, Callable[[Path], object]] = {
    "empty": lambda path: _private(path, b""),
    "cut": lambda path: _private(path, _json()[:-20]),
    "not text": lambda path: _private(path, b"\xff" * 40),
    "a list": lambda path: _private(path, b"[]"),
    "one key too many": lambda path: _private(path, _json(other=1)),
    "a secret of another form": lambda path: _private(path, _json(secret=SECRET + "!")),
    "too long": lambda path: _private(path, _json() + b" " * 5000 + b"x"),
    "of another person": lambda path: _private(path, _json(person="pben02")),
    "readable by others": lambda path: _private(path, _json()).chmod(0o640),
    "a folder": lambda path: path.mkdir(mode=0o700),
    "a link": lambda path: path.symlink_to(_private(path.parent.parent / "elsewhere.json", _json())),
    "a link to nowhere": lambda path: path.symlink_to(path.parent / "nowhere"),
}


def test_the_same_file_not_spoilt_is_read(store: FactorStore, folder: Path) -> None:
    _private(folder / "pana01.json", _json())
    assert store.find("pana01") == FACTOR


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT.keys())
def test_a_file_that_cannot_be_read_is_an_error_that_does_not_say_what_it_holds(
    store: FactorStore, folder: Path, spoil: Callable[[Path], object]
) -> None:
    path = folder / "pana01.json"
    spoil(path)
    with pytest.raises(UnavailableError) as refused:
        store.find("pana01")
    assert str(path) in str(refused.value)
    assert SECRET not in str(refused.value)


def test_a_folder_that_is_gone_took_nobodys_factor_to_be_none(store: FactorStore, folder: Path) -> None:
    folder.rmdir()
    for use in (store.find, store.has, store.remove):
        with pytest.raises(UnavailableError, match="missing"):
            use("pana01")


def test_an_unreadable_file_is_there_and_can_be_removed(store: FactorStore, folder: Path) -> None:
    (folder / "pana01.json").write_text("not a factor")
    assert (store.has("pana01"), store.remove("pana01"), store.find("pana01")) == (True, True, None)


def test_what_cannot_be_written_is_an_error_and_leaves_what_was(store: FactorStore, folder: Path) -> None:
    store.write(FACTOR)
    folder.rename(folder.with_name("moved"))
    with pytest.raises(UnavailableError, match="cannot be written"):
        store.write(FACTOR.model_copy(update={"used_step": 1}))
    folder.with_name("moved").rename(folder)
    assert store.find("pana01") == FACTOR


def test_a_factor_is_written_as_it_is_read() -> None:
    assert Factor.model_validate_json(FACTOR.model_dump_json(), strict=True) == FACTOR
