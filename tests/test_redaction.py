"""What is taken out of a visitor's words, and what is masked before anybody sees the rest."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.common_words import COMMON_WORDS
from assistant.redaction import MASK, known_words, masked, redacted, words_of
from content.library import load_library

KNOWN = frozenset({"lupus", "sun", "dsdna", "anti-dsdna", "anti"})


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("I am Ann, ann@x.org, born 3/4/1970", "I am [name], [e-mail] born [date]"),
        ("write to jo.smith (at) mail.org", "write to [e-mail]"),
        ("call +1 (555) 010-9999 or 555 0199", "call [number] or [number]"),
        ("my record is MRN-A12345", "my record is [number]"),
        ("claim #4711-33", "claim [number]"),
        ("see https://a.b/c?d=1 or www.x.y or foo.example.com/x", "see [link] or [link] or [link]"),
        ("on 3rd of May 2019", "on [date]"),
        ("on May 5, 2019", "on [date]"),
        ("el 3 de mayo de 2019", "el [date]"),
        ("in May 2019", "in [date]"),
        ("1970-03-04", "[date]"),
        ("my name is john smith and I have lupus", "my name is [name] and I have lupus"),
        ("MY NAME IS JOHN SMITH AND I HAVE LUPUS", "MY NAME IS [name] AND I HAVE LUPUS"),
        ("me llamo josé luis pérez garcía y tengo lupus", "me llamo [name] y tengo lupus"),
        ("My daughter's name is Zoë O'Brien.", "My daughter's name is [name]."),
        ("Dr. Anna Müller-Sun treated me", "Dr. [name] treated me"),
        ("Can it help Annalise?", "Can it help [name]?"),
        ("Thanks, Maria", "Thanks, [name]"),
        ("Regards john", "Regards [name]"),
    ],
)
def test_what_names_or_numbers_a_person_is_taken_out(typed: str, kept: str) -> None:
    assert redacted(typed, KNOWN) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "Is 10⁶ cells per kg enough?",
        "Does vitamin B12 help with COVID-19 or IL6?",
        "The doctor said no",
        "I am HIV positive",
        "what is called lupus?",
        "may I take 500 mg",
        "born in 1970",
        "Why did Sun study lupus?",
        "¿Tienen ustedes algo para el lupus?",
        "Rituximab for lupus?",
    ],
)
def test_an_ordinary_question_stays_as_it_is(typed: str) -> None:
    assert redacted(typed, KNOWN) == typed


@given(st.text(max_size=300))
def test_redacting_again_takes_nothing_out_that_was_left_by_pattern(text: str) -> None:
    once = redacted(text)
    assert sum(map(str.isdigit, once)) <= sum(map(str.isdigit, text))
    assert "@" not in once
    assert "\n" not in once


@pytest.mark.parametrize(
    "typed",
    ["1" * 2000, "1a" * 1000, "a.b" * 660, "(at)" * 500, "Ab " * 660, "my name is " * 180, "-" * 2000,
     "[name] " * 280, "1-2-" * 500, "://" * 600],
)  # fmt: skip
def test_hostile_words_cost_no_time(typed: str) -> None:
    began = time.perf_counter()
    redacted(typed)
    assert time.perf_counter() - began < 0.5


def test_a_word_is_shown_only_if_it_may_be() -> None:
    shown = masked("[name] has anti-dsdna and Zebra_finchley zebra's lupus, 16!", KNOWN.__contains__)

    assert shown == f"[name] {MASK} anti-dsdna {MASK} lupus, {MASK}!"


@given(st.text(max_size=200))
def test_masked_for_nobody_no_letter_is_left(text: str) -> None:
    left = masked(text.replace("[", " "), lambda word: False)
    assert not any(character.isalnum() for character in left), left


@given(st.text(max_size=200), st.sets(st.sampled_from(["lupus", "sun", "dsdna"])))
def test_every_word_shown_was_allowed(text: str, allowed: set[str]) -> None:
    shown = masked(f"{text} lupus sun dsdna-sun".replace("[", " "), allowed.__contains__)

    assert {part for word in words_of(shown) for part in word.split("-")} <= allowed


def test_the_words_of_the_documents_are_known() -> None:
    known = known_words(load_library().documents)
    assert {"lupus", "mesenchymal", "umbilical", "16"} <= known
    assert "zebrafinchley" not in known


def test_common_words_are_plain_and_no_names() -> None:
    assert 1000 < len(COMMON_WORDS) < 3000
    assert all(word == word.casefold() and not any(map(str.isdigit, word)) for word in COMMON_WORDS)
    assert not COMMON_WORDS & set("rose frank grant john maria smith garcía lee grace jack ann".split())
