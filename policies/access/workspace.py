"""One function judges: register, directory and sign-in become facts, the law decides, nothing else grants."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policies.access import parts as make
from policies.access.approvals import Approvals
from policies.access.decision import Decision, Grant, PartRefusal
from policies.access.facts import Facts, Subject, digest, workspace_facts
from policies.directory.person import Person
from policies.engine.decide import decide
from policies.engine.model import Law, Obligation, Reason, Verdict
from policies.errors import DatalabError
from policies.proofs.keys import PublicKeys
from policies.register.follow import FoundProcessing, Register


class UnknownProcessingError(DatalabError):
    """Raised when no project of the register has this processing."""


def decide_workspace(
    law: Law,
    register: Register,
    person: Person,
    factors: tuple[str, ...],
    processing_id: str,
    day: date,
    keys: PublicKeys,
) -> Decision:
    """What this person may open on this processing on this day, with the reasons."""
    found = register.find_processing(processing_id)
    if found is None:
        raise UnknownProcessingError(f"no processing {processing_id} in the register")
    subject = Subject(register, found, person, factors, day, Approvals(law, keys))
    return _Judgement(law, subject).decide()


def processings_of(register: Register, person: Person) -> list[FoundProcessing]:
    """The processings that a person is named on, or whose project's group they are in."""
    return [
        found
        for found in register.processings()
        if found.project_id in person.projects or found.processing.names(person.id)
    ]


class _Judgement:
    """One judgement in the making: verdicts are gathered, then become one decision."""

    def __init__(self, law: Law, subject: Subject) -> None:
        self.law = law
        self.subject = subject
        self.base = workspace_facts(subject)
        self.judged: list[Facts] = [self.base]
        self.verdicts: list[Verdict] = []
        self.grants: list[Grant] = []
        self.refused: list[PartRefusal] = []
        self.mounted: list[Facts] = []
        self.ends: list[date] = []

    def decide(self) -> Decision:
        opening = self._judge("open_workspace", self.base)
        if opening.allowed:
            for dataset, part in self._wanted():
                self._decide_part(dataset, part)
        return self._decision(opening)

    def _wanted(self) -> Iterable[tuple[str, str]]:
        for dataset, use in self.subject.found.processing.datasets.items():
            for part in use.parts:
                yield dataset, part

    def _judge(self, action: str, facts: Facts) -> Verdict:
        verdict = decide(self.law, action, facts, self.subject.day)
        self.verdicts.append(verdict)
        return verdict

    def _decide_part(self, dataset: str, part: str) -> None:
        facts = make.part_facts(self.subject, self.base, dataset, part, "read")
        self.judged.append(facts["part"] | facts["access"] | {"dataset": facts["dataset"], "use": facts["use"]})
        self.ends.append(make.facts_until(self.subject, dataset, part))
        reading = self._judge("mount_part", facts)
        standing = [reading] if not reading.allowed else self._pairings(facts["part"])
        if all(verdict.allowed for verdict in standing):
            self.mounted.append(facts["part"])
            self.grants.append(_grant(facts, reading))
            return
        refusals = tuple(refusal for verdict in standing for refusal in verdict.refusals)
        self.refused.append(PartRefusal(dataset=dataset, part=part, refusals=refusals))
        described = make.part_facts(self.subject, self.base, dataset, part, "catalogue")
        describing = self._judge("mount_part", described)
        if describing.allowed:
            self.grants.append(_grant(described, describing))

    def _pairings(self, part: Facts) -> list[Verdict]:
        """The verdicts on this part beside each that is mounted already, in the register's order."""
        pairings = frozenset(map(frozenset, self.subject.found.processing.pairings))
        pairs = [make.pair_facts(self.base, other, part, pairings) for other in self.mounted]
        self.judged += [pair["pair"] for pair in pairs]
        return [self._judge("combine_parts", pair) for pair in pairs]

    def _decision(self, opening: Verdict) -> Decision:
        processing = self.subject.found.processing
        services = self._services() if opening.allowed else ()
        ends = [verdict.until for verdict in self.verdicts if verdict.until is not None]
        ends += [day for day in self.ends if day < date.max]
        frame = {"profiles": processing.profiles, "services": processing.services}
        return Decision(
            person=self.subject.person.id,
            processing=self.subject.found.id,
            day=self.subject.day,
            allowed=opening.allowed,
            until=min(ends) if ends else None,
            grants=tuple(self.grants),
            refused_parts=tuple(self.refused),
            services=services,
            profiles=processing.profiles if opening.allowed else (),
            reasons=opening.reasons,
            refusals=opening.refusals,
            obligations=self._obligations(),
            warnings=self._warnings(),
            law=self.law.digest,
            facts=digest([self.judged, frame]),
        )

    def _services(self) -> tuple[str, ...]:
        """The services of the processing that the law lets this person reach."""
        listed = self.subject.found.processing.services
        asked = {each: make.service_facts(self.base, each, listed) for each in listed}
        return tuple(each for each, facts in asked.items() if self._judge("use_service", facts).allowed)

    def _standing(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.allowed]

    def _obligations(self) -> tuple[Obligation, ...]:
        return tuple(dict.fromkeys(each for v in self._standing() for each in v.obligations))

    def _warnings(self) -> tuple[Reason, ...]:
        return tuple(dict.fromkeys(each for v in self._standing() for each in v.warnings))


def _grant(facts: Facts, verdict: Verdict) -> Grant:
    part = facts["part"]
    return Grant(
        dataset=facts["dataset"]["id"],
        part=part["id"].partition("/")[2],
        version=part["version"] or "",
        mode=part["mode"],
        restricted=make.is_restricted(part),
        until=verdict.until,
        reasons=verdict.reasons,
    )
