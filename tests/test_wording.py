"""Everything the program says itself stands in one table, in plain words, with the right numbers."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import assistant.wording
from assistant.answer import _REDIRECT_WORDING
from assistant.safety import Region, safety_rules
from assistant.schema import RedirectKind
from assistant.wording import WORDING, load_wording
from content.schema import Speaker

SOURCES = sorted(Path(assistant.wording.__file__).parent.glob("*.py"))
REGIONS = safety_rules().regions
HERE = Region(emergency="123", crisis="456")
# Where an id is handed over: wording.text(ID), say(ID), WordingBlock(id=ID).
TAKES_ID = {"text", "say"}
_VOWELS = re.compile("[aeiouy]+")


def constants(node: ast.expr) -> Iterator[str]:
    """Yield every string an expression can give; `f"speaker.{x}"` gives "speaker."."""
    if isinstance(node, ast.IfExp):
        yield from (*constants(node.body), *constants(node.orelse))
    elif isinstance(node, ast.JoinedStr):
        yield from constants(node.values[0])
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List):
        yield from (text for item in node.elts for text in constants(item))


def bound(tree: ast.Module, name: str) -> Iterator[str]:
    """Yield every string a file binds to a name, by assignment or by a loop."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and any(ast.unparse(target) == name for target in node.targets):
            yield from constants(node.value)
        elif isinstance(node, ast.comprehension) and ast.unparse(node.target) == name:
            yield from constants(node.iter)
            if isinstance(node.iter, ast.Name):
                yield from bound(tree, node.iter.id)


def ids_used(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).rpartition(".")[2]
        given = node.args[:1] if called in TAKES_ID else []
        given += [k.value for k in node.keywords if called == "WordingBlock" and k.arg == "id"]
        for value in given:
            found |= set(bound(tree, value.id)) if isinstance(value, ast.Name) else set(constants(value))
    return found


def syllables(word: str) -> int:
    """Count runs of vowels without a silent "e" at the end; in doubt one too many.

    `syllables("emergency")` is 4, `syllables("private")` 2.
    """
    word = word.casefold()
    silent = re.search(r"[^aeiouyl]e$|[^aeiouytdszxgc]es$|[^aeiouytd]ed$", word)
    return max(1, len(re.findall("[aeiouy]+", word)) - bool(silent))


def grade(text: str) -> float:
    """Return the US school grade (Kincaid et al. 1975); a number counts as a word of one syllable."""
    words = re.findall(r"[A-Za-z]+(?:['’][a-z]+)?|\d+", text)
    sentences = max(1, len(re.findall(r"[.?!:](?:\s|$)", text)))
    return 0.39 * len(words) / sentences + 11.8 * sum(map(syllables, words)) / len(words) - 15.59


def test_the_grade_by_hand() -> None:
    counted = {word: syllables(word) for word in "the chance people study covers documents authority".split()}
    assert list(counted.values()) == [1, 1, 2, 2, 2, 3, 4]
    # 7 words, 1 sentence, 11 syllables.
    assert grade("No passage in our documents covers this.") == pytest.approx(
        0.39 * 7 + 11.8 * 11 / 7 - 15.59
    )
    assert grade("Stem cell transplantation demonstrates considerable immunomodulatory potential.") > 20


@pytest.mark.parametrize("region", REGIONS)
def test_every_text_can_be_read_after_seven_years_of_school(region: str) -> None:
    for text in load_wording(REGIONS[region]).all_texts():
        if len(text.split()) > 3:
            assert grade(text) <= 7, text
        else:
            # A label is no sentence: it is short, and its words are known.
            assert max(map(syllables, text.split())) <= 4, text


def test_every_id_the_program_uses_exists() -> None:
    used = {path.name: ids_used(path) for path in SOURCES}
    every = set().union(*used.values())

    assert {"crisis", "quotes_intro", "no_study", "withheld_answer", "too_long", "people"} <= every
    every |= {f"speaker.{speaker}" for speaker in get_args(Speaker)}
    assert every - {"speaker."} - set(WORDING) == set()


def test_every_text_of_the_table_is_said_somewhere() -> None:
    used = set().union(*map(ids_used, SOURCES)) | {f"speaker.{speaker}" for speaker in get_args(Speaker)}

    assert set(WORDING) - used == set()


def test_every_kind_of_redirect_has_its_words() -> None:
    assert set(_REDIRECT_WORDING) == set(get_args(RedirectKind))
    assert {wording_id for ids in _REDIRECT_WORDING.values() for wording_id in ids} <= set(WORDING)
