"""Other names of what a question names: the longest term at a place, three names at most."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from content.normalize import fold
from index.expansion import Equivalents, other_names

NAMES: Equivalents = {
    "sle": ("systemic lupus erythematosus",),
    "systemic lupus erythematosus": ("sle",),
    "lupus": ("wolf",),
    "ms": ("multiple sclerosis", "mitral stenosis"),
    "multiple sclerosis": ("ms",),
    "anti-dsdna": ("double-stranded dna antibodies",),
    "behcet's disease": ("bd",),
    "umbilical cord (uc) cells": ("ucc",),
    "many": ("a", "b", "c", "d"),
    "a b": ("many",),
    "a": ("first",),
    "b c": ("last",),
}


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Is SLE curable?", ["systemic lupus erythematosus"]),
        ("Is Systemic  LUPUS\nerythematosus curable?", ["sle"]),
        ("Does lupus hurt?", ["wolf"]),
        ("Do anti‐dsDNA levels fall?", ["double-stranded dna antibodies"]),
        ("Is Behcet's disease rare?", ["bd"]),
        ("Umbilical cord (UC) cells?", ["ucc"]),
        # In the order of the terms, each name once.
        ("MS, then sle, then MS", ["multiple sclerosis", "mitral stenosis", "systemic lupus erythematosus"]),
        # The longest term at a place wins, and its words are used up.
        ("a b c", ["many"]),
        ("a, b c", ["first", "last"]),
        # No more than three.
        ("many sle", ["a", "b", "c"]),
        # What the question says already.
        ("Is SLE the same as systemic lupus erythematosus?", []),
        ("multiple sclerosis (MS)", ["mitral stenosis"]),
        # Parts of words are no words.
        ("What are multiple sclerosis symptoms?", ["ms"]),
        ("Does it measles?", []),
        ("Is lupus-like pain common?", []),
        ("Zebra?", []),
        ("", []),
        ("?!", []),
    ],
)
def test_names_by_hand(question: str, names: list[str]) -> None:
    assert other_names(question, NAMES) == names


def test_without_names_nothing_is_added() -> None:
    assert other_names("Is SLE curable?", {}) == []


def test_a_term_of_ten_words_is_found_and_one_of_eleven_is_not() -> None:
    ten, eleven = " ".join("x" * 10), " ".join("y" * 11)

    assert other_names(f"is {ten} bad", {ten: ("t",)}) == ["t"]
    assert other_names(f"is {eleven} bad", {eleven: ("e",)}) == []


WORDS = ("sle", "MS", "lupus", "multiple", "sclerosis", "a", "b", "c", "many", "-", "(", "'s", "Ⅷ")
questions = st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join) | st.text()


@settings(deadline=None, max_examples=300)
@given(questions)
def test_a_name_is_another_name_of_something_asked_and_not_said_already(question: str) -> None:
    found = other_names(question, NAMES)
    folded = fold(question)

    assert len(found) <= 3
    assert len(set(found)) == len(found)
    for name in found:
        assert any(name in others and term in folded for term, others in NAMES.items())
        assert f" {name} " not in f" {folded} "


@settings(deadline=None, max_examples=300)
@given(questions)
def test_spelling_that_folds_alike_brings_the_same_names(question: str) -> None:
    assert other_names(fold(question), NAMES) == other_names(question, NAMES)


@settings(deadline=None, max_examples=300)
@given(questions, st.dictionaries(st.text(max_size=5), st.lists(st.text(max_size=5), max_size=5).map(tuple)))
def test_names_of_any_characters_do_no_harm(question: str, names: Equivalents) -> None:
    assert set(other_names(question, names)) <= {name for others in names.values() for name in others}
