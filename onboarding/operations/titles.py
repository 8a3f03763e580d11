"""A title opens an access while it lasts and while its file is the one that was approved."""

from __future__ import annotations

from pathlib import Path

from onboarding.actor import Actor
from onboarding.operations.draft import Draft, Values, given
from onboarding.operations.office import Office, Outcome
from onboarding.operations.refusals import NotNowError
from onboarding.operations.targets import at_datasets, at_title, datasets_opened
from policies.errors import UnavailableError
from policies.register.project import Title

LARGEST_FILE = 50 * 1024 * 1024


def propose_title(
    office: Office, actor: Actor, reason: str, processing: str, name: str, values: Values, file: Path
) -> Outcome:
    """A title is proposed with its file, kept under the register's `files/` by fingerprint; it counts once approved.

    `values`: kind, number, issuer, period, and people, parts and what else the document names.
    """
    content = read_file(file)

    def edit(draft: Draft) -> list[str]:
        found, entry = draft.processing(processing)
        titles = entry.setdefault("titles", {})
        if name in titles:
            raise NotNowError(f"{name} : un titre de ce nom existe ; mettez-y fin, ou choisissez un autre nom")
        titles[name] = given(Title, values) | draft.keep(file.suffix, content) | {"proposed": draft.proposed()}
        return [f"{found.place}/titles/{name}"]

    parts = values.get("parts")
    named = parts if isinstance(parts, list) else None
    at = at_datasets(processing, lambda found: datasets_opened(found, named))
    return office.carry_out("propose_title", actor, reason, at, edit)


def end_title(office: Office, actor: Actor, reason: str, processing: str, name: str) -> Outcome:
    """A title that is ended counts no longer, from today; nothing of its history is lost."""

    def edit(draft: Draft) -> list[str]:
        titles = draft.processing(processing)[1].get("titles", {})
        draft.end_or_drop(titles, name, Title, "titre", reason)
        return []

    return office.carry_out("end_title", actor, reason, at_title(processing, name), edit)


def read_file(path: Path) -> bytes:
    """The content of a title's file; raises UnavailableError when it cannot be read or is too large."""
    try:
        with path.open("rb") as stream:
            content = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        raise UnavailableError(f"{path} : ne peut pas être lu : {error.strerror}") from None
    if len(content) > LARGEST_FILE:
        raise UnavailableError(f"{path} : plus de {LARGEST_FILE // (1024 * 1024)} Mio ; donnez un fichier plus petit")
    return content
