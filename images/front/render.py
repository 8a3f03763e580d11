"""The front's settings are eight words from its environment; one that is not exactly of its form refuses the start."""

import os
import re
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

TEMPLATE = Path("/opt/front/front.nginx.conf")
ROUTES = Path("/opt/front/routes.txt")
PAGES = Path("/opt/front/pages")
RENDERED = Path("/tmp/nginx/nginx.conf")  # noqa: S108 - the container's own tmpfs
_HOST = r"[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+"
_PORT = r"[1-9][0-9]{0,4}"
FORMS = {
    "HUB_HOST": _HOST,
    "IDENTITY_HOST": _HOST,
    "WORKSPACE_DOMAIN": _HOST,
    "PUBLIC_PORT": _PORT,
    "LISTEN_PORT": _PORT,
    "LISTEN_ADDRESS": r"[0-9]{1,3}(\.[0-9]{1,3}){3}",
    "SCHEME": r"https?",
    "RUN_FOLDER": r"(/[a-z0-9][a-z0-9._-]*)+",
}
DEFAULTS = {
    "HUB_HOST": "datalab.localhost",
    "IDENTITY_HOST": "identite.localhost",
    "WORKSPACE_DOMAIN": "espaces.localhost",
    "PUBLIC_PORT": "8000",
    "LISTEN_PORT": "8000",
    "LISTEN_ADDRESS": "0.0.0.0",  # noqa: S104 - within its container
    "SCHEME": "http",
    "RUN_FOLDER": "/run/datalab",
}
USUAL_PORTS = {"http": "80", "https": "443"}
WAYS = ("page", "socket", "door", "closed")
LONGEST_SOCKET = 107
LONGEST_NAME = 12 + 2 + 30


class SettingError(Exception):
    """Raised for settings that the front refuses; the message names each with its value and what is expected."""


def parse_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """Eight settings, each of its form; all faults at once."""
    settings = {name: environment.get(name, default) for name, default in DEFAULTS.items()}
    faults = [
        f"{name} : « {value} » ne convient pas ; attendu : {FORMS[name]}"
        for name, value in settings.items()
        if re.fullmatch(FORMS[name], value) is None
    ]
    faults += relation_faults(settings)
    if faults:
        raise SettingError("\n".join(faults))
    return settings


def relation_faults(settings: Mapping[str, str]) -> list[str]:
    """No side's name is within another's, and a socket's path has room for the longest name."""
    faults = [
        f"{one}, {other} : l'un pourrait poser un cookie que l'autre reçoit ; donnez deux domaines séparés"
        for one, other in combinations(("HUB_HOST", "IDENTITY_HOST", "WORKSPACE_DOMAIN"), 2)
        if are_related(settings[one], settings[other])
    ]
    if len(f"{settings['RUN_FOLDER']}/ws//j.sock") + LONGEST_NAME > LONGEST_SOCKET:
        faults.append(
            f"RUN_FOLDER : « {settings['RUN_FOLDER']} » est trop long pour l'adresse d'un socket (107 octets)"
        )
    return faults


def are_related(one: str, other: str) -> bool:
    """Whether two names are the same, or one is within the other."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")


def substitutions(settings: Mapping[str, str]) -> dict[str, str]:
    """The settings, and what follows from them: the port as an address shows it, and host names as patterns."""
    usual = USUAL_PORTS[settings["SCHEME"]] == settings["PUBLIC_PORT"]
    port = "" if usual else f":{settings['PUBLIC_PORT']}"
    return {
        **settings,
        "PORT": port,
        "HUB": f"{settings['SCHEME']}://{settings['HUB_HOST']}{port}",
        "HUB_PATTERN": re.escape(f"{settings['SCHEME']}://{settings['HUB_HOST']}{port}"),
        "WORKSPACE_DOMAIN_PATTERN": re.escape(settings["WORKSPACE_DOMAIN"]),
    }


@dataclass(frozen=True)
class Route:
    """Addresses of a workspace, for some methods, and who answers them."""

    methods: tuple[str, ...]
    address: str
    way: str


def parse_routes(text: str) -> tuple[Route, ...]:
    """The table of routes.txt; a line that is not three columns, or names another way, is a SettingError."""
    lines = [line.split() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    wrong = [" ".join(line) for line in lines if len(line) != 3 or line[2] not in WAYS]
    if wrong:
        raise SettingError("\n".join(f"routes.txt : « {line} » n'est pas une règle" for line in wrong))
    return tuple(Route(tuple(methods.split(",")), address, way) for methods, address, way in lines)


def render_routes(routes: Iterable[Route]) -> str:
    """The lines of nginx's map from `method person/processing address` to a way; what is closed needs none."""
    return "\n".join(
        f'    "~^(?:{"|".join(route.methods)}) (\\S+) /user/\\1/{route.address}(?:\\?.*)?$" {route.way};'
        for route in routes
        if route.way != "closed"
    )


def render(template: str, values: Mapping[str, str]) -> str:
    """Each @NAME@ replaced; a name without a value is a KeyError."""
    return re.sub(r"@([A-Z_]+)@", lambda found: values[found[1]], template)


def render_pages(values: Mapping[str, str]) -> None:
    """The pages that the front shows itself, with the hub's address in them."""
    folder = RENDERED.parent / PAGES.name
    folder.mkdir(exist_ok=True)
    for page in PAGES.iterdir():
        (folder / page.name).write_text(render(page.read_text(encoding="utf-8"), values), encoding="utf-8")


def remove_stale_sockets(run_folder: str) -> None:
    """nginx does not start on a socket that a killed one left."""
    (Path(run_folder) / "gate" / "hub.sock").unlink(missing_ok=True)


def main() -> None:
    """Renders, then becomes nginx."""
    try:
        settings = parse_settings(os.environ)
        routes = parse_routes(ROUTES.read_text(encoding="utf-8"))
    except SettingError as error:
        sys.exit(str(error))
    values = substitutions(settings) | {"ROUTES": render_routes(routes)}
    RENDERED.parent.mkdir(mode=0o700, exist_ok=True)
    RENDERED.write_text(render(TEMPLATE.read_text(encoding="utf-8"), values), encoding="utf-8")
    render_pages(values)
    os.umask(0o007)
    check_only = sys.argv[1:] == ["--check"]
    if not check_only:
        remove_stale_sockets(settings["RUN_FOLDER"])
    # -e keeps nginx from opening its compiled-in log before it has read ours
    command = ["nginx", "-e", "stderr", "-c", str(RENDERED), *(["-t"] if check_only else [])]
    os.execvp(command[0], command)  # noqa: S606 - becomes nginx


if __name__ == "__main__":
    main()
