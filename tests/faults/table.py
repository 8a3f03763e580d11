"""The faults that are tried: what breaks, what then happens, and the tests that show it."""

from __future__ import annotations

from dataclasses import dataclass

OWN = "tests/faults/test_"
WHOLE = (
    f"{OWN}processes_killed.py::test_a_process_killed_in_the_midst_of_a_start_and_of_a_stop_leaves_nothing_half_done"
)
MOMENTS = f"{OWN}processes_killed.py::test_what_a_start_passes_through_killed_at_many_moments_of_it"
ENDS, FAILURES = "tests/end_to_end/test_ends.py", "tests/end_to_end/test_failures.py"
APART, ROUNDS = f"{OWN}clocks_apart.py", "tests/onboarding/keeper/test_rounds.py"
ENFORCEMENT, SIGN_IN = "tests/integration/test_enforcement.py", "tests/integration/test_signin.py"


@dataclass(frozen=True)
class Fault:
    """What breaks and what then happens, in French; the tests are `path::function`."""

    breaks: str
    does: str
    tests: tuple[str, ...]


FAULTS = (
    Fault(
        "gardien tué (`kill -9`) à n'importe quelle étape d'un démarrage ou d'un arrêt",
        "le suivant retrouve par sa fiche ce qui était à moitié fait et l'enlève ; ce qui tournait continue, et perd"
        " ses droits comme avant",
        (
            f"{OWN}guard_killed.py::test_a_guard_killed_around_what_it_asks_of_docker_leaves_nothing_half_done",
            f"{OWN}guard_killed.py::test_a_guard_killed_while_it_mounts_leaves_no_mount",
            f"{OWN}guard_killed.py::test_a_guard_killed_before_any_step_leaves_nothing_half_done",
            f"{OWN}guard_killed.py::test_a_guard_killed_while_docker_works_leaves_nothing_half_done",
            f"{ENDS}::test_it_ends_after_the_guard_was_killed_and_restarted",
            WHOLE,
            MOMENTS,
        ),
    ),
    Fault(
        "gardien tué pendant que l'espace d'équipe change d'étiquette",
        "l'espace a l'ancienne étiquette ou la nouvelle, et tous ses fichiers",
        (f"{OWN}guard_killed.py::test_a_guard_killed_while_the_teams_space_moves_loses_no_file",),
    ),
    Fault(
        "hub tué",
        "relancé aussitôt ; les espaces ouverts et leurs noyaux continuent, les droits finissent sans lui, un démarrage"
        " interrompu se refait d'un clic",
        (WHOLE, MOMENTS, f"{ENDS}::test_it_ends_with_the_hub_down_and_the_hub_says_so_when_it_is_back"),
    ),
    Fault(
        "processus de connexion tué",
        "relancé aussitôt ; personne n'est connecté à moitié, qui l'était le reste",
        (
            WHOLE,
            f"{OWN}processes_killed.py::test_sign_in_killed_while_somebody_signs_in_signs_nobody_in_by_halves",
            f"{SIGN_IN}::test_the_socket_is_for_its_group_and_is_taken_over_from_a_dead_process",
        ),
    ),
    Fault(
        "frontal (nginx), porte, tourniquet ou gardien du journal tué",
        "relancé aussitôt, sur les mêmes sockets ; noyaux et fichiers restent, le journal se vérifie",
        (
            WHOLE,
            MOMENTS,
            "tests/integration/test_keeper.py::test_killed_at_any_moment_it_goes_on_and_the_journal_verifies",
        ),
    ),
    Fault(
        "Docker tué (`kill -9`) pendant ce que le gardien lui demande",
        "le démarrage est refusé ; une fois Docker revenu, le gardien enlève seul ce qui restait",
        (
            f"{OWN}docker_killed.py::test_docker_killed_while_it_is_asked_leaves_nothing_once_it_is_back",
            f"{OWN}docker_killed.py::test_docker_killed_at_any_moment_of_what_it_is_asked",
        ),
    ),
    Fault(
        "Docker absent ou figé",
        "rien ne démarre, et c'est dit ; qui perd un droit est dehors en deux secondes, les autres continuent",
        (
            f"{OWN}docker_killed.py::test_who_loses_a_right_while_docker_is_dead_is_out_at_once_and_the_others_work_on",
            f"{OWN}docker_killed.py::"
            "test_a_guard_that_starts_without_docker_ends_rights_and_starts_nothing_until_docker_is_back",
            f"{OWN}docker_killed.py::test_docker_that_hangs_is_said_starts_nothing_and_goes_on_where_it_was",
            f"{OWN}docker_killed.py::"
            "test_docker_that_hangs_in_the_midst_does_late_what_nobody_waits_for_and_the_guard_takes_it_away",
            f"{ENFORCEMENT}::test_it_dies_even_when_docker_and_the_journal_do_not_answer",
        ),
    ),
    Fault(
        "disque des images plein",
        "rien ne démarre, et c'est dit ; qui travaille garde ses fichiers",
        (f"{OWN}docker_killed.py::test_a_full_disk_of_images_is_said_creates_nothing_and_is_over_once_there_is_room",),
    ),
    Fault(
        "disque de l'état plein ou en lecture seule",
        "rien ne démarre, et c'est dit ; les droits finissent, et le journal le dit dès qu'il peut être écrit",
        (
            f"{OWN}disk.py::test_a_full_disk_starts_nothing_halfway_and_is_over_once_there_is_room",
            f"{OWN}disk.py::test_a_disk_that_fills_at_any_moment_of_a_start_starts_nothing_halfway",
            f"{OWN}disk.py::"
            "test_on_a_disk_that_takes_nothing_a_new_guard_begins_rights_end_and_the_journal_says_so_afterwards",
        ),
    ),
    Fault(
        "journal qui ne peut pas être écrit",
        "rien ne démarre, personne ne se connecte ; aucune entrée n'est à moitié écrite",
        (
            "tests/integration/test_journal_disk.py::test_a_full_disk_refuses_and_loses_nothing",
            "tests/integration/test_journal_disk.py::test_a_read_only_disk_takes_nothing_and_verifies",
            f"{FAILURES}::test_nothing_starts_when_the_guards_journal_cannot_be_written",
            f"{SIGN_IN}::test_nothing_is_signed_that_cannot_be_journaled",
            "tests/hub/guard/test_diary.py::test_an_end_that_could_not_be_journaled_comes_before_the_next_start",
        ),
    ),
    Fault(
        "registre écrit sur un disque plein",
        "il reste tel qu'il était ; la même modification passe quand il y a de la place",
        (f"{OWN}disk.py::test_a_register_on_a_full_disk_stays_as_it_was_and_takes_the_same_change_later",),
    ),
    Fault(
        "registre à moitié modifié à la main",
        "rien ne démarre ; ce qui tourne tient quinze minutes, et tout rouvre une fois le fichier réparé",
        (
            f"{OWN}sources_broken.py::"
            "test_a_register_half_edited_by_hand_opens_nothing_ends_nothing_and_opens_once_it_is_mended",
            f"{ENFORCEMENT}::test_a_silent_source_opens_nothing_and_ends_what_runs_after_fifteen_minutes",
            "tests/policies/register/test_follow.py::test_the_yaml_tree_is_never_read",
        ),
    ),
    Fault(
        "annuaire absent ou figé",
        "connexion et démarrage sont refusés en quelques secondes, et c'est dit ; ce qui tourne tient quinze minutes",
        (
            f"{FAILURES}::test_a_directory_that_is_down_is_said_at_sign_in_and_opens_nothing",
            f"{OWN}processes_killed.py::test_a_directory_that_hangs_is_said_in_time_opens_nothing_and_ends_nobody",
            f"{SIGN_IN}::test_a_directory_that_hangs_is_unavailable_within_its_time",
            f"{ENFORCEMENT}::test_a_silent_source_opens_nothing_and_ends_what_runs_after_fifteen_minutes",
        ),
    ),
    Fault(
        "disque de l'état figé : rien n'y est écrit, et rien n'échoue",
        "les droits finissent dans les deux secondes ; le journal prend la raison dès que le disque la prend",
        (f"{OWN}disk.py::test_a_disk_that_hangs_keeps_nobody_in_and_takes_afterwards_what_it_was_to_keep",),
    ),
    Fault(
        "horloge de la machine qui saute en avant, au-delà de la fin d'un droit, puis revient",
        "ce droit finit aussitôt, et lui seul ; au retour il ne revient pas, et rien ne démarre avant que le moment"
        " déjà vu ne soit atteint, ou que root ne se porte garant de l'heure (`hub.launch clock`, journalisé)",
        (
            f"{OWN}clock_of_the_guard.py::"
            "test_a_leap_of_a_day_over_the_end_of_a_right_ends_it_alone_and_coming_back_brings_nothing_back",
            f"{APART}::test_all_clocks_leap_a_day_and_come_back_and_whoever_works_works_on",
            f"{OWN}clock_of_the_machine.py::"
            "test_an_installation_that_leaps_a_day_and_comes_back_loses_nothing_and_opens_once_somebody_vouches_for_its_clock",
            f"{OWN}sources_broken.py::"
            "test_a_clock_that_leaps_and_comes_back_ends_nobody_and_opens_again_once_time_has_caught_up",
            f"{ENFORCEMENT}::test_a_clock_that_leaps_forward_ends_no_right_that_goes_on",
            f"{ENFORCEMENT}::test_a_clock_that_went_back_starts_nothing_and_brings_no_right_back",
            "tests/hub/guard/test_ground.py::test_somebody_may_vouch_for_a_clock_that_was_ahead_by_mistake",
            "tests/images/test_unattended.py::test_a_time_of_day_that_leaps_ends_no_work_and_keeps_nobody_longer",
        ),
    ),
    Fault(
        "horloge qui recule au-delà de minuit, de trente secondes à quelques heures",
        "aucun droit de la veille ne revient, même quand elle ne recule que d'une correction (moins de deux minutes)",
        (
            f"{OWN}clock_of_the_guard.py::"
            "test_a_clock_that_goes_back_over_midnight_brings_no_right_of_the_day_before_back",
            f"{ENFORCEMENT}::test_the_moment_at_which_a_right_ends_is_kept_before_it_does",
            f"{OWN}clock_of_the_guard.py::"
            "test_judged_by_a_clock_that_went_back_half_a_minute_the_same_right_would_have_come_back",
        ),
    ),
    Fault(
        "changement d'heure, et horloge réglée de travers d'une heure à ce moment",
        "un droit qui finit un jour de 23 ou de 25 heures dure tout ce jour et s'éteint à minuit",
        (
            f"{OWN}clock_of_the_guard.py::"
            "test_a_day_of_23_or_25_hours_is_whole_whatever_a_clock_set_by_the_time_of_the_place_makes_of_it",
        ),
    ),
    Fault(
        "horloge d'un seul processus (connexion, hub, gardien, porte, gardien du journal) en avance ou en retard",
        "rien ne s'ouvre par elle, personne n'est arrêté ; un ticket daté dans le futur ne vaut rien avant son moment,"
        " ni plus longtemps qu'un autre ensuite ; dès que les horloges s'accordent, le prochain démarrage ouvre",
        (
            f"{APART}::test_one_clock_that_leaps_opens_nothing_more_and_ends_nobody_until_it_agrees_again",
            f"{APART}::test_a_ticket_from_the_future_opens_nothing_for_a_hub_that_does_not_look_at_it_either",
            f"{APART}::test_without_the_look_at_the_future_the_same_ticket_would_have_opened",
            f"{APART}::test_a_ticket_from_the_future_counts_from_its_moment_on_and_no_longer_than_any_other",
            f"{APART}::test_a_door_on_a_clock_of_its_own_takes_nothing_and_leaves_nothing_until_it_agrees",
        ),
    ),
    Fault(
        "horloge d'avant le premier jour d'une clé",
        "la connexion et le gardien du journal le disent et ne démarrent pas, ou ne signent rien qui passerait pour"
        " faux ; ils démarrent et signent une fois ce jour venu",
        (
            f"{APART}::"
            "test_a_process_that_starts_before_the_first_day_of_its_key_says_so_and_starts_once_that_has_come",
            f"{ROUNDS}::test_on_a_day_before_its_key_nothing_is_signed_that_would_pass_for_forged",
        ),
    ),
    Fault(
        "horloge en avance ou en retard de plusieurs années, comme au démarrage d'une machine sans pile",
        "rien n'est effacé du journal avant que l'horloge n'ait marché six heures sans sauter ; le journal se vérifie,"
        " et dit quelles lignes sont datées d'avant celles qui les précèdent",
        (
            f"{APART}::test_a_keeper_years_ahead_signs_on_and_deletes_nothing_and_starts_again_as_it_was",
            f"{ROUNDS}::test_a_clock_that_leaps_years_ahead_takes_nothing_for_past_its_term",
            f"{ROUNDS}::test_a_keeper_that_starts_on_a_clock_years_ahead_purges_nothing_for_hours",
            f"{ROUNDS}::test_without_a_look_at_its_pace_the_same_clock_would_have_emptied_the_journal",
            f"{ROUNDS}::test_a_machine_that_starts_again_and_again_years_behind_has_a_sound_journal",
        ),
    ),
    Fault(
        "horloge du journal qui recule pendant qu'un espace est ouvert, ou entre deux points de contrôle",
        "chaînes et points de contrôle se vérifient ; une lecture est trouvée à chaque jour que ses moments nomment",
        (
            f"{ROUNDS}::test_checkpoints_of_a_clock_that_goes_back_a_day_and_comes_again_are_in_order_and_sound",
            "tests/policies/journal/test_verify_time.py::test_a_clock_that_goes_back_is_told_at_each_step_back",
            "tests/onboarding/reports/test_reads.py::"
            "test_a_read_during_which_the_clock_went_back_is_of_each_day_that_its_moments_name",
        ),
    ),
    Fault(
        "cinquante personnes démarrent à la fois, puis partent à la fois",
        "chacune a son espace et nul autre ; rien ne reste après leur départ",
        (f"{OWN}crowd.py::test_everybody_starts_at_once_and_leaves_at_once",),
    ),
)
