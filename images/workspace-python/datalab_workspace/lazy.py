"""A lazy module runs when something of it is first used; a stand-in has a few names.

The single-user server imports the hub's handlers, database and HTTP client to reach three small functions.
"""

import sys
import threading
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.abc import Loader
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any

LOADING = threading.RLock()
# what the import system itself asks of any module; everything else is a use, `__version__` included
_ASKED_BY_IMPORT = frozenset({"__path__", "__file__", "__cached__", "__wrapped__", "__warningregistry__"})

_RUNNING = "__running__"


class LazyModule(ModuleType):
    """Runs when something that it does not have yet is asked of it.

    The standard LazyLoader also runs when a second `import` looks at `__spec__`, which is what must not happen here.
    """

    def __getattr__(self, name: str) -> Any:
        if name in _ASKED_BY_IMPORT:
            raise AttributeError(name)
        with LOADING:
            # the class changes last: until then other threads wait here instead of finding a half-run module
            if type(self) is LazyModule and _RUNNING not in self.__dict__:
                self.__dict__[_RUNNING] = True
                _loader_of(self).exec_module(self)
                del self.__dict__[_RUNNING]
                self.__class__ = ModuleType  # type: ignore[assignment]  # both are plain modules in memory
        if type(self) is not LazyModule:
            return getattr(self, name)
        if name in self.__dict__:
            return self.__dict__[name]
        raise AttributeError(name)  # asked by the module's own code, which has not come that far


def ensure_lazy(names: Iterable[str]) -> None:
    """Each name is importable at once; its code runs at the first use of one of its attributes."""
    for name in names:
        if name not in sys.modules:
            module = module_from_spec(_find(name))
            module.__class__ = LazyModule
            sys.modules[name] = module
            _set_on_parent(name, module)


def ensure_absent(names: Iterable[str]) -> None:
    """An optional package is as if it were not installed, for this process alone."""
    for name in names:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type]  # None is how Python says "not importable"


def ensure_stand_in(name: str, content: Mapping[str, object]) -> None:
    """The module offers this content and nothing else, unless it is there already."""
    if name not in sys.modules:
        module = ModuleType(name)
        module.__dict__.update(content)
        sys.modules[name] = module
        _set_on_parent(name, module)


def load_real(name: str) -> ModuleType:
    """The module behind a stand-in, put in its place."""
    spec = _find(name)
    module = module_from_spec(spec)
    sys.modules[name] = module
    _loader_of(module).exec_module(module)
    _set_on_parent(name, module)
    return module


def _loader_of(module: ModuleType) -> Loader:
    spec = module.__spec__
    if spec is None or spec.loader is None:
        raise ImportError(f"{module.__name__}: not a module of a package")
    return spec.loader


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
