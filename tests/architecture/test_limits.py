"""The limits that keep the code readable: sizes of files and functions, branches, types, imports."""

from __future__ import annotations

import ast
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path for package in ("policies", "hub", "onboarding", "images") for path in (ROOT / package).rglob("*.py")
)
BRANCHES = (ast.If, ast.For, ast.While, ast.AsyncFor, ast.ExceptHandler, ast.IfExp, ast.BoolOp, ast.comprehension,
            ast.Assert, ast.match_case)  # fmt: skip
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> list[tuple[str, Function]]:
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node)
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, Function)
    ]


def length(node: Function) -> int:
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return whole - ((first.end_lineno or first.lineno) - first.lineno + 1 if is_docstring else 0)


def at_95(values: list[int]) -> int:
    return sorted(values)[round(0.95 * (len(values) - 1))]


def test_files_are_short() -> None:
    sizes = [len(path.read_text(encoding="utf-8").splitlines()) for path in FILES]
    found = {"median": statistics.median(sizes) <= 120, "95 %": at_95(sizes) <= 400, "largest": max(sizes) <= 600}
    assert found == {"median": True, "95 %": True, "largest": True}


def test_functions_are_short() -> None:
    sizes = [length(node) for _, node in functions()]
    assert (statistics.median(sizes) <= 9, at_95(sizes) <= 40) == (True, True)
    assert [where for where, node in functions() if length(node) > 60] == []


def test_no_function_has_more_than_12_branches() -> None:
    assert [
        where for where, node in functions() if sum(isinstance(each, BRANCHES) for each in ast.walk(node)) > 11
    ] == []


@pytest.mark.parametrize("handler", ["Exception", "BaseException"])
def test_a_broad_except_says_why(handler: str) -> None:
    wrong = []
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            broad = isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name) and node.type.id == handler
            raises = broad and any(isinstance(each, ast.Raise) and each.exc is None for each in ast.walk(node))
            if broad and not raises and "#" not in lines[node.lineno - 1]:  # type: ignore[attr-defined]
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")  # type: ignore[attr-defined]
    assert wrong == []
