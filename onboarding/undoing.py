"""The check that an installation's changes of the register pass: nobody undoes by a hand what others closed."""

from __future__ import annotations

from functools import partial

from onboarding.ground import read_approvals
from onboarding.history import Past
from onboarding.lifting import check_undone
from onboarding.storing import Storage
from onboarding.writing import Check
from policies.settings import Places


def undone_of(places: Places) -> Check:
    """The check, on the law, the keys and the history of this installation."""
    return check_undone(partial(read_approvals, places), Past(Storage(places.register_folder)))
