"""How each protection is taken away: in the container's definition, or in what the guard mounted on the host."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docker

from hub.guard.host import mounts
from hub.guard.host.expected import READ_ONLY, SPACE
from hub.guard.settings import group_id
from hub.workspace.kernel import FILTER
from tests.isolation.believing import believing
from tests.isolation.host import listening

if TYPE_CHECKING:
    from tests.isolation.weakened import Weak

Change = Callable[["Weak"], object]
NO_NEW_PRIVILEGES = "no-new-privileges:true"


def all_of(*changes: Change) -> Change:
    """Several things at once: protections that stand behind one another."""
    return lambda weak: [change(weak) for change in changes]


# --- the container's definition


def host(**values: Any) -> Change:
    """Keys of Docker's HostConfig, replaced."""
    return lambda weak: weak.host.update(values)


def top(**values: Any) -> Change:
    """Keys of the definition itself, replaced."""
    return lambda weak: weak.body.update(values)


def security(*options: str) -> Change:
    return host(SecurityOpt=list(options))


def without_limit(name: str) -> Change:
    """Docker then gives what the machine gives to everybody."""
    return lambda weak: weak.host.update(Ulimits=[each for each in weak.host["Ulimits"] if each["Name"] != name])


def environment(name: str, read: Callable[[Weak], str]) -> Change:
    return lambda weak: weak.body["Env"].append(f"{name}={read(weak)}")


def account_of(role: str) -> Change:
    """Another person's account, in the same group."""
    return lambda weak: weak.body.update(User=f"{weak.lab.uid(role)}:{weak.spec.gid}")


def of_a_neighbour(key: str, role: str) -> Change:
    """A namespace of another workspace instead of one's own."""

    def change(weak: Weak) -> None:
        weak.host[key] = f"container:{weak.lab.name(role)}"
        if key == "NetworkMode":
            del weak.body["Hostname"]  # it would be the neighbour's, and Docker wants it unsaid
            weak.body["NetworkDisabled"] = False

    return change


def open_umask(weak: Weak) -> None:
    weak.body["Cmd"][-1] = weak.body["Cmd"][-1].replace("os.umask(0o007)", "os.umask(0o022)")


def extra_mount(target: str, source: Callable[[Weak], Path], **more: Any) -> Change:
    """A mount that no decision gives."""
    return lambda weak: weak.add_mount(source(weak), target, **more)


def other_source(target: str, source: Callable[[Weak], Path]) -> Change:
    """A mount that every workspace has, from another place of the machine."""
    return lambda weak: weak.mount_of(target).update(Source=str(source(weak)))


def bind_options(target: str, **options: Any) -> Change:
    return lambda weak: weak.mount_of(target)["BindOptions"].update(options)


def read_only_by_docker(weak: Weak) -> None:
    """Docker's own `ro`, which drops what the host's mount is protected with."""
    for each in weak.host["Mounts"]:
        if each["Target"] in weak.facts["parts"]:
            each["ReadOnly"] = True


# --- what is mounted on the host for the moment of the start


def _place(weak: Weak, target: str) -> Path:
    """Where the host shows what the workspace will see at a place."""
    return Path(weak.mount_of(target)["Source"])


def protected_less(target: str, *lost: str) -> Change:
    """The same mount without some of its protections."""

    def change(weak: Weak) -> None:
        kept = {"/home/datalab": SPACE, "/projet": SPACE}.get(target, READ_ONLY - {"ro"})
        mounts.protect(_place(weak, target), kept - set(lost))

    return change


def parts_protected_less(*lost: str) -> Change:
    def change(weak: Weak) -> None:
        for part in weak.facts["parts"]:
            mounts.protect(_place(weak, part), READ_ONLY - set(lost))

    return change


def data_by_bind(weak: Weak) -> None:
    """Read-only binds of the delivered versions, where overlays were."""
    for part in weak.facts["parts"]:
        point = _place(weak, part)
        lower = _lower_of(point)
        mounts.unmount(str(point))
        mounts.bind(lower, point, READ_ONLY)


def beside_by_bind(weak: Weak) -> None:
    """Read-only binds of the team's other spaces, where overlays were."""
    for space in weak.shown.beside:
        point = weak.mounts / "autres" / space.name
        mounts.unmount(str(point))
        mounts.bind(weak.spaces.joinpath(*space.steps), point, READ_ONLY)


def _lower_of(point: Path) -> Path:
    lines = Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()
    options = next(line.split()[-1] for line in lines if line.split()[4] == str(point))
    return Path(options.partition("lowerdir=")[2].partition(":")[0])


def writable_data(weak: Weak) -> None:
    """A part that can be written: an empty one of the tests' own, never a delivered one."""
    _writable(_place(weak, weak.facts["parts"][-1]))


def writable_deposits(weak: Weak) -> None:
    """What the person deposits, where the workspace writes too."""
    _writable(_place(weak, "/entrees"))


def _writable(point: Path) -> None:
    mounts.unmount(str(point))
    mounts.tmpfs(point, READ_ONLY - {"ro"} | {"rw"}, "mode=0777,size=64k")


def one_file_system_for_all_sockets(weak: Weak) -> None:
    """The socket's folder on the file system that holds those of all, as it was before each had its own."""
    mounts.unmount(str(weak.sockets))
    os.chown(weak.sockets, weak.spec.uid, weak.lab.front_gid)
    weak.sockets.chmod(0o2710)


def no_limit_of_terminals(weak: Weak) -> None:
    weak.limited_terminals = False


def shared_with_the_host(target: str) -> Change:
    """What is mounted on the host later shows inside."""

    def change(weak: Weak) -> None:
        mounts.share(_place(weak, target))
        weak.mount_of(target)["BindOptions"]["Propagation"] = "rshared"

    return change


def nested_mount(weak: Weak) -> None:
    """Something mounted within the home, and a bind that takes it along."""
    point = _place(weak, "/home/datalab") / "imbrique"
    point.mkdir()
    mounts.tmpfs(point, SPACE, "mode=0755,size=64k")
    (point / "temoin.txt").write_text(f"temoin-imbrique-{weak.lab.word}", encoding="ascii")
    weak.mount_of("/home/datalab")["BindOptions"]["NonRecursive"] = False


def home_whatever_its_label(weak: Weak) -> None:
    """The home that was sealed when the processing lost its restricted data."""
    own = weak.lab.name(weak.plays)
    _shown_instead(weak, "/home/datalab", weak.spaces / own.processing / "homes" / own.person / "1")


def space_whatever_its_label(weak: Weak) -> None:
    """The team's space of those who may read more."""
    _shown_instead(weak, "/projet", weak.lab.folder("large", "/projet"))


def _shown_instead(weak: Weak, target: str, folder: Path) -> None:
    point = _place(weak, target)
    mounts.unmount(str(point))
    mounts.bind(folder, point, SPACE)


def beside_whatever_its_label(weak: Weak) -> None:
    """Beside the team's space, that of those who may read more."""
    point = weak.mounts / "autres" / "de-trop"
    mounts.protect(weak.mounts / "autres", READ_ONLY - {"ro"})
    point.mkdir()
    mounts.overlay(weak.lab.folder("large", "/projet"), weak.mounts.parent / ".empty", point, READ_ONLY)


def home_of_another_open_to_all(weak: Weak) -> None:
    """A colleague's home, whose mode lets everybody in, at another place."""
    folder = weak.lab.folder("small", "/home/datalab")
    folder.chmod(0o2755)
    weak.held.callback(folder.chmod, 0o2700)
    weak.add_mount(folder, "/mnt")


def own_home_open_to_all(weak: Weak) -> None:
    _place(weak, "/home/datalab").chmod(0o2777)


# --- a network


METADATA, GATEWAY, SUBNET = "169.254.169.254", "169.254.169.1", "169.254.169.0/24"
# a machine of the tests' own on a network of theirs: a cloud's metadata, and a resolver that knows every name
STRANGER = """
import socket, threading
def http():
    server = socket.create_server(("", 80))
    while True:
        client, _ = server.accept()
        client.sendall(b"HTTP/1.0 200 OK\\r\\n\\r\\nsecret")
        client.close()
threading.Thread(target=http, daemon=True).start()
names = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
names.bind(("", 53))
while True:
    question, sender = names.recvfrom(512)
    head = question[:2] + bytes.fromhex("818000010001000000000000")[0:10]
    names.sendto(head + question[12:] + bytes.fromhex("c00c00010001000000010004c0000201"), sender)
"""


def a_network(weak: Weak) -> None:
    """A bridge that leads to no other network, with a machine of the tests' own on it: nothing leaves this host."""
    engine = weak.held.enter_context(_engine())
    network, address = weak.held.enter_context(_bridge(engine, weak.body["Image"])), METADATA
    gateway = weak.held.enter_context(listening(GATEWAY))
    weak.body["NetworkDisabled"] = False
    weak.host.update(NetworkMode=network, Dns=[address])
    weak.facts |= {"name_servers": [address], "addresses": [gateway]}


@contextmanager
def _engine() -> Iterator[docker.APIClient]:
    engine = docker.APIClient(base_url="unix:///var/run/docker.sock", version="1.41")
    try:
        yield engine
    finally:
        engine.close()


@contextmanager
def _bridge(engine: docker.APIClient, image: str) -> Iterator[str]:
    name = "datalab-essai-isolation"
    for old in engine.containers(all=True, filters={"name": name}):
        engine.remove_container(old["Id"], force=True)
    for old in engine.networks(names=[name]):
        engine.remove_network(old["Id"])
    pool = docker.types.IPAMPool(subnet=SUBNET, gateway=GATEWAY)
    network = engine.create_network(name, internal=True, ipam=docker.types.IPAMConfig(pool_configs=[pool]))["Id"]
    place = engine.create_endpoint_config(ipv4_address=METADATA)
    made = engine.create_container(
        image,
        ["/usr/bin/python3", "-I", "-c", STRANGER],
        name=name,
        user="0:0",
        host_config=engine.create_host_config(network_mode=network),
        networking_config=engine.create_networking_config({network: place}),
    )["Id"]
    try:
        engine.start(made)
        yield network
    finally:
        engine.remove_container(made, force=True)
        engine.remove_network(network)


def reader_password(weak: Weak) -> str:
    """The password with which the directory is read."""
    return (weak.lab.site.places.state / "guard" / "directory.password").read_text(encoding="utf-8").strip()


def secret_folder(weak: Weak) -> Path:
    """A folder of the machine that everybody on it may read."""
    return weak.lab.host.secret_file.parent


def a_disk(weak: Weak) -> None:
    """The machine's first disk, to read."""
    disk = next(
        f"/dev/{path.name}" for path in sorted(Path("/sys/block").iterdir()) if Path("/dev", path.name).exists()
    )
    weak.host["Devices"] = [{"PathOnHost": disk, "PathInContainer": disk, "CgroupPermissions": "r"}]


def without_host_name(weak: Weak) -> None:
    del weak.body["Hostname"]


def other_data(weak: Weak) -> None:
    """A part that the decision does not give, mounted as rightly as the others."""
    store = weak.lab.site.places.state / "datasets" / "entreprises" / "etablissements"
    version = next(path for path in store.iterdir() if path.is_dir())
    point = weak.mounts / "donnees" / "entreprises" / "etablissements"
    point.mkdir(parents=True)
    mounts.overlay(version, weak.mounts.parent / ".empty", point, READ_ONLY)
    weak.add_mount(
        point, "/donnees/entreprises/etablissements", BindOptions={"Propagation": "rprivate", "NonRecursive": True}
    )


def hub_itself(weak: Weak) -> None:
    """The hub's own socket, and the group that may use it."""
    weak.mount_of("/run/hub")["Source"] = str(weak.lab.site.places.run / "hub")
    weak.host["GroupAdd"] = [str(weak.lab.front_gid)]


def front_itself(weak: Weak) -> None:
    """The inner side of the front without the turnstile before it, and the group that may use it."""
    weak.mount_of("/run/hub")["Source"] = str(weak.lab.site.places.run / "gate")
    weak.host["GroupAdd"] = [str(group_id(weak.lab.site.launch.accounts.turnstile))]


def writable_way_to_the_hub(weak: Weak) -> None:
    (weak.lab.site.places.run / "turnstile" / weak.container).chmod(0o777)


def root_of_the_machine(weak: Weak) -> None:
    """Root with the one capability that opens other processes, among those of the machine."""
    weak.body["User"] = "0:0"
    weak.host.update(PidMode="host", CapDrop=[], CapAdd=["SYS_PTRACE"])


def root_who_mounts(weak: Weak) -> None:
    """Root with the one capability that mounts, and no filter in its way."""
    weak.body["User"] = "0:0"
    weak.host.update(CapDrop=[], CapAdd=["SYS_ADMIN"], SecurityOpt=[NO_NEW_PRIVILEGES, "seccomp=unconfined"])


def data_in_the_home(weak: Weak) -> None:
    """The data as a folder of the home: what is in one mount can be linked, and its owner writes."""
    folder = _place(weak, "/home/datalab") / "donnees"
    folder.mkdir()
    file = folder / "lignes.csv"
    file.write_text("jeu\n", encoding="ascii")
    for path in (folder, file):
        os.chown(path, weak.spec.uid, weak.spec.gid)
    weak.facts |= {"parts": ["/home/datalab/donnees"]}


def a_hub_that_believes(weak: Weak) -> None:
    """In the place of the way to the hub, something that grants whatever is asked, and tells of others."""
    folder = Path(weak.held.enter_context(tempfile.TemporaryDirectory(prefix="dlhub")))
    folder.chmod(0o755)
    weak.held.enter_context(believing(folder / "hub.sock"))
    weak.mount_of("/run/hub")["Source"] = str(folder)


def docker_socket(weak: Weak) -> None:
    """Docker's socket, and the group that may use it."""
    weak.add_mount("/var/run/docker.sock", "/var/run/docker.sock")
    weak.host["GroupAdd"] = [str(os.stat("/var/run/docker.sock").st_gid)]  # noqa: PTH116 - beside chown above


DOCKERS_FILTER = security(NO_NEW_PRIVILEGES)
NO_FILTER = security(NO_NEW_PRIVILEGES, "seccomp=unconfined")
SETUID_ALLOWED = security(f"seccomp={FILTER}")
