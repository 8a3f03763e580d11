"""The cast of the demo: invented people, and what each one's account shows.

Opaque ids come from the seed, so that nothing about a person can be read in them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"
MAIL_DOMAIN = "datalab.test"

AIDES = "aides-logement"
ENTREPRISES = "partage-entreprises"
ROUTES = "securite-routes"
EPHEMERES = "societes-ephemeres"


@dataclass(frozen=True)
class Actor:
    """Someone of the directory: login, names, organisation, project groups, roles, and their story."""

    login: str
    given: str
    family: str
    organisation: str
    job: str
    shows: str
    projects: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """First name, then family name."""
        return f"{self.given} {self.family}"

    @property
    def mail(self) -> str:
        """An address that can never exist: `.test` is reserved."""
        return f"{self.login}@{self.organisation}.{MAIL_DOMAIN}"


ANALYSTS = (
    Actor("c.martin", "Camille", "Martin", "minsante", "chargée d'études statistiques",
          "lit des parties sous secret statistique ; une partie au titre expiré, une sans titre, une fiscale refusée",
          (AIDES,)),
    Actor("b.leroy", "Bastien", "Leroy", "minsante", "chargé d'études statistiques",
          "même équipe que c.martin, mais l'avis du comité sur les logements ne le nomme pas", (AIDES,)),
    Actor("a.benali", "Amina", "Benali", "minsante", "chargée de mission données",
          "travaille sur deux projets : repérage des aides et sécurité routière", (AIDES, ROUTES)),
    Actor("g.lambert", "Gaël", "Lambert", "minsante", "chargé d'études",
          "dans le groupe de l'annuaire seulement : refusé, faute d'inscription au registre", (AIDES,)),
    Actor("r.simon", "Rosalie", "Simon", "minsante", "chargée d'études",
          "inscrite au registre seulement : refusée, faute d'être dans le groupe de l'annuaire"),
    Actor("e.dupuis", "Élodie", "Dupuis", "minefi", "économiste",
          "lit le répertoire des établissements ; les comptes, sous secret des affaires, sont refusés",
          (ENTREPRISES,)),
    Actor("j.mercier", "Julien", "Mercier", "minefi", "économiste",
          "son habilitation est proposée, mais personne ne l'a approuvée", (ENTREPRISES,)),
    Actor("m.diallo", "Moussa", "Diallo", "minint", "analyste",
          "lit les accidents ; une partie non qualifiée, une de santé, un rapprochement non prévu sont refusés",
          (ROUTES,)),
    Actor("k.nguyen", "Kim", "Nguyen", "minint", "analyste",
          "son projet est suspendu : rien ne s'ouvre", (EPHEMERES,)),
)  # fmt: skip

EXPERTS = (
    Actor("n.faure", "Nadia", "Faure", "dinum", "experte en science des données",
          "mission en cours sur le repérage des aides : lit les lignes", (AIDES,)),
    Actor("h.garnier", "Hugo", "Garnier", "dinum", "expert en ingénierie des données",
          "mission terminée hier : refusé", (AIDES,)),
    Actor("t.roux", "Théo", "Roux", "dinum", "expert en ingénierie des données",
          "mission qui commence demain : refusé aujourd'hui", (AIDES,)),
    Actor("l.perrin", "Léa", "Perrin", "dinum", "experte en gouvernance des données",
          "mission en cours : voit le catalogue, rien n'est monté", (AIDES,)),
    Actor("z.colin", "Zoé", "Colin", "dinum", "experte en visualisation des données",
          "deux missions en cours : tables agrégées ; sa lettre lui ouvre en plus un jeu de l'autre projet",
          (ROUTES, ENTREPRISES)),
    Actor("w.adam", "William", "Adam", "dinum", "expert en ingénierie des données",
          "mission en cours sur le partage des données d'entreprises", (ENTREPRISES,)),
)  # fmt: skip

ADMINISTRATORS = (
    Actor("a.lefevre", "Anne", "Lefèvre", "dinum", "administratrice du Datalab",
          "propose ; n'entre dans aucun espace", roles=("administrator", "dinum")),
    Actor("x.masson", "Xavier", "Masson", "dinum", "administrateur du Datalab",
          "approuve ce que l'autre propose ; n'entre dans aucun espace", roles=("administrator", "dinum")),
)  # fmt: skip

OFFICERS = (
    Actor("v.morel", "Valérie", "Morel", "minsante", "cheffe de projet", "cheffe de projet", (), ("project_lead",)),
    Actor("i.blanc", "Isabelle", "Blanc", "minefi", "cheffe de projet", "cheffe de projet", (), ("project_lead",)),
    Actor("l.barbier", "Luc", "Barbier", "minint", "chef de projet", "chef de projet", (), ("project_lead",)),
    Actor("p.girard", "Pauline", "Girard", "minsante", "productrice de données", "productrice", (), ("producer",)),
    Actor("f.roussel", "Fanny", "Roussel", "minefi", "productrice de données", "productrice", (), ("producer",)),
    Actor("y.picard", "Yann", "Picard", "minint", "producteur de données", "producteur", (), ("producer",)),
    Actor("q.aubert", "Quentin", "Aubert", "insee", "producteur de données", "producteur", (), ("producer",)),
    Actor("d.fournier", "Denis", "Fournier", "minsante", "délégué à la protection des données",
          "délégué à la protection des données", (), ("dpo",)),
    Actor("o.chevalier", "Odile", "Chevalier", "minefi", "déléguée à la protection des données",
          "déléguée à la protection des données", (), ("dpo",)),
    Actor("s.renaud", "Sophie", "Renaud", "minint", "déléguée à la protection des données",
          "déléguée à la protection des données", (), ("dpo",)),
    Actor("u.gaillard", "Ulysse", "Gaillard", "insee", "délégué à la protection des données",
          "délégué à la protection des données", (), ("dpo",)),
)  # fmt: skip

EVERYONE = ANALYSTS + EXPERTS + ADMINISTRATORS + OFFICERS


@dataclass(frozen=True)
class Cast:
    """The people of one seed: the same names, with this seed's ids."""

    seed: int
    actors: tuple[Actor, ...] = EVERYONE

    def __iter__(self) -> Iterator[Actor]:
        return iter(self.actors)

    def id(self, login: str) -> str:
        """The opaque id of a login; `p`, then five characters that cannot be mistaken for each other."""
        return person_id(self.seed, login)

    def actor(self, login: str) -> Actor:
        """The person who signs in with this login."""
        return next(actor for actor in self.actors if actor.login == login)

    def actor_of(self, person: str) -> Actor:
        """The person who has this id."""
        return next(actor for actor in self.actors if self.id(actor.login) == person)


def person_id(seed: int, login: str) -> str:
    """An id that only the seed and the login decide."""
    digest = hashlib.sha256(f"{seed}:{login}".encode()).digest()
    return "p" + "".join(ALPHABET[byte % len(ALPHABET)] for byte in digest[:5])
