"""`datalab journal`: verify it, purge it, ask it, decide again what it says was decided."""

from __future__ import annotations

import typer

from onboarding.cli import journal_purge, journal_query, journal_replay, journal_verify

app = typer.Typer(help="Le journal : une chaîne par compte, vérifiable par tous.", no_args_is_help=True)
app.command("verify", help=journal_verify.HELP)(journal_verify.verify_journal)
app.command("purge", help=journal_purge.HELP)(journal_purge.purge_journal)
app.command("query", help=journal_query.HELP)(journal_query.query)
app.command("replay", help=journal_replay.HELP)(journal_replay.replay_entries)
