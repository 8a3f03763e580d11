"""What the door answers instead of a file: a status and a French sentence, which JupyterLab and our pages show."""

from __future__ import annotations

from policies.errors import DatalabError

DEPOSIT_INSTEAD = (
    "Un fichier ne se charge pas dans JupyterLab. Déposez-le depuis la page « Mes projets », « Déposer un fichier » : "
    "vous le trouverez dans /entrees."
)
NOTHING_LEAVES = (
    "Aucun fichier ne sort de cet espace de travail par le navigateur : il s'y lit, il ne s'y télécharge pas."
)


class RefusedError(DatalabError):
    """Raised for what does not pass; what was asked is not in it."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def bad_request(what: str) -> RefusedError:
    """A call that JupyterLab does not make."""
    return RefusedError(400, f"Demande refusée : {what}.")


def too_large(what: str, most_kib: int) -> RefusedError:
    """More than a setting lets through."""
    return RefusedError(
        413, f"{what} : plus de {most_kib} Kio, le plus permis. Travaillez dessus par le code, dans un notebook."
    )
