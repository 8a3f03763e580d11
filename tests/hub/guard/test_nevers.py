"""Whatever the law says and whatever was rendered, no workspace gets any of this."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from hub.guard.judging.nevers import NEVERS, Frame, broken_nevers
from tests.support.example_workspace import NAME, RUN, example_config

FRAME = Frame(NAME, RUN, "runc")
MOUNTS = f"{RUN}/mounts/{NAME}"
Change = Callable[[dict[str, Any]], object]


def host(**changes: Any) -> Change:
    return lambda config: config["HostConfig"].update(changes)


def top(**changes: Any) -> Change:
    return lambda config: config.update(changes)


def mount(target: str, **changes: Any) -> Change:
    """The mount at this place of the workspace, changed; or a new one."""

    def change(config: dict[str, Any]) -> None:
        mounts = config["HostConfig"]["Mounts"]
        found = next((each for each in mounts if each["Target"] == target), None)
        if found is None:
            found = dict(mounts[0]) | {"Target": target}
            mounts.append(found)
        found.update(changes)

    return change


def without(key: str) -> Change:
    return lambda config: config["HostConfig"].pop(key)


SPREADING = {"Propagation": "rshared", "NonRecursive": True}
RECURSIVE = {"Propagation": "rprivate", "NonRecursive": False}
NOT_RECURSIVE = {"Propagation": "rprivate", "NonRecursive": True}

BROKEN: list[tuple[str, str, Change]] = [
    ("network", "the bridge", host(NetworkMode="bridge")),
    ("network", "the host's network", host(NetworkMode="host")),
    ("network", "another container's network", host(NetworkMode="container:front")),
    ("network", "no word on the network", without("NetworkMode")),
    ("capability", "one added", host(CapAdd=["SYS_ADMIN"])),
    ("capability", "not all dropped", host(CapDrop=["NET_RAW"])),
    ("capability", "none dropped", without("CapDrop")),
    ("privileged", "privileged", host(Privileged=True)),
    ("privileged", "privileged, as a number", host(Privileged=1)),
    ("device", "a device", host(Devices=[{"PathOnHost": "/dev/sda"}])),
    ("device", "every graphics card", host(DeviceRequests=[{"Count": -1}])),
    ("device", "a rule for devices", host(DeviceCgroupRules=["a *:* rwm"])),
    ("writable_root", "a writable root", host(ReadonlyRootfs=False)),
    ("new_privileges", "setuid programs", host(SecurityOpt=[])),
    ("new_privileges", "an option more", lambda c: c["HostConfig"]["SecurityOpt"].append("apparmor=unconfined")),
    ("new_privileges", "the filter alone", lambda c: c["HostConfig"]["SecurityOpt"].pop(0)),
    ("filter", "no filter", host(SecurityOpt=["no-new-privileges:true", "seccomp=unconfined"])),
    ("filter", "Docker's own filter", host(SecurityOpt=["no-new-privileges:true"])),
    ("unmasked", "what the kernel tells of everybody", host(MaskedPaths=[])),
    ("unmasked", "the locks of everybody", lambda c: c["HostConfig"]["MaskedPaths"].remove("/proc/locks")),
    ("unmasked", "settings of the kernel that can be written", host(ReadonlyPaths=[])),
    ("account", "root", top(User="0:0")),
    ("account", "no account", top(User="")),
    ("account", "a name", top(User="root")),
    ("account", "an account of the host", top(User="1000:400003")),
    ("account", "a group of the host", top(User="200007:999")),
    ("account", "beyond people", top(User="400007:400003")),
    ("shared_namespace", "the host's processes", host(PidMode="host")),
    ("shared_namespace", "the host's name", host(UTSMode="host")),
    ("shared_namespace", "the host's users", host(UsernsMode="host")),
    ("shared_namespace", "the host's memory", host(IpcMode="host")),
    ("shared_namespace", "the host's control groups", host(CgroupnsMode="host")),
    ("shared_namespace", "another parent of control groups", host(CgroupParent="/docker")),
    ("binds_or_volumes", "a bind", host(Binds=["/:/host"])),
    ("binds_or_volumes", "another container's volumes", host(VolumesFrom=["front"])),
    ("binds_or_volumes", "a volume", top(Volumes={"/x": {}})),
    ("file_of_the_host", "Docker's first process", host(Init=True)),
    ("file_of_the_host", "Docker's choice", without("Init")),
    ("foreign_mount", "Docker's socket", mount("/run/hub", Source="/var/run/docker.sock")),
    ("foreign_mount", "the host's root", mount("/projet", Source="/")),
    ("foreign_mount", "somebody else's home", mount("/home/datalab", Source=f"{RUN}/mounts/pzzzz--aides-ciblage/home")),
    ("foreign_mount", "somebody else's socket", mount("/run/ws", Source=f"{RUN}/ws/pzzzz--aides-ciblage")),
    ("foreign_mount", "every socket", mount("/run/ws", Source=f"{RUN}/ws")),
    ("foreign_mount", "somebody else's turnstile", mount("/run/hub", Source=f"{RUN}/turnstile/pzzzz--aides-ciblage")),
    ("foreign_mount", "every turnstile", mount("/run/hub", Source=f"{RUN}/turnstile")),
    ("foreign_mount", "the front's inner side", mount("/run/hub", Source=f"{RUN}/gate")),
    ("foreign_mount", "the store itself", mount("/donnees/revenus/p2024", Source="/var/lib/datalab/datasets/revenus")),
    ("foreign_mount", "a part as the home", mount("/home/datalab", Source=f"{MOUNTS}/donnees/revenus/p2024")),
    ("foreign_mount", "the home as a part", mount("/donnees/revenus/p2024", Source=f"{MOUNTS}/home")),
    ("foreign_mount", "one part as another", mount("/donnees/revenus/p2024", Source=f"{MOUNTS}/donnees/communes/tout")),
    ("foreign_mount", "a way up", mount("/donnees/../etc", Source=f"{MOUNTS}/donnees/../../../../etc")),
    ("foreign_mount", "another place of the workspace", mount("/opt/workspace", Source=f"{MOUNTS}/home")),
    ("foreign_mount", "a volume of Docker's", mount("/projet", Type="volume")),
    ("foreign_mount", "an option that is not known", mount("/projet", VolumeOptions={})),
    ("nested_mount", "a place twice", lambda c: c["HostConfig"]["Mounts"].append(c["HostConfig"]["Mounts"][0])),
    ("nested_mount", "a part within a part", mount("/donnees/revenus/p2024/x")),
    ("spreading_mount", "mounts that come back", mount("/projet", BindOptions=SPREADING)),
    ("spreading_mount", "what is mounted below", mount("/projet", BindOptions=RECURSIVE)),
    ("spreading_mount", "nothing of what is mounted beside", mount("/projet-autres", BindOptions=NOT_RECURSIVE)),
    ("foreign_mount", "somebody else's spaces", mount("/projet-autres", Source=f"{RUN}/mounts/pzzzz--autre/autres")),
    ("spreading_mount", "a read-only bind, which drops nosuid", mount("/donnees/revenus/p2024", ReadOnly=True)),
    ("tmpfs", "programs with rights in /tmp", host(Tmpfs={"/tmp": "rw,size=1m"})),
    ("tmpfs", "a /tmp without limit", host(Tmpfs={"/tmp": "rw,nosuid,nodev"})),
    ("tmpfs", "another folder in memory", host(Tmpfs={"/etc": "rw,nosuid,nodev,size=1m"})),
    ("no_limit", "all the memory", host(Memory=0)),
    ("no_limit", "swap", host(MemorySwap=-1)),
    ("no_limit", "any number of processes", host(PidsLimit=-1)),
    ("no_limit", "any number of processors", host(NanoCpus=0)),
    ("no_limit", "a limit that is text", host(Memory="2g")),
    ("no_limit", "any number of open files", host(Ulimits=[])),
    ("image_without_digest", "an image by name", top(Image="debian:latest")),
    ("restart", "a container that comes back", host(RestartPolicy={"Name": "always"})),
    ("runtime", "another runtime", host(Runtime="nvidia")),
    ("log_leaves", "logs sent elsewhere", host(LogConfig={"Type": "syslog", "Config": {"syslog-address": "tcp://x"}})),
    ("log_leaves", "a log without end", host(LogConfig={"Type": "json-file", "Config": {}})),
    ("other_name", "another workspace's label", lambda c: c["Labels"].update({"datalab.workspace": "pzzzz--autre"})),
    ("other_name", "another installation's label", lambda c: c["Labels"].update({"datalab.site": "/run/other"})),
    ("other_name", "another host name", top(Hostname="hub")),
    ("unknown_key", "a system setting", host(Sysctls={"kernel.shm_rmid_forced": "0"})),
    ("unknown_key", "other groups", host(GroupAdd=["docker"])),
    ("unknown_key", "an address in /etc/hosts", host(ExtraHosts=["hub:127.0.0.1"])),
    ("unknown_key", "a published port", host(PortBindings={"80/tcp": [{}]})),
    ("unknown_key", "a key that Docker reads without case", host(binds=["/:/host"])),
    ("unknown_key", "a network beside", top(NetworkingConfig={"EndpointsConfig": {"bridge": {}}})),
    ("unknown_key", "a health check, which runs a command", top(Healthcheck={"Test": ["CMD", "id"]})),
]


def test_what_the_decision_gives_breaks_none() -> None:
    assert broken_nevers(example_config(), FRAME) == []


@pytest.mark.parametrize(("never", "what", "change"), BROKEN, ids=[f"{never}: {what}" for never, what, _ in BROKEN])
def test_each_never_is_refused_when_it_alone_is_broken(never: str, what: str, change: Change) -> None:
    config = example_config()
    change(config)
    assert never in broken_nevers(config, FRAME), what


def test_every_never_is_broken_by_a_case() -> None:
    assert {never for never, _, _ in BROKEN} == set(NEVERS)


def test_a_definition_without_host_part_is_refused() -> None:
    assert broken_nevers({"Image": "x"}, FRAME) == ["no_host_config"]


@pytest.mark.parametrize("key", sorted(example_config()["HostConfig"]))
@pytest.mark.parametrize("value", [None, "x", 1, [], {}])
def test_a_value_of_another_type_never_passes_by_an_error(key: str, value: object) -> None:
    """Each never judges or breaks; none lets a definition through because it could not read it."""
    config = example_config()
    config["HostConfig"][key] = value
    assert isinstance(broken_nevers(config, FRAME), list)
