"""A lazy module runs when something of it is first used; a stand-in offers the few names that a workspace reaches.

JupyterHub's single-user server imports the hub's handlers, its database and an HTTP client to reach three small functions.
"""

import sys
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import LazyLoader, module_from_spec
from types import ModuleType


def ensure_lazy(names: Iterable[str]) -> None:
    """Each name is importable at once; its code runs at the first use of one of its attributes."""
    for name in names:
        if name not in sys.modules:
            spec = _find(name)
            assert spec.loader is not None
            spec.loader = LazyLoader(spec.loader)
            _run(name, spec)


def ensure_stand_in(name: str, content: Mapping[str, object]) -> None:
    """The module offers this content and nothing else, unless it is there already."""
    if name not in sys.modules:
        module = ModuleType(name)
        module.__dict__.update(content)
        sys.modules[name] = module
        _set_on_parent(name, module)


def load_real(name: str) -> ModuleType:
    """The module behind a stand-in, put in its place."""
    return _run(name, _find(name))


def _run(name: str, spec: ModuleSpec) -> ModuleType:
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    _set_on_parent(name, module)
    return module


def _find(name: str) -> ModuleSpec:
    parent, _, _ = name.rpartition(".")
    path = import_module(parent).__path__ if parent else None
    spec = PathFinder.find_spec(name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{name}: not installed in the workspace's image")
    return spec


def _set_on_parent(name: str, module: ModuleType) -> None:
    parent, _, child = name.rpartition(".")
    if parent in sys.modules:
        setattr(sys.modules[parent], child, module)
