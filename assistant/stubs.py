"""Type stubs that a library writes of itself while it is imported: half the time that its import takes."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

_WRITER, _WRITES = "gradio.component_meta", "create_or_modify_pyi"


class _Finder(MetaPathFinder):
    """Finds one module as everybody does, and takes one function away once it is loaded."""

    def __init__(self) -> None:
        self._looking = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of the module that writes stubs, None for any other."""
        if fullname != _WRITER or self._looking:
            return None
        self._looking = True
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking = False
        if spec is not None and spec.loader is not None:
            _once_loaded(spec.loader, _write_nothing)
        return spec


@contextmanager
def no_stubs_written() -> Iterator[None]:
    """Keep Gradio from writing a stub beside each of its components while it is imported within.

    Each component's source is parsed twice and its stub rendered from a template, three seconds in all, for
    editors that nobody has open on a server; and no program should change the folder it is installed in.
    """
    finder = _Finder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


def _once_loaded(loader: Loader, then: Callable[[ModuleType], None]) -> None:
    load = loader.exec_module

    def load_and_then(module: ModuleType) -> None:
        load(module)
        then(module)

    vars(loader)["exec_module"] = load_and_then


def _write_nothing(module: ModuleType) -> None:
    # A release without that function writes in another way: it is left as it is.
    if hasattr(module, _WRITES):
        setattr(module, _WRITES, lambda *_: None)
