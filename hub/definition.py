"""What the hub asks the guard to create: the same rendering as the guard's, of the hub's own decision."""

from __future__ import annotations

from typing import Any

from hub.guard.settings import GuardSettings
from hub.signed import Signed
from hub.site import read_site
from hub.workspace.docker import render_container
from hub.workspace.profiles import Profiles
from hub.workspace.spec import NotGrantedError, Numbers, make_spec
from policies.access.decision import Decision
from policies.settings import Values


def define(signed: Signed, decision: Decision, profile: str, token: str, values: Values) -> dict[str, Any]:
    """The body of Docker's create; raises NotGrantedError when the decision does not give it."""
    size = values.section(Profiles).get(profile)
    if size is None:
        raise NotGrantedError(f"values.yaml has no profile {profile}; add it, or take it out of the processing")
    spec = make_spec(decision, profile, size, _numbers(signed, decision), read_site(values))
    return render_container(spec, token, signed.text, values.section(GuardSettings).runtime)


def _numbers(signed: Signed, decision: Decision) -> Numbers:
    register = signed.snapshot.register
    person, found = register.people.get(decision.person), register.find_processing(decision.processing)
    if person is None or found is None:
        raise NotGrantedError(f"the register has no number for {decision.person}; record the person's document")
    return Numbers(person=person.number, processing=found.processing.number)
