"""A space carries a label: the restricted parts that were ever mounted beside it.

A copy of a dataset may lie in any writable space, so a space is shown only to who may read its
whole label today. Labels only grow; what no longer fits is sealed: kept, not shown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policies.files import Closed, canonical_json, fingerprint

Label = frozenset[str]
MOST_BESIDE = 16


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


def smaller_spaces(spaces: Iterable[Space], granted: Label) -> tuple[Space, ...]:
    """The project spaces shown beside `/projet`: those whose label is smaller than today's grants, the latest first."""
    smaller = [space for space in spaces if space.label < granted]
    return tuple(sorted(smaller, key=lambda space: (space.since, space.id), reverse=True)[:MOST_BESIDE])


def movable_space(spaces: Iterable[Space], granted: Label) -> Space | None:
    """The space that may move to a larger label with the whole team: the largest smaller one, when none is equal."""
    every = list(spaces)
    smaller = [space for space in every if space.label < granted]
    if choose_project_space(every, granted) is not None or not smaller:
        return None
    return max(smaller, key=lambda space: (len(space.label), space.since, space.id))


def moves_together(granted: Label, others: Iterable[Label]) -> bool:
    """Whether everybody else on the processing may read today all that the larger label names."""
    return all(granted <= label for label in others)


def project_space_id(granted: Label) -> str:
    """The folder's name of the project space with this label."""
    return fingerprint(canonical_json(sorted(granted)))[:16]
