"""Only the few calls of the table exist; everything else is refused."""

from __future__ import annotations

import pytest

from hub.guard.calling.calls import Call, Create, Inspect, Remove, Situation, Start, Stop, parse_call
from hub.guard.errors import RefusedCallError
from policies.names import WorkspaceName

NAME = "p7f3k2--aides-ciblage"
WORKSPACE = WorkspaceName("p7f3k2", "aides-ciblage")
OTHER = WorkspaceName("p7f3k2", "aides-suivi")
ID = "ab" * 32

SPOKEN: list[tuple[str, str, str, Call]] = [
    ("POST", "/containers/create", f"name={NAME}", Create(WORKSPACE)),
    ("POST", "/v1.41/containers/create", f"name={NAME}", Create(WORKSPACE)),
    ("GET", f"/containers/{NAME}/json", "", Inspect(NAME)),
    ("GET", f"/v1.41/containers/{ID}/json", "", Inspect(ID)),
    ("POST", f"/v1.41/containers/{ID}/start", "", Start(ID)),
    ("POST", f"/containers/{ID}/stop", "", Stop(ID, 10)),
    ("POST", f"/containers/{ID}/stop", "t=0", Stop(ID, 0)),
    ("DELETE", f"/v1.41/containers/{ID}", "v=False&link=False&force=True", Remove(ID)),
    ("DELETE", f"/containers/{NAME}", "", Remove(NAME)),
    ("GET", "/datalab/situation", "person=p7f3k2&processings=aides-ciblage,aides-suivi", Situation((WORKSPACE, OTHER))),
    (
        "GET",
        "/datalab/situation",
        "person=p7f3k2&processings=aides-ciblage&factors=password,totp",
        Situation((WORKSPACE,), ("password", "totp")),
    ),
]

REFUSED = [
    ("GET", "/datalab/situation", "person=p7f3k2&processings=aides-ciblage&factors=password,badge"),
    ("GET", "/datalab/situation", "person=p7f3k2&processings=aides-ciblage&factors="),
    ("POST", "/containers/create", ""),
    ("POST", "/containers/create", "name=root"),
    ("POST", "/containers/create", f"name={NAME}&name={NAME}"),
    ("POST", "/containers/create", f"name={NAME}&platform=linux"),
    ("POST", "/containers/create", f"name={NAME}%0a"),
    ("GET", "/containers/create", f"name={NAME}"),
    ("PUT", "/containers/create", f"name={NAME}"),
    ("POST", "/v1.24/containers/create", f"name={NAME}"),
    ("POST", "/v1.41/v1.41/containers/create", f"name={NAME}"),
    ("POST", "//containers/create", f"name={NAME}"),
    ("POST", "/containers/create/", f"name={NAME}"),
    ("POST", "/Containers/create", f"name={NAME}"),
    ("POST", "/containers/%63reate", f"name={NAME}"),
    ("GET", "/containers/json", ""),
    ("GET", "/v1.41/containers/json", "all=1"),
    ("GET", f"/containers/{NAME}/json", "size=1"),
    ("GET", f"/containers/{ID[:12]}/json", ""),
    ("GET", f"/containers/{NAME}/../front/json", ""),
    ("GET", "/containers/datalab-front/json", ""),
    ("POST", f"/containers/{ID}/start", "detachKeys=a"),
    ("POST", f"/containers/{ID}/stop", "t=-1"),
    ("POST", f"/containers/{ID}/stop", "t=61"),
    ("POST", f"/containers/{ID}/stop", "t=1&t=2"),
    ("POST", f"/containers/{ID}/stop", "signal=SIGKILL"),
    ("DELETE", f"/containers/{ID}", "link=true"),
    ("DELETE", f"/containers/{ID}", "force=yes"),
    ("POST", f"/containers/{ID}/exec", ""),
    ("POST", f"/containers/{ID}/update", ""),
    ("POST", f"/containers/{ID}/rename", "name=x"),
    ("POST", f"/containers/{ID}/kill", ""),
    ("POST", f"/containers/{ID}/restart", ""),
    ("POST", f"/containers/{ID}/attach", ""),
    ("PUT", f"/containers/{ID}/archive", "path=/"),
    ("GET", f"/containers/{ID}/archive", "path=/"),
    ("GET", f"/containers/{ID}/logs", "stdout=1"),
    ("POST", f"/containers/{ID}/copy", ""),
    ("POST", "/commit", f"container={ID}"),
    ("POST", "/build", ""),
    ("POST", "/images/create", "fromImage=debian"),
    ("POST", "/volumes/create", ""),
    ("POST", "/networks/create", ""),
    ("POST", "/networks/bridge/connect", ""),
    ("POST", "/swarm/init", ""),
    ("POST", "/plugins/pull", ""),
    ("GET", "/version", ""),
    ("GET", "/info", ""),
    ("GET", "/_ping", ""),
    ("HEAD", "/_ping", ""),
    ("GET", "/datalab/situation", "person=p7f3k2"),
    ("GET", "/datalab/situation", "person=p7f3k2--x&processings=yyy"),
    ("GET", "/v1.41/datalab/situation", "person=p7f3k2&processings=aides-ciblage"),
    ("GET", "/datalab/situation", "person=p7f3k2&processing=aides-ciblage"),
    ("GET", "/datalab/situation", "person=p7f3k2&processings=aides-ciblage,"),
    ("GET", "/datalab/situation", "person=p7f3k2&processings=" + ",".join(["aides-ciblage"] * 501)),
    ("GET", "/", ""),
    ("GET", "", ""),
]


@pytest.mark.parametrize(("method", "path", "query", "call"), SPOKEN)
def test_spoken(method: str, path: str, query: str, call: Call) -> None:
    assert parse_call(method, path, query) == call


@pytest.mark.parametrize(("method", "path", "query"), REFUSED)
def test_refused(method: str, path: str, query: str) -> None:
    with pytest.raises(RefusedCallError):
        parse_call(method, path, query)
