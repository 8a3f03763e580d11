"""Every protection that is taken away, one at a time, and which probes catch it. From this table the docs are made.

A removal that no probe caught would be a protection that nobody proves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.isolation import taking
from tests.isolation.taking import all_of, host, top

if TYPE_CHECKING:
    from tests.isolation.weakened import Weak


@dataclass(frozen=True)
class Removal:
    """One protection less: what is lost, in French, how it is taken away, and by which probes that is caught.

    `plays`: whose workspace it stands for. `always`: tried with every run of the suite, not only the long one.
    `another_account`: much of what a person can try is closed to it for that reason, and proves nothing.
    """

    name: str
    lost: str
    change: Callable[[Weak], object]
    caught_by: frozenset[str] = frozenset()
    plays: str = "large"
    always: bool = False
    another_account: bool = False


def nothing(weak: Weak) -> None:
    """Every protection stays."""


REMOVALS = (
    # the network
    Removal("network", "sans réseau : un pont Docker à la place", taking.a_network),
    Removal("network_of_a_neighbour", "réseau à soi : celui d'un voisin", taking.of_a_neighbour("NetworkMode", "same")),
    # accounts and rights
    Removal("capabilities", "aucune capacité : celles que Docker laisse d'habitude", host(CapDrop=[])),
    Removal("privileged", "conteneur ordinaire : conteneur privilégié", host(Privileged=True)),
    Removal("no_new_privileges", "no-new-privileges", taking.SETUID_ALLOWED),
    Removal(
        "setuid",
        "no-new-privileges et nosuid, qui se doublent",
        all_of(taking.SETUID_ALLOWED, taking.protected_less("/projet", "nosuid")),
    ),
    Removal("root", "compte de la personne : root", top(User="0:0"), another_account=True),
    Removal(
        "root_with_capabilities",
        "compte et capacités : root, tel que Docker le laisse",
        all_of(top(User="0:0"), host(CapDrop=[])),
        another_account=True,
    ),
    Removal(
        "root_and_masks",
        "compte et chemins protégés : root, sur un /proc ouvert",
        all_of(top(User="0:0"), host(MaskedPaths=[], ReadonlyPaths=[])),
        another_account=True,
    ),
    Removal(
        "privileged_root",
        "compte et conteneur ordinaires : root, privilégié",
        all_of(top(User="0:0"), host(Privileged=True)),
        another_account=True,
    ),
    Removal(
        "root_among_processes",
        "compte et processus à soi : root, parmi les processus de la machine",
        taking.root_of_the_machine,
        another_account=True,
    ),
    Removal(
        "account_of_another",
        "compte de la personne : celui d'une autre",
        taking.account_of("stranger"),
        another_account=True,
    ),
    Removal("group", "un seul groupe : un groupe de plus", host(GroupAdd=["0"])),
    Removal("umask", "umask 007 : umask 022", taking.open_umask),
    Removal(
        "secret_in_the_environment",
        "aucun secret dans l'environnement",
        taking.environment("SECRET", taking.reader_password),
    ),
    # the kernel
    Removal("filter", "filtre d'appels du noyau (seccomp) : aucun", taking.NO_FILTER),
    Removal("own_filter", "filtre d'appels à nous : celui de Docker", taking.DOCKERS_FILTER),
    Removal(
        "own_filter_of_who_reads_less",
        "filtre d'appels à nous, chez qui lit moins",
        taking.DOCKERS_FILTER,
        plays="small",
    ),
    Removal("masks", "chemins de /proc et /sys masqués", host(MaskedPaths=[], ReadonlyPaths=[])),
    Removal("processes_of_the_machine", "processus à soi : ceux de la machine", host(PidMode="host")),
    Removal("processes_of_a_neighbour", "processus à soi : ceux d'un voisin", taking.of_a_neighbour("PidMode", "same")),
    Removal("memory_of_the_machine", "mémoire partagée à soi : celle de la machine", host(IpcMode="host")),
    Removal(
        "control_groups_of_the_machine", "groupes de contrôle à soi : ceux de la machine", host(CgroupnsMode="host")
    ),
    Removal(
        "name_of_the_machine", "nom à soi : celui de la machine", all_of(host(UTSMode="host"), taking.without_host_name)
    ),
    Removal(
        "first_process_of_docker", "premier processus de l'image : celui de Docker, que tous partagent", host(Init=True)
    ),
    Removal("device", "aucun périphérique", host(Devices=[taking.DISK])),
    # files
    Removal("writable_root", "image en lecture seule", host(ReadonlyRootfs=False)),
    Removal(
        "mount_of_the_machine",
        "aucun montage de trop : un dossier de la machine",
        taking.extra_mount("/hote", taking.secret_folder),
    ),
    Removal("docker_socket", "pas de socket de Docker", taking.docker_socket),
    Removal("data_not_granted", "seulement les données accordées", taking.other_data),
    Removal("writable_data", "données en lecture seule", taking.writable_data),
    Removal(
        "data_by_bind", "données par un calque (overlay) : par un montage lié en lecture seule", taking.data_by_bind
    ),
    Removal(
        "read_only_by_docker", "protections du montage d'origine : lecture seule par Docker", taking.read_only_by_docker
    ),
    Removal("links_in_the_data", "nosymfollow sur les données", taking.parts_protected_less("nosymfollow")),
    Removal(
        "links_beside_the_socket",
        "nosymfollow et noexec sur les sockets",
        taking.protected_less("/run/ws", "nosymfollow", "noexec"),
    ),
    Removal("setuid_in_the_team", "nosuid sur /projet", taking.protected_less("/projet", "nosuid")),
    Removal("devices_in_the_home", "nodev sur le dossier personnel", taking.protected_less("/home/datalab", "nodev")),
    Removal("spreading_mount", "montages qui ne se propagent pas", taking.shared_with_the_host("/home/datalab")),
    Removal("nested_mount", "montages non récursifs", taking.nested_mount),
    # spaces and their labels
    Removal(
        "beside_by_bind", "dossiers d'à côté par un calque : par un montage lié en lecture seule", taking.beside_by_bind
    ),
    Removal("label_of_the_home", "étiquette du dossier personnel", taking.home_whatever_its_label, plays="narrowed"),
    Removal("label_of_the_space", "étiquette du dossier d'équipe", taking.space_whatever_its_label, plays="small"),
    Removal(
        "label_of_what_is_beside",
        "étiquette de ce qui est montré à côté",
        taking.beside_whatever_its_label,
        plays="small",
    ),
    Removal("home_of_another", "dossier d'un autre, fermé aux autres comptes", taking.home_of_another_open_to_all),
    Removal("home_open_to_all", "dossier personnel fermé aux autres comptes", taking.own_home_open_to_all),
    # the way to the hub
    Removal("hub_itself", "côté intérieur du serveur frontal : le socket du hub lui-même", taking.hub_itself),
    Removal("turnstile", "tourniquet : le côté intérieur du serveur frontal, sans lui", taking.front_itself),
    Removal("way_to_the_hub", "dossier du chemin vers le hub fermé à l'écriture", taking.writable_way_to_the_hub),
    # what one may take
    Removal("processes", "nombre de processus", host(PidsLimit=0)),
    Removal("memory", "mémoire", host(Memory=0, MemorySwap=0)),
    Removal("processors", "part de processeur", host(NanoCpus=0)),
    Removal("size_of_tmp", "taille de /tmp", host(Tmpfs={"/tmp": "rw,nosuid,nodev,mode=1777"})),
    Removal("size_of_shared_memory", "taille de /dev/shm", host(ShmSize=256 << 20)),
    Removal("open_files", "nombre de fichiers ouverts", taking.without_limit("nofile")),
    Removal("core", "pas d'image mémoire (core)", taking.without_limit("core")),
    Removal("first_to_die", "premier à mourir quand la mémoire manque", host(OomScoreAdj=0)),
    Removal("terminals", "nombre de terminaux", taking.no_limit_of_terminals),
    Removal(
        "sockets_of_all", "dossier du socket sur un système de fichiers à soi", taking.one_file_system_for_all_sockets
    ),
)
