"""What judges who asks, put together from the settings of an installation."""

from __future__ import annotations

from datetime import timedelta

from hub.signin.diary import Diary
from hub.signin.factor_store import FactorStore, factors_folder
from hub.signin.factors import Patience
from hub.signin.identity import Identity
from hub.signin.second_factors import SecondFactors
from hub.signin.settings import SigninSettings
from policies.directory.lookup import Directory
from policies.journal.append import Journal
from policies.settings import DirectorySettings, Values

ACCOUNT = "signin"


def open_identity(values: Values) -> Identity:
    """The directory, the second factors and the sign-in's own chain of the journal."""
    places, settings = values.places, values.section(SigninSettings)
    diary = Diary(Journal(places.journal(ACCOUNT), ACCOUNT))
    patience = Patience(settings.free_wrong_codes, timedelta(seconds=settings.code_pause_s))
    factors = SecondFactors(FactorStore(factors_folder(places)), diary, patience)
    return Identity(Directory(values.section(DirectorySettings), settings.directory_password_file), factors, diary)
