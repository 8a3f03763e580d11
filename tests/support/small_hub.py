"""A small site that behaves as the front does, for the browser of the demo: two hosts, cookies, a kernel's protocol."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tornado import web, websocket
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

PERSON, PROCESSING, TOKEN = "pabcd", "aides-eval", "token-of-the-workspace"
LOGIN = """<main><form action="/hub/login" method="post"><input type="hidden" name="_xsrf" value="t">
<input name="username" type="text"><input name="password" type="password">{told}</form></main>"""
BUTTON = f"""<form action="/hub/espace/{PROCESSING}" method="post"><input type="hidden" name="_xsrf" value="t">
<input type="radio" name="profile" value="petit" checked></form>"""
RUNNING = f"""<a href="/user/{PERSON}/{PROCESSING}/">Rejoindre</a>
<form action="/hub/espace/{PROCESSING}/arret" method="post"><input type="hidden" name="_xsrf" value="t"></form>"""


class State:
    """What the site remembers: whether the workspace runs, and every request it got."""

    def __init__(self) -> None:
        self.port = 0
        self.starting = -1
        self.seen: list[tuple[str, str, str]] = []

    @property
    def workspace(self) -> str:
        return f"http://{PERSON}--{PROCESSING}.espaces.localhost:{self.port}"


class Handler(web.RequestHandler):
    def initialize(self, state: State) -> None:
        self.state = state

    def prepare(self) -> None:
        cookies = ",".join(sorted(self.cookies))
        self.state.seen.append((self.request.host, self.request.path, cookies))


class Login(Handler):
    def get(self) -> None:
        self.write(LOGIN.format(told=""))

    def post(self) -> None:
        if self.get_body_argument("password") != "secret":
            self.write(LOGIN.format(told="<p>Mot de passe refusé.</p>"))
            return
        self.set_cookie("session", self.get_body_argument("username"), path="/hub/")
        self.set_cookie("_xsrf", "token-of-the-hub", path="/hub/")
        self.redirect("/hub/home")


class Home(Handler):
    def get(self) -> None:
        if not self.get_cookie("session"):
            self.redirect("/hub/login")
            return
        self.write(f"<main><h1>Mes projets</h1>{RUNNING if self.state.starting == 0 else BUTTON}</main>")


class Open(Handler):
    def post(self) -> None:
        if self.get_body_argument("profile", "") != "petit":
            self.set_status(403)
            self.write("<main><p>Refusé</p></main>")
            return
        self.state.starting = 2
        self.redirect(f"/hub/spawn-pending/{PERSON}/{PROCESSING}")


class Pending(Handler):
    def get(self) -> None:
        self.state.starting -= 1
        if self.state.starting > 0:
            self.write("<main><p>Patience</p></main>")
        else:
            self.redirect(f"{self.state.workspace}/user/{PERSON}/{PROCESSING}/lab")


class Stop(Handler):
    def post(self) -> None:
        self.state.starting = -1
        self.redirect("/hub/home")


class Join(Handler):
    def get(self) -> None:
        self.redirect(f"{self.state.workspace}{self.request.path}lab")


class Lab(Handler):
    def get(self) -> None:
        self.set_cookie("_xsrf", "shorter", path="/")
        self.set_cookie("_xsrf", TOKEN, path=f"/user/{PERSON}/{PROCESSING}/")
        self.write("<main>JupyterLab</main>")


class Below(Handler):
    def get(self) -> None:
        self.write(",".join(sorted(self.cookies)))


class Kernels(Handler):
    def post(self) -> None:
        if self.request.headers.get("X-XSRFToken") != TOKEN:
            self.set_status(403)
            self.write("no token")
            return
        self.set_status(201)
        self.write({"id": "k1"})


class Channels(websocket.WebSocketHandler):
    """Answers a cell: what it says depends on its text alone."""

    def initialize(self, state: State) -> None:
        self.state = state

    def check_origin(self, origin: str) -> bool:
        return bool(origin == self.state.workspace and self.get_cookie("_xsrf"))

    def on_message(self, message: str | bytes) -> None:
        asked = json.loads(message)
        code, parent = asked["content"]["code"], asked["header"]
        if code == "exit()":
            self.close()
            return
        self._say({"msg_id": "another"}, "stream", {"text": "of another cell"})
        if code == "1/0":
            self._say(parent, "error", {"ename": "ZeroDivisionError", "evalue": "division by zero"})
        else:
            self._say(parent, "stream", {"text": "printed\n"})
            self._say(parent, "execute_result", {"data": {"text/plain": code.upper()}})
        if code != "while True: pass":
            self._say(parent, "status", {"execution_state": "idle"})

    def _say(self, parent: dict[str, Any], kind: str, content: dict[str, Any]) -> None:
        self.write_message(json.dumps({"parent_header": parent, "msg_type": kind, "content": content}))


def application(state: State) -> web.Application:
    """Both hosts in one: requests are told apart by their Host header."""
    server, given = f"/user/{PERSON}/{PROCESSING}", {"state": state}
    app = web.Application()
    app.add_handlers(
        r"datalab\.localhost",
        [
            (r"/hub/login", Login, given),
            (r"/hub/home", Home, given),
            (rf"/hub/espace/{PROCESSING}", Open, given),
            (rf"/hub/espace/{PROCESSING}/arret", Stop, given),
            (r"/hub/spawn-pending/.*", Pending, given),
            (rf"{server}/", Join, given),
        ],
    )
    app.add_handlers(r".*\.datalab\.localhost", [(r"/hub/cookies", Below, given)])
    app.add_handlers(
        r".*\.espaces\.localhost",
        [
            (rf"{server}/lab", Lab, given),
            (rf"{server}/api/kernels", Kernels, given),
            (rf"{server}/api/kernels/k1/channels", Channels, given),
        ],
    )
    return app


@contextmanager
def small_hub() -> Iterator[State]:
    """The site, serving from a thread of its own until the block ends."""
    state, ready, ended = State(), threading.Event(), threading.Event()
    listener, state.port = bind_unused_port()

    async def serve() -> None:
        server = HTTPServer(application(state))
        server.add_socket(listener)
        ready.set()
        while not ended.is_set():
            await asyncio.sleep(0.02)
        server.stop()
        await server.close_all_connections()
        await asyncio.sleep(0.05)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait(5)
    try:
        yield state
    finally:
        ended.set()
        thread.join()
