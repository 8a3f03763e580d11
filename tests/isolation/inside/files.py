"""Files: other people's, other processings', the machine's; links, names and mounts."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from tests.isolation.inside.frame import Facts, Got, attempt, need, probe

PLACES = ("/home", "/projet", "/projet-autres", "/donnees", "/entrees", "/tmp", "/run", "/dev/shm", "/mnt", "/media",
          "/srv", "/host", "/hote", "/root", "/services", "/var/tmp", "/var/lib", "/var/run")  # fmt: skip
WRITABLE = ("/home/datalab", "/projet", "/tmp", "/dev/shm", "/run/ws")
LARGEST = 1 << 20


def words_below(places: tuple[str, ...]) -> set[str]:
    """The witnesses that can be read anywhere below some folders: `temoin-` and what follows."""
    found: set[str] = set()
    for place in places:
        for folder, _, names in os.walk(place):
            for name in names:
                found |= _witnesses(os.path.join(folder, name))
    return found


def _witnesses(path: str) -> set[str]:
    try:
        about = os.lstat(path)
        if not stat.S_ISREG(about.st_mode) or about.st_size > LARGEST:
            return set()
        return set(re.findall(r"temoin-[a-z0-9-]+", Path(path).read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return set()


@probe("Chercher partout les fichiers d'autres personnes, d'autres traitements, d'espaces mis de côté")
def files_of_others(facts: Facts) -> Got:
    own, found = set(facts["own_words"]), words_below(PLACES)
    need(own <= found or found - own, f"its own files are not there: {sorted(own)}, {sorted(found)}")
    return sorted(found - own)


@probe("Lire un jeu de données, une partie ou une version qui n'est pas accordée")
def data_not_granted(facts: Facts) -> Got:
    shown = {f"/donnees/{a}/{b}" for a in _folders("/donnees") for b in _folders(f"/donnees/{a}")}
    need(set(facts["parts"]) <= shown, "the granted parts are not there")
    found = sorted(shown - set(facts["parts"]))
    paths = [f"{facts['state']}/datasets", *(f"{part}/../../{name}" for part in facts["parts"] for name in ("..", "."))]
    found += attempt("entrepôt", os.listdir, paths[0])
    return found + [f"{path}: {extra}" for path in paths[1:] if (extra := _beyond(path, facts))]


def _folders(path: str) -> list[str]:
    return [name for name in os.listdir(path) if os.path.isdir(f"{path}/{name}")]


def _beyond(path: str, facts: Facts) -> list[str]:
    """What a way up from a part shows beside what /donnees and / show."""
    usual = {each.split("/")[2] for each in facts["parts"]} | {"LISEZ-MOI.md", "catalogue.json"} | set(os.listdir("/"))
    return sorted(set(os.listdir(path)) - usual)


@probe("Écrire dans les données, les dépôts, les notes du gardien et les dossiers montrés à côté de /projet")
def data_written(facts: Facts) -> Got:
    folders = [*facts["parts"], *facts["beside"], "/donnees", "/projet-autres", "/entrees"]
    found = [each for folder in folders for each in _writes(folder)]
    for note in ("/donnees/LISEZ-MOI.md", "/donnees/catalogue.json"):
        need(os.path.isfile(note), f"{note} is not there")
        found += attempt(note, os.open, note, os.O_WRONLY)
        found += attempt(f"{note} retirée", os.unlink, note)
    return found


def _writes(folder: str) -> Got:
    inside = [f"{folder}/{name}" for name in os.listdir(folder)][:3]
    found = attempt(f"{folder}/x", os.open, f"{folder}/x", os.O_WRONLY | os.O_CREAT, 0o600)
    found += attempt(f"{folder}: fifo", os.mkfifo, f"{folder}/f")
    found += attempt(f"{folder}: lien", os.symlink, "/etc/passwd", f"{folder}/l")
    for path in (folder, *inside):
        found += attempt(f"chmod {path}", os.chmod, path, 0o777)
        found += attempt(f"utime {path}", os.utime, path, (1, 1))
        found += attempt(f"xattr {path}", os.setxattr, path, "user.x", b"x")
        found += attempt(f"mv {path}", os.rename, path, f"{path}.x")
        if not os.path.isdir(path):
            found += attempt(f"écrire {path}", os.open, path, os.O_WRONLY | os.O_APPEND)
    return found


@probe("Écrire dans le système : programmes, réglages, dossiers de l'image")
def system_written(facts: Facts) -> Got:
    found = attempt("/etc/passwd", os.open, "/etc/passwd", os.O_WRONLY)
    for folder in _image_folders():
        path = f"{folder}/.essai"
        found += attempt(path, os.open, path, os.O_WRONLY | os.O_CREAT, 0o600)
    return found[:10]


def _image_folders() -> list[str]:
    own = ("/home/datalab", "/projet", "/tmp", "/dev/shm", "/dev/mqueue", "/run/ws", "/proc", "/sys", "/donnees")
    found = []
    for folder, names, _ in os.walk("/"):
        names[:] = [name for name in names if not f"{folder.rstrip('/')}/{name}".startswith(own)]
        found.append(folder)
    need(len(found) > 200, "the image has no folders")
    return found


@probe("Lire des fichiers de la machine, par leur chemin ou par /proc/<pid>/root")
def files_of_the_machine(facts: Facts) -> Got:
    secret = facts["secret_of_the_machine"]
    roots = [f"/proc/{pid}/{way}" for pid in os.listdir("/proc") if pid.isdigit() for way in ("root", "cwd")]
    roots += [point for point in _mount_points() if os.path.isdir(point)]
    need(len(roots) > 4, "no process is seen")
    paths = [secret, "/etc/shadow", "/var/lib/docker/containers", facts["state"], facts["run"], facts["program"]]
    found = [each for path in paths for each in attempt(path, _content, path)]
    return found + [each for root in roots for each in attempt(f"{root}{secret}", _content, f"{root}{secret}")]


def _content(path: str) -> str:
    return str(os.listdir(path)) if os.path.isdir(path) else Path(path).read_text(encoding="utf-8")


def _mount_points() -> list[str]:
    return [line.split()[4] for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]


USUAL_MOUNTS = re.compile(
    r"/|/proc|/proc/(bus|irq|sys|sysrq-trigger|acpi|asound|fs|scsi|diskstats|interrupts|kcore|key-users|keys|"
    r"latency_stats|locks|sched_debug|softirqs|timer_list|timer_stats|sys/fs|sys/kernel/pty)|"
    r"/dev|/dev/(pts|mqueue|shm)|/sys|/sys/firmware|/sys/devices/virtual/powercap|/sys/fs/cgroup(/[a-z_,=]+)?|"
    r"/etc/(hostname|hosts|resolv\.conf)|/tmp"
)
READ_ONLY = {"ro", "nosuid", "nodev", "noexec", "nosymfollow"}
SOCKETS = READ_ONLY - {"ro"}
FLAGS = {
    "/": {"ro"}, "/home/datalab": {"nosuid", "nodev"}, "/projet": {"nosuid", "nodev"}, "/projet-autres": READ_ONLY,
    "/entrees": READ_ONLY,
    "/run/ws": SOCKETS, "/run/hub": SOCKETS, "/donnees/LISEZ-MOI.md": READ_ONLY, "/donnees/catalogue.json": READ_ONLY,
    "/proc/sys": {"ro"}, "/proc/irq": {"ro"}, "/proc/bus": {"ro"}, "/proc/sysrq-trigger": {"ro"}, "/sys": {"ro"},
    "/tmp": {"nosuid", "nodev"},
}  # fmt: skip


@probe("Trouver un montage de trop, ou un montage auquel manque une protection (lecture seule, nosuid, nosymfollow…)")
def mounts_and_their_protections(facts: Facts) -> Got:
    wanted = FLAGS | dict.fromkeys((*facts["parts"], *facts["beside"]), READ_ONLY)
    lines = [line.split() for line in Path("/proc/self/mountinfo").read_text(encoding="utf-8").splitlines()]
    shown = {line[4]: set(line[5].split(",")) for line in lines}
    found = [f"en plus : {point}" for point in shown if not USUAL_MOUNTS.fullmatch(point) and point not in wanted]
    for point, flags in wanted.items():
        if point not in shown and os.path.exists(point):
            found.append(f"absent : {point}")
        elif flags - shown.get(point, flags):
            found.append(f"{point} : sans {', '.join(sorted(flags - shown[point]))}")
    spreading = [line[4] for line in lines if any(field.startswith("shared:") for field in line[6 : line.index("-")])]
    return found + [f"{point} : propagé" for point in spreading]


@probe("Suivre un lien symbolique déposé dans une livraison de données")
def link_in_the_data(facts: Facts) -> Got:
    link = facts["link_in_the_data"]
    need(os.path.islink(link), f"{link} is not a link")
    return attempt(link, _content, link)


@probe("Suivre un lien symbolique, ou exécuter un programme, dans le dossier des sockets")
def link_and_program_beside_the_socket(facts: Facts) -> Got:
    link, program = "/run/ws/lien", "/run/ws/programme"
    os.symlink("/etc/hostname", link)
    Path(program).write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    os.chmod(program, 0o700)
    try:
        return attempt(link, _content, link) + attempt(program, os.posix_spawn, program, [program], {})
    finally:
        os.unlink(link)
        os.unlink(program)


@probe("Poser un lien physique à travers deux montages, pour garder un fichier après la fin d'un droit")
def hard_links_across_mounts(facts: Facts) -> Got:
    data = [f"{part}/{name}" for part in facts["parts"] for name in os.listdir(part)]
    need(data, "the parts are empty")
    sources = [*data[:5], "/donnees/LISEZ-MOI.md", "/etc/passwd", "/run/hub/hub.sock", "/proc/self/exe"]
    found = []
    for source in sources:
        for folder in WRITABLE:
            found += attempt(f"{source} dans {folder}", os.link, source, f"{folder}/.lien")
            if os.path.lexists(f"{folder}/.lien"):
                os.unlink(f"{folder}/.lien")
    return found


@probe("Lister, remplacer ou intercepter les sockets des autres et celui qui mène au hub")
def sockets_replaced(facts: Facts) -> Got:
    own, gate = set(os.listdir("/run/ws")), "/run/hub"
    need(os.path.exists(f"{gate}/hub.sock"), "the way to the hub is not there")
    found = [f"/run/ws/{name}" for name in sorted(own - {"j.sock", "avis.json"})]
    found += attempt("liste", os.listdir, gate)
    found += attempt("retiré", os.unlink, f"{gate}/hub.sock")
    found += attempt("renommé", os.rename, f"{gate}/hub.sock", f"{gate}/x")
    found += attempt("droits", os.chmod, f"{gate}/hub.sock", 0o777)
    found += attempt("ajout", os.mkfifo, f"{gate}/x")
    others = [f"/run/ws/../{each['name']}/j.sock" for each in facts["others"]]
    others += [f"{facts['run']}/ws/{each['name']}/j.sock" for each in facts["others"]]
    return found + [each for path in others for each in attempt(path, os.stat, path)]
