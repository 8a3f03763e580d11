"""Whatever takes a right away ends the workspaces that lost it, and only those, on a real Docker."""

from __future__ import annotations

import json
import os
import select
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import docker
import docker.errors
import pytest

from hub.guard.errors import TroubleError
from hub.guard.judging.ground import STANDING, kept_file
from hub.guard.judging.memory_store import Memory
from hub.guard.watching import enforce, watch
from hub.signin.keys import ensure_keys
from policies.calendar import end_of, now, today
from policies.names import WorkspaceName
from policies.register.attested import plain
from policies.register.dataset import Dataset
from policies.register.documents import parse_document
from tests.hub.guard.test_memory_of_several import one_of_each_place
from tests.support.guarded_register import OPEN, PERSON, PROCESSING, RESTRICTED, TEAMMATE
from tests.support.guarded_site import DOCKER, MATE, NAME, GuardedSite, guarded_site, test_image, wait_for
from tests.support.judged import PRODUCERS
from tests.support.open_law import open_while_habilitated

PROJECT = "projects/aides.yaml"
AT_ONCE_S = 2.0
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def image() -> str:
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    try:
        return test_image(engine)
    finally:
        engine.close()


@pytest.fixture
def site(image: str) -> Iterator[GuardedSite]:
    with guarded_site(image) as made:
        yield made


def change(site: GuardedSite, path: str, how: Change) -> None:
    """Change one document of the register as its author would."""
    document = json.loads(json.dumps(site.register.documents[path]))
    how(document)
    site.register.change(path, document)


def processing(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["processings"][PROCESSING]
    return found


@contextmanager
def process(site: GuardedSite, name: WorkspaceName = NAME) -> Iterator[Callable[[float], bool]]:
    """Whether a workspace's first process dies within so many seconds."""
    handle = os.pidfd_open(site.docker.inspect_container(str(name))["State"]["Pid"])
    try:
        yield lambda seconds: bool(select.select([handle], [], [], seconds)[0])
    finally:
        os.close(handle)


def ended(site: GuardedSite, name: WorkspaceName = NAME) -> dict[str, Any]:
    """Why the guard says that a workspace ended."""
    _, text = site.call("GET", f"/datalab/situation?person={name.person}&processings={name.processing}")
    found: dict[str, Any] = json.loads(text)[name.processing]["ended"]
    return found


def notice(site: GuardedSite, name: WorkspaceName = NAME) -> dict[str, Any] | None:
    """What is announced beside the workspace's socket."""
    file = site.places.run / "ws" / str(name) / "avis.json"
    return json.loads(file.read_text()) if file.exists() else None


def leave_team(document: dict[str, Any]) -> None:
    del processing(document)["team"][PERSON]


def suspend(document: dict[str, Any]) -> None:
    document["suspension"] = {"day": today().isoformat(), "by": "padm01", "reason": "essai"}


def withdraw(document: dict[str, Any]) -> None:
    document["parts"]["p2024"]["versions"]["livraison-1"]["withdrawn"] = True


def withdraw_by_command(document: dict[str, Any]) -> None:
    """As `datalab delivery withdraw` writes it, apart from what was approved."""
    precaution = {"day": today().isoformat(), "by": "padm01", "reason": "essai"}
    document["parts"]["p2024"]["withdrawals"] = {"livraison-1": precaution}


def drop_dataset(document: dict[str, Any]) -> None:
    del processing(document)["datasets"][OPEN]


def close_processing(document: dict[str, Any]) -> None:
    document["processings"] = {}


TAKEN_AWAY = [
    pytest.param(PROJECT, leave_team, "DL-01", "", id="a person leaves the team"),
    pytest.param(f"datasets/{RESTRICTED}.yaml", suspend, "DL-01", f"{RESTRICTED}/p2024", id="a dataset is suspended"),
    pytest.param(f"datasets/{OPEN}.yaml", withdraw, "REGISTRE", f"{OPEN}/p2024", id="a version is marked withdrawn"),
    pytest.param(
        f"datasets/{OPEN}.yaml", withdraw_by_command, "REGISTRE", f"{OPEN}/p2024", id="a delivery is withdrawn"
    ),
    pytest.param(PROJECT, drop_dataset, "REGISTRE", f"{OPEN}/p2024", id="the processing drops a dataset"),
    pytest.param(PROJECT, close_processing, "REGISTRE", "", id="the processing is gone"),
]


@pytest.mark.parametrize(("path", "how", "rule", "part"), TAKEN_AWAY)
def test_what_the_register_takes_away_ends_the_workspace_at_once_and_says_why(
    site: GuardedSite, path: str, how: Change, rule: str, part: str
) -> None:
    site.open()
    with process(site) as dies:
        change(site, path, how)
        assert dies(AT_ONCE_S)
    wait_for(lambda: site.containers() == [])
    told = ended(site)
    assert (told["cause"], [loss["part"] for loss in told["losses"]]) == ("right", [part])
    assert [refusal["rule"] for refusal in told["losses"][0]["refusals"]] == [rule]
    journaled = site.payloads("enforcement")
    assert [(each["workspace"], each["lost"][0]["rule"]) for each in journaled] == [(str(NAME), rule)]
    wait_for(lambda: site.left_behind()["sockets"] == site.left_behind()["records"] == [])


def suspend_then_take_it_away(site: GuardedSite) -> None:
    """A dataset is suspended, its workspace ends, and a hand takes the suspension out of the register."""
    path = f"datasets/{RESTRICTED}.yaml"
    site.open()
    with process(site) as dies:
        change(site, path, suspend)
        assert dies(AT_ONCE_S)
    wait_for(lambda: site.containers() == [])
    change(site, path, lambda document: None)
    assert site.decision().label == {f"{RESTRICTED}/p2024"}, "for the hub, nothing is suspended any more"


def test_a_suspension_that_a_hand_takes_away_opens_nothing_again(site: GuardedSite) -> None:
    suspend_then_take_it_away(site)
    status, text = site.create_raw(site.body())
    assert (status >= 400, "les faits ont changé" in text, site.containers()) == (True, True, [])


def test_without_the_guards_memory_the_same_hand_would_have_opened_it(
    image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative control."""
    monkeypatch.setattr(Memory, "keep", lambda self, register, approvals: register)
    with guarded_site(image) as site:
        suspend_then_take_it_away(site)
        site.open()
        assert len(site.containers()) == 1


def lift_another(site: GuardedSite) -> None:
    """After a suspension: a hand writes another in its place, two people lift that one, a hand takes it away."""
    path, memory = f"datasets/{RESTRICTED}.yaml", site.places.state / "guard" / "memory.json"
    other = {"day": today().isoformat(), "by": "padm01", "reason": "une autre"}
    lift = {"of": other, "reason": "rien trouvé", "proposed": {"person": "pprop1", "day": today().isoformat()}}
    documents = site.register.documents
    entry = parse_document(path, documents[path] | {"suspension": other | {"lifted": lift}})
    assert isinstance(entry, Dataset)
    assert entry.suspension is not None
    assert entry.suspension.lifted is not None
    signed = entry.suspension.lifted.signed_fingerprint(f"datasets/{RESTRICTED}/suspension/lifted")
    approval = ensure_keys(site.places, today()).approval(PRODUCERS["insee"], today(), signed)
    site.open()
    with process(site) as dies:
        change(site, path, suspend)
        assert dies(AT_ONCE_S)
    wait_for(lambda: site.containers() == [])
    change(site, path, lambda document: document.update(suspension=other))
    wait_for(lambda: "une autre" in memory.read_text())
    lifted = other | {"lifted": lift | {"approved": plain(approval)}}
    change(site, path, lambda document: document.update(suspension=lifted))
    wait_for(lambda: "une autre" not in memory.read_text())
    change(site, path, lambda document: None)
    assert site.decision().label == {f"{RESTRICTED}/p2024"}, "for the hub, nothing is suspended any more"


def test_the_lift_of_another_suspension_opens_nothing_again(site: GuardedSite) -> None:
    """Four recorded steps, by which a guard that keeps one of each place forgets the first as the second is lifted."""
    lift_another(site)
    status, text = site.create_raw(site.body())
    assert (status >= 400, "les faits ont changé" in text, site.containers()) == (True, True, [])


def test_with_one_suspension_kept_of_each_place_the_same_steps_would_have_opened_it(site: GuardedSite) -> None:
    """The negative control."""
    with one_of_each_place():
        lift_another(site)
        site.open()
        assert len(site.containers()) == 1


def test_every_process_of_the_workspace_dies_with_it(site: GuardedSite) -> None:
    site.open()
    made = site.docker.exec_create(str(NAME), ["sleep", "1000"])
    site.docker.exec_start(made["Id"], detach=True)
    wait_for(lambda: site.docker.exec_inspect(made["Id"])["Pid"] > 0)
    handle = os.pidfd_open(site.docker.exec_inspect(made["Id"])["Pid"])
    change(site, PROJECT, leave_team)
    assert select.select([handle], [], [], AT_ONCE_S)[0]
    os.close(handle)


def test_a_teammate_on_the_same_data_keeps_working(site: GuardedSite) -> None:
    site.open(NAME)
    site.open(MATE)
    with process(site, NAME) as dies, process(site, MATE) as mate_dies:
        change(site, PROJECT, leave_team)
        assert dies(AT_ONCE_S)
        wait_for(lambda: site.containers() == [f"/{MATE}"])
        assert not mate_dies(0.5)
    assert [each["person"] for each in site.payloads("enforcement")] == [PERSON]


def reword(document: dict[str, Any]) -> None:
    processing(document)["name"] = "Étude des aides, reformulée"


def deliver(document: dict[str, Any]) -> None:
    versions = document["parts"]["p2024"]["versions"]
    versions["livraison-2"] = {"day": "2024-06-01", "fingerprint": "1" * 64}


def welcome(document: dict[str, Any]) -> None:
    processing(document)["team"][TEAMMATE]["habilitation"]["until"] = "2039-12-31"


NOT_TAKEN_AWAY = [
    pytest.param(PROJECT, reword, id="another name"),
    pytest.param(f"datasets/{OPEN}.yaml", deliver, id="a new delivery"),
    pytest.param(PROJECT, welcome, id="somebody else's habilitation"),
]


@pytest.mark.parametrize(("path", "how"), NOT_TAKEN_AWAY)
def test_what_takes_nothing_away_ends_nobodys_work(site: GuardedSite, path: str, how: Change) -> None:
    site.open()
    before = judged(site)
    with process(site) as dies:
        change(site, path, how)
        wait_for(lambda: judged(site) != before)
        assert not dies(0.3)
    assert site.payloads("enforcement") == []


def judged(site: GuardedSite, name: WorkspaceName = NAME) -> object:
    live = site.guard.parts.present.running.find(name)
    return live.judged if live else None


def test_a_reworded_rule_ends_nobody_and_a_changed_one_ends_who_it_refuses(site: GuardedSite) -> None:
    site.open()
    rule = site.places.law / "rules" / "open_workspace" / "DL-01" / "rule.yaml"
    before = judged(site)
    with process(site) as dies:
        rule.write_text(rule.read_text(encoding="utf-8").replace("de l'équipe", "de cette équipe"), encoding="utf-8")
        wait_for(lambda: judged(site) != before)
        assert not dies(0.3)
        shutil.rmtree(rule.parent)
        assert dies(AT_ONCE_S + 1)  # a law is read and its cases run before it counts
    assert ended(site)["losses"][0]["refusals"][0]["rule"] == "DEFAUT"


def test_a_person_whom_the_directory_no_longer_knows_is_out(site: GuardedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "PEOPLE_S", 0.1)
    site.stop_guard()
    site.start_guard()
    site.open()
    with process(site) as dies:
        site.people.ids.discard(PERSON)
        assert dies(AT_ONCE_S)
    assert ended(site)["losses"][0]["refusals"][0]["rule"] == "ANNUAIRE"


def test_what_nobody_could_foresee_leaves_nothing_open(site: GuardedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a fault")

    site.open()
    with process(site) as dies:
        monkeypatch.setattr(enforce, "losses", broken)
        change(site, PROJECT, reword)
        assert dies(AT_ONCE_S)
    wait_for(lambda: site.payloads("enforcement") != [])


def test_it_dies_even_when_docker_and_the_journal_do_not_answer(
    site: GuardedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_: object) -> None:
        raise TroubleError("no answer")

    site.open()
    with process(site) as dies, monkeypatch.context() as broken:
        broken.setattr(site.guard.parts.engine, "remove", silent)
        broken.setattr(site.guard.parts.diary, "write", silent)
        change(site, PROJECT, leave_team)
        assert dies(AT_ONCE_S)


# --- the clock


def pass_time(site: GuardedSite, time: timedelta) -> None:
    """So much time passes for the guard, on both of its clocks."""
    site.silence_s = time.total_seconds()
    site.clock_offset = time


def at(site: GuardedSite, moment: datetime) -> None:
    """Move the guard's clock, and nobody else's."""
    site.clock_offset = moment - now()


def end_tomorrow(document: dict[str, Any]) -> None:
    """Restricted data are granted to the end of tomorrow: the law knows it by the person's habilitation."""
    processing(document)["team"][PERSON]["habilitation"]["until"] = (today() + timedelta(days=1)).isoformat()


@pytest.fixture
def dated_site(image: str) -> Iterator[GuardedSite]:
    """A site whose law opens to whoever's habilitation covers the day."""
    with guarded_site(image) as made:
        open_while_habilitated(made.places.law)
        yield made


def test_a_known_end_is_announced_then_asked_for_then_comes(dated_site: GuardedSite) -> None:
    site = dated_site
    site.open()
    assert notice(site) is None
    change(site, PROJECT, end_tomorrow)
    end = end_of(today() + timedelta(days=1))
    wait_for(lambda: (notice(site) or {}).get("level") == "week")
    at(site, end - timedelta(minutes=59))
    wait_for(lambda: (notice(site) or {}).get("level") == "hour")
    at(site, end - timedelta(minutes=4))
    wait_for(lambda: (notice(site) or {}).get("level") == "minutes")
    assert "à minuit" in (notice(site) or {})["text"]
    with process(site) as dies:
        assert not dies(0.3)
        at(site, end - timedelta(seconds=9))
        assert dies(AT_ONCE_S)  # its server ends when it is asked to
    wait_for(lambda: site.containers() == [])
    assert ended(site)["cause"] == "right"
    assert [each["level"] for each in site.payloads("notice")] == ["week", "hour", "minutes"]


def test_who_does_not_heed_is_killed_at_the_end_and_not_before(dated_site: GuardedSite) -> None:
    site = dated_site
    site.open()
    site.inside(NAME, "touch", "/home/datalab/deaf")
    site.hub.stop(str(NAME), timeout=1)
    site.hub.remove_container(str(NAME))
    site.open()
    change(site, PROJECT, end_tomorrow)
    end = end_of(today() + timedelta(days=1))
    with process(site) as dies:
        at(site, end - timedelta(seconds=9))
        wait_for(lambda: site.payloads("enforcement") != [])
        assert not dies(0.5)
        at(site, end)
        assert dies(AT_ONCE_S)


def test_the_moment_at_which_a_right_ends_is_kept_before_it_does(
    dated_site: GuardedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A guard that is killed then, and started anew on a clock that went back, knows that it ended."""
    site = dated_site
    monkeypatch.setattr(watch, "KEEP_S", 1000.0)
    site.stop_guard()
    site.start_guard()
    site.open()
    change(site, PROJECT, end_tomorrow)
    end = end_of(today() + timedelta(days=1))
    with process(site) as dies:
        at(site, end)
        assert dies(AT_ONCE_S)
    assert datetime.fromisoformat(json.loads(kept_file(site.places).read_text())["seen"]) >= end


def test_a_clock_that_went_back_starts_nothing_and_brings_no_right_back(dated_site: GuardedSite) -> None:
    site = dated_site
    change(site, PROJECT, end_tomorrow)
    at(site, end_of(today() + timedelta(days=1)))
    wait_for((site.places.state / "guard" / "verified.json").exists)
    kept = site.places.state / "guard" / "verified.json"
    wait_for(lambda: datetime.fromisoformat(json.loads(kept.read_text())["seen"]) > now() + timedelta(hours=1))
    at(site, now())
    site.stop_guard()
    site.start_guard()
    status, text = site.create_raw(site.body())
    assert (status, "horloge" in text) == (503, True)


# --- sources that are silent


def unreadable(site: GuardedSite, what: str) -> None:
    if what == "law":
        (site.places.law / "rules" / "open_workspace" / "DL-01" / "rule.yaml").write_text("effect: permettre\n")
    elif what == "register":
        (site.places.register_folder / "manifest.json").unlink()
    else:
        site.people.silent = True


@pytest.mark.parametrize("what", ["law", "register", "directory"])
def test_a_silent_source_opens_nothing_and_ends_what_runs_after_fifteen_minutes(
    site: GuardedSite, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(watch, "PEOPLE_S", 0.1)
    site.stop_guard()
    site.start_guard()
    body = site.body(MATE)
    site.open()
    wait_for(lambda: judged(site) != ())
    unreadable(site, what)
    wait_for(lambda: any(site.guard.ground.trouble.values()))
    with process(site) as dies:
        assert site.create_raw(body, str(MATE))[0] == 503
        pass_time(site, STANDING - timedelta(minutes=1))
        wait_for(lambda: notice(site) is not None)
        assert not dies(0.3)
        pass_time(site, STANDING + timedelta(seconds=5))
        assert dies(AT_ONCE_S)
    wait_for(lambda: site.containers() == [])
    found = site.guard.parts.kept.ended.read(NAME)
    assert found is not None
    assert found.cause == "source"


def test_a_clock_that_leaps_forward_ends_no_right_that_goes_on(site: GuardedSite) -> None:
    site.open()
    wait_for(lambda: judged(site) != ())
    with process(site) as dies:
        at(site, now() + timedelta(hours=30))
        wait_for(lambda: judged(site)[2] > today())  # type: ignore[index]
        assert not dies(0.5)


def test_restarting_the_guard_gains_nobody_time(site: GuardedSite) -> None:
    site.open()
    with process(site) as dies:
        wait_for((site.places.state / "guard" / "verified.json").exists)
        site.stop_guard()
        unreadable(site, "register")
        pass_time(site, STANDING + timedelta(minutes=1))
        site.start_guard()
        assert dies(AT_ONCE_S)


def test_a_right_that_ended_while_the_guard_was_away_ends_with_its_return(site: GuardedSite) -> None:
    site.open()
    with process(site) as dies:
        site.stop_guard()
        change(site, PROJECT, leave_team)
        assert not dies(0.3)
        site.start_guard()
        assert dies(5 + AT_ONCE_S)  # the person is looked up first


def test_nothing_starts_while_nobody_enforces(site: GuardedSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "LATE_S", -1.0)
    status, text = site.create_raw(site.body())
    assert (status, "surveillés" in text) == (503, True)


# --- spaces that hold too much


def test_a_home_that_holds_too_much_is_told_inside_and_refuses_the_next_start(
    site: GuardedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "MEASURE_S", 0.1)
    monkeypatch.setattr(watch, "MEASURE_RUNNING_S", 0.0)
    site.stop_guard()
    site.start_guard()
    site.open()
    site.inside(NAME, "sh", "-c", "head -c 6000000 /dev/zero >/home/datalab/big")
    wait_for(lambda: "dossier personnel contient" in (notice(site) or {}).get("text", ""))
    site.hub.stop(str(NAME), timeout=2)
    site.hub.remove_container(str(NAME))
    identity = site.create()
    status, text = site.call("POST", f"/containers/{identity}/start")
    assert (status, "il peut en contenir 4" in text) == (403, True)


# --- deaths that nobody asked for


def test_a_workspace_that_died_by_itself_is_taken_away_and_its_page_says_so(site: GuardedSite) -> None:
    site.open()
    wait_for(lambda: (live := site.guard.parts.present.running.find(NAME)) is not None and live.answers)
    site.inside(NAME, "sh", "-c", "kill -TERM 1")
    wait_for(lambda: site.containers() == [])
    assert ended(site)["cause"] == "itself"
    assert site.left_behind()["sockets"] == []


def test_whoever_waits_hears_of_an_end_at_once(site: GuardedSite) -> None:
    _, text = site.call("GET", "/datalab/deaths")
    first = json.loads(text)
    assert (first["all"], first["names"]) == (True, [])
    site.open()
    change(site, PROJECT, leave_team)
    _, text = site.call("GET", f"/datalab/deaths?epoch={first['epoch']}&after={first['count']}")
    assert json.loads(text)["names"] == [str(NAME)]


def test_what_bears_the_datalabs_labels_and_is_not_the_guards_is_swept_away(
    site: GuardedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = {"datalab.site": str(site.places.run), "datalab.workspace": str(MATE)}
    made = site.docker.create_container(site.rendering.site().image("workspace-python"), name=str(MATE), labels=labels)
    monkeypatch.setattr(watch, "SWEEP_S", 0.1)
    site.stop_guard()
    site.start_guard()
    wait_for(lambda: site.containers() == [])
    with pytest.raises(docker.errors.NotFound):
        site.docker.inspect_container(made["Id"])
    assert site.payloads("attack") != []
