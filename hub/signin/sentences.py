"""What people read when they are refused: the hub's page and the face say the same."""

from __future__ import annotations

WHO_CAN_HELP = "Le service informatique de votre administration peut aider."
NOT_AVAILABLE = (
    "La connexion n'est pas possible pour l'instant, et rien n'a été ouvert. Réessayez dans quelques minutes."
)
SENTENCES = {
    "wrong_password": "Ce mot de passe n'est pas le bon. Vérifiez la saisie, puis recommencez. " + WHO_CAN_HELP,
    "unknown_person": "L'annuaire ne connaît pas cet identifiant. Vérifiez la saisie. " + WHO_CAN_HELP,
    "code_needed": (
        "Votre compte a un second facteur. Saisissez à nouveau votre mot de passe, puis le code à six chiffres que "
        "votre application affiche."
    ),
    "wrong_code": (
        "Ce code n'est pas celui que votre application devrait afficher maintenant. Vérifiez la saisie, et l'heure de "
        "l'appareil. Si vous ne l'avez plus, un administrateur du Datalab peut réinitialiser votre second facteur."
    ),
    "used_code": (
        "Ce code a déjà servi. Attendez que votre application en affiche un autre, trente secondes au plus, "
        "puis recommencez."
    ),
    "too_many_codes": (
        "Plusieurs codes faux ont été donnés avec votre mot de passe : le suivant ne sera lu qu'après une pause. "
        "Réessayez plus tard. Si ces codes n'étaient pas de vous, changez de mot de passe sans attendre."
    ),
    "no_factor": (
        "Aucun second facteur n'est enregistré pour votre compte : laissez le code vide. Si vous en aviez un, il a été "
        "retiré ou réinitialisé ; vous pouvez en enregistrer un autre."
    ),
    "factor_unavailable": (
        "Votre second facteur ne peut pas être lu : rien n'a été ouvert. Un administrateur du Datalab peut aider."
    ),
    "entry_refused": "Votre fiche dans l'annuaire est incomplète ou en double : rien n'a été ouvert. " + WHO_CAN_HELP,
    "directory_unavailable": (
        "L'annuaire ne répond pas : votre mot de passe n'a pas pu être vérifié et rien n'a été ouvert. "
        "Réessayez dans quelques minutes."
    ),
    "too_many_attempts": "Trop d'essais en peu de temps. Attendez une minute, puis recommencez.",
    "bad_request": "Écrivez votre identifiant et votre mot de passe.",
    "factor_changed": (
        "Votre second facteur a changé depuis que vous avez commencé : rien n'a été modifié. Recommencez."
    ),
    "form_gone": (
        "Ce formulaire n'est plus valable : il a déjà servi, a plus de dix minutes, ou vous en avez commencé un autre. "
        "Rien n'a été modifié. Recommencez."
    ),
}
