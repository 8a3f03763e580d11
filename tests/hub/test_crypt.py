"""The key that seals sign-ins is made once, for the hub's account alone."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from hub.crypt import ensure_key
from policies.errors import DatalabError


def test_a_key_is_made_once_and_nobody_else_may_read_it(tmp_path: Path) -> None:
    file = tmp_path / "key"
    made = ensure_key(file)
    assert (len(made), ensure_key(file), stat.S_IMODE(file.stat().st_mode)) == (32, made, 0o600)


def test_two_installations_never_share_a_key(tmp_path: Path) -> None:
    assert ensure_key(tmp_path / "one") != ensure_key(tmp_path / "other")


@pytest.mark.parametrize(
    ("content", "mode", "what"), [(b"k" * 32, 0o640, "others may read"), (b"short", 0o600, "is not 32 bytes")]
)
def test_a_key_that_others_may_read_or_that_was_cut_is_not_used(
    tmp_path: Path, content: bytes, mode: int, what: str
) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)
    file.chmod(mode)
    with pytest.raises(DatalabError, match=what):
        ensure_key(file)
