"""The demo's register of one day, written when it is not there yet: data, law, sign-in, writer."""

from __future__ import annotations

from datetime import date

from onboarding.demo.content.frame import Frame
from onboarding.demo.data import ensure_data
from onboarding.demo.people import Cast
from onboarding.demo.register import is_written, stamp
from onboarding.demo.settings import DemoSettings
from policies.settings import Values


def ensure_register(values: Values, day: date) -> bool:
    """Write what is not there; answers whether anything was written."""
    seed = values.section(DemoSettings).seed
    frame = Frame(Cast(seed), day, ensure_data(values.places, seed, day))
    if is_written(values.places, stamp(values.places, frame)):
        return False
    from onboarding.demo.signing import write_signed  # the law takes longer to load than all else here

    write_signed(values, frame)
    return True
