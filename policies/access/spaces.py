"""A space carries a label: the restricted parts that were ever mounted beside it.

A copy of a dataset may lie in any writable space, so a space is shown only to who may read its
whole label today. Labels only grow; what no longer fits is sealed: kept, not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policies.files import Closed, canonical_json, fingerprint

Label = frozenset[str]


class Space(Closed):
    """A home or a project space on the disk; `id` is its folder's name, `since` the day it began."""

    id: str
    label: frozenset[str]
    since: date


class HomeChoice(Closed):
    """The home to mount (`None`: begin a new one), the label it then has, and the sealed ones."""

    home: Space | None
    label: frozenset[str]
    sealed: tuple[Space, ...]


def choose_home(homes: Iterable[Space], granted: Label) -> HomeChoice:
    """The home with the largest label within today's grants is mounted; the others stay sealed.

    `granted` are the restricted parts mounted today; the home's label grows by them. Of two homes
    with labels of one size, the latest is mounted.
    """
    every = sorted(homes, key=lambda space: (len(space.label), space.since, space.id))
    fitting = [space for space in every if space.label <= granted]
    home = fitting[-1] if fitting else None
    sealed = tuple(space for space in every if not space.label <= granted)
    return HomeChoice(home=home, label=granted, sealed=sealed)


def choose_project_space(spaces: Iterable[Space], granted: Label) -> Space | None:
    """`/projet` is the space whose label equals today's grants, so teammates with equal grants share."""
    return next((space for space in spaces if space.label == granted), None)


def project_space_id(granted: Label) -> str:
    """The folder's name of the project space with this label."""
    return fingerprint(canonical_json(sorted(granted)))[:16]
