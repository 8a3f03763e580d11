"""The demo's directory as LDIF: people, projects' groups, roles, and the accounts that read it."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

from onboarding.demo.passwords import ensure_password, hash_password, write_private
from onboarding.demo.people import Actor, Cast
from onboarding.demo.settings import DemoSettings, demo_folder
from policies.errors import DatalabError
from policies.settings import DirectorySettings, Places, Values

ORGANISATIONS = {
    "minefi": "Ministère de l'économie et des finances",
    "minsante": "Ministère de la santé et des solidarités",
    "minint": "Ministère de l'intérieur",
    "dinum": "Direction interministérielle du numérique",
    "insee": "Institut national de la statistique et des études économiques",
}

Attributes = Iterable[tuple[str, str]]


def render_ldif(settings: DirectorySettings, cast: Cast, password: str, reader_password: str) -> str:
    """The whole tree, parents first; passwords leave as hashes."""
    suffix = suffix_of(settings)
    services = settings.reader_dn.partition(",")[2]
    entries = [
        _entry(suffix, [("objectClass", "dcObject"), ("objectClass", "organization"), ("o", "Datalab"),
                        ("dc", suffix.partition(",")[0].removeprefix("dc="))]),
        *(_unit(dn) for dn in (settings.people_base, settings.groups_base, services)),
        _reader(settings.reader_dn, reader_password),
        *(_person(settings, cast, actor, password) for actor in cast),
        *_groups(settings, cast),
    ]  # fmt: skip
    return "\n".join(entries)


def suffix_of(settings: DirectorySettings) -> str:
    """The root of the tree: what people's and groups' bases hang from."""
    return settings.people_base.partition(",")[2]


def person_dn(settings: DirectorySettings, actor: Actor) -> str:
    """Where a person stands in the tree."""
    return f"{settings.login_attribute}={actor.login},{settings.people_base}"


def _unit(dn: str) -> str:
    name = dn.partition(",")[0].removeprefix("ou=")
    return _entry(dn, [("objectClass", "organizationalUnit"), ("ou", name)])


def _reader(dn: str, password: str) -> str:
    name = dn.partition(",")[0].removeprefix("cn=")
    classes = [("objectClass", "organizationalRole"), ("objectClass", "simpleSecurityObject")]
    return _entry(dn, [*classes, ("cn", name), ("userPassword", hash_password(password, dn))])


def _person(settings: DirectorySettings, cast: Cast, actor: Actor, password: str) -> str:
    dn = person_dn(settings, actor)
    return _entry(
        dn,
        [
            ("objectClass", "inetOrgPerson"),
            (settings.login_attribute, actor.login),
            (settings.name_attribute, actor.name),
            ("sn", actor.family),
            ("givenName", actor.given),
            ("mail", actor.mail),
            ("title", actor.job),
            (settings.id_attribute, cast.id(actor.login)),
            (settings.organisation_attribute, actor.organisation),
            ("userPassword", hash_password(password, dn)),
        ],
    )


def _groups(settings: DirectorySettings, cast: Cast) -> Iterable[str]:
    members: dict[str, list[str]] = {}
    for actor in cast:
        names = [settings.project_group.format(project=project) for project in actor.projects]
        names += [settings.role_group.format(role=role) for role in actor.roles]
        for name in names:
            members.setdefault(name, []).append(person_dn(settings, actor))
    for name, dns in sorted(members.items()):
        attributes = [("objectClass", "groupOfNames"), ("cn", name), *(("member", dn) for dn in dns)]
        yield _entry(f"cn={name},{settings.groups_base}", attributes)


def _entry(dn: str, attributes: Attributes) -> str:
    return "".join(f"{_line(name, value)}\n" for name, value in [("dn", dn), *attributes])


def _line(name: str, value: str) -> str:
    """Text that LDIF cannot carry as it is goes in base64 (RFC 2849)."""
    safe = value.isascii() and value.isprintable() and value[:1] not in {"", " ", ":", "<"} and value[-1:] != " "
    return f"{name}: {value}" if safe else f"{name}:: {base64.b64encode(value.encode()).decode()}"


COLUMNS = "Identifiant de connexion, identifiant opaque (celui du registre, du journal et de --actor), personne :"


def render_accounts(cast: Cast, password: str) -> str:
    """What `make run` prints: each login, the opaque id that register and journal know it by, and what it shows."""
    widest = max(len(actor.login) for actor in cast)
    rows = [
        f"  {actor.login:{widest}}  {cast.id(actor.login)}  {actor.name} ({actor.organisation}) : {actor.shows}"
        for actor in cast
    ]
    return "\n".join([f"Mot de passe de tous les comptes de démonstration : {password}", COLUMNS, "", *rows, ""])


def write_directory(values: Values) -> Path:
    """The seed of the directory and the list of accounts; the same bytes when nothing changed."""
    settings, demo = values.section(DirectorySettings), values.section(DemoSettings)
    cast = Cast(demo.seed)
    password = ensure_password(demo_folder(values.places) / "password")
    reader_password = ensure_password(demo_folder(values.places) / "reader-password")
    for copy in values.reader_password_files:
        write_private(copy, f"{reader_password}\n")
    folder = seed_folder(values.places)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    ensure_password(folder / "root-password")
    write_private(folder / "directory.ldif", render_ldif(settings, cast, password, reader_password))
    write_private(demo_folder(values.places) / "accounts.txt", render_accounts(cast, password))
    return folder / "directory.ldif"


def seed_folder(places: Places) -> Path:
    """What the directory's container starts from: its entries and the password of its root entry."""
    return places.state / "directory" / "seed"


def demo_password(places: Places) -> str:
    """The one password of all invented people; raises DatalabError when none was made yet."""
    path = demo_folder(places) / "password"
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise DatalabError(f"{path}: cannot be read: {error.strerror}; run `make run`, or become root") from None
