"""A copy of a dataset never outlives or outruns the right to the dataset; equals share their work."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from onboarding.demo.workspace import Workspace
from policies.calendar import today
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"
COPY = """
import pandas as pd
head = pd.read_parquet('/donnees/menages/logements').head(100)
head.to_parquet('/projet/copie.parquet'); head.to_parquet('/home/datalab/copie.parquet')
"""
SEEN = "import os\n[os.path.exists(p) for p in ('/projet/copie.parquet', '/home/datalab/copie.parquet')]"


def end_the_opinion_on_housing(project: dict[str, Any]) -> None:
    """The committee's opinion that opens `menages/logements` ended yesterday."""
    opinion = project["processings"][EVALUATION]["titles"]["avis-logements"]
    assert opinion["parts"] == ["menages/logements"]
    opinion["period"]["until"] = (today() - timedelta(days=1)).isoformat()


def test_teammates_with_equal_grants_edit_each_others_files(site: Installation) -> None:
    with site.workspace("c.martin", REPERAGE) as one, site.workspace("a.benali", REPERAGE) as other:
        assert one.run("open('/projet/commun.txt', 'w').write('un')").error is None
        assert other.run("open('/projet/commun.txt', 'a').write(' deux')").error is None
        assert one.run("open('/projet/commun.txt').read()").text == "'un deux'"
        assert (
            other.run("import os; os.makedirs('/projet/d', exist_ok=True); open('/projet/d/f', 'w').write('x')").error
            is None
        )
        assert one.run("open('/projet/d/f', 'a').write('y')").error is None


def seen(workspace: Workspace) -> str:
    return workspace.run(SEEN).text


def test_a_copy_of_a_part_is_seen_by_nobody_without_the_right_and_comes_back_with_it(site: Installation) -> None:
    with site.workspace("c.martin", EVALUATION) as first:
        assert first.run(COPY).error is None
        assert seen(first) == "[True, True]"
    with site.workspace("b.leroy", EVALUATION) as colleague:
        assert seen(colleague) == "[False, False]"
    with site.register_changed("projects/aides-logement.yaml", end_the_opinion_on_housing):
        with site.workspace("c.martin", EVALUATION) as later:
            assert later.run("import os\nos.path.exists('/donnees/menages/logements')").text == "False"
            assert seen(later) == "[False, False]"
        with site.signed_in("c.martin") as browser:
            assert "mis de côté" in browser.home().text
    with site.workspace("c.martin", EVALUATION) as again:
        assert seen(again) == "[True, True]"
