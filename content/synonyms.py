"""Words that mean the same at one site, named by its staff: searched both ways, never shown."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from content.errors import BrokenSynonyms, DocumentChanged
from content.normalize import fold, normalize
from content.writing import changing, write_files

SYNONYMS_FILE = "synonyms.toml"
_FIELD = "same"
_LONGEST, _MOST_TERMS = 80, 20

Synonyms = tuple[tuple[str, ...], ...]


def read_synonyms(path: Path) -> Synonyms:
    """Return the groups of a site's file: `same = [["heart attack", "myocardial infarction"], …]`.

    Raises BrokenSynonyms, naming the group: a group has 2 to 20 terms of at most 80 characters, no term
    twice however it is written, and no term stands in two groups, which would make their terms equals.
    """
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenSynonyms(path, f"it cannot be read ({error})") from error
    return _parsed(path, text)


def write_synonyms(folder: Path, groups: Synonyms, *, seen: Synonyms | None = None) -> Synonyms:
    """Write the groups of a content folder and return them as they are read back.

    `seen`: the groups that were there when they were edited; others since then are kept. The file is the
    old one or the new one. Raises BrokenSynonyms before anything is changed, DocumentChanged, CannotWrite.
    """
    path = folder / SYNONYMS_FILE
    rows = "".join(f"  {json.dumps(group, ensure_ascii=False)},\n" for group in groups)
    text = f"# Words that mean the same here, searched both ways.\n{_FIELD} = [\n{rows}]\n"
    found = _parsed(path, text)
    with changing(folder):
        if seen is not None and seen != (read_synonyms(path) if path.exists() else ()):
            raise DocumentChanged(path)
        write_files({path: text.encode("utf-8")})
    return found


def _parsed(path: Path, text: str) -> Synonyms:
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BrokenSynonyms(path, f"it cannot be read ({error})") from error
    unknown = sorted(set(given) - {_FIELD})
    if unknown:
        raise BrokenSynonyms(path, f"{unknown[0]!r} is no field of it")
    groups = given.get(_FIELD, [])
    if not isinstance(groups, list):
        raise BrokenSynonyms(path, f"{_FIELD!r} is no list of groups")
    homes: dict[str, int] = {}
    found = tuple(_group(path, number, group) for number, group in enumerate(groups, 1))
    for number, group in enumerate(found, 1):
        for term in group:
            if (
                homes.setdefault(fold(term), number) != number
                or sum(fold(t) == fold(term) for t in group) > 1
            ):
                raise BrokenSynonyms(
                    path, f"group {number}: {term!r} stands there twice or in another group too"
                )
    return found


def _group(path: Path, number: int, group: object) -> tuple[str, ...]:
    if not isinstance(group, list) or not 2 <= len(group) <= _MOST_TERMS:
        raise BrokenSynonyms(path, f"group {number}: 2 to {_MOST_TERMS} terms are needed")
    terms: list[str] = []
    for term in group:
        words = " ".join(normalize(term).split()) if isinstance(term, str) else ""
        if not 2 <= len(words) <= _LONGEST:
            raise BrokenSynonyms(path, f"group {number}: {term!r} is no term of 2 to {_LONGEST} characters")
        terms.append(words)
    return tuple(terms)
