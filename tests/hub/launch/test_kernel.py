"""What the kernel counts for all together is raised where it is low, and left alone where it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.launch.kernel import LEAST, ensure_kernel_limits
from policies.errors import DatalabError


def settings(folder: Path, **values: int) -> Path:
    for name, least in LEAST.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{values.get(path.name, least)}\n", encoding="ascii")
    return folder


def written(folder: Path) -> dict[str, int]:
    return {name: int((folder / name).read_text(encoding="ascii")) for name in LEAST}


def test_what_is_low_is_raised(tmp_path: Path) -> None:
    ensure_kernel_limits(settings(tmp_path, **{"file-max": 100_000, "pid_max": 32_768}))
    assert written(tmp_path) == LEAST


def test_what_is_higher_stays(tmp_path: Path) -> None:
    ensure_kernel_limits(settings(tmp_path, pid_max=2**23))
    assert written(tmp_path)["kernel/pid_max"] == 2**23


def test_what_cannot_be_written_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = settings(tmp_path, **{"file-max": 1})

    def refused(*_: object, **__: object) -> int:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "write_text", refused)
    with pytest.raises(DatalabError, match=r"fs/file-max: cannot be written .* set fs\.file-max="):
        ensure_kernel_limits(folder)
