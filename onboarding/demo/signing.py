"""The register is signed and written with real parts: the law in force, the sign-in process, the journal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from onboarding.demo.content.frame import Frame
from onboarding.demo.directory import demo_password
from onboarding.demo.register import Approve, write_register
from onboarding.settings import OnboardingSettings
from onboarding.signin_client import Typed, ask_approval
from onboarding.writing import Writer
from policies.calendar import today
from policies.engine.load import load_law
from policies.journal.append import Journal
from policies.settings import Places, Values

if TYPE_CHECKING:
    from policies.engine.model import Law


def write_signed(values: Values, frame: Frame) -> int:
    """Write the register of a frame; answers the number of approvals."""
    places, account = values.places, values.section(OnboardingSettings).journal_account
    writer = Writer(places.register_folder, Journal(places.journal(account), account))
    law = load_law(places.law)
    return write_register(places, frame, lambda kind: roles(law, kind, today()), approver(places), writer)


def roles(law: Law, kind: str, day: date) -> tuple[str, ...]:
    """Who may approve an entry of this kind, as the law says on the day of the signature."""
    return tuple(law.parameter(f"approval.{kind}", day))


def approver(places: Places) -> Approve:
    """Asks the sign-in process, with the one password of the demo's people."""
    socket, password = places.socket("signin"), demo_password(places)

    def approve(login: str, fingerprint: str) -> Mapping[str, Any]:
        return ask_approval(socket, Typed(login, password), fingerprint).model_dump(mode="json")

    return approve
