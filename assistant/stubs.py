"""Type stubs that a library writes of itself while it is imported: half the time that its import takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import ModuleType

_WRITER, _WRITES = "gradio.component_meta", "create_or_modify_pyi"


class _Finder(MetaPathFinder):
    """Finds the one module that writes stubs, where everybody finds it."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Return the spec of the module that writes stubs, None for any other."""
        spec = PathFinder.find_spec(fullname, path) if fullname == _WRITER else None
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(spec.loader.name, spec.loader.path)
        return spec


class _Loader(SourceFileLoader):
    """Loads that module as it is, and takes one function away."""

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's own code first."""
        super().exec_module(module)
        # A release without that function writes in another way: it is left as it is.
        if hasattr(module, _WRITES):
            setattr(module, _WRITES, lambda *_: None)


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
