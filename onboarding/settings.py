"""Sections of values.yaml that onboarding owns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, Field

from onboarding.deliveries.settings import DeliverySettings
from onboarding.demo.settings import DemoSettings
from onboarding.keeper.settings import JournalSettings
from policies.files import Closed
from policies.names import Slug


class OnboardingSettings(Closed):
    """Section `onboarding`: the writer's chain in the journal, and its own reader of the directory."""

    journal_account: Slug = Field(description="the chain, a folder of the journal, that changes are noted in")
    directory_password_file: Path = Field(description="onboarding's own copy of the reader's password")


ONBOARDING_SECTIONS: Mapping[str, type[BaseModel]] = {
    "onboarding": OnboardingSettings,
    "journal": JournalSettings,
    "deliveries": DeliverySettings,
    "demo": DemoSettings,
}
