"""The layout shows the architecture: who may import whom, no cycle, deferred imports included."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("policies", "hub", "onboarding")
# what each room may import, besides itself; the base files of policies are open to all
BASE = {
    f"policies.{name}"
    for name in (
        "errors",
        "files",
        "settings",
        "names",
        "calendar",
        "steps",
        "owners",
        "contents",
        "process",
        "wording",
    )
}
POLICIES_ROOMS = {
    "policies.engine": set(),
    "policies.register": set(),
    "policies.directory": set(),
    "policies.journal": set(),
    "policies.proofs": {"policies.register"},
    "policies.access": {"policies.engine", "policies.register", "policies.directory", "policies.proofs"},
    "policies.explain": {"policies.access", "policies.engine", "policies.register", "policies.directory"},
}
# the same within the guard
GUARD_ROOMS = {
    "hub.guard.judging": set(),
    "hub.guard.host": set(),
    "hub.guard.lifecycle": {"hub.guard.judging", "hub.guard.host"},
    "hub.guard.watching": {"hub.guard.judging", "hub.guard.host", "hub.guard.lifecycle"},
    "hub.guard.calling": {"hub.guard.judging", "hub.guard.lifecycle"},
}
APART = {"hub.guard", "hub.signin", "hub.door"}


def modules() -> dict[str, Path]:
    found = {}
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = list(path.relative_to(ROOT).with_suffix("").parts)
            if parts[-1] == "__init__":
                parts.pop()
            found[".".join(parts)] = path
    return found


MODULES = modules()


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written whole, never relative"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def ours(name: str) -> str | None:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        if (prefix := ".".join(parts[:end])) in MODULES:
            return prefix
    return None


GRAPH = {
    name: {found for text in imported(path) if (found := ours(text)) and found != name}
    for name, path in MODULES.items()
}


def within(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


@pytest.mark.parametrize(
    ("importer", "refused"),
    [("hub", "onboarding"), ("onboarding", "hub"), ("policies", "hub"), ("policies", "onboarding")],
)
def test_hub_and_onboarding_import_policies_and_never_each_other(importer: str, refused: str) -> None:
    wrong = [
        f"{module} imports {target}"
        for module, targets in GRAPH.items()
        for target in targets
        if within(module, importer) and within(target, refused)
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(POLICIES_ROOMS))
def test_rooms_of_policies_import_only_what_lies_below(room: str) -> None:
    allowed = BASE | POLICIES_ROOMS[room] | {room, "policies"}
    wrong = [
        f"{module} imports {target}"
        for module, targets in GRAPH.items()
        if within(module, room)
        for target in targets
        if not any(target == each or (each != "policies" and within(target, each)) for each in allowed)
    ]
    assert wrong == []


@pytest.mark.parametrize("room", sorted(GUARD_ROOMS))
def test_rooms_of_the_guard_import_only_what_lies_below(room: str) -> None:
    wrong = [
        f"{module} imports {target}"
        for module, targets in GRAPH.items()
        if within(module, room)
        for target in targets
        for other in GUARD_ROOMS.keys() - GUARD_ROOMS[room] - {room}
        if within(target, other)
    ]
    assert wrong == []


def test_base_files_of_policies_import_base_files_only() -> None:
    wrong = [f"{name} imports {t}" for name in BASE for t in GRAPH[name] if t not in BASE and t != "policies"]
    assert wrong == []


def test_guard_sign_in_and_door_import_nothing_of_jupyterhub() -> None:
    wrong = [
        f"{module} imports {name}"
        for room in APART
        for module in reachable(room)
        for name in imported(MODULES[module])
        if name.split(".")[0] in {"jupyterhub", "dockerspawner", "tornado"}
    ]
    assert wrong == []


def reachable(room: str) -> set[str]:
    seen: set[str] = set()
    todo = [module for module in MODULES if within(module, room)]
    while todo:
        module = todo.pop()
        if module not in seen:
            seen.add(module)
            todo.extend(GRAPH[module])
    return seen


def test_workspace_is_pure_and_below_spawners_and_guard() -> None:
    wrong = [
        f"{module} imports {target}"
        for module, targets in GRAPH.items()
        if within(module, "hub.workspace")
        for target in targets
        if within(target, "hub") and not within(target, "hub.workspace") and target != "hub"
    ]
    assert wrong == []


def reached(package: str) -> set[str]:
    return {module for start in MODULES if within(start, package) for module in reachable(start)}


@pytest.mark.parametrize("room", [*sorted(POLICIES_ROOMS), *sorted(BASE)])
def test_a_room_of_policies_is_there_because_both_hub_and_onboarding_need_it(room: str) -> None:
    needed_by = {package: any(within(module, room) for module in reached(package)) for package in ("hub", "onboarding")}
    assert needed_by == {"hub": True, "onboarding": True}


def test_no_module_of_policies_is_reached_by_nobody() -> None:
    used = reached("hub") | reached("onboarding")
    unused = [
        name
        for name, path in MODULES.items()
        if within(name, "policies") and name not in used and path.name != "__init__.py"
    ]
    assert unused == []


def test_no_two_modules_import_each_other() -> None:
    state: dict[str, int] = {}

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert state.get(module) != 1, " -> ".join([*trail, module])
        if module in state:
            return
        state[module] = 1
        for target in sorted(GRAPH[module]):
            visit(target, (*trail, module))
        state[module] = 2

    for module in sorted(GRAPH):
        visit(module, ())


# what must not be touched by what is pure: the clock, the disk, the network, processes
IMPURE = {"os", "subprocess", "socket", "time", "pathlib", "httpx", "ldap3", "docker"}
PURE = (
    "policies.access", "policies.engine.operators", "policies.engine.evaluate", "policies.engine.decide",
    "policies.engine.model", "policies.explain.sentences", "hub.workspace", "policies.names",
)  # fmt: skip


@pytest.mark.parametrize("room", PURE)
def test_what_is_pure_touches_neither_clock_nor_disk(room: str) -> None:
    wrong = [
        f"{module} imports {name}"
        for module, path in MODULES.items()
        if within(module, room)
        for name in imported(path)
        if (name.split(".")[0] in IMPURE and name != "pathlib.PurePosixPath")
        or name in {"policies.calendar.now", "policies.calendar.today"}
    ]
    assert wrong == []
    assert any(within(module, room) for module in MODULES), f"{room} is gone: name what is pure now"
