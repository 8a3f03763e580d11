"""Parts fail and come back: nothing opens that should not, and nobody loses a running workspace."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from onboarding.demo.browser import Browser, NotOpenedError, SignInRefusedError
from policies.journal.verify import verify
from tests.support.site import Installation

EVALUATION, REPERAGE = "aides-evaluation", "aides-reperage"


def test_restarting_hub_guard_and_front_loses_no_running_workspace(site: Installation) -> None:
    with site.signed_in("c.martin") as browser:
        workspace = browser.open(REPERAGE)
        workspace.run("kept = 41")
        site.restart("hub", "guard", "signin")
        site.docker("restart", "--time", "2", site.launch.front_container)
        assert site.python("hub.launch", "start", "--values", str(site.installed_values)).returncode == 0
        assert workspace.run("kept + 1").text == "42"
        browser.stop(workspace)


def test_stopping_leaves_no_container_no_socket_and_no_mount(site: Installation) -> None:
    name = str(site.name("c.martin", REPERAGE))
    with site.workspace("c.martin", REPERAGE):
        assert (site.places.run / "ws" / name / "j.sock").exists()
    assert name not in site.docker("ps", "--all", "--format", "{{.Names}}")
    assert not (site.places.run / "ws" / name).exists()
    assert name not in Path("/proc/self/mountinfo").read_text()


def test_the_journal_holds_decision_start_and_stop_in_this_order_and_verifies(site: Installation) -> None:
    before = len(site.journal("guard"))
    with site.workspace("c.martin", REPERAGE):
        pass
    kinds = [found.entry.kind for found in site.journal("guard")[before:]]
    assert kinds == ["decision", "start", "stop"]
    done = site.datalab("journal", "verify")
    assert (done.returncode, "guard" in done.stdout) == (0, True)


def test_a_changed_line_of_the_journal_is_found(site: Installation, tmp_path: Path) -> None:
    copy = tmp_path / "guard"
    shutil.copytree(site.places.journal("guard"), copy)
    assert verify(copy).sound
    chain = copy / "chain.jsonl"
    chain.write_bytes(chain.read_bytes().replace(b'"start"', b'"sturt"', 1))
    assert not verify(copy).sound


@pytest.fixture
def broken_law(site: Installation) -> Iterator[None]:
    rule = site.places.law / "rules" / "mount_part" / "DL-10" / "rule.yaml"
    content = rule.read_text(encoding="utf-8")
    rule.write_text(content.replace("effect:", "efect:", 1), encoding="utf-8")
    try:
        yield
    finally:
        rule.write_text(content, encoding="utf-8")


def test_a_broken_law_starts_nothing_and_the_page_says_so(site: Installation, broken_law: None) -> None:
    with site.signed_in("c.martin") as browser:
        page = browser.home()
        assert "Les règles" in page.text
        assert browser.press(REPERAGE, profile="petit").status in {403, 503}
    done = site.datalab("check")
    assert (done.returncode, "DL-10/rule.yaml" in done.stdout + done.stderr) == (1, True)


def test_a_mended_law_opens_again(site: Installation) -> None:
    with site.workspace("c.martin", REPERAGE) as workspace:
        assert workspace.run("1 + 1").text == "2"


def test_a_directory_that_is_down_is_said_and_opens_nothing(site: Installation) -> None:
    with site.signed_in("c.martin") as signed_in:
        site.docker("stop", "--time", "1", site.launch.directory_container)
        try:
            with Browser(site.address) as browser, pytest.raises(SignInRefusedError, match="annuaire"):
                browser.sign_in("c.martin", site.password)
            with pytest.raises(NotOpenedError):
                signed_in.open(REPERAGE)
        finally:
            site.docker("start", site.launch.directory_container)
            site.python("hub.launch", "directory", "--values", str(site.installed_values))


def test_nothing_starts_when_the_journal_cannot_be_written(site: Installation) -> None:
    folder = site.places.journal("guard")
    aside = folder.with_name("guard.aside")
    folder.rename(aside)
    folder.write_text("not a folder")
    try:
        with site.signed_in("c.martin") as browser, pytest.raises(NotOpenedError):
            browser.open(REPERAGE)
    finally:
        folder.unlink()
        aside.rename(folder)
    assert str(site.name("c.martin", REPERAGE)) not in site.docker("ps", "--format", "{{.Names}}")


CLIENT = """
import os, socket, sys
os.setgroups([int(sys.argv[3])]); os.setgid(int(sys.argv[3])); os.setuid(int(sys.argv[2]))
client = socket.socket(socket.AF_UNIX); client.connect(sys.argv[1]); client.sendall(sys.stdin.buffer.read())
answer = b""
while part := client.recv(65536):
    answer += part
print(answer.decode(errors="replace"))
"""


def as_hub(site: Installation, method: str, path: str, body: object = None) -> tuple[int, str]:
    """What the guard answers to somebody who has the hub's account."""
    content = b"" if body is None else json.dumps(body).encode()
    head = f"{method} {path} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n".replace("\\r\\n", "\r\n")
    head += f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    account = site.hub_account
    arguments = [str(site.places.socket("guard")), str(account.pw_uid), str(account.pw_gid)]
    done = subprocess.run(
        [sys.executable, "-I", "-c", CLIENT, *arguments], input=head.encode() + content, capture_output=True, check=True
    )
    answer = done.stdout.decode()
    return int(answer.split()[1]), answer


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/v1.41/containers/json", None),
        ("POST", "/v1.41/containers/create?name=pabcde--aides-reperage", {"Image": "x"}),
        ("POST", "/v1.41/containers/create?name=evil", {"Image": "x", "HostConfig": {"Privileged": True}}),
        ("POST", "/v1.41/containers/datalab-test-front/exec", {"Cmd": ["sh"]}),
        ("POST", "/v1.41/containers/datalab-test-front/stop", None),
        ("DELETE", "/v1.41/containers/datalab-test-directory", None),
        ("POST", "/v1.41/images/create", None),
        ("POST", "/v1.12/containers/datalab-test-front/start", {"Binds": ["/:/host"]}),
        ("GET", "/v1.41/containers/datalab-test-front/json", None),
    ],
)
def test_whoever_holds_the_hubs_account_gets_nothing_more_from_the_guard(
    site: Installation, method: str, path: str, body: object
) -> None:
    status, answer = as_hub(site, method, path, body)
    assert status in {400, 403, 404}, answer
    assert "datalab-test-front" in site.docker("ps", "--format", "{{.Names}}")


def test_whoever_holds_the_hubs_account_reads_neither_keys_nor_data_nor_dockers_socket(site: Installation) -> None:
    account = site.hub_account
    paths = [
        site.places.state / "signin" / "signing.key",
        site.places.state / "datasets",
        site.places.state / "spaces",
        site.places.journal("guard"),
        site.places.state / "guard",
    ]
    script = (
        f"import os,sys\nos.setgroups([]); os.setgid({account.pw_gid}); os.setuid({account.pw_uid})\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n        os.listdir(path) if os.path.isdir(path) else open(path); print('READ', path)\n"
        "    except PermissionError: pass\n"
        "    except FileNotFoundError: print('MISSING', path)\n"
        "print(os.access('/var/run/docker.sock', os.W_OK))"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, *map(str, paths)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == ["False"]


def test_every_demo_workspace_has_only_lo_and_exactly_the_mounts_of_its_decision(site: Installation) -> None:
    opened = 0
    for actor in site.cast:
        with site.signed_in(actor.login) as browser:
            actions = [form.action for form in browser.home().forms if "/espace/" in form.action]
            for processing in [action.rpartition("/espace/")[2] for action in actions]:
                workspace = browser.open(processing)
                check_mounts(site, actor.login, processing)
                browser.stop(workspace)
                opened += 1
    assert opened >= 8


def check_mounts(site: Installation, login: str, processing: str) -> None:
    explained = json.loads(site.datalab("explain", "--person", login, "--processing", processing, "--json").stdout)
    granted = {
        f"/donnees/{grant['dataset']}/{grant['part']}" for grant in explained["grants"] if grant["mode"] == "read"
    }
    name = site.name(login, processing)
    script = (
        "import socket\nprint([n for _, n in socket.if_nameindex()])\n"
        "print(' '.join(l.split()[4] for l in open('/proc/self/mountinfo')))"
    )
    network, mounts = site.inside(name, script).splitlines()
    assert network == "['lo']"
    assert {path for path in mounts.split() if path.startswith("/donnees/")} == granted | {
        "/donnees/LISEZ-MOI.md",
        "/donnees/catalogue.json",
    }


@pytest.mark.parametrize(("login", "code", "said"), [("c.martin", 0, "51-711"), ("h.garnier", 1, "DL-06")])
def test_explain_answers_by_its_exit_code_and_names_the_article(
    site: Installation, login: str, code: int, said: str
) -> None:
    processing = EVALUATION if code == 0 else REPERAGE
    done = site.datalab("explain", "--person", login, "--processing", processing)
    assert (done.returncode, said in done.stdout) == (code, True), done.stdout + done.stderr


def test_the_installation_checks_clean(site: Installation) -> None:
    done = site.datalab("check")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_second_start_replaces_nothing(site: Installation) -> None:
    def running() -> tuple[str, str]:
        pids = site.python(
            "supervisor.supervisorctl", "-c", str(site.places.run / "supervisor" / "supervisord.conf"), "pid", "all"
        )
        return site.docker(
            "ps", "--no-trunc", "--quiet", "--filter", f"label=datalab.site={site.places.run}"
        ), pids.stdout

    before = running()
    root = Path(__file__).parents[2]
    subprocess.run(
        [root / "hub/launch/run.sh", "up", root / "tests/values.yaml", "test"], check=True, capture_output=True
    )
    assert running() == before
