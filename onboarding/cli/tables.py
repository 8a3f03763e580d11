"""Tables on a terminal, as wide as it is; text wraps inside its column."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterable, Sequence

from rich.box import SQUARE
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDEST = 200


def render_table(columns: Sequence[str], rows: Iterable[Sequence[str]], width: int | None = None) -> str:
    """The rows under the names of their columns; text is shown as it is, never as markup."""
    table = Table(*columns, box=SQUARE, show_lines=True)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    written = io.StringIO()
    wide = width or min(shutil.get_terminal_size((WIDEST, 40)).columns, WIDEST)
    Console(file=written, width=wide, color_system=None, highlight=False).print(table)
    return written.getvalue().rstrip("\n")
