"""What is signed, to the byte: whoever verifies without our code needs nothing else."""

from __future__ import annotations

from datetime import UTC, date, datetime

from policies.proofs.statements import approval_statement, ticket_statement


def test_an_approval_says_its_purpose_who_as_what_when_and_of_what() -> None:
    assert approval_statement("p7f3k2", "minefi", ("dpo",), date(2026, 3, 1), "ab" * 32) == (
        b'{"day":"2026-03-01","fingerprint":"%b","organisation":"minefi","person":"p7f3k2",'
        b'"purpose":"approval","roles":["dpo"]}' % (b"ab" * 32)
    )


def test_a_ticket_says_its_purpose_who_how_and_when() -> None:
    moment = datetime(2026, 3, 1, 8, 30, tzinfo=UTC)
    assert ticket_statement("p7f3k2", ("password",), moment) == (
        b'{"factors":["password"],"person":"p7f3k2","purpose":"ticket","signed_at":"2026-03-01T08:30:00.000000+00:00"}'
    )
