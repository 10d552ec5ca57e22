"""Words that mean the same at one site, named by its staff: searched both ways, never shown."""

from __future__ import annotations

import tomllib
from pathlib import Path

from content.errors import BrokenSynonyms
from content.normalize import fold, normalize

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
        given = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
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
