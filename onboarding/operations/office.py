"""Where operations are carried out: permission, change, journal, register, in one transaction; then what it changed.

An operation edits a draft of documents; the register's writer takes all of them or none, refuses what
somebody else changed meanwhile, and journals actor and reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from onboarding.actor import Actor
from onboarding.operations.draft import Draft
from onboarding.operations.effects import Decide, Effect, affected, effects
from onboarding.operations.keeping import kept
from onboarding.operations.targets import At
from onboarding.permissions import check_permission
from onboarding.reasons import check_reason
from onboarding.writing import Writer
from policies.errors import DatalabError
from policies.register.follow import Register, register_after

Edit = Callable[[Draft], Iterable[str]]
"""Edits a draft; answers the places that wait for an approval."""


@dataclass(frozen=True)
class Outcome:
    """What an operation did to the register: the places that wait for an approval, what changed for whom.

    `digest` is the new register's, None when nothing was written; `unsaid` is why effects could not be
    told: what narrows never waits for a directory that does not answer.
    """

    operation: str
    digest: str | None
    to_approve: tuple[str, ...]
    effects: tuple[Effect, ...] = ()
    unsaid: str | None = None


@dataclass(frozen=True)
class Office:
    """One installation, as operations need it; `folder` is the register's, `dry_run` writes nothing."""

    writer: Writer
    folder: Path
    register: Callable[[], Register]
    decide: Decide
    today: Callable[[], date]
    dry_run: bool = False

    def carry_out(self, operation: str, actor: Actor, reason: str, at: At, edit: Edit) -> Outcome:
        """Edit a draft and write it, or neither.

        Raises NotPermittedError, ReasonError, UnknownTargetError, NotNowError, StaleError, InvalidFilesError.
        """
        before = self.let(operation, actor, reason, at)
        draft = Draft(before, actor, self.today())
        to_approve = tuple(edit(draft))
        seen = {path: before.documents.get(path) for path in draft.changes}
        changed = self.writer.preview(draft.changes, seen)
        digest = None if self.dry_run else self._write(draft, seen, f"{operation} : {reason}")
        after = register_after(before, changed, draft.files)
        return Outcome(operation, digest, to_approve, *self.told(before, after, draft.changes))

    def let(self, operation: str, actor: Actor, reason: str, at: At) -> Register:
        """The register, for somebody who may act there, with a reason.

        Raises NotPermittedError, ReasonError, UnknownTargetError.
        """
        register = self.register()
        check_permission(operation, actor, at(register))
        check_reason(reason)
        return register

    def _write(self, draft: Draft, seen: Mapping[str, str | None], reason: str) -> str:
        with kept(self.folder, draft.kept):
            return self.writer.write(draft.changes, seen, draft.actor.person, reason)

    def told(self, before: Register, after: Register, paths: Iterable[str]) -> tuple[tuple[Effect, ...], str | None]:
        """What a change of these documents changes for whom, or why that cannot be told now."""
        try:
            return effects(before, after, self.decide, affected(before, after, paths)), None
        except DatalabError as error:
            return (), str(error)
