"""What a process of a workspace is allowed, and whether it can allow itself more."""

from __future__ import annotations

import ctypes
import os
import resource
import stat
import struct
from pathlib import Path

from tests.isolation.inside.frame import Facts, Got, ask, attempt, need, probe

NOTHING = "0" * 16


@probe("Vérifier que le processus n'a ni capacité, ni compte, ni groupe de trop, et qu'un filtre le tient")
def state_of_the_process(facts: Facts) -> Got:
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    found = dict(line.split(":", 1) for line in text.splitlines() if ":" in line)
    wanted = {f"Cap{kind}": NOTHING for kind in ("Inh", "Prm", "Eff", "Bnd", "Amb")}
    wanted |= {"NoNewPrivs": "1", "Seccomp": "2", "Groups": str(facts["gid"])}
    wanted |= {"Uid": "\t".join([str(facts["uid"])] * 4), "Gid": "\t".join([str(facts["gid"])] * 4)}
    return [f"{key}: {found[key].strip()}" for key, value in wanted.items() if found[key].strip() != value]


@probe("Devenir un autre compte, un autre groupe, ou se donner des capacités")
def becoming_somebody_else(facts: Facts) -> Got:
    other = facts["others"][0]
    return [
        *attempt("setuid(0)", os.setresuid, 0, 0, 0),
        *attempt("setgid(0)", os.setresgid, 0, 0, 0),
        *attempt("compte d'un autre", os.setresuid, *[other["uid"]] * 3),
        *attempt("groupe d'un autre", os.setresgid, *[other["gid"]] * 3),
        *attempt("groupes", os.setgroups, [0]),
        *attempt("capset", _take_every_capability),
    ]


def _take_every_capability() -> int:
    head = struct.pack("Ii", 0x20080522, 0)
    data = struct.pack("6I", *[0xFFFFFFFF] * 6)
    return ask("capset", ctypes.create_string_buffer(head), ctypes.create_string_buffer(data))


@probe("Dépasser ses propres limites : priorité, fichiers ouverts, image mémoire, survie au manque de mémoire")
def own_limits_raised(facts: Facts) -> Got:
    """Of two processes, the kernel kills the one with the higher score; the machine's own have 0."""
    score = _own_score()
    files, core = resource.RLIMIT_NOFILE, resource.RLIMIT_CORE
    most = resource.getrlimit(files)[1]
    return [
        *attempt("priorité", os.setpriority, os.PRIO_PROCESS, 0, -20),
        *attempt("temps réel", os.sched_setscheduler, 0, os.SCHED_FIFO, os.sched_param(1)),
        *_limit("fichiers ouverts", files, most + 1),
        *_limit("image mémoire", core, 1 << 20),
        *attempt("survie", Path("/proc/self/oom_score_adj").write_text, "-1"),
        *([] if score >= facts["oom_score"] else [f"survie: {score}"]),
    ]


def _own_score() -> int:
    return int(Path("/proc/self/oom_score_adj").read_text(encoding="ascii"))


def _limit(what: str, kind: int, value: int) -> Got:
    try:
        resource.setrlimit(kind, (value, value))
    except (OSError, ValueError):
        return []
    return [f"{what}: {value}"]


@probe("Trouver un programme qui s'exécute avec les droits d'un autre (setuid, setgid, capacités de fichier)")
def programs_with_rights(facts: Facts) -> Got:
    found, seen = [], 0
    for folder, _, names in os.walk("/", onerror=None):
        if folder.startswith(("/proc", "/sys", "/donnees")):
            continue
        for name in names:
            seen += 1
            if os.path.join(folder, name) == facts["setuid_of_a_colleague"]:
                continue  # another probe runs that one
            found += _rights_of(os.path.join(folder, name))
    need(seen > 1000, "the image has no files")
    return found[:10]


def _rights_of(path: str) -> Got:
    try:
        mode = os.lstat(path).st_mode
        special = stat.S_ISREG(mode) and mode & (stat.S_ISUID | stat.S_ISGID)
        return [f"{path}: {oct(mode)}"] if special and mode & 0o111 else []
    except OSError:
        return []


@probe("Exécuter un programme setuid laissé par un collègue dans le dossier d'équipe")
def setuid_of_a_colleague(facts: Facts) -> Got:
    program = facts["setuid_of_a_colleague"]
    need(os.lstat(program).st_mode & stat.S_ISUID, "the colleague's program is not setuid")
    near, far = os.pipe()
    child = os.fork()
    if child == 0:
        os.dup2(far, 1)
        os.execv(program, [program, "-u"])  # a copy of `id`
    os.close(far)
    os.waitpid(child, 0)
    with os.fdopen(near) as said:
        told = said.read().strip()
    need(told, "the colleague's program said nothing")
    return [] if told == str(facts["uid"]) else [f"compte {told}"]


@probe("Lire ce que les autres comptes de la machine pourraient lire : droits laissés sur les fichiers créés")
def open_to_other_accounts(facts: Facts) -> Got:
    found = []
    for path in ("/home/datalab", "/projet"):
        mode = stat.S_IMODE(os.stat(path).st_mode)
        found += [f"{path}: {oct(mode)}"] if mode & 0o007 else []
    masks = [mask for pid in os.listdir("/proc") if pid.isdigit() for mask in _mask_of_a_server(pid)]
    need(masks, "no process of the workspace's own was found")
    return found + [f"umask {mask:04o}" for mask in masks if mask & 0o007 != 0o007]


FIRST = {"tini", "docker-init"}


def _mask_of_a_server(pid: str) -> list[int]:
    """The umask of what a container's first process started, none when it is something else."""
    try:
        mine = _status(pid)
        parent = _status(mine["PPid"])
    except (OSError, KeyError):
        return []
    is_server = parent["Name"] in FIRST and mine["Name"] not in FIRST
    return [int(mine["Umask"], 8)] if is_server else []


def _status(pid: str) -> dict[str, str]:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return {key: value.strip() for key, _, value in (line.partition(":") for line in lines)}
