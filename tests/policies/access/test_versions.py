"""A confirmed delivery is mounted without anyone approving its part anew, and only while its own approval counts."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from hub.guard.judging.effects import Held, losses
from policies.register.dataset import Dataset, Part
from policies.register.documents import parse_document
from tests.support.judged import KEY, PEOPLE, PRODUCERS, How, approved, judge, not_approved, part_rules, register_of
from tests.support.judged_documents import ANALYST, DAY, PROPOSED, TEAMMATE, Values, judged_documents, version
from tests.support.signing import make_key
from tests.support.small_register import changed

COMMUNES, TOWNS = "datasets/communes.yaml", "communes/p2025"
DELIVERY = "l20260503-101500"
PLACE = f"datasets/communes/deliveries/{DELIVERY}"
WITHDRAWN = {"day": "2026-05-04", "by": "padm01", "reason": "essai"}


def delivery(day: str = "2026-05-03", **changes: Any) -> Values:
    brought = {"fingerprint": "1" * 64, "files": 1, "rows": 3, "size": 120}
    return {"proposed": PROPOSED, "day": day, "parts": {"p2025": brought}} | changes


def delivered(deliveries: Values | None = None, **how: How) -> dict[str, Values]:
    """Documents whose parts were approved before the delivery came."""
    documents = approved(judged_documents())
    given = {DELIVERY: delivery()} if deliveries is None else deliveries
    documents = changed(documents, COMMUNES, "deliveries", to=given)
    signed = approved(documents, {PLACE: how["confirmed"]} if how else None)
    for path in documents:
        for name in documents[path].get("deliveries", {}):
            documents[path]["deliveries"][name] = signed[path]["deliveries"][name]
    return documents


def mounted(documents: dict[str, Values], who: str = ANALYST, day: date = DAY) -> str | None:
    decision = judge(documents, PEOPLE[who], day=day)
    return next((grant.version for grant in decision.grants if grant.id == TOWNS and grant.mode == "read"), None)


def test_a_confirmed_delivery_is_mounted_while_the_part_keeps_its_approval() -> None:
    assert mounted(delivered()) == DELIVERY
    assert part_rules(judge(delivered()), TOWNS) == []


def test_a_delivery_announced_for_later_is_mounted_from_its_day() -> None:
    documents = delivered({DELIVERY: delivery("2026-06-10")})
    assert (mounted(documents), judge(documents).until) == ("livraison-1", date(2026, 6, 9))
    assert mounted(documents, day=date(2026, 6, 10)) == DELIVERY


def test_of_two_deliveries_on_one_day_the_one_received_last_is_mounted() -> None:
    later = "l20260503-101501"
    assert mounted(delivered({later: delivery(), DELIVERY: delivery()})) == later


def test_a_delivery_comes_after_what_was_approved_with_the_part_on_the_same_day() -> None:
    documents = changed(judged_documents(), COMMUNES, "parts", "p2025", "versions", to={"v2026": version("2026-05-03")})
    documents = approved(changed(documents, COMMUNES, "deliveries", to={DELIVERY: delivery()}))
    assert mounted(documents) == DELIVERY


def signed_by(who: Any, place: str = PLACE, key: Any = KEY) -> How:
    return lambda _, entry, right: key.approval(who(right), date(2026, 5, 3), entry.signed_fingerprint(place))


WRONG: dict[str, How] = {
    "nobody confirmed it": not_approved,
    "the proposer confirmed it": signed_by(lambda right: right.model_copy(update={"id": PROPOSED["person"]})),
    "somebody without the role": signed_by(lambda right: right.model_copy(update={"roles": frozenset({"dpo"})})),
    "the producer of other data": signed_by(lambda _: PRODUCERS["minefi"]),
    "signed for another place": signed_by(lambda right: right, "datasets/menages/deliveries/autre"),
    "signed with an unknown key": signed_by(lambda right: right, key=make_key(2)),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_delivery_that_was_not_rightly_confirmed_is_not_mounted(name: str) -> None:
    assert mounted(delivered(confirmed=WRONG[name])) == "livraison-1"


def test_what_was_delivered_cannot_be_changed_after_it_was_confirmed() -> None:
    documents = delivered()
    other = changed(documents, COMMUNES, "deliveries", DELIVERY, "parts", "p2025", "fingerprint", to="2" * 64)
    assert (mounted(documents), mounted(other)) == (DELIVERY, "livraison-1")


def test_a_delivery_that_nobody_rightly_confirmed_ends_no_decision_early() -> None:
    documents = delivered({DELIVERY: delivery("2026-06-10")}, confirmed=not_approved)
    assert judge(documents).until == judge().until


def test_who_confirmed_a_delivery_reads_the_one_before_and_others_read_it() -> None:
    confirmer = PRODUCERS["insee"].model_copy(update={"id": ANALYST})
    documents = delivered(confirmed=signed_by(lambda _: confirmer))
    assert (mounted(documents), mounted(documents, TEAMMATE)) == ("livraison-1", DELIVERY)


@pytest.mark.parametrize(("name", "left"), [(DELIVERY, "livraison-1"), ("livraison-1", DELIVERY)])
def test_a_withdrawn_version_is_not_mounted_and_voids_no_approval(name: str, left: str) -> None:
    documents = changed(delivered(), COMMUNES, "parts", "p2025", "withdrawals", to={name: WITHDRAWN})
    assert (mounted(documents), part_rules(judge(documents), TOWNS)) == (left, [])


def lost(documents: dict[str, Values], read: str) -> list[str]:
    held = Held(factors=("password",), parts={TOWNS: read}, services=(), home=(), project=())
    found = losses(held, frozenset(), judge(documents), register_of(documents))
    return [loss.part for loss in found]


def test_a_running_workspace_keeps_the_version_it_reads_until_that_one_is_withdrawn() -> None:
    documents = delivered()
    withdrawn = changed(documents, COMMUNES, "parts", "p2025", "withdrawals", to={"livraison-1": WITHDRAWN})
    assert (lost(documents, "livraison-1"), lost(withdrawn, "livraison-1")) == ([], [TOWNS])
    assert (lost(documents, DELIVERY), lost(withdrawn, DELIVERY)) == ([], [])


def test_a_running_workspace_loses_a_delivery_whose_approval_was_taken_away() -> None:
    assert lost(delivered(confirmed=not_approved), DELIVERY) == [TOWNS]


def part_of(values: Values) -> Part:
    document = parse_document(COMMUNES, values)
    assert isinstance(document, Dataset)
    return document.parts["p2025"]


def test_what_was_signed_before_deliveries_were_known_is_signed_still() -> None:
    """These two fingerprints were computed with the models of then: old approvals go on counting."""
    values = judged_documents()["datasets/menages.yaml"]
    values["parts"]["p2024"]["columns"] = [{"name": "age", "type": "entier", "meaning": "l'âge"}]
    values["parts"]["p2024"]["versions"]["livraison-0"] = version("2025-01-01", fingerprint="1" * 64, withdrawn=True)
    document = parse_document("datasets/menages.yaml", values)
    assert isinstance(document, Dataset)
    assert (
        document.signed_fingerprint("datasets/menages"),
        document.parts["p2024"].signed_fingerprint("datasets/menages/parts/p2024"),
    ) == (
        "8d3e03df7c3f7f4a2391d466af66bfc097a7936d23aae0b4dd655642cdeaad79",
        "dc83ace345497b0f1af2c61dd2d073fa38ebd2b00a91435348fed2a82e918cb9",
    )


def test_deliveries_and_withdrawals_are_not_in_what_part_and_dataset_sign() -> None:
    plain, more = judged_documents()[COMMUNES], delivered()[COMMUNES]
    more["parts"]["p2025"]["withdrawals"] = {"livraison-1": WITHDRAWN}
    place = "datasets/communes/parts/p2025"
    assert part_of(plain).signed_fingerprint(place) == part_of(more).signed_fingerprint(place)
    one, other = parse_document(COMMUNES, plain), parse_document(COMMUNES, more)
    assert isinstance(one, Dataset)
    assert isinstance(other, Dataset)
    assert one.signed_fingerprint("datasets/communes") == other.signed_fingerprint("datasets/communes")
