"""The two notes beside the data: for people, and for programs."""

from __future__ import annotations

from hub.guard.judging.judgement import Judgement
from hub.workspace.readme import render_catalogue, render_readme
from hub.workspace.spec import CATALOGUE, README


def render_notes(judgement: Judgement) -> dict[str, str]:
    """File name -> content, from the decision that the workspace is started with."""
    decision, register = judgement.decision, judgement.snapshot.register
    return {
        README: render_readme(decision, register, judgement.snapshot.law),
        CATALOGUE: render_catalogue(decision, register),
    }
