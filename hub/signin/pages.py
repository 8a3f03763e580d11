"""The face's pages: the layout of the whole datalab, French, readable and usable without a script."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

import policies.explain
from hub.signin.enrolment import Step
from hub.signin.factors import setup_uri
from hub.signin.refusals import Refused
from hub.signin.sentences import NOT_AVAILABLE, SENTENCES

FOLDERS = (Path(__file__).parent / "templates", Path(policies.explain.__file__).parent / "templates")
# the field that a refusal is about; every other refusal is about the attempt as a whole
FIELDS = {
    Refused.UNKNOWN_PERSON: "identifiant",
    Refused.WRONG_PASSWORD: "mot-de-passe",
    Refused.CODE_NEEDED: "code",
    Refused.WRONG_CODE: "code",
    Refused.USED_CODE: "code",
    Refused.TOO_MANY_CODES: "code",
    Refused.NO_FACTOR: "code",
}
STOPPED = {
    "bad_request": "Le formulaire n'est pas arrivé entier. Rien n'a été modifié. Recommencez.",
    "not_from_here": "Ce formulaire n'a pas été envoyé depuis cette page. Rien n'a été modifié. Recommencez.",
    "not_a_page": "Cette page n'existe pas, ou ne s'ouvre pas ainsi.",
}


@dataclass(frozen=True)
class Origins:
    """The face's own address and the hub's, as browsers write them."""

    own: str
    hub: str


@dataclass(frozen=True)
class Fault:
    """What is wrong with what was typed; `field` is empty when it is about no field alone."""

    field: str
    text: str


class Pages:
    """Renders each page whole."""

    def __init__(self, origins: Origins) -> None:
        pages = Environment(loader=FileSystemLoader(FOLDERS), autoescape=True, undefined=StrictUndefined)
        pages.globals["hub"] = origins.hub
        self._template = pages.get_template

    def first(self, login: str = "", why: Refused | None = None) -> str:
        """Who are you? The password is never sent back."""
        return self._template("connexion.html").render(login=login, fault=_fault(why))

    def secret(self, step: Step) -> str:
        """The secret, to scan or to copy, and the code that confirms it."""
        secret = step.form.secret or ""
        return self._template("secret.html").render(
            token=step.key.token,
            drawing=draw(setup_uri(secret, step.form.login)),
            groups=[secret[at : at + 4] for at in range(0, len(secret), 4)],
            login=step.form.login,
            replacing=step.form.factor is not None,
            fault=_fault(Refused.WRONG_CODE if step.wrong else None),
        )

    def choice(self, step: Step) -> str:
        """What whoever has a second factor may do with it."""
        return self._template("choix.html").render(token=step.key.token)

    def done(self, what: str) -> str:
        """It is enrolled, or removed."""
        return self._template("fait.html").render(enrolled=what == "enregistré")

    def stopped(self, word: str) -> str:
        """Nothing was done, and why."""
        return self._template("arret.html").render(text=STOPPED.get(word) or SENTENCES.get(word, NOT_AVAILABLE))


def draw(text: str) -> Markup:
    """A QR code as markup of the page itself: no picture to fetch, no style inside."""
    code = segno.make(text, error="m", micro=False)
    svg = partial(code.svg_inline, border=4, omitsize=True, svgclass="datalab-qr", lineclass=None)
    return Markup(svg(dark="#000", light="#fff"))  # noqa: S704 - drawn here, from a text that it only encodes


def _fault(why: Refused | None) -> Fault | None:
    if why is None:
        return None
    return Fault(FIELDS.get(why, ""), SENTENCES.get(why.word, NOT_AVAILABLE))
