"""A WorkspaceSpec says everything about a workspace that differs from one to the next.

It is a function of names, numbers, grants and settings alone: nothing that a person sends is in it
but the name of a profile that the decision offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from hub.workspace.profiles import Profile
from policies.access.decision import Decision
from policies.errors import DatalabError
from policies.names import WorkspaceName, gid, uid

HOME = "/home/datalab"
PROJECT = "/projet"
PROJECT_BESIDE = "/projet-autres"
DATA = "/donnees"
ENTRIES = "/entrees"
SOCKET_FOLDER = "/run/ws"
SOCKET = "j.sock"
HUB_SOCKET_FOLDER = "/run/hub"
README = "LISEZ-MOI.md"
CATALOGUE = "catalogue.json"


class NotGrantedError(DatalabError):
    """Raised when a workspace is asked for that the decision does not give."""


@dataclass(frozen=True)
class Address:
    """Where people's browsers find the hub and the workspaces."""

    scheme: str
    hub_host: str
    workspace_domain: str
    port: int

    @property
    def hub_url(self) -> str:
        """The hub's address without a path, as browsers write it."""
        return f"{self.scheme}://{self.hub_host}{self._port()}"

    def workspace_url(self, name: WorkspaceName) -> str:
        """A workspace's own origin."""
        return f"{self.scheme}://{name}.{self.workspace_domain}{self._port()}"

    def _port(self) -> str:
        return "" if self.port == {"http": 80, "https": 443}[self.scheme] else f":{self.port}"


@dataclass(frozen=True, order=True)
class Bind:
    """A folder or file of the host at a place of the workspace; `recursive`: with what is mounted within it."""

    source: PurePosixPath
    target: PurePosixPath
    recursive: bool = False


@dataclass(frozen=True)
class WorkspaceSpec:
    """One workspace, before any backend renders it."""

    name: WorkspaceName
    uid: int
    gid: int
    image: str
    profile: Profile
    binds: tuple[Bind, ...]
    environment: tuple[tuple[str, str], ...]
    labels: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Site:
    """What the installation gives every workspace: addresses, the run folder, images by name."""

    address: Address
    run: PurePosixPath
    images: tuple[tuple[str, str], ...]

    def image(self, name: str) -> str:
        """The id of the image with this name; raises NotGrantedError when it was not built."""
        found = dict(self.images).get(name)
        if found is None:
            raise NotGrantedError(f"the image {name} was not built; run images/build.py")
        return found


@dataclass(frozen=True)
class Numbers:
    """The register's numbers of the person and of the processing."""

    person: int
    processing: int


def make_spec(decision: Decision, profile_name: str, profile: Profile, numbers: Numbers, site: Site) -> WorkspaceSpec:
    """The workspace that a decision gives, with one of the profiles that it offers."""
    if not decision.allowed or profile_name not in decision.profiles:
        raise NotGrantedError(f"the decision does not offer a workspace with the profile {profile_name}")
    name = WorkspaceName(decision.person, decision.processing)
    return WorkspaceSpec(
        name=name,
        uid=uid(numbers.person),
        gid=gid(numbers.processing),
        image=site.image(profile.image),
        profile=profile,
        binds=_binds(name, decision, site.run),
        environment=_environment(name, site.address, profile.idle_minutes),
        labels=_labels(name, decision, profile_name, site.run),
    )


def socket_folder(name: WorkspaceName, run: PurePosixPath) -> PurePosixPath:
    """The folder of the socket on which a workspace answers the front."""
    return run / "ws" / str(name)


def socket_path(name: WorkspaceName, run: PurePosixPath) -> PurePosixPath:
    """The socket on which a workspace answers."""
    return socket_folder(name, run) / SOCKET


def mounts_folder(name: WorkspaceName, run: PurePosixPath) -> PurePosixPath:
    """The folder under which the guard mounts what a workspace is about to get."""
    return run / "mounts" / str(name)


def _binds(name: WorkspaceName, decision: Decision, run: PurePosixPath) -> tuple[Bind, ...]:
    mounts = mounts_folder(name, run)
    data = [PurePosixPath(grant.dataset) / grant.part for grant in decision.grants if grant.mode == "read"]
    return (
        Bind(mounts / "home", PurePosixPath(HOME)),
        Bind(mounts / "projet", PurePosixPath(PROJECT)),
        Bind(mounts / "autres", PurePosixPath(PROJECT_BESIDE), recursive=True),
        Bind(mounts / "donnees" / README, PurePosixPath(DATA) / README),
        Bind(mounts / "donnees" / CATALOGUE, PurePosixPath(DATA) / CATALOGUE),
        *(Bind(mounts / "donnees" / part, PurePosixPath(DATA) / part) for part in sorted(data)),
        Bind(mounts / "entrees", PurePosixPath(ENTRIES)),
        Bind(socket_folder(name, run), PurePosixPath(SOCKET_FOLDER)),
        Bind(run / "turnstile" / str(name), PurePosixPath(HUB_SOCKET_FOLDER)),
    )


def oauth_client_id(name: WorkspaceName) -> str:
    """The workspace's id as an OAuth client of the hub; JupyterHub's own could collide."""
    return f"jupyterhub-user-{name}"


def _environment(name: WorkspaceName, address: Address, idle_minutes: int) -> tuple[tuple[str, str], ...]:
    """What the single-user server needs to know; JupyterHub's token is added at rendering."""
    prefix = f"/user/{name.person}/{name.processing}/"
    access = f'["access:servers!server={name.person}/{name.processing}", "access:servers!user={name.person}"]'
    api = "http+unix://%2Frun%2Fhub%2Fhub.sock/hub/api"
    return (
        ("DATALAB_IDLE_MINUTES", str(idle_minutes)),
        ("JUPYTERHUB_API_URL", api),
        ("JUPYTERHUB_ACTIVITY_URL", ""),
        ("JUPYTERHUB_BASE_URL", "/"),
        ("JUPYTERHUB_CLIENT_ID", oauth_client_id(name)),
        ("JUPYTERHUB_COOKIE_HOST_PREFIX_ENABLED", "0"),
        ("JUPYTERHUB_HOST", address.hub_url),
        ("JUPYTERHUB_OAUTH_ACCESS_SCOPES", access),
        ("JUPYTERHUB_OAUTH_CALLBACK_URL", f"{prefix}oauth_callback"),
        ("JUPYTERHUB_OAUTH_CLIENT_ALLOWED_SCOPES", "[]"),
        ("JUPYTERHUB_OAUTH_SCOPES", access),
        ("JUPYTERHUB_PUBLIC_HUB_URL", f"{address.hub_url}/hub/"),
        ("JUPYTERHUB_PUBLIC_URL", f"{address.workspace_url(name)}{prefix}"),
        ("JUPYTERHUB_SERVER_NAME", name.processing),
        ("JUPYTERHUB_SERVICE_PREFIX", prefix),
        ("JUPYTERHUB_SERVICE_URL", f"http+unix://%2Frun%2Fws%2Fj.sock{prefix}"),
        ("JUPYTERHUB_USER", name.person),
    )


def _labels(
    name: WorkspaceName, decision: Decision, profile_name: str, run: PurePosixPath
) -> tuple[tuple[str, str], ...]:
    return (
        ("datalab.day", decision.day.isoformat()),
        ("datalab.facts", decision.facts),
        ("datalab.law", decision.law),
        ("datalab.profile", profile_name),
        ("datalab.site", str(run)),
        ("datalab.workspace", str(name)),
    )
