"""The clock of one process leaps and the others' do not: nothing opens by it, nobody's work ends, nothing is lost.

Sign-in, hub, guard, door and keeper are the real ones; once their clocks agree again the next start opens.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest

from hub.guard.judging import signed_in
from policies.calendar import ONE_DAY, PARIS, today
from policies.journal.read import read_journal
from policies.proofs.keys import PublicKeys
from policies.proofs.tickets import Ticket, check_ticket, decode
from tests.support.aftermath import check_files, check_whole, close, leave_files, process
from tests.support.clocked_site import PROCESSES, ClockedSite, clocked_site
from tests.support.guarded_register import PERSON, PROCESSING, TEAMMATE
from tests.support.guarded_site import MATE, NAME, guarded_site, wait_for
from tests.support.running_hub import PATIENCE_S

HOUR, YEARS = timedelta(hours=1), timedelta(days=4 * 365)
# tomorrow: the keys sign from today on, and what comes back from tomorrow is still within their days
NOON = datetime.combine(today() + ONE_DAY, time(12), PARIS).astimezone(UTC)
GOES_ON_S = 0.5
OPENS, FUTURE, OLD, BEHIND = "it is open", "daté dans le futur", "trop ancienne", "L'horloge de la machine a reculé"


@pytest.fixture(scope="module")
def running() -> Iterator[ClockedSite]:
    """Somebody worked here, a teammate works on."""
    with clocked_site(NOON) as made:
        assert not made.hub.signed_in("ben").open(TEAMMATE, PROCESSING)
        leave_files(made.site, MATE)
        assert not made.hub.signed_in().open(PERSON, PROCESSING)
        leave_files(made.site, NAME)
        close(made.site)
        yield made


@pytest.fixture
def site(running: ClockedSite) -> ClockedSite:
    """It is noon for everybody, and the guard has never seen a later moment."""
    running.begin_anew(NOON)
    return running


def opens(site: ClockedSite) -> str:
    """What comes of signing in anew and pressing the button; whatever opened is closed again, and was whole."""
    told = site.hub.signed_in().open(PERSON, PROCESSING) or OPENS
    if told == OPENS:
        check_files(site.site, "open", NAME)
        close(site.site)
    assert check_whole(site.site, told) == [str(MATE)]
    return told


def check_journal(site: ClockedSite) -> None:
    """Every chain and the checkpoints hold; what the keeper has not signed yet it will."""
    found = site.audit()
    assert found.sound, ([(chain.account, chain.flaw) for chain in found.chains], found.ledger.flaw)


APART = [
    pytest.param("signin", HOUR, FUTURE, id="sign-in an hour ahead"),
    pytest.param("signin", ONE_DAY, FUTURE, id="sign-in a day ahead", marks=pytest.mark.long),
    pytest.param("signin", -HOUR, OPENS, id="sign-in an hour behind", marks=pytest.mark.long),
    pytest.param("signin", -ONE_DAY, OLD, id="sign-in a day behind", marks=pytest.mark.long),
    pytest.param("hub", HOUR, OPENS, id="hub an hour ahead", marks=pytest.mark.long),
    pytest.param("hub", ONE_DAY, OLD, id="hub a day ahead", marks=pytest.mark.long),
    pytest.param("hub", -HOUR, FUTURE, id="hub an hour behind"),
    pytest.param("hub", -ONE_DAY, FUTURE, id="hub a day behind", marks=pytest.mark.long),
    pytest.param("guard", HOUR, OPENS, id="guard an hour ahead"),
    pytest.param("guard", ONE_DAY, OLD, id="guard a day ahead", marks=pytest.mark.long),
    pytest.param("guard", -HOUR, BEHIND, id="guard an hour behind", marks=pytest.mark.long),
    pytest.param("guard", -ONE_DAY, BEHIND, id="guard a day behind", marks=pytest.mark.long),
    pytest.param("door", ONE_DAY, OPENS, id="door a day ahead", marks=pytest.mark.long),
    pytest.param("door", -ONE_DAY, OPENS, id="door a day behind", marks=pytest.mark.long),
    pytest.param("keeper", ONE_DAY, OPENS, id="keeper a day ahead", marks=pytest.mark.long),
    pytest.param("keeper", -ONE_DAY, OPENS, id="keeper a day behind"),
]


@pytest.mark.parametrize(("name", "leap", "told"), APART)
def test_one_clock_that_leaps_opens_nothing_more_and_ends_nobody_until_it_agrees_again(
    site: ClockedSite, name: str, leap: timedelta, told: str
) -> None:
    with process(site.site, MATE) as mate_dies:
        site.leap(leap, name)
        assert told in opens(site)
        site.restart(name)  # it crashes: the next one begins with this clock
        assert told in opens(site)
        check_journal(site)
        site.leap(-leap, name)
        assert (BEHIND if name == "guard" and leap > timedelta() else OPENS) in opens(site)
        site.leap(max(leap, timedelta()))
        assert opens(site) == OPENS, "once time has caught up"
        assert not mate_dies(GOES_ON_S)
    check_files(site.site, "agreed", MATE)
    check_journal(site)


def test_a_ticket_from_the_future_opens_nothing_for_a_hub_that_does_not_look_at_it_either(
    site: ClockedSite,
) -> None:
    site.leap(HOUR, "signin")
    ticket = site.ticket()
    status, text = site.site.create_raw(site.site.body(NAME, ticket))
    assert (status, FUTURE in text, check_whole(site.site, "refused")) == (403, True, [str(MATE)])
    status, _ = site.deposit(NAME, ticket, "futur.csv")
    assert (status, "futur.csv" in site.deposited(NAME)) == (403, False)


def test_without_the_look_at_the_future_the_same_ticket_would_have_opened(
    image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""

    def careless(text: str, keys: PublicKeys, moment: datetime, age: timedelta) -> Ticket:
        return check_ticket(text, keys, max(moment, decode(text).signed_at), age)

    with guarded_site(image) as guarded:
        body = guarded.body(NAME, guarded.ticket(age=-HOUR))
        assert guarded.create_raw(body)[0] == 403
        monkeypatch.setattr(signed_in, "check_ticket", careless)
        assert guarded.create_raw(body)[0] == 201


def test_a_ticket_from_the_future_counts_from_its_moment_on_and_no_longer_than_any_other(site: ClockedSite) -> None:
    site.leap(HOUR, "signin")
    ticket = site.ticket()
    told = {0: 403, 2: 201, 12: 201, 14: 403}
    for hours, expected in told.items():
        site.agree(NOON + hours * HOUR)
        status, text = site.deposit(NAME, ticket, f"a{hours}.csv")
        assert status == expected, (hours, text)


@pytest.mark.parametrize("leap", [-HOUR, ONE_DAY], ids=["an hour behind", "a day ahead"])
def test_a_door_on_a_clock_of_its_own_takes_nothing_and_leaves_nothing_until_it_agrees(
    site: ClockedSite, leap: timedelta
) -> None:
    ticket, before = site.ticket(), site.deposited(NAME)
    site.leap(leap, "door")
    for _ in range(2):
        status, text = site.deposit(NAME, ticket, "apart.csv")
        assert (status, text, site.deposited(NAME)) == (403, "Votre connexion ne vaut plus. Reconnectez-vous.", before)
        site.restart("door")
    site.leap(-leap, "door")
    file = f"agreed{leap.total_seconds():.0f}.csv"
    assert site.deposit(NAME, ticket, file)[0] == 201
    assert site.deposited(NAME) == sorted([*before, file])
    check_journal(site)


def test_a_process_that_starts_before_the_first_day_of_its_key_says_so_and_starts_once_that_has_come(
    site: ClockedSite,
) -> None:
    site.leap(-2 * ONE_DAY, "signin", "keeper")
    assert "ne vaut pas au" in opens(site)
    with pytest.raises(RuntimeError, match="ne vaut pas au"):
        site.restart("signin")
    site.restart("keeper")
    assert site.hub.processes["keeper"].wait(PATIENCE_S) == 1
    site.leap(2 * ONE_DAY, "signin", "keeper")
    site.restart("keeper")
    site.restart("signin")
    assert opens(site) == OPENS
    check_journal(site)


def readable(site: ClockedSite) -> dict[str, int]:
    """How many entries of each chain can still be read."""
    return {path.name: sum(each.payload is not None for each in read_journal(path)) for path in site.chains()}


def test_a_keeper_years_ahead_signs_on_and_deletes_nothing_and_starts_again_as_it_was(site: ClockedSite) -> None:
    """Everything is past its term, by its clock alone."""
    opens(site)
    before = readable(site)
    site.leap(YEARS, "keeper")
    opens(site)
    wait_for(lambda: signed(site))
    site.restart("keeper")
    site.leap(-YEARS, "keeper")
    opens(site)
    wait_for(lambda: signed(site))
    assert all(readable(site)[name] >= count > 0 for name, count in before.items())
    check_journal(site)


def signed(site: ClockedSite) -> bool:
    """Whether a checkpoint holds all that was journaled."""
    return all(chain.noted == chain.entries for chain in site.audit().chains)


def lines(site: ClockedSite) -> dict[str, int]:
    """How much each chain holds."""
    return {path.name: len(list(read_journal(path))) for path in site.chains()}


def test_all_clocks_leap_a_day_and_come_back_and_whoever_works_works_on(site: ClockedSite) -> None:
    """As when the machine's own is set: people sign in again, and once it has come back nothing starts until then."""
    ben, before = site.hub.signed_in("ben"), lines(site)
    with process(site.site, MATE) as mate_dies:
        site.leap(ONE_DAY)
        assert ben.get("/hub/home").status_code in {302, 403}
        assert opens(site) == OPENS
        site.leap(-ONE_DAY)
        assert BEHIND in opens(site)
        for name in PROCESSES:
            site.restart(name)
        assert BEHIND in opens(site)
        assert f'href="/user/{TEAMMATE}/{PROCESSING}/"' in site.hub.signed_in("ben").get("/hub/home").text
        check_journal(site)
        site.leap(ONE_DAY)
        assert opens(site) == OPENS
        assert not mate_dies(GOES_ON_S)
    check_files(site.site, "caught up", MATE)
    wait_for(lambda: signed(site))
    found = site.audit()
    assert found.sound
    assert {chain.account for chain in found.chains if chain.remarks} >= {"guard", "signin"}
    after = lines(site)
    assert all(after[name] > count for name, count in before.items() if name in {"guard", "keeper", "signin"})
