"""Readers by file suffix: one table, one function for each format."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from content.errors import UnknownFormat
from content.schema import Document


def _read_markdown(path: Path) -> Document:
    # Imported late: whoever reads another format needs neither YAML nor Markdown.
    from content.readers.markdown import read_markdown

    return read_markdown(path)


READERS: dict[str, Callable[[Path], Document]] = {".md": _read_markdown}


def read(path: Path) -> Document:
    """Read one file with the reader its suffix names."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnknownFormat(path, tuple(READERS))
    return reader(path)
