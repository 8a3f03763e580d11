"""The scenes of the guided tour: what is done, what came out, and a stop when it is not what was told."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from onboarding.demo.browser import Browser
from onboarding.demo.catalogue import Catalogue
from onboarding.demo.content.datasets import DATASETS
from onboarding.demo.content.processings import PROCESSINGS
from onboarding.demo.content.titles import EVALUATION
from onboarding.demo.html import Line, Page, entries, section
from onboarding.demo.people import Cast
from onboarding.demo.workspace import Output, Workspace
from policies.errors import DatalabError

COUNT = "import pandas as pd\nlen(pd.read_parquet('/donnees/{part}'))"
SEEN = "import pathlib\nsorted(p.name for p in pathlib.Path('/donnees').iterdir())"
EXISTS = "pathlib.Path('/donnees/{part}').exists()"
NETWORK = "import socket\n[name for _, name in socket.if_nameindex()]"
REPERAGE = "aides-reperage"
FORBIDDEN = 403
WIDTH = 96
PARTS_HEADING = "Données de ce traitement"
Parts = tuple[tuple[str, ...], ...]


class RunsCells(Protocol):
    """A workspace, as far as a cell needs one."""

    def run(self, code: str) -> Output:
        """Run a cell in its kernel."""


class UnexpectedError(DatalabError):
    """Raised when the datalab does not do what the tour says."""


@dataclass(frozen=True)
class Stage:
    """Who plays where: the demo's people with their password, and a new browser for each."""

    password: str
    seed: int
    catalogue: Catalogue
    browse: Callable[[], Browser]

    def who(self, login: str) -> str:
        """A person as the tour names them."""
        actor = Cast(self.seed).actor(login)
        return f"{actor.name} ({actor.organisation}, {login})"


def say(*lines: str) -> None:
    """Print lines at once: a tour is read while it runs."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def title(text: str) -> None:
    """Begin a scene."""
    say("", f"== {text} ".ljust(78, "="), "")


def analyst(stage: Stage) -> None:
    """An analyst finds the parts that the law lets her read, reads one, and not another."""
    title("Une analyste lit ce que la loi lui permet de lire")
    with stage.browse() as browser:
        home = browser.sign_in("c.martin", stage.password)
        say(f"{stage.who('c.martin')} se connecte. La page « Mes projets » lui dit, pour son évaluation :")
        found = parts(home, EVALUATION)
        with opened(browser, EVALUATION) as workspace:
            counts(stage, workspace, "menages/logements")
            shows(workspace, "Ce que l'espace contient :", SEEN)
            shows(workspace, "Ses interfaces réseau : la boucle locale, et rien d'autre.", NETWORK, "['lo']")
            refused_part(found, workspace, "revenus/declarations")


def refused_part(found: Parts, workspace: Workspace, part: str) -> None:
    """A part whose titles are missing is explained on the page, and does not exist in the workspace."""
    dataset, _, name = part.partition("/")
    label = DATASETS[dataset].parts[name].name
    title(f"« {label} » lui est refusé")
    told = next((lines for lines in found if label in lines[0]), None)
    if told is None:
        raise UnexpectedError(f"la page ne dit rien de « {label} »")
    quote(*told)
    shows(workspace, "Dans l'espace, cette partie n'existe pas :", EXISTS.format(part=part), "False")


def expert(stage: Stage) -> None:
    """An expert whose mission runs gets in."""
    title("Une experte de la DINUM, mission en cours, entre")
    with stage.browse() as browser:
        home = browser.sign_in("n.faure", stage.password)
        say(f"{stage.who('n.faure')} se connecte. Pour le traitement de sa mission :")
        parts(home, REPERAGE)
        with opened(browser, REPERAGE) as workspace:
            counts(stage, workspace, "allocataires/dossiers")


def parts(home: Page, processing: str) -> Parts:
    """What the page says of each part of a processing; prints the part and what may be done with it."""
    told = section(about(home, PROCESSINGS[processing].name), PARTS_HEADING)
    found = tuple(lines for lines in entries(told) if len(lines) > 1)  # an obligation is a single line
    if not found:
        raise UnexpectedError(f"la page ne dit rien des données de « {PROCESSINGS[processing].name} »")
    quote(*(" : ".join(lines[:2]) for lines in found))
    return found


def former_expert(stage: Stage) -> None:
    """The one whose mission ended yesterday signs in, and opens nothing."""
    title("Un expert dont la mission s'est terminée hier n'entre pas")
    with stage.browse() as browser:
        home = browser.sign_in("h.garnier", stage.password)
        say(f"{stage.who('h.garnier')} se connecte. Pour le traitement qui était le sien :")
        quote(*(line.text for line in about(home, PROCESSINGS[REPERAGE].name)))
        answer = browser.press(REPERAGE, profile="petit")
        say("", f"La page n'a pas de bouton ; la demande envoyée quand même reçoit la réponse {answer.status}.")
        if answer.status != FORBIDDEN:
            raise UnexpectedError("la demande d'un expert sans mission n'a pas été refusée")


SCENES: tuple[Callable[[Stage], None], ...] = (analyst, expert, former_expert)


@contextmanager
def opened(browser: Browser, processing: str) -> Iterator[Workspace]:
    """Press the button, say where that led, and stop the workspace in the end, whatever happens."""
    workspace = browser.open(processing)
    say("", f"L'espace est ouvert : {workspace.address}")
    try:
        yield workspace
    finally:
        browser.stop(workspace)


def counts(stage: Stage, workspace: Workspace, part: str) -> None:
    """A cell counts the rows of a part; they must be all there."""
    shows(
        workspace,
        f"Une cellule compte les lignes de {part} :",
        COUNT.format(part=part),
        str(stage.catalogue.parts[part].rows),
    )


def shows(workspace: RunsCells, words: str, code: str, expected: str | None = None) -> Output:
    """Run a cell and print it with its output; raises UnexpectedError when it is not the expected one."""
    output = workspace.run(code)
    say("", words, *(f"  > {line}" for line in code.splitlines()), f"  {output.error or output.text}")
    if output.error or expected not in {None, output.text}:
        raise UnexpectedError(f"attendu : {expected}")
    return output


def about(page: Page, words: str) -> tuple[Line, ...]:
    """What a page says under a heading; raises UnexpectedError when it says nothing about it."""
    lines = page.section(words)
    if not lines:
        raise UnexpectedError(f"la page {page.url} ne dit rien de « {words} » :\n{page.text}")
    return lines


def quote(*lines: str) -> None:
    """Print lines of a page as a quotation."""
    say(*(f"  | {each}" for line in lines for each in textwrap.wrap(line, WIDTH)))
