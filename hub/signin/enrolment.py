"""The steps on the face: show who one is, scan a secret, confirm it with a code; or remove what is there.

Between two steps all is on this side; the browser holds what names it. Blocking: called in threads.
"""

from __future__ import annotations

import base64
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from hub.signin.bodies import Typed
from hub.signin.factors import SECRET_BYTES, matching_steps
from hub.signin.identity import Identity
from hub.signin.open_forms import LIFETIME_S, Key, OpenForm, OpenForms
from hub.signin.refusals import Refused, RefusedError

REFUSED = "factor_refused"


@dataclass(frozen=True)
class Step:
    """What a page shows next, and what opens its form."""

    key: Key
    form: OpenForm
    wrong: bool = False


class Enrolment:
    """Takes a person through the steps; raises RefusedError, journaled when somebody is known to ask."""

    def __init__(self, identity: Identity, forms: OpenForms, steady: Callable[[], float] = time.monotonic) -> None:
        self._identity = identity
        self._forms = forms
        self._steady = steady

    def begin(self, typed: Typed) -> Step:
        """Whoever has no second factor is shown a secret; whoever has one, and gave its code, what they may do."""
        who = self._identity.identify(typed, REFUSED)
        self._identity.diary.note("factor_begun", {"person": who.person.id, "factors": who.factors})
        until = self._steady() + LIFETIME_S
        form = OpenForm(who.person.id, typed.login, who.factor, until)
        return self._keep(form if who.factor else replace(form, secret=new_secret()))

    def replace(self, key: Key) -> Step:
        """A new secret for whoever showed a code of the present one, which stands until the new one is confirmed."""
        form = self._take(key)
        if form.secret is not None:
            raise RefusedError(Refused.FORM_GONE)
        return self._keep(replace(form, secret=new_secret()))

    def confirm(self, key: Key, code: str) -> Step | None:
        """None once the secret is the person's second factor; the same secret again when the code is wrong.

        The code that confirms is taken: it signs nobody in afterwards.
        """
        form = self._take(key)
        if form.secret is None:
            raise RefusedError(Refused.FORM_GONE)
        moment = self._identity.clock()
        steps = matching_steps(form.secret, code, moment)
        if not steps:
            return self._again(form)
        with self._identity.diary.refusing(REFUSED):
            self._identity.factors.enrol(form.person, form.secret, steps[-1], moment, form.factor)
        return None

    def remove(self, key: Key) -> None:
        """The person has no second factor any more."""
        form = self._take(key)
        if form.secret is not None or form.factor is None:
            raise RefusedError(Refused.FORM_GONE)
        with self._identity.diary.refusing(REFUSED):
            self._identity.factors.remove(form.person, form.factor)

    def _again(self, form: OpenForm) -> Step:
        self._identity.diary.refuse(REFUSED, RefusedError(Refused.WRONG_CODE, form.person))
        if form.tries <= 1:
            raise RefusedError(Refused.FORM_GONE)
        return replace(self._keep(replace(form, tries=form.tries - 1)), wrong=True)

    def _take(self, key: Key) -> OpenForm:
        form = self._forms.take(key, self._steady())
        if form is None:
            raise RefusedError(Refused.FORM_GONE)
        return form

    def _keep(self, form: OpenForm) -> Step:
        return Step(self._forms.put(form, self._steady()), form)


def new_secret() -> str:
    """160 random bits, as applications take them."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
