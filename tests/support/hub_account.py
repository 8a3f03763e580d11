"""What somebody who took over the hub's account can do with the guard's socket and with the disk."""

from __future__ import annotations

import http.client
import json
import os
import pwd
import socket
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from hub.desk import open_desk
from tests.support.site import Installation

TOKEN = "t" * 32


class _Unix(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("guard", timeout=60)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(str(self._path))


def ask(path: Path, method: str, target: str, body: object = None) -> tuple[int, str]:
    """One call on a Unix socket."""
    connection = _Unix(path)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, target, content, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def as_hub(site: Installation, work: Callable[..., Any], *details: Any) -> Any:
    """What a function answers in a process of the hub's account, with its groups and no others."""
    return as_account(site.hub_account, work, *details)


def as_account(account: pwd.struct_passwd, work: Callable[..., Any], *details: Any) -> Any:
    """What a function answers in a process of an account."""
    context = get_context("fork")
    near, far = context.Pipe()
    groups = os.getgrouplist(account.pw_name, account.pw_gid)
    process = context.Process(target=_become, args=(far, account.pw_uid, account.pw_gid, groups, work, details))
    process.start()
    far.close()
    answer = near.recv()
    process.join()
    return answer


def _become(
    answer: Connection, uid: int, gid: int, groups: list[int], work: Callable[..., Any], details: tuple[Any, ...]
) -> None:
    os.setgroups(groups)
    os.setresgid(gid, gid, gid)
    os.setresuid(uid, uid, uid)
    answer.send(work(*details))


def call_guard(site: Installation, method: str, target: str, body: object = None) -> tuple[int, str]:
    """What the guard answers to the hub's account."""
    answer: tuple[int, str] = as_hub(site, ask, site.places.socket("guard"), method, target, body)
    return answer


def true_body(site: Installation, login: str, processing: str) -> dict[str, Any]:
    """What the hub would ask the guard to create for somebody who has just signed in."""
    status, answer = ask(site.places.socket("signin"), "POST", "/sign-in", {"login": login, "password": site.password})
    assert status == 200, answer
    return open_desk(site.values).define(json.loads(answer)["ticket"], processing, "petit", TOKEN)
