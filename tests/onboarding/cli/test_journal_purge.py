"""What a purge tells: which days of which chain, in words that agree with their number."""

from __future__ import annotations

import pytest

from onboarding.cli.journal_purge import purged_line
from onboarding.keeper.purging import Failure, Purge

TOLD = [
    (Purge("guard", "access", ("2026-03-01",), 1), "guard, classe access : effacé : le 01/03/2026 (1 jour, 1 octet)"),
    (
        Purge("hub", "access", ("2026-03-01", "2026-03-02", "2026-03-04"), 4096),
        "hub, classe access : effacé : du 01/03/2026 au 04/03/2026 (3 jours, 4096 octets)",
    ),
    (Failure("guard", "chaîne rompue"), "guard : RIEN EFFACÉ : chaîne rompue"),
]


@pytest.mark.parametrize(("found", "said"), TOLD, ids=["one day", "several days", "a failure"])
def test_each_account_has_its_line(found: Purge | Failure, said: str) -> None:
    assert purged_line(found, "effacé") == said
