"""Fields of a record in JSON that a stranger wrote: what is there, as words, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from content.readers.registry_text import unescaped
from content.transcription import one_line, without_ligatures

_MOST_DEPTH = 40
_NEXT_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def at(record: Any, *path: str) -> dict[str, Any]:
    """Return the object down a path of names, an empty one when it is not there."""
    for name in path:
        record = record.get(name) if isinstance(record, dict) else None
    return record if isinstance(record, dict) else {}


def many(record: Any, *path: str) -> list[dict[str, Any]]:
    """Return the objects of a list down a path."""
    found = at(record, *path[:-1]).get(path[-1])
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def words(record: Any, *path: str) -> str:
    """Return the words of a field on one line, "" when it holds none; several are joined by commas."""
    found = at(record, *path[:-1]).get(path[-1])
    if isinstance(found, bool):
        return "yes" if found else "no"
    if isinstance(found, list):
        return ", ".join(_line(item) for item in found if isinstance(item, str))
    return _line(found) if isinstance(found, str) else ""


def named(field: str) -> str:
    """Return the name of a field as words: "overallStatus" is "Overall status"."""
    return _NEXT_WORD.sub(" ", field).lower().capitalize()


def leaves(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield all words below a value, in order; ValueError when it is nested without end."""
    if depth > _MOST_DEPTH:
        raise ValueError("nested too deep")
    if isinstance(value, str):
        yield _line(value)
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from leaves(below, depth + 1)


def _line(text: str) -> str:
    return without_ligatures(one_line(unescaped(text)))
