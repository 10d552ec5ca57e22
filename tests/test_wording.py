"""Everything the program says itself stands in one table, with the right numbers in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import assistant.wording
from assistant.answer import _REDIRECT_WORDING
from assistant.errors import BrokenTable
from assistant.safety import Region, safety_rules
from assistant.schema import RedirectKind
from assistant.settings import Language
from assistant.spanish import SPANISH
from assistant.wording import TABLES, WORDING, Wording, load_wording
from content.schema import ApprovalStatus, Speaker

SOURCES = sorted(Path(assistant.wording.__file__).parent.glob("*.py"))
REGIONS = safety_rules().regions
HERE = Region(emergency="123", crisis="456")


def strings(node: ast.expr, tree: ast.Module) -> Iterator[str]:
    """Yield every string an expression of a file can give; `f"speaker.{x}"` gives "speaker."."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Name):
        for value in bound(node.id, tree):
            yield from strings(value, tree)
    parts: list[ast.expr] = []
    if isinstance(node, ast.IfExp):
        parts = [node.body, node.orelse]
    elif isinstance(node, ast.JoinedStr):
        parts = node.values[:1]
    elif isinstance(node, ast.Subscript):
        parts = [node.value]
    elif isinstance(node, ast.Dict):
        parts = node.values
    elif isinstance(node, ast.Tuple):
        parts = node.elts
    for part in parts:
        yield from strings(part, tree)


def bound(name: str, tree: ast.Module) -> Iterator[ast.expr]:
    """Yield what a file binds to a name, by assignment or by a loop."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and name in map(ast.unparse, node.targets):
            yield node.value
        elif isinstance(node, ast.comprehension) and ast.unparse(node.target) == name:
            yield node.iter


def ids_used(path: Path) -> set[str]:
    """Return what a file hands over as a wording id: text(ID), say(ID), WordingBlock(id=ID)."""
    tree = ast.parse(path.read_text("utf-8"))
    given: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            given += node.args[:1] if called in ("text", "say") else []
            given += [k.value for k in node.keywords if (called, k.arg) == ("WordingBlock", "id")]
    return {text for value in given for text in strings(value, tree)}


def test_every_id_the_program_uses_exists() -> None:
    used = set().union(*map(ids_used, SOURCES))

    # One of each way an id is handed over, so that the search above is known to find them.
    assert {
        "crisis",
        "contact_person",
        "no_study",
        "withheld_answer",
        "too_long",
        "people",
        "speaker.",
    } <= used
    speakers = {f"speaker.{speaker}" for speaker in get_args(Speaker)}
    decisions = {f"approval.{status}" for status in get_args(ApprovalStatus)}
    assert (used - {"speaker.", "approval."} | speakers | decisions) - set(WORDING) == set()


def test_every_kind_of_redirect_has_its_words() -> None:
    assert set(_REDIRECT_WORDING) == set(get_args(RedirectKind))
    assert {wording_id for ids in _REDIRECT_WORDING.values() for wording_id in ids} <= set(WORDING)


@pytest.mark.parametrize("wording_id", ["emergency", "emergency_line", "crisis", "unavailable", "busy"])
@pytest.mark.parametrize("region", REGIONS)
def test_the_numbers_are_those_of_the_region(region: str, wording_id: str) -> None:
    shown = load_wording(REGIONS[region]).text(wording_id)

    assert REGIONS[region].emergency in shown
    assert (REGIONS[region].crisis in shown) == (wording_id == "crisis")


@pytest.mark.parametrize("region", REGIONS)
def test_no_field_is_left_open(region: str) -> None:
    wording = load_wording(REGIONS[region])

    assert wording.all_texts() == {wording.text(wording_id) for wording_id in WORDING}
    # What these are said of is filled in anew each time.
    open_ones = {name for name in WORDING if set(wording.text(name)) & set("{}")}
    decisions = {f"approval.{status}" for status in get_args(ApprovalStatus)}
    assert open_ones == {"stands_for", "follow_up"} | decisions


def test_the_sites_own_sentences_replace_the_built_in_ones(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text(
        'ask = "Search"\nemergency = "Ring {emergency}, then {crisis}!"', "utf-8"
    )
    ours, site = load_wording(HERE), load_wording(HERE, tmp_path / "site.toml")

    assert site.text("ask") == "Search"
    assert site.text("emergency") == "Ring 123, then 456!"
    same = set(WORDING) - {"ask", "emergency"}
    assert {site.text(wording_id) for wording_id in same} == {ours.text(wording_id) for wording_id in same}
    assert ours.text("emergency").startswith("Call 123 now.")


BROKEN = {
    'hello = "Hi"': "no wording has the id 'hello'",
    'ask = ""': "ask: a sentence is needed",
    'ask = " "': "ask: a sentence is needed",
    "ask = 3": "ask: a sentence is needed",
    'ask = "Call {short}"': "ask: unknown field {short}",
    'stands_for = "{short} is short."': "stands_for: the field {long} is missing",
    'stands_for = "{short} is {long} in {place}."': "stands_for: unknown field {place}",
    'ask = "Call {phone}"': "ask: unknown field {phone}",
    'ask = "Call {}"': "ask: unknown field {}",
    'ask = "Call { emergency }"': "ask: unknown field { emergency }",
    'ask = "Call {emergency!r}"': "ask: unknown field {emergency!r}",
    'ask = "Call {emergency"': "ask: a brace stands alone",
    'ask = "Call emergency}"': "ask: a brace stands alone",
    'ask = "Call {{emergency}}"': "ask: a brace stands alone",
    "[ask]\ntext = 'x'": "ask: a sentence is needed",
    "ask": "wording cannot be read",
}


@pytest.mark.parametrize(("text", "why"), BROKEN.items())
def test_a_site_file_that_would_say_something_odd_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "site.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(BrokenTable) as refused:
        load_wording(HERE, path)
    assert str(refused.value).startswith(f"{path}: {why}")


def test_a_site_file_that_is_missing_or_no_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenTable, match="wording cannot be read"):
        load_wording(HERE, tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b'ask = "Caf\xe9"')
    with pytest.raises(BrokenTable, match="wording cannot be read"):
        load_wording(HERE, tmp_path / "latin.toml")


def test_an_id_that_does_not_exist_is_a_programmers_error() -> None:
    with pytest.raises(KeyError):
        Wording({"ask": "Ask"}, HERE).text("answer")


def fields_of(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}]*\}", text))


def test_every_language_says_everything_with_the_same_numbers() -> None:
    for language in get_args(Language):
        table = TABLES[language]
        assert set(table) == set(WORDING)
        assert all(text.strip() for text in table.values())
        assert {i: fields_of(table[i]) for i in WORDING} == {i: fields_of(WORDING[i]) for i in WORDING}
    same = {i for i in WORDING if SPANISH[i] == WORDING[i]}
    assert same == {"no"}, "the only word that both languages share"


def test_where_no_number_is_known_its_words_are_those_of_the_language() -> None:
    other = REGIONS["other"]
    assert "llame al número local de emergencias" in load_wording(other, None, "es").text("unavailable")
    assert load_wording(other).text("emergency").startswith("Call your local emergency number now.")


def test_a_site_says_its_own_sentences_in_each_language(tmp_path: Path) -> None:
    (tmp_path / "site.toml").write_text('ask = "Search"\n[es]\nask = "Buscar"\n[en]\nno = "Nope"', "utf-8")
    english, spanish = (load_wording(HERE, tmp_path / "site.toml", language) for language in ("en", "es"))

    assert (english.text("ask"), english.text("no")) == ("Search", "Nope")
    assert (spanish.text("ask"), spanish.text("no")) == ("Buscar", "No")
    (tmp_path / "site.toml").write_text('[es]\nhola = "Buscar"', "utf-8")
    with pytest.raises(BrokenTable, match="no wording has the id 'hola'"):
        load_wording(HERE, tmp_path / "site.toml")
