"""Docker, as the guard uses it: create, start, stop, kill, remove, inspect, list. Nothing else is called."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import docker.errors
import requests

from hub.guard.errors import ConflictError, NoAnswerError, TroubleError

API_VERSION = "1.41"
REMOVAL_S = 10
DEATH_S = 10
SITE, WORKSPACE = "datalab.site", "datalab.workspace"


@dataclass(frozen=True)
class Container:
    """A container as Docker describes it; `config` and `state` are Docker's own words."""

    id: str
    name: str
    created: str
    state: Mapping[str, Any]
    config: Mapping[str, Any]

    @property
    def running(self) -> bool:
        """Its first process lives."""
        return bool(self.state.get("Running"))

    @property
    def pid(self) -> int:
        """Its first process, as the host counts; 0 when there is none."""
        return int(self.state.get("Pid") or 0)

    @property
    def never_ran(self) -> bool:
        """It was created and nothing more."""
        return self.state.get("Status") == "created"

    @property
    def labels(self) -> Mapping[str, str]:
        """What was written on it when it was created."""
        return self.config.get("Labels") or {}


class Engine:
    """Docker's socket. Every method raises TroubleError when Docker fails or does not answer."""

    def __init__(self, socket: Path, timeout_s: int) -> None:
        self._client: Any = docker.APIClient(
            base_url=f"unix://{socket}", version=API_VERSION, timeout=timeout_s, max_pool_size=32
        )

    def close(self) -> None:
        """Let go of Docker's socket."""
        self._client.close()

    def create(self, name: str, config: Mapping[str, Any]) -> str:
        """The id of a new container; raises ConflictError when the name is taken."""
        made = _ask(lambda: self._client.create_container_from_config(dict(config), name))
        if made is None:
            raise TroubleError("L'image de l'espace de travail n'existe pas : prévenez la DINUM.")
        return str(made["Id"])

    def find(self, reference: str) -> Container | None:
        """The container with this id or name, None when Docker says that there is none."""
        found = _ask(lambda: self._client.inspect_container(reference))
        return None if found is None else _container(found)

    def find_dead(self, identity: str) -> Container | None:
        """The container once Docker knows that its first process, which is gone, has died; None when there is none."""
        _ask(lambda: self._client.wait(identity, timeout=DEATH_S))
        return self.find(identity)

    def start(self, identity: str) -> None:
        """Start a container."""
        if _ask(lambda: self._client.start(identity) or True) is None:
            raise TroubleError("Le conteneur a disparu avant d'être démarré.")

    def stop(self, identity: str, seconds: int) -> None:
        """Stop a container: SIGTERM, then SIGKILL; nothing when it is gone."""
        _ask(lambda: self._client.stop(identity, timeout=seconds))

    def remove(self, identity: str) -> None:
        """Kill and remove a container with its anonymous volumes; nothing when it is gone.

        One that is being removed already is gone at the end of that.
        """
        try:
            _ask(lambda: self._client.remove_container(identity, v=True, force=True))
        except ConflictError:
            _ask(lambda: self._client.wait(identity, condition="removed", timeout=REMOVAL_S))

    def deaths(self, site: str) -> Iterator[str]:
        """The ids of this installation's containers whose first process died, as Docker tells them."""
        filters = {"type": ["container"], "event": ["die"], "label": [f"{SITE}={site}", WORKSPACE]}
        try:
            for event in self._client.events(filters=filters, decode=True):
                yield str(event["Actor"]["ID"])
        except (requests.RequestException, docker.errors.DockerException, OSError) as error:
            raise NoAnswerError("Docker ne dit plus ce qui s'arrête.") from error

    def list(self, site: str) -> list[Container]:
        """Every container of this installation, running or not."""
        filters = {"label": [f"{SITE}={site}", WORKSPACE]}
        found = _ask(lambda: self._client.containers(all=True, filters=filters)) or []
        return [each for entry in found if (each := self.find(entry["Id"])) is not None]


def _container(found: Mapping[str, Any]) -> Container:
    return Container(
        id=found["Id"],
        name=found["Name"].removeprefix("/"),
        created=found["Created"],
        state=found["State"],
        config=found["Config"],
    )


def _ask(call: Callable[[], Any]) -> Any:
    """None stands for Docker's own 404 and nothing else."""
    try:
        return call()
    except docker.errors.NotFound:
        return None
    except docker.errors.APIError as error:
        if error.status_code == 409:
            raise ConflictError("Un conteneur de ce nom existe déjà.") from error
        raise TroubleError(f"Docker a refusé : {error.explanation}") from error
    except (requests.RequestException, docker.errors.DockerException) as error:
        raise NoAnswerError("Docker ne répond pas ; réessayez dans un instant.") from error
