import json
import sys
from pathlib import Path

from tests.images.conftest import ROOT, run


def test_the_communes_have_populations(tags: dict[str, str], tmp_path: Path) -> None:
    target = tmp_path / "communes.json"
    run(sys.executable, str(ROOT / "images" / "build.py"), "extract", "assets", "/communes.json", str(target))
    communes = json.loads(target.read_text(encoding="utf-8"))
    with_population = [commune for commune in communes if commune.get("population")]
    assert len(with_population) > 34_000
