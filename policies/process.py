"""The edge of a program of ours: the option that names its values, its log, and what is wrong said in one line."""

from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policies.errors import DatalabError

LINE = "%(asctime)s %(name)s %(levelname)s %(message)s"


def values_parser(program: str, description: str | None) -> argparse.ArgumentParser:
    """A command line with `--values`, the file of settings; without it, the environment or the usual place says."""
    parser = argparse.ArgumentParser(prog=program, description=description)
    parser.add_argument("--values", type=Path)
    return parser


def log_lines(line: str = LINE) -> None:
    """What the program says goes to the error output, from `INFO` on."""
    logging.basicConfig(level=logging.INFO, format=line)


@contextmanager
def said_in_one_line(name: str = "datalab") -> Iterator[None]:
    """Errors that are foreseen end the program with one line, without a traceback."""
    try:
        yield
    except (DatalabError, OSError) as error:
        sys.exit(f"{name}: {error}")
