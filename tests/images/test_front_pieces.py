"""What JupyterLab is made of comes from the front's own copy; what else a workspace's server answers is short."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.images.conftest import Front, run
from tests.images.test_front_answers import headers_of, raw, statuses
from tests.support.front import ANSWERS, ROUTES, without
from tests.support.hostile import Hostile, as_answer

OWN, HOST = "/user/abcd/impots", "abcd--impots.espaces.localhost"
MIB = 1024 * 1024
# run in the image of workspaces: by address, the digest of what its server would answer
LISTING = """
import hashlib, json, pathlib
jupyter = pathlib.Path("/opt/workspace/share/jupyter")
server = pathlib.Path("/opt/workspace/lib/python3.11/site-packages/jupyter_server/static")
places = {"static/lab": jupyter / "lab/static", "lab/extensions": jupyter / "labextensions",
          "lab/api/themes": jupyter / "lab/themes", "kernelspecs": jupyter / "kernels", "static/logo": server / "logo",
          "static/favicons": server / "favicons", "static/style": server / "style"}
print(json.dumps({f"{at}/{path.relative_to(folder)}": hashlib.sha256(path.read_bytes()).hexdigest()
                  for at, folder in places.items() for path in folder.rglob("*") if path.is_file()}))
"""
# made for whoever builds JupyterLab: no page asks for them
NOT_ASKED = (".map", ".html", ".eot", ".json", ".orig")


@pytest.fixture
def workspace() -> Iterator[Callable[[Path], Hostile]]:
    servers: list[Hostile] = []

    def start(folder: Path) -> Hostile:
        servers.append(Hostile(folder / "ws" / "abcd--impots" / "j.sock"))
        servers[-1].answer = as_answer("200 OK", b'"data"')
        return servers[-1]

    yield start
    for server in servers:
        server.stop()


def test_each_piece_of_the_image_of_workspaces_is_served_as_it_is(
    start_front: Callable[..., Front], tags: dict[str, str], workspace: Callable[[Path], Hostile]
) -> None:
    front = start_front()
    asked = workspace(front.folder).asked
    pieces = json.loads(
        run("docker", "run", "--rm", "--network=none", tags["workspace-python"], "python", "-c", LISTING)
    )
    wanted = {address: digest for address, digest in pieces.items() if not address.endswith(NOT_ASKED)}
    found = {address: front.get(HOST, f"{OWN}/{address}", Cookie="") for address in wanted}
    assert {address: hashlib.sha256(answer.body).hexdigest() for address, answer in found.items()} == wanted
    assert len(wanted) > 300
    assert {answer.status for answer in found.values()} == {200}
    assert asked == []
    named = next(address for address in wanted if address.startswith("static/lab/main."))
    assert found[named].headers["Cache-Control"] == "max-age=2592000"
    assert found["static/lab/bootstrap.js"].headers["Cache-Control"] == "max-age=600"
    zipped = front.get(HOST, f"{OWN}/{named}", **{"Accept-Encoding": "gzip"})
    assert (zipped.headers["Content-Encoding"], len(zipped.body) < len(found[named].body)) == ("gzip", True)


@pytest.mark.parametrize("piece", ["lab/extensions/mine/static/data.png", "kernelspecs/mine/logo-64x64.png",
                                   "static/lab/data.js", "lab/api/themes/mine/index.css"])  # fmt: skip
def test_a_piece_that_a_person_put_in_their_home_is_not_there(
    start_front: Callable[..., Front], workspace: Callable[[Path], Hostile], piece: str
) -> None:
    front = start_front()
    asked = workspace(front.folder).asked
    assert (front.get(HOST, f"{OWN}/{piece}").status, asked) == (404, [])


def test_with_the_routes_of_a_plain_server_the_same_piece_leaves(
    start_front: Callable[..., Front], workspace: Callable[[Path], Hostile]
) -> None:
    front = start_front(without(ROUTES, r"lab/extensions/\.\+ +front", "lab/tree/extensions/.+ page"))
    workspace(front.folder)
    assert front.get(HOST, f"{OWN}/lab/tree/extensions/data.png").body == b'"data"'


def as_pieces(size: int) -> bytes:
    """An answer whose length is not said before."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"10000\r\n" + b"x" * 0x10000 + b"\r\n" for _ in range(size // 0x10000)) + b"0\r\n\r\n"


def test_an_answer_of_a_workspaces_server_has_four_mebibytes_at_most(
    start_front: Callable[..., Front], workspace: Callable[[Path], Hostile]
) -> None:
    front = start_front()
    server = workspace(front.folder)
    server.answer = as_answer("200 OK", b"x" * (4 * MIB))
    assert raw(front).count(b"x" * MIB) == 4
    server.answer = as_answer("200 OK", b"x" * (4 * MIB + 1))
    assert (statuses(found := raw(front)), b"xxx" in found) == (["502"], False)
    assert headers_of(found)["content-type"] == ["text/plain; charset=utf-8"]
    server.answer = as_pieces(16 * MIB)
    assert len(raw(front)) < 4 * MIB + 0x20000


def test_without_the_bound_as_much_leaves_as_the_server_says(
    start_front: Callable[..., Front], workspace: Callable[[Path], Hostile]
) -> None:
    front = start_front(without(ANSWERS, r"local LONGEST_PAGE = 4 \*", "local LONGEST_PAGE = 4096 *"))
    server = workspace(front.folder)
    for answer in (as_answer("200 OK", b"x" * (16 * MIB)), as_pieces(16 * MIB)):
        server.answer = answer
        assert len(raw(front)) > 16 * MIB
