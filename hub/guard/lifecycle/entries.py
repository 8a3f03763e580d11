"""What the journal says of a workspace that begins: the decision before it is created, the start before it runs."""

from __future__ import annotations

from typing import Any

from hub.guard.errors import GuardError
from hub.guard.host.spaces_store import Shown
from hub.guard.judging.judgement import Judgement
from hub.guard.lifecycle.own import Own


def decision_entry(judgement: Judgement) -> dict[str, Any]:
    """A decision, whole, with what it was made on, when who asks signed in, and what it gives."""
    return {
        "workspace": str(judgement.spec.name),
        "config": judgement.fingerprint,
        "image": judgement.spec.image,
        "signed_at": judgement.signed_at.isoformat(),
        **judgement.decided.journaled(),
    }


def start_entry(own: Own, judgement: Judgement, shown: Shown) -> dict[str, Any]:
    """A start: which container, on which decision, with which versions and spaces."""
    decision = judgement.decision
    return {
        "workspace": str(own.name),
        "person": decision.person,
        "processing": decision.processing,
        "container": own.container.id,
        "config": judgement.fingerprint,
        "law": decision.law,
        "facts": decision.facts,
        "parts": {grant.id: grant.version for grant in decision.grants if grant.mode == "read"},
        "home": "/".join(shown.home),
        "project_space": "/".join(shown.project),
    }


def why(error: BaseException) -> str:
    """What the journal says of a failure: the guard's own words, else the kind of error."""
    return str(error)[:500] if isinstance(error, GuardError) else type(error).__name__
