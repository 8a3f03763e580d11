"""The guard on a real Docker: what it starts is what was decided, and what it refuses leaves nothing."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import docker
import docker.errors
import pytest
import yaml
from docker.transport import UnixHTTPAdapter

from hub.guard.host.docker import Container
from hub.signin.keys import ensure_keys
from policies.calendar import now, today
from policies.directory.person import Person
from policies.files import fingerprint, parse, parse_yaml
from policies.journal.verify import verify
from policies.names import WorkspaceName
from policies.register.project import Requalification
from tests.support.guarded_register import OPEN, PERSON, PROCESSING, RESTRICTED, TEAMMATE
from tests.support.guarded_site import DOCKER, MATE, NAME, GuardedSite, guarded_site, test_image, wait_for

NOTHING: dict[str, list[str]] = {"containers": [], "mounts": [], "points": [], "sockets": [], "records": []}
Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def image() -> str:
    engine = docker.APIClient(base_url=DOCKER, version="1.41")
    try:
        return test_image(engine)
    finally:
        engine.close()


@pytest.fixture(scope="module")
def quiet_site(image: str) -> Iterator[GuardedSite]:
    """A site on which only what is refused happens."""
    with guarded_site(image) as made:
        yield made


@pytest.fixture
def site(image: str) -> Iterator[GuardedSite]:
    with guarded_site(image) as made:
        yield made


def close(site: GuardedSite, name: WorkspaceName = NAME) -> None:
    site.hub.stop(str(name), timeout=2)
    site.hub.remove_container(str(name))


def start(site: GuardedSite, name: WorkspaceName = NAME) -> tuple[int, str]:
    return site.call("POST", f"/containers/{name}/start")


# --- what is started


def test_a_workspace_has_the_mounts_of_its_decision_and_the_journal_had_it_before(site: GuardedSite) -> None:
    site.open()
    _, mountinfo = site.inside(NAME, "cat", "/proc/self/mountinfo")
    own = r"/(home|projet|donnees|entrees|run)\b"
    shown = {
        f[4]: set(f[5].split(",")) - {"relatime"} for f in map(str.split, mountinfo.splitlines()) if re.match(own, f[4])
    }
    read_only = {"ro", "nosuid", "nodev", "noexec", "nosymfollow"}
    assert shown == {
        "/home/datalab": {"rw", "nosuid", "nodev"},
        "/projet": {"rw", "nosuid", "nodev"},
        "/projet-autres": read_only,
        f"/donnees/{OPEN}/p2024": read_only,
        f"/donnees/{RESTRICTED}/p2024": read_only,
        "/donnees/LISEZ-MOI.md": read_only,
        "/donnees/catalogue.json": read_only,
        "/entrees": read_only,
        "/run/ws": read_only - {"ro"} | {"rw"},
        "/run/hub": read_only - {"ro"} | {"rw"},
    }
    assert site.journal() == ["process_started", "decision", "start"]
    running = {"sockets": [str(NAME)] * 2, "mounts": [str(site.places.run / "ws" / str(NAME))]}
    assert site.left_behind() | {"containers": [], "records": []} == NOTHING | running


def test_nothing_is_left_of_a_workspace_that_was_closed_but_its_spaces_and_a_journal_that_verifies(
    site: GuardedSite,
) -> None:
    site.open()
    close(site)
    assert site.left_behind() == NOTHING
    assert site.journal() == ["process_started", "decision", "start", "stop"]
    assert (site.places.state / "spaces" / PROCESSING / "homes" / PERSON / "1").is_dir()
    assert verify(site.places.journal("guard")).sound


def test_only_the_loopback_is_there_and_the_account_is_the_persons(site: GuardedSite) -> None:
    site.open()
    assert site.inside(NAME, "ls", "/sys/class/net") == (0, "lo\n")
    assert site.inside(NAME, "id", "-u")[1] == "200001\n"
    assert site.inside(NAME, "id", "-G")[1] == "400001\n"


FORBIDDEN_WRITES = [
    "touch {}/new",
    "rm -f {}/lignes.csv",
    "chmod 777 {}/lignes.csv",
    "echo x >> {}/lignes.csv",
    "mkfifo {}/channel",
    "ln -s /etc/passwd {}/link",
    "cat {}/link-out-of-the-store",
    f"mv /donnees/{RESTRICTED} /tmp",
    "rm -f /donnees/LISEZ-MOI.md",
    "echo x >> /donnees/LISEZ-MOI.md",
    "touch /donnees/new",
    "touch /etc/new",
    "touch /run/hub/new",
    "ls /run/hub",
]


def test_data_and_system_cannot_be_written_nor_links_out_of_them_followed(site: GuardedSite) -> None:
    delivery = site.places.state / "datasets" / RESTRICTED / "p2024" / "livraison-1"
    (delivery / "link-out-of-the-store").symlink_to("/etc/hostname")
    site.open()
    commands = [each.format(f"/donnees/{RESTRICTED}/p2024") for each in FORBIDDEN_WRITES]
    assert [each for each in commands if site.inside(NAME, "sh", "-c", each)[0] == 0] == []


def test_the_approved_parts_can_be_read_and_a_suspended_one_does_not_exist(site: GuardedSite) -> None:
    site.open()
    assert site.inside(NAME, "cat", f"/donnees/{RESTRICTED}/p2024/lignes.csv") == (0, "jeu\nrevenus\n")
    parts = f"/donnees/{OPEN}/p2024 /donnees/{RESTRICTED}/p2024\n"
    assert site.inside(NAME, "sh", "-c", "echo /donnees/*/*") == (0, parts)


def test_teammates_share_the_project_and_not_their_homes(site: GuardedSite) -> None:
    site.open(NAME)
    site.open(MATE)
    assert site.inside(NAME, "sh", "-c", "umask 007; echo a > /projet/f; echo secret > /home/datalab/mine")[0] == 0
    assert site.inside(MATE, "sh", "-c", "echo b >> /projet/f; cat /projet/f; ls -A /home/datalab") == (0, "a\nb\n")


FILL = """
import os
for folder in range(100):
    try:
        os.mkdir(f"/run/ws/{folder}")
        with open(f"/run/ws/{folder}/full", "wb") as full:
            while True:
                full.write(bytes(65536))
    except OSError:
        pass
"""


def test_who_fills_the_place_of_their_socket_is_in_nobodys_way(site: GuardedSite) -> None:
    site.open()
    site.inside(NAME, "python3", "-c", FILL)
    assert site.inside(NAME, "touch", "/run/ws/more")[0] != 0
    site.open(MATE)
    assert site.inside(MATE, "touch", "/run/ws/mine") == (0, "")


NEST = """
import os
os.chdir("/run/ws")
for _ in range(5000):
    os.mkdir("d")
    os.chdir("d")
"""


def test_folders_nested_beyond_any_walk_hinder_neither_an_end_nor_a_new_guard(site: GuardedSite) -> None:
    site.open()
    site.inside(NAME, "python3", "-c", NEST)
    close(site)
    assert site.left_behind() == NOTHING


def test_two_people_who_open_at_once_are_not_in_each_others_way(site: GuardedSite) -> None:
    turns = [threading.Thread(target=site.open, args=(name,)) for name in (NAME, MATE)]
    for turn in turns:
        turn.start()
    for turn in turns:
        turn.join()
    assert sorted(site.containers()) == [f"/{NAME}", f"/{MATE}"]


# --- spaces and their labels


def restrict(site: GuardedSite, datasets: tuple[str, ...]) -> None:
    """The processing asks for these datasets and no other."""
    path = "projects/aides.yaml"
    project = json.loads(json.dumps(site.register.documents[path]))
    uses = project["processings"][PROCESSING]["datasets"]
    every = {name: {"parts": ["p2024"], "proposed": project["proposed"]} for name in datasets}
    project["processings"][PROCESSING]["datasets"] = every
    assert uses != every
    site.register.change(path, project)


def spaces(site: GuardedSite) -> dict[str, Any]:
    status, text = site.call("GET", f"/datalab/situation?person={PERSON}&processings={PROCESSING}")
    assert status == 200
    answer: dict[str, Any] = json.loads(text)[PROCESSING]
    return {key: answer[key] for key in ("sealed", "home")}


def test_a_copy_of_a_part_is_out_of_sight_once_the_part_is_no_longer_granted_and_back_with_it(
    site: GuardedSite,
) -> None:
    copy = f"cp /donnees/{RESTRICTED}/p2024/lignes.csv /home/datalab/copy; cp /home/datalab/copy /projet/copy"
    look = ("sh", "-c", "ls -A /home/datalab /projet | grep -c copy")
    site.open()
    site.inside(NAME, "sh", "-c", copy)
    close(site)

    restrict(site, (OPEN,))
    sealed = [{"label": [f"{RESTRICTED}/p2024"], "since": today().isoformat()}]
    assert spaces(site) == {"sealed": sealed, "home": "new"}
    site.open()
    assert site.inside(NAME, *look) == (1, "0\n")
    close(site)
    assert spaces(site) == {"sealed": sealed, "home": "kept"}

    restrict(site, (OPEN, RESTRICTED))
    assert spaces(site) == {"sealed": [], "home": "kept"}
    site.open()
    assert site.inside(NAME, *look) == (0, "2\n")


def test_a_named_file_of_a_sealed_home_comes_back_once_its_producer_attests_it(site: GuardedSite) -> None:
    site.open()
    site.inside(NAME, "sh", "-c", "mkdir code; echo 'print(1)' >code/a.py; echo donnees >copie")
    close(site)
    content = fingerprint(b"print(1)\n")
    restrict(site, SMALL)
    requalify(site, {"code/a.py": content})
    site.open()
    assert site.inside(NAME, "sh", "-c", "find requalifie -type f") == (0, "requalifie/1/code/a.py\n")
    assert site.inside(NAME, "sh", "-c", "echo x >>requalifie/1/code/a.py")[0] == 0
    [told] = site.payloads("requalification")
    assert (told["path"], told["content"]) == (fingerprint(b"code/a.py"), content)
    assert "a.py" not in json.dumps(told)


def test_a_file_that_nobody_attested_stays_sealed(site: GuardedSite) -> None:
    """The negative control: the same entry, without its producer's approval."""
    site.open()
    site.inside(NAME, "sh", "-c", "mkdir code; echo 'print(1)' >code/a.py")
    close(site)
    restrict(site, SMALL)
    requalify(site, {"code/a.py": fingerprint(b"print(1)\n")}, attested=False)
    site.open()
    assert site.inside(NAME, "ls", "-A")[1] == ""


def requalify(site: GuardedSite, files: dict[str, str], attested: bool = True) -> None:
    """Somebody proposes that these files come back; the producer of the restricted part attests it."""
    path = "projects/aides.yaml"
    project = json.loads(json.dumps(site.register.documents[path]))
    processing = project["processings"][PROCESSING]
    processing["datasets"] = {OPEN: {"parts": ["p2024"], "proposed": project["proposed"]}}
    entry = {
        "person": PERSON,
        "home": "1",
        "parts": [f"{RESTRICTED}/p2024"],
        "files": files,
        "reason": "du code",
        "proposed": project["proposed"],
    }
    processing["requalifications"] = {"code": entry}
    if attested:
        place = f"projects/aides/processings/{PROCESSING}/requalifications/code"
        signed = parse(Requalification, entry, path).signed_fingerprint(place)
        producer = Person(id="pprod1", name="x", organisation="insee", roles=frozenset({"producer"}))
        approval = ensure_keys(site.places, today()).approval(producer, today(), signed)
        entry["approved"] = approval.model_dump(mode="json")
    site.register.change(path, project)


BOTH, SMALL, LARGE = (OPEN, RESTRICTED), (OPEN,), (OPEN, RESTRICTED)


def leave(site: GuardedSite, text: str, name: WorkspaceName = NAME) -> None:
    """A file of the team's, made in a workspace that is then closed."""
    site.open(name)
    assert site.inside(name, "sh", "-c", f"echo {text} >/projet/{text}")[0] == 0
    close(site, name)


def test_a_team_that_moves_together_to_more_data_keeps_its_space(site: GuardedSite) -> None:
    restrict(site, SMALL)
    leave(site, "before")
    restrict(site, LARGE)
    site.open()
    assert site.inside(NAME, "cat", "/projet/before") == (0, "before\n")
    assert [(each["from"], each["to"]) for each in site.payloads("space_relabelled")] == [([], [f"{RESTRICTED}/p2024"])]
    close(site)
    restrict(site, SMALL)
    site.open(MATE)
    assert site.inside(MATE, "ls", "/projet")[1] == ""  # the space moved: a copy could lie in it


def only_for(site: GuardedSite, person: str) -> None:
    """The restricted part is read by one person alone, as a title that names them would have it."""
    folder = site.places.law / "rules" / "mount_part" / "DL-01"
    rule = parse_yaml((folder / "rule.yaml").read_text(encoding="utf-8"), "rule.yaml")
    theirs = {"all": [{"person.id": {"is": person}}, {"dataset.id": {"is": RESTRICTED}}]}
    rule["where"] = {"any": [theirs, {"dataset.id": {"is": OPEN}}]}
    cases = [
        {"name": f"{who} and {what}", "day": "2026-05-04", "facts": facts(who, what), "expect": expected}
        for who, what, expected in [(person, RESTRICTED, "permits"), ("pother", RESTRICTED, "does_not_apply")]
    ]
    (folder / "cases.yaml").write_text(yaml.safe_dump(cases), encoding="utf-8")
    (folder / "rule.yaml").write_text(yaml.safe_dump(rule), encoding="utf-8")


def facts(person: str, dataset: str) -> dict[str, str]:
    return {"person.id": person, "dataset.id": dataset}


def test_a_person_who_reads_more_than_the_team_sees_the_teams_space_beside_and_writes_nothing_into_it(
    site: GuardedSite,
) -> None:
    only_for(site, PERSON)
    leave(site, "team", MATE)
    site.open()
    assert site.inside(NAME, "ls", "/projet")[1] == ""
    place = site.inside(NAME, "sh", "-c", "ls -d /projet-autres/*/")[1].strip()
    assert site.inside(NAME, "cat", f"{place}team") == (0, "team\n")
    for attempt in WRITES_BESIDE:
        assert site.inside(NAME, "sh", "-c", attempt.format(place))[0] != 0, attempt
    assert "à côté de données ouvertes" in site.inside(NAME, "cat", "/projet-autres/LISEZ-MOI.md")[1]
    assert site.payloads("space_relabelled") == []
    leave(site, "again", MATE)


WRITES_BESIDE = [
    "touch {}new",
    "echo x >>{}team",
    "rm {}team",
    "mkfifo {}channel",
    "chmod 777 {}team",
    "touch /projet-autres/new",
    "rmdir {}",
]


def test_nobody_sees_beside_a_space_that_stood_beside_more_than_they_read(site: GuardedSite) -> None:
    """The negative control of what is shown: labels that are not smaller stay out of sight."""
    only_for(site, PERSON)
    leave(site, "copy", NAME)
    site.open(MATE)
    assert site.inside(MATE, "sh", "-c", "ls /projet-autres")[1].split() == ["LISEZ-MOI.md"]


def test_what_runs_ends_when_the_space_beside_it_grew_beyond_its_rights(site: GuardedSite) -> None:
    """A teammate keeps an old workspace while the space moves, then loses the part that it moved for."""
    restrict(site, SMALL)
    site.open(MATE)
    assert site.inside(MATE, "touch", "/projet/old")[0] == 0
    restrict(site, LARGE)
    site.open(NAME)
    assert site.inside(NAME, "ls", "/projet")[1] == "old\n"
    only_for(site, PERSON)
    wait_for(lambda: site.containers() == [f"/{NAME}"])
    ended = site.guard.parts.kept.ended.read(MATE)
    assert ended is not None
    assert [loss.refusals[0].rule for loss in ended.losses] == ["GARDIEN"]


def test_labels_are_where_only_root_writes_and_people_own_only_what_is_theirs(site: GuardedSite) -> None:
    site.open()
    homes = site.places.state / "spaces" / PROCESSING / "homes" / PERSON
    project = next(p for p in (site.places.state / "spaces" / PROCESSING / "projet").iterdir() if p.is_dir())
    found = {p.name: (p.stat().st_uid, p.stat().st_gid, oct(p.stat().st_mode & 0o7777)) for p in homes.iterdir()}
    assert found == {"1": (200001, 400001, "0o2700"), "1.json": (0, 0, "0o600")}
    assert (project.stat().st_uid, project.stat().st_gid, oct(project.stat().st_mode & 0o7777)) == (0, 400001, "0o2770")
    assert (homes.stat().st_uid, oct(homes.stat().st_mode & 0o7777)) == (0, "0o700")


# --- what is refused at creation


def host(**changes: Any) -> Change:
    return lambda body: body["HostConfig"].update(changes)


HOSTILE: list[tuple[str, Change]] = [
    ("another image", lambda b: b.update(Image="datalab/base:latest")),
    ("root", lambda b: b.update(User="0:0")),
    ("a teammate's account", lambda b: b.update(User="200002:400001")),
    ("another command", lambda b: b.update(Cmd=["/bin/sh"])),
    ("an entry point", lambda b: b.update(Entrypoint=["/bin/sh"])),
    ("another folder to begin in", lambda b: b.update(WorkingDir="/")),
    ("a variable more", lambda b: b["Env"].append("LD_PRELOAD=/home/datalab/x.so")),
    ("a variable less", lambda b: b["Env"].pop(0)),
    ("another server's name in the environment", lambda b: b["Env"].__setitem__(-1, f"JUPYTERHUB_USER={TEAMMATE}")),
    ("a host name", lambda b: b.update(Hostname="hub")),
    ("a label more", lambda b: b["Labels"].update(x="y")),
    ("another site's label", lambda b: b["Labels"].update({"datalab.site": "/run/other"})),
    ("a health check", lambda b: b.update(Healthcheck={"Test": ["CMD", "id"]})),
    ("a volume", lambda b: b.update(Volumes={"/x": {}})),
    ("a terminal", lambda b: b.update(Tty=True)),
    ("a network", lambda b: b.update(NetworkDisabled=False)),
    ("a network beside", lambda b: b.update(NetworkingConfig={"EndpointsConfig": {"bridge": {}}})),
    ("the bridge", host(NetworkMode="bridge")),
    ("privileged", host(Privileged=True)),
    ("privileged as a number", host(Privileged=0)),
    ("a capability", host(CapAdd=["SYS_ADMIN"])),
    ("capabilities kept", host(CapDrop=[])),
    ("a bind of the host", host(Binds=["/:/host"])),
    ("an empty list of binds", host(Binds=[])),
    ("binds in another case", host(binds=["/:/host"])),
    ("no mounts", host(Mounts=[])),
    ("a mount more", lambda b: b["HostConfig"]["Mounts"].append(dict(b["HostConfig"]["Mounts"][0], Target="/x"))),
    ("a mount less", lambda b: b["HostConfig"]["Mounts"].pop()),
    ("the store as the home", lambda b: b["HostConfig"]["Mounts"][0].update(Source="/var/lib/datalab/datasets")),
    ("a teammate's home", lambda b: b["HostConfig"]["Mounts"][0].update(Source=f"/run/datalab/mounts/{MATE}/home")),
    ("a read-only bind", lambda b: b["HostConfig"]["Mounts"][4].update(ReadOnly=True)),
    ("a recursive bind", lambda b: b["HostConfig"]["Mounts"][0].update(BindOptions={"Propagation": "rshared"})),
    ("a device", host(Devices=[{"PathOnHost": "/dev/vda", "PathInContainer": "/dev/vda"}])),
    ("the host's processes", host(PidMode="host")),
    ("no filter", host(SecurityOpt=["no-new-privileges:true", "seccomp=unconfined"])),
    ("setuid programs", host(SecurityOpt=[])),
    ("a writable root", host(ReadonlyRootfs=False)),
    ("more memory", host(Memory=0)),
    ("more processes", host(PidsLimit=-1)),
    ("another runtime", host(Runtime="nvidia")),
    ("a container that comes back", host(RestartPolicy={"Name": "always", "MaximumRetryCount": 0})),
    ("a container that Docker removes by itself", host(AutoRemove=True)),
    ("unmasked paths", host(MaskedPaths=[])),
    ("a group more", host(GroupAdd=["0"])),
    ("logs sent elsewhere", host(LogConfig={"Type": "syslog", "Config": {}})),
    ("a profile that the decision does not offer", lambda b: b["Labels"].update({"datalab.profile": "grand"})),
]


@pytest.mark.parametrize(("what", "change"), HOSTILE, ids=[what for what, _ in HOSTILE])
def test_a_body_with_one_thing_changed_is_an_attack(quiet_site: GuardedSite, what: str, change: Change) -> None:
    body = quiet_site.body()
    change(body)
    status, text = quiet_site.create_raw(body)
    assert (status, quiet_site.journal()[-1]) == (403, "attack"), text
    assert quiet_site.left_behind() == NOTHING


def test_a_workspace_under_another_name_is_refused(quiet_site: GuardedSite) -> None:
    status, _ = quiet_site.create_raw(quiet_site.body(), name=str(MATE))
    assert (status, quiet_site.journal()[-1]) == (403, "ticket_refused")


def test_a_body_that_two_readers_read_differently_is_refused(quiet_site: GuardedSite) -> None:
    text = json.dumps(quiet_site.body())
    twice = '{"HostConfig": {"Binds": ["/:/host"]}, ' + text[1:]
    for body in (twice, text.replace('"Tty"', '"tty": true, "Tty"'), text + "{}", text[:-5]):
        status, _ = quiet_site.call("POST", f"/containers/create?name={NAME}", body.encode())
        assert (status, quiet_site.journal()[-1]) == (403, "call_refused")
    assert quiet_site.left_behind() == NOTHING


def ticket_of(what: str, site: GuardedSite) -> str:
    good = site.ticket()
    return {
        "a ticket of yesterday": site.ticket(age=timedelta(hours=13)),
        "a ticket of tomorrow": site.ticket(age=-timedelta(hours=1)),
        "somebody else's ticket": site.ticket(TEAMMATE),
        "a ticket with another signature": good[:-12] + ("A" if good[-12] != "A" else "B") + good[-11:],
        "a word": "ticket",
    }[what]


@pytest.mark.parametrize(
    "what",
    [
        "a ticket of yesterday",
        "a ticket of tomorrow",
        "somebody else's ticket",
        "a ticket with another signature",
        "a word",
    ],
)
def test_who_has_not_signed_in_gets_no_workspace(quiet_site: GuardedSite, what: str) -> None:
    body = quiet_site.body(ticket=ticket_of(what, quiet_site))
    status, _ = quiet_site.create_raw(body)
    assert (status, quiet_site.journal()[-1]) == (403, "ticket_refused")
    assert quiet_site.left_behind() == NOTHING


def test_another_ground_than_the_guards_is_stale_and_the_hub_decides_again(quiet_site: GuardedSite) -> None:
    for label, value in (("law", "0" * 64), ("facts", "0" * 64), ("day", "2026-01-01")):
        body = quiet_site.body()
        body["Labels"][f"datalab.{label}"] = value
        status, text = quiet_site.create_raw(body)
        assert (status, json.loads(text)["message"][:5]) == (409, "stale")


def test_who_is_not_in_the_directory_is_refused(site: GuardedSite) -> None:
    body = site.body()
    site.people.ids.clear()
    status, text = site.create_raw(body)
    assert (status, site.journal()[-1]) == (403, "refusal")
    assert "annuaire" in text


def leave_team(site: GuardedSite, person: str = PERSON) -> None:
    project = json.loads(json.dumps(site.register.documents["projects/aides.yaml"]))
    del project["processings"][PROCESSING]["team"][person]
    site.register.change("projects/aides.yaml", project)


def test_who_is_refused_by_the_law_is_refused_though_the_hub_says_the_right_digests(site: GuardedSite) -> None:
    body = site.body()
    leave_team(site)
    decision = site.decision()
    assert not decision.allowed
    body["Labels"] |= {"datalab.facts": decision.facts, "datalab.law": decision.law}
    status, _ = site.create_raw(body)
    assert (status, site.journal()[-1]) == (403, "refusal")
    assert site.left_behind() == NOTHING


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", f"/v1.24/containers/create?name={NAME}", b"{}"),
        ("POST", f"/containers/{NAME}/start", b'{"Binds": ["/:/host"]}'),
        ("POST", f"/containers/{NAME}/exec", b'{"Cmd": ["id"]}'),
        ("POST", f"/containers/{NAME}/start?detachKeys=x", b""),
        ("GET", "/containers/json?all=1", b""),
        ("GET", "/images/json", b""),
        ("POST", "/build", b""),
        ("GET", "/version", b""),
        ("POST", f"/containers/create?name={NAME}", b"x" * 70_000),
    ],
)
def test_every_other_call_is_refused_with_a_reason_and_journaled(
    quiet_site: GuardedSite, method: str, path: str, body: bytes
) -> None:
    before = len(quiet_site.journal())
    status, text = quiet_site.call(method, path, body)
    assert status == 403
    assert "refusé" in json.loads(text)["message"]
    assert quiet_site.journal()[before:] == ["call_refused"]


# --- between creation and start, and after


def test_what_changed_between_creation_and_start_starts_nothing(site: GuardedSite) -> None:
    site.create()
    restrict(site, (OPEN,))
    status, text = start(site)
    assert (status, json.loads(text)["message"][:5]) == (409, "stale")
    assert site.left_behind() == NOTHING


def test_who_left_the_team_between_creation_and_start_is_not_let_in(site: GuardedSite) -> None:
    site.create()
    leave_team(site)
    assert start(site)[0] == 409
    assert site.left_behind() == NOTHING


def test_a_ticket_that_grew_old_between_creation_and_start_opens_nothing(site: GuardedSite) -> None:
    site.create()
    site.clock_offset = timedelta(hours=12, minutes=1)
    assert start(site)[0] in (403, 409)  # 409 when the twelve hours pass over midnight
    assert site.left_behind() == NOTHING


def test_a_stopped_workspace_never_starts_again(site: GuardedSite) -> None:
    identity = site.open()
    site.hub.stop(identity, timeout=1)
    assert start(site)[0] == 403
    assert site.docker.inspect_container(identity)["State"]["Running"] is False
    site.open()
    assert site.docker.inspect_container(str(NAME))["Id"] != identity


def test_a_workspace_that_runs_is_not_created_a_second_time(site: GuardedSite) -> None:
    identity = site.open()
    status, _ = site.create_raw(site.body())
    assert status == 409
    assert site.docker.inspect_container(str(NAME))["Id"] == identity
    assert start(site)[0] == 403


@pytest.mark.parametrize(
    ("file", "words"), [("dies", "code 3"), ("mute", "n'a pas répondu"), ("linked", "n'a pas répondu")]
)
def test_a_workspace_that_never_answers_is_a_failure_and_nothing_is_left(
    site: GuardedSite, file: str, words: str
) -> None:
    """Also when its socket is a link to a socket that would answer."""
    site.open()
    site.inside(NAME, "touch", f"/home/datalab/{file}")
    close(site)
    site.create()
    status, text = start(site)
    assert (status, site.journal()[-1]) == (500, "start_failed")
    assert words in json.loads(text)["message"]
    assert site.left_behind() == NOTHING


def test_a_workspace_that_dies_before_it_is_compared_says_how(site: GuardedSite) -> None:
    engine, find = site.guard.parts.engine, site.guard.parts.engine.find

    def killed_once_found(reference: str) -> Container | None:
        found = find(reference)
        if found and found.running:
            os.kill(found.pid, signal.SIGKILL)
            until_gone(found.pid)
        return found

    site.create()
    engine.find = killed_once_found  # type: ignore[method-assign]
    status, text = start(site)
    assert (status, site.journal()[-1]) == (500, "start_failed")
    assert "code 137" in json.loads(text)["message"]
    assert site.left_behind() == NOTHING


def until_gone(pid: int) -> None:
    """Return once the process has no mounts left to look at."""
    wait_for(lambda: not readable(Path(f"/proc/{pid}/mountinfo")))


def readable(file: Path) -> bool:
    try:
        return bool(file.read_text())
    except OSError:
        return False


def test_a_container_that_has_one_mount_more_than_was_judged_is_killed(site: GuardedSite) -> None:
    """Whatever made it so: here, Docker is given another definition than the guard's."""
    engine = site.guard.parts.engine
    create = engine.create

    def tampered(name: str, config: dict[str, Any]) -> str:
        more = {"Type": "bind", "Source": "/etc", "Target": "/mnt", "ReadOnly": True}
        changed = config["HostConfig"] | {"Mounts": [*config["HostConfig"]["Mounts"], more]}
        return create(name, config | {"HostConfig": changed})

    engine.create = tampered  # type: ignore[method-assign, assignment]
    site.create()
    status, text = start(site)
    assert (status, site.journal()[-1]) == (403, "attack")
    assert "/mnt" in text
    assert site.left_behind() == NOTHING


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("NetworkMode", "bridge"),
        ("CapDrop", []),
        ("ReadonlyRootfs", False),
        ("SecurityOpt", ["seccomp=unconfined", "no-new-privileges:true"]),
        ("PidMode", "host"),
    ],
)
def test_a_container_with_one_protection_less_than_was_judged_is_killed(
    site: GuardedSite, key: str, value: object
) -> None:
    engine = site.guard.parts.engine
    create = engine.create

    def weakened(name: str, config: dict[str, Any]) -> str:
        changed = config["HostConfig"] | {key: value}
        return create(name, config | {"HostConfig": changed, "NetworkDisabled": False})

    engine.create = weakened  # type: ignore[method-assign, assignment]
    site.create()
    assert (start(site)[0], site.journal()[-1]) == (403, "attack")
    assert site.left_behind() == NOTHING


# --- what is not the guard's


def test_a_container_that_the_guard_did_not_create_is_not_shown_started_stopped_or_removed(
    site: GuardedSite, image: str
) -> None:
    labels = {"datalab.site": str(site.places.run), "datalab.workspace": str(NAME)}
    made = site.docker.create_container(image, ["sleep", "60"], name=str(NAME), labels=labels)
    site.docker.start(made["Id"])
    for method, end in (("GET", "/json"), ("POST", "/start"), ("POST", "/stop"), ("DELETE", "")):
        for reference in (str(NAME), made["Id"]):
            status, _ = site.call(method, f"/containers/{reference}{end}")
            assert (status, site.journal()[-1]) == (403, "attack")
    assert site.docker.inspect_container(made["Id"])["State"]["Running"]


def test_what_is_shown_of_a_workspace_holds_no_environment_and_no_ticket(site: GuardedSite) -> None:
    identity = site.open()
    shown = site.hub.inspect_container(identity)
    assert (shown["Id"], shown["Name"], shown["State"]["Running"]) == (identity, f"/{NAME}", True)
    assert shown.keys() == {"Id", "Name", "Created", "State", "Config"}
    assert shown["Config"]["Labels"].keys() == {
        "datalab.workspace",
        "datalab.profile",
        "datalab.day",
        "datalab.law",
        "datalab.facts",
    }


@contextmanager
def hanging_up(path: Path) -> Iterator[None]:
    """A Docker that hangs up on everybody."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def hang_up() -> None:
            server.accept()[0].close()

        thread = threading.Thread(target=hang_up)
        thread.start()
        yield
        thread.join()


def test_what_is_gone_is_404_and_what_cannot_be_known_is_503(site: GuardedSite) -> None:
    assert site.call("GET", f"/containers/{NAME}/json")[0] == 404
    assert site.call("GET", f"/containers/{'ab' * 32}/json")[0] == 404
    hang_up = site.places.run / "hang-up.sock"
    client = site.guard.parts.engine._client
    client.close()
    client.mount("http+docker://", UnixHTTPAdapter(f"http+unix://{hang_up}"))
    with hanging_up(hang_up):
        assert site.call("GET", f"/containers/{NAME}/json")[0] == 503


# --- sources that cannot be read


def test_nothing_is_created_when_the_journal_cannot_be_written(site: GuardedSite) -> None:
    body = site.body()
    folder = site.places.journal("guard")
    folder.rename(folder.with_name("aside"))
    folder.write_text("a file where the journal should be")
    status, text = site.create_raw(body)
    assert status == 503
    assert "journal" in text
    assert site.left_behind() == NOTHING


def test_nothing_starts_when_the_law_is_broken(site: GuardedSite) -> None:
    body = site.body()
    (site.places.law / "facts.yaml").write_text("nonsense: [")
    assert site.create_raw(body)[0] == 503
    assert site.left_behind() == NOTHING


def test_nothing_starts_when_the_register_is_gone(site: GuardedSite) -> None:
    body = site.body()
    (site.places.register_folder / "manifest.json").unlink()
    assert site.create_raw(body)[0] == 503


def test_a_version_that_is_not_in_the_store_starts_nothing(site: GuardedSite) -> None:
    site.create()
    folder = site.places.state / "datasets" / RESTRICTED
    folder.rename(folder.with_name("elsewhere"))
    status, text = start(site)
    assert status == 503
    assert RESTRICTED in text
    assert site.left_behind() == NOTHING


@pytest.mark.parametrize("what", ["a version that its group can write", "a version that is a link"])
def test_a_version_that_somebody_could_change_is_not_mounted(site: GuardedSite, what: str) -> None:
    folder = site.places.state / "datasets" / RESTRICTED / "p2024" / "livraison-1"
    if what.endswith("link"):
        folder.rename(folder.with_name("real"))
        folder.symlink_to(folder.with_name("real"))
    else:
        folder.chmod(0o775)
    site.create()
    assert start(site)[0] == 503
    assert site.left_behind() == NOTHING


def test_a_home_that_became_a_link_leads_nowhere(site: GuardedSite) -> None:
    site.open()
    close(site)
    home = site.places.state / "spaces" / PROCESSING / "homes" / PERSON / "1"
    home.rmdir()
    home.symlink_to("/etc")
    site.create()
    assert start(site)[0] == 503
    assert site.left_behind() == NOTHING
    assert Path("/etc").stat().st_uid == 0


# --- the guard goes and comes back


def test_a_running_workspace_outlives_the_guard_and_is_its_own_again(site: GuardedSite) -> None:
    identity = site.open()
    site.stop_guard()
    assert site.start_guard() == [str(NAME)]
    assert site.docker.inspect_container(identity)["State"]["Running"]
    close(site)
    assert site.left_behind() == NOTHING


def test_what_an_earlier_guard_left_half_done_is_cleared(site: GuardedSite) -> None:
    site.create()
    identity = site.open(MATE)
    parts = site.guard.parts
    record = parts.kept.records.read(MATE)
    assert record
    parts.kept.records.write(record.model_copy(update={"state": "starting"}))
    parts.stage._ws.joinpath("pzzzz1--aides-etude").mkdir()
    assert site.left_behind() != NOTHING
    site.stop_guard()
    assert site.start_guard() == []
    assert site.left_behind() == NOTHING
    with pytest.raises(docker.errors.NotFound):
        site.docker.inspect_container(identity)


def test_mounts_that_an_earlier_guard_left_are_taken_away_and_the_space_keeps_its_files(site: GuardedSite) -> None:
    site.open()
    site.inside(NAME, "touch", "/home/datalab/kept")
    site.stop_guard()
    parts = site.guard.parts
    shown = parts.kept.spaces.show(NAME, 200001, 400001, site.decision().label, today())
    point = site.places.run / "mounts" / str(NAME) / "home"
    for folder in ("projet", "autres", "entrees"):
        (site.places.run / "mounts" / str(NAME) / folder).mkdir(parents=True)
    point.mkdir()
    for note in ("LISEZ-MOI.md", "catalogue.json"):
        (point.parent / "donnees").mkdir(exist_ok=True)
        (point.parent / "donnees" / note).touch()
    parts.stage.mount(NAME, shown, ())
    own = str(site.places.run / "ws" / str(NAME))
    assert site.mounts() != [own]
    assert site.start_guard() == [str(NAME)]
    assert site.mounts() == [own]
    assert site.inside(NAME, "ls", "/home/datalab") == (0, "kept\n")


def test_a_container_that_bears_our_labels_and_was_not_created_by_the_guard_is_removed_at_its_start(
    site: GuardedSite, image: str
) -> None:
    site.stop_guard()
    labels = {"datalab.site": str(site.places.run), "datalab.workspace": str(NAME)}
    made = site.docker.create_container(image, ["sleep", "60"], name=str(NAME), labels=labels)
    site.docker.start(made["Id"])
    site.start_guard()
    assert site.containers() == []
    assert "attack" in site.journal()


def test_the_guards_own_part_of_a_creation_takes_little(site: GuardedSite) -> None:
    """The bench prints the figure; here only that nothing slow slipped in (Docker itself takes 10 ms)."""
    site.create()
    body = site.body()
    before = now()
    assert site.create_raw(body)[0] == 201
    assert now() - before < timedelta(seconds=1)
