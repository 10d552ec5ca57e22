"""The words: documents, their sentences and passages, and who is speaking."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from content.library import Library, load_library
    from content.schema import Document, Passage, Span

__all__ = ["Document", "Library", "Passage", "Span", "load_library"]
_OF_LIBRARY = frozenset({"Library", "load_library"})


def __getattr__(name: str) -> object:
    """Import a name when it is first asked for: a process that reads one source file needs no library."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "library" if name in _OF_LIBRARY else "schema"
    return getattr(import_module(f"content.{home}"), name)
