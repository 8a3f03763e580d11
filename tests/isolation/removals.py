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

    `plays`: whose workspace it stands for.
    `another_account`: much of what a person can try is closed to it for that reason, and proves nothing.
    """

    name: str
    lost: str
    change: Callable[[Weak], object]
    caught_by: tuple[str, ...] = ()
    plays: str = "large"
    another_account: bool = False


def by(*names: str) -> tuple[str, ...]:
    """The probes of these lines."""
    return tuple(" ".join(names).split())


def nothing(weak: Weak) -> None:
    """Every protection stays."""


REMOVALS = (
    # the network
    Removal(
        "network",
        "sans réseau : un pont Docker à la place",
        taking.a_network,
        caught_by=by("cards_and_routes metadata_of_the_cloud names_resolved ports_of_the_machine"),
    ),
    Removal(
        "network_of_a_neighbour",
        "réseau à soi : celui d'un voisin",
        taking.of_a_neighbour("NetworkMode", "same"),
        caught_by=by("abstract_sockets locks_on_what_both_see namespaces_shared"),
    ),
    # accounts and rights
    Removal(
        "capabilities",
        "aucune capacité : celles que Docker laisse d'habitude",
        host(CapDrop=[]),
        caught_by=by("state_of_the_process"),
    ),
    Removal(
        "privileged",
        "conteneur ordinaire : conteneur privilégié",
        host(Privileged=True),
        caught_by=by(
            "calls_of_32_bits clock_set devices_of_the_machine files_watched kernel_replaced keyrings",
            "keys_of_the_account memory_of_others mounts_and_their_protections new_namespaces",
            "state_of_the_process unusual_calls unusual_sockets",
        ),
    ),
    Removal("no_new_privileges", "no-new-privileges", taking.SETUID_ALLOWED, caught_by=by("state_of_the_process")),
    Removal(
        "setuid",
        "no-new-privileges et nosuid, qui se doublent",
        all_of(taking.SETUID_ALLOWED, taking.protected_less("/projet", "nosuid")),
        caught_by=by("mounts_and_their_protections setuid_of_a_colleague state_of_the_process"),
    ),
    Removal(
        "root",
        "compte de la personne : root",
        top(User="0:0"),
        another_account=True,
        caught_by=by("files_of_the_machine kernel_read state_of_the_process system_written"),
    ),
    Removal(
        "root_with_capabilities",
        "compte et capacités : root, tel que Docker le laisse",
        all_of(top(User="0:0"), host(CapDrop=[])),
        another_account=True,
        caught_by=by("becoming_somebody_else devices_made sockets_replaced state_of_the_process unusual_sockets"),
    ),
    Removal(
        "root_and_masks",
        "compte et chemins protégés : root, sur un /proc ouvert",
        all_of(top(User="0:0"), host(MaskedPaths=[], ReadonlyPaths=[])),
        another_account=True,
        caught_by=by(
            "kernel_read kernel_settings_written messages_in_counters messages_in_locks",
            "mounts_and_their_protections system_written",
        ),
    ),
    Removal(
        "root_among_processes",
        "compte et processus à soi : root, parmi les processus de la machine",
        taking.root_of_the_machine,
        another_account=True,
        caught_by=by("memory_of_others namespaces_shared processes_of_others secrets_in_sight signals_to_others"),
    ),
    Removal(
        "account_of_another",
        "compte de la personne : celui d'une autre",
        taking.account_of("stranger"),
        another_account=True,
        caught_by=by("state_of_the_process"),
    ),
    Removal("group", "un seul groupe : un groupe de plus", host(GroupAdd=["0"]), caught_by=by("state_of_the_process")),
    Removal("umask", "umask 007 : umask 022", taking.open_umask, caught_by=("open_to_other_accounts",)),
    Removal(
        "secret_in_the_environment",
        "aucun secret dans l'environnement",
        taking.environment("SECRET", taking.reader_password),
        caught_by=by("secrets_in_sight"),
    ),
    Removal(
        "root_who_mounts",
        "compte, capacités et filtre : root avec SYS_ADMIN, sans filtre",
        taking.root_who_mounts,
        another_account=True,
        caught_by=by("mounts_made namespaces_entered new_namespaces"),
    ),
    # the kernel
    Removal(
        "filter",
        "filtre d'appels du noyau (seccomp) : aucun",
        taking.NO_FILTER,
        caught_by=by(
            "calls_of_32_bits clock_set files_watched kernel_replaced keyrings keys_of_the_account",
            "memory_of_others new_namespaces state_of_the_process unusual_calls unusual_sockets",
        ),
    ),
    Removal(
        "own_filter",
        "filtre d'appels à nous : celui de Docker",
        taking.DOCKERS_FILTER,
        caught_by=by("calls_of_32_bits files_watched memory_of_others unusual_calls unusual_sockets"),
    ),
    Removal(
        "own_filter_of_who_reads_less",
        "filtre d'appels à nous, chez qui lit moins",
        taking.DOCKERS_FILTER,
        plays="small",
        caught_by=by(
            "calls_of_32_bits files_watched memory_of_others reading_breaks_a_lease reading_heard",
            "reading_leaves_traces unusual_calls unusual_sockets",
        ),
    ),
    Removal(
        "masks",
        "chemins de /proc et /sys masqués",
        host(MaskedPaths=[], ReadonlyPaths=[]),
        caught_by=by("kernel_read messages_in_counters messages_in_locks mounts_and_their_protections"),
    ),
    Removal(
        "processes_of_the_machine",
        "processus à soi : ceux de la machine",
        host(PidMode="host"),
        caught_by=by("memory_of_others namespaces_shared processes_of_others signals_to_others"),
    ),
    Removal(
        "processes_of_a_neighbour",
        "processus à soi : ceux d'un voisin",
        taking.of_a_neighbour("PidMode", "same"),
        caught_by=by("namespaces_shared"),
    ),
    Removal(
        "memory_of_the_machine",
        "mémoire partagée à soi : celle de la machine",
        host(IpcMode="host"),
        caught_by=by("memory_shared namespaces_shared"),
    ),
    Removal(
        "control_groups_of_the_machine",
        "groupes de contrôle à soi : ceux de la machine",
        host(CgroupnsMode="host"),
        caught_by=by("namespaces_shared"),
    ),
    Removal(
        "name_of_the_machine",
        "nom à soi : celui de la machine",
        all_of(host(UTSMode="host"), taking.without_host_name),
        caught_by=by("namespaces_shared"),
    ),
    Removal(
        "first_process_of_docker",
        "premier processus de l'image : celui de Docker, que tous partagent",
        host(Init=True),
        caught_by=by("locks_on_what_both_see mounts_and_their_protections"),
    ),
    Removal("device", "aucun périphérique", taking.a_disk, caught_by=("devices_of_the_machine",)),
    # files
    Removal(
        "writable_root",
        "image en lecture seule",
        host(ReadonlyRootfs=False),
        caught_by=by("mounts_and_their_protections system_written"),
    ),
    Removal(
        "mount_of_the_machine",
        "aucun montage de trop : un dossier de la machine",
        taking.extra_mount("/hote", taking.secret_folder),
        caught_by=by("files_of_others mounts_and_their_protections"),
    ),
    Removal(
        "docker_socket",
        "pas de socket de Docker",
        taking.docker_socket,
        caught_by=by("mounts_and_their_protections sockets_in_sight state_of_the_process"),
    ),
    Removal(
        "data_not_granted",
        "seulement les données accordées",
        taking.other_data,
        caught_by=by("data_not_granted mounts_and_their_protections"),
    ),
    Removal(
        "writable_data",
        "données en lecture seule",
        taking.writable_data,
        caught_by=by("data_written mounts_and_their_protections"),
    ),
    Removal(
        "writable_deposits",
        "dépôts (/entrees) en lecture seule",
        taking.writable_deposits,
        caught_by=by("data_written mounts_and_their_protections"),
    ),
    Removal(
        "data_by_bind",
        "données par un calque (overlay) : par un montage lié en lecture seule",
        taking.data_by_bind,
        caught_by=by("locks_on_what_both_see"),
    ),
    Removal(
        "read_only_by_docker",
        "protections du montage d'origine : lecture seule par Docker",
        taking.read_only_by_docker,
        caught_by=by("link_in_the_data mounts_and_their_protections"),
    ),
    Removal(
        "links_in_the_data",
        "nosymfollow sur les données",
        taking.parts_protected_less("nosymfollow"),
        caught_by=by("link_in_the_data mounts_and_their_protections"),
    ),
    Removal(
        "links_beside_the_socket",
        "nosymfollow et noexec sur les sockets",
        taking.protected_less("/run/ws", "nosymfollow", "noexec"),
        caught_by=by("link_and_program_beside_the_socket mounts_and_their_protections"),
    ),
    Removal(
        "setuid_in_the_team",
        "nosuid sur /projet",
        taking.protected_less("/projet", "nosuid"),
        caught_by=by("mounts_and_their_protections"),
    ),
    Removal(
        "devices_in_the_home",
        "nodev sur le dossier personnel",
        taking.protected_less("/home/datalab", "nodev"),
        caught_by=by("mounts_and_their_protections"),
    ),
    Removal(
        "spreading_mount",
        "montages qui ne se propagent pas",
        taking.shared_with_the_host("/home/datalab"),
        caught_by=by("mounts_and_their_protections"),
    ),
    Removal(
        "nested_mount",
        "montages non récursifs",
        taking.nested_mount,
        caught_by=by("files_of_others mounts_and_their_protections"),
    ),
    Removal(
        "data_in_the_home",
        "données sur un montage à elles : rangées dans le dossier personnel",
        taking.data_in_the_home,
        caught_by=by("hard_links_across_mounts"),
    ),
    # spaces and their labels
    Removal(
        "beside_by_bind",
        "dossiers d'à côté par un calque : par un montage lié en lecture seule",
        taking.beside_by_bind,
        caught_by=by("fifo_beside locks_beside socket_beside"),
    ),
    Removal(
        "label_of_the_home",
        "étiquette du dossier personnel",
        taking.home_whatever_its_label,
        plays="narrowed",
        caught_by=by("files_of_others"),
    ),
    Removal(
        "label_of_the_space",
        "étiquette du dossier d'équipe",
        taking.space_whatever_its_label,
        plays="small",
        caught_by=by("files_of_others"),
    ),
    Removal(
        "label_of_what_is_beside",
        "étiquette de ce qui est montré à côté",
        taking.beside_whatever_its_label,
        plays="small",
        caught_by=by("files_of_others mounts_and_their_protections programs_with_rights"),
    ),
    Removal(
        "home_of_another",
        "dossier d'un autre, fermé aux autres comptes",
        taking.home_of_another_open_to_all,
        caught_by=by("files_of_others mounts_and_their_protections"),
    ),
    Removal(
        "home_open_to_all",
        "dossier personnel fermé aux autres comptes",
        taking.own_home_open_to_all,
        caught_by=by("open_to_other_accounts"),
    ),
    # the way to the hub
    Removal(
        "hub_itself",
        "côté intérieur du serveur frontal : le socket du hub lui-même",
        taking.hub_itself,
        caught_by=by(
            "mounts_and_their_protections other_calls_of_the_hub requests_smuggled state_of_the_process",
            "tricks_with_paths",
        ),
    ),
    Removal(
        "turnstile",
        "tourniquet : le côté intérieur du serveur frontal, sans lui",
        taking.front_itself,
        caught_by=by("connections_of_the_front mounts_and_their_protections state_of_the_process"),
    ),
    Removal(
        "way_to_the_hub",
        "dossier du chemin vers le hub fermé à l'écriture",
        taking.writable_way_to_the_hub,
        caught_by=by("sockets_replaced system_written"),
    ),
    Removal(
        "tokens_verified",
        "le hub vérifie jetons et chemins : un hub qui croit tout le monde",
        taking.a_hub_that_believes,
        caught_by=by(
            "other_calls_of_the_hub somebody_else_at_the_hub tokens_of_others tricks_with_paths what_the_hub_tells"
        ),
    ),
    # what one may take
    Removal("processes", "nombre de processus", host(PidsLimit=0), caught_by=("too_many_processes",)),
    Removal("memory", "mémoire", host(Memory=0, MemorySwap=0), caught_by=("too_much_memory",)),
    Removal("processors", "part de processeur", host(NanoCpus=0), caught_by=("too_much_processor",)),
    Removal(
        "size_of_tmp", "taille de /tmp", host(Tmpfs={"/tmp": "rw,nosuid,nodev,mode=1777"}), caught_by=("full_tmp",)
    ),
    Removal("size_of_shared_memory", "taille de /dev/shm", host(ShmSize=256 << 20), caught_by=("full_shm",)),
    Removal(
        "open_files", "nombre de fichiers ouverts", taking.without_limit("nofile"), caught_by=("too_many_open_files",)
    ),
    Removal(
        "core",
        "pas d'image mémoire (core)",
        taking.without_limit("core"),
        caught_by=by("core_left own_limits_raised"),
    ),
    Removal(
        "first_to_die",
        "premier à mourir quand la mémoire manque",
        host(OomScoreAdj=0),
        caught_by=by("own_limits_raised"),
    ),
    Removal("terminals", "nombre de terminaux", taking.no_limit_of_terminals, caught_by=("too_many_terminals",)),
    Removal(
        "sockets_of_all",
        "dossier du socket sur un système de fichiers à soi",
        taking.one_file_system_for_all_sockets,
        caught_by=by("full_socket_folder"),
    ),
    Removal(
        "log",
        "taille du journal du conteneur",
        host(LogConfig={"Type": "json-file", "Config": {}}),
        caught_by=by("endless_log"),
    ),
)

# tried with every run of the suite; the others with the long one
ALWAYS = by(
    "network setuid root_with_capabilities filter masks processes_of_the_machine writable_root mount_of_the_machine",
    "docker_socket data_not_granted writable_data links_in_the_data umask label_of_the_home label_of_the_space",
    "tokens_verified processes sockets_of_all log",
)

# what no removal here can show to be closed by something, and why
WITHOUT_REMOVAL = {
    "files_that_nobody_counts": "le noyau compte ces fichiers dans la mémoire du conteneur, sans réglage contraire",
}
