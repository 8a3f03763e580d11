"""What a workspace can say to the hub: three calls, through the inner side of the front, and nothing else."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable

from tests.isolation.inside.frame import Facts, Got, need, probe

GATE = "/run/hub/hub.sock"
LONGEST_S = 5


def say(request: bytes, path: str = GATE) -> bytes:
    """Everything that comes back for some bytes, until the other end closes or keeps silent."""
    found = b""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(LONGEST_S)
        client.connect(path)
        client.sendall(request)
        try:
            while part := client.recv(65536):
                found += part
        except (TimeoutError, ConnectionResetError):
            pass
    return found


def request(method: str, target: str, headers: Iterable[str] = (), body: bytes = b"") -> bytes:
    """One request with the workspace's own token, after which the connection closes."""
    lines = [
        f"{method} {target} HTTP/1.1",
        "Host: datalab.localhost",
        f"Authorization: token {os.environ['JUPYTERHUB_API_TOKEN']}",
        "Connection: close",
        f"Content-Length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def statuses(answer: bytes) -> list[int]:
    """The status of each answer that these bytes hold."""
    return [int(part[:3]) for part in answer.split(b"HTTP/1.1 ")[1:] if part[:3].isdigit()]


def passes(method: str, target: str, headers: Iterable[str] = (), body: bytes = b"") -> Got:
    """A call that is not refused, with the beginning of what it answered."""
    answer = say(request(method, target, headers, body))
    found = statuses(answer)
    need(found, f"{method} {target}: no answer")
    told = answer.partition(b"\r\n\r\n")[2][:80].decode(errors="replace")
    return [f"{method} {target}: {found[0]} {told}"] if found[0] < 400 else []


def _is_there(facts: Facts) -> None:
    """The hub knows the workspace's own token: what is refused below is refused, not out of order."""
    answer = say(request("GET", "/hub/api/user"))
    need(statuses(answer) == [200], f"the hub does not answer the workspace: {answer[:200]!r}")


@probe("Appeler le hub pour d'autres personnes, groupes, jetons, services, espaces, ou pour l'arrêter")
def other_calls_of_the_hub(facts: Facts) -> Got:
    _is_there(facts)
    me, other = facts["person"], facts["others"][0]["person"]
    people = [
        f"/hub/api/users/{each}{rest}" for each in (me, other) for rest in ("", "/tokens", "/activity", "/server")
    ]
    places = ["/hub/api/users", "/hub/api/groups", "/hub/api/groups/admin", "/hub/api/services", "/hub/api/proxy",
              "/hub/api/info", "/hub/api/shutdown", "/hub/api/shares", "/hub/api/oauth2/authorize", "/hub/home",
              "/hub/login", "/hub/logout", "/hub/admin", "/hub/token", "/hub/spawn", "/hub/health", "/hub/api/health",
              "/hub/metrics", "/hub/static/x", "/", f"/user/{other}/", f"/hub/espace/{facts['processing']}",
              *people]  # fmt: skip
    found = []
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"):
        body = json.dumps({"admin": True, "last_activity": "2026-01-01"}).encode() if method[0] == "P" else b""
        found += [each for place in places for each in passes(method, place, ["Content-Type: application/json"], body)]
    return found[:20]


@probe("Faire prendre un chemin pour un autre : points, doubles barres, encodages, adresse entière, paramètres")
def tricks_with_paths(facts: Facts) -> Got:
    _is_there(facts)
    other = facts["others"][0]["person"]
    targets = [
        f"/hub/api/user/../users/{other}", "/hub/api/user/..%2fusers", "/hub/api//users", "//hub/api/users",
        "/hub/api/./users", "/hub/api/user/%2e%2e/users", "/hub/api/user;/../users", "/hub/api/user%00/../users",
        "/hub/api/user\\..\\users", "/hub/api/users?x=/hub/api/user", "/hub/api%2fusers", "/HUB/API/USERS",
        f"http://datalab.localhost/hub/api/users/{other}", "http://datalab.localhost/hub/login", "/hub/api/user/",
        "/hub/api/user.json", "/hub/api/user%20", "/hub/./login", "/hub/api/../login", "/hub/api/oauth2/../users",
    ]  # fmt: skip
    return [each for target in targets for each in passes("GET", target)]


@probe("Glisser une seconde requête derrière la première (longueurs doubles, morceaux, requêtes à la suite)")
def requests_smuggled(facts: Facts) -> Got:
    _is_there(facts)
    hidden = request("GET", "/hub/login")
    token = os.environ["JUPYTERHUB_API_TOKEN"]
    start = f"POST /hub/api/oauth2/token HTTP/1.1\r\nHost: x\r\nAuthorization: token {token}\r\n"
    shapes = {
        "à la suite": request("GET", "/hub/api").replace(b"Connection: close\r\n", b"") + hidden,
        "deux longueurs": f"{start}Content-Length: 0\r\nContent-Length: {len(hidden)}\r\n\r\n".encode() + hidden,
        "longueur et morceaux": f"{start}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode()
        + hidden,
        "morceaux déguisés": f"{start}Transfer-Encoding: xchunked\r\nContent-Length: 0\r\n\r\n".encode() + hidden,
        "saut de ligne seul": f"{start}X: a\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n".encode() + hidden,
        "bascule": request("GET", "/hub/api", ["Upgrade: websocket", "Connection: upgrade"]) + hidden,
        "version 0.9": b"GET /hub/api/users\r\n",
    }
    found = []
    for name, content in shapes.items():
        answers = say(content)
        last = statuses(answers)[1:]
        found += [f"{name}: {last}"] if any(status < 300 for status in last) else []
        bare = answers and not answers.startswith(b"HTTP/1.1 ") and b"403 Forbidden" not in answers
        found += [f"{name}: {answers[:80]!r}"] if bare else []
    return found


@probe("Se faire passer pour un autre auprès du hub : cookies, jeton dans l'adresse, en-têtes du serveur frontal")
def somebody_else_at_the_hub(facts: Facts) -> Got:
    _is_there(facts)
    bare = request("GET", "/hub/api/user").replace(b"Authorization", b"X-Nothing")
    token = os.environ["JUPYTERHUB_API_TOKEN"]
    forms = {
        "sans jeton": bare,
        "jeton inventé": request("GET", "/hub/api/user").replace(token.encode(), b"0" * 32),
        "jeton dans l'adresse": bare.replace(b"/hub/api/user", f"/hub/api/user?token={token}".encode()),
        "cookie": bare.replace(b"X-Nothing", b"Cookie: jupyterhub-session-id=x; jupyterhub-hub-login"),
        "en-tête": bare.replace(b"X-Nothing", b"X-Forwarded-User: x\r\nRemote-User"),
    }
    return [f"{name}: 200" for name, content in forms.items() if statuses(say(content))[:1] == [200]]


KNOWN_OF_ITSELF = {"admin", "groups", "kind", "name", "scopes", "session_id", "token_id", "user_info"}


@probe("Apprendre des autres, ou écrire pour eux, par ce que le hub dit de soi (activité, groupes, portée du jeton)")
def what_the_hub_tells(facts: Facts) -> Got:
    _is_there(facts)
    told = json.loads(say(request("GET", "/hub/api/user")).partition(b"\r\n\r\n")[2])
    found = [f"{key}: {told[key]}" for key in told.keys() - KNOWN_OF_ITSELF]
    own = (told["name"], told["admin"], told["groups"]) == (facts["person"], False, [])
    me, here = facts["person"], facts["processing"]
    usual = {f"access:servers!server={me}/{here}", f"read:users:groups!user={me}", f"read:users:name!user={me}"}
    return found + ([] if own else [str(told)]) + sorted(set(told["scopes"]) - usual)


@probe("Obtenir du hub un jeton d'un autre espace de travail (échange OAuth avec un code ou un nom d'un autre)")
def tokens_of_others(facts: Facts) -> Got:
    _is_there(facts)
    found = []
    for name in (facts["name"], facts["others"][0]["name"]):
        form = (
            f"client_id=jupyterhub-user-{name}&client_secret={os.environ['JUPYTERHUB_API_TOKEN']}"
            "&grant_type=authorization_code&code=0123456789&redirect_uri=/user/x/y/oauth_callback"
        )
        head = ["Content-Type: application/x-www-form-urlencoded"]
        found += passes("POST", "/hub/api/oauth2/token", head, form.encode())
    return found
