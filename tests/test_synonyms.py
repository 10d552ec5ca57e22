"""The site's synonyms are taken as they stand or refused by group."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.errors import BrokenSynonyms, DocumentChanged
from content.library import load_library
from content.normalize import fold
from content.synonyms import SYNONYMS_FILE, read_synonyms, write_synonyms


def written(folder: Path, text: str) -> Path:
    path = folder / SYNONYMS_FILE
    path.write_text(text, "utf-8")
    return path


def test_groups_are_read_with_plain_spaces(tmp_path: Path) -> None:
    text = 'same = [["heart  attack", "myocardial\u00a0infarction"], ["CVA", "stroke", "brain attack"]]'
    expected = (("heart attack", "myocardial infarction"), ("CVA", "stroke", "brain attack"))
    assert read_synonyms(written(tmp_path, text)) == expected


@pytest.mark.parametrize("text", ["", "same = []"])
def test_none_are_none(text: str, tmp_path: Path) -> None:
    assert read_synonyms(written(tmp_path, text)) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("same = [", "cannot be read"),
        ("synonyms = []", "'synonyms' is no field"),
        ("same = 5", "no list of groups"),
        ('same = [["a lone term"]]', "group 1: 2 to 20 terms"),
        (f"same = [{['t' + str(n) for n in range(21)]}]", "group 1: 2 to 20 terms"),
        ('same = [["fine", "terms"], "words"]', "group 2"),
        ('same = [["fine", 5]]', "group 1: 5 is no term"),
        ('same = [["fine", " x "]]', "group 1: ' x ' is no term"),
        (f'same = [["fine", "{"x" * 81}"]]', "is no term of 2 to 80"),
        ('same = [["Stroke", "stroke"]]', "group 1: 'Stroke' stands there twice"),
        (
            'same = [["stroke", "CVA"], ["cva", "apoplexy"]]',
            "group 2: 'cva' stands there twice or in another",
        ),
    ],
)
def test_a_broken_file_names_its_group(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(BrokenSynonyms, match=why) as raised:
        read_synonyms(written(tmp_path, text))
    assert SYNONYMS_FILE in str(raised.value) and "faq check" in str(raised.value)


def test_a_library_holds_them_and_is_another_one_with_others(small_library: Path) -> None:
    without = load_library(small_library)
    written(small_library, 'same = [["knee pain", "gonalgia"]]')
    first = load_library(small_library)
    written(small_library, 'same = [["knee pain", "knee ache"]]')
    second = load_library(small_library)
    assert (without.synonyms, first.synonyms) == ((), (("knee pain", "gonalgia"),))
    assert len({library.fingerprint for library in (without, first, second)}) == 3


def test_a_broken_file_stops_the_library(small_library: Path) -> None:
    written(small_library, "same = 5")
    with pytest.raises(BrokenSynonyms):
        load_library(small_library)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    groups = (
        ("heart attack", "myocardial infarction"),
        ("“CVA”", 'a "stroke"', "back\\slash", "naïve \u200b"),
    )

    assert write_synonyms(tmp_path, groups) == read_synonyms(tmp_path / SYNONYMS_FILE)
    assert write_synonyms(tmp_path, ()) == read_synonyms(tmp_path / SYNONYMS_FILE) == ()


@settings(max_examples=100)
@given(terms=st.lists(st.text(max_size=90), max_size=4))
def test_any_terms_are_written_whole_or_refused(
    terms: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("written")
    try:
        found = write_synonyms(folder, (tuple(terms),))
    except BrokenSynonyms:
        assert not (folder / SYNONYMS_FILE).exists()
        return
    assert read_synonyms(folder / SYNONYMS_FILE) == found
    assert [fold(term) for term in found[0]] == [fold(term) for term in terms]


def test_groups_that_somebody_changed_meanwhile_are_kept(tmp_path: Path) -> None:
    seen = write_synonyms(tmp_path, (("stroke", "CVA"),))
    theirs = write_synonyms(tmp_path, (("stroke", "apoplexy"),), seen=seen)

    with pytest.raises(DocumentChanged, match=SYNONYMS_FILE):
        write_synonyms(tmp_path, (), seen=seen)
    assert read_synonyms(tmp_path / SYNONYMS_FILE) == theirs
