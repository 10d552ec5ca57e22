"""The same question about another topic: nothing of the page answers it."""

from __future__ import annotations

import pytest

from content.normalize import fold
from index.lexical import terms
from index.training.examples import OTHER_TOPIC, Example, ReadPassage
from index.training.strangers import strangers

SLEEP = ReadPassage("", "", ("Sleep.",))


def about(title: str, question: str, *, gold: tuple[int, ...] = (0,)) -> Example:
    passage = ReadPassage(title, "results", ("It fell.", "It rose."), gold, ("fell",) if gold else ())
    return Example("set", f"set {title}", question, (passage, SLEEP))


def test_a_question_is_asked_about_another_pages_topic_and_nothing_answers_it() -> None:
    one = about("Refractory lupus in adults", "What fell in Refractory Lupus?")
    two = about("Knee arthritis", "Is knee arthritis inherited?")
    first, second = strangers([one, two])
    assert first.question == "what fell in knee arthritis?"
    assert second.question == "is refractory lupus inherited?"
    assert (first.source, first.group) == (OTHER_TOPIC, "set Refractory lupus in adults")
    assert first.passages[0] == ReadPassage("Refractory lupus in adults", "results", ("It fell.", "It rose."))
    assert first.passages[1] == SLEEP and not first.answerable


@pytest.mark.parametrize(
    "example",
    [
        about("Lupus nephritis", "What fell?"),
        about("", "What fell in lupus?"),
        about("Lupus nephritis", "Lupus nephritis?"),
        about("Lupus nephritis", "What fell in lupus nephritis?", gold=()),
        # Words such as these name nothing.
        about("What is it", "What is it that fell?"),
    ],
)
def test_a_question_that_names_no_topic_or_has_no_answer_gives_none(example: Example) -> None:
    other = about("Knee arthritis", "Is knee arthritis inherited?")
    assert {found.group for found in strangers([example, other])} <= {other.group}


def test_a_topic_that_shares_a_word_with_the_title_is_no_other_topic() -> None:
    pages = [
        about(f"Lupus of the {place}", f"What fell in lupus of the {place}?") for place in ("skin", "lung")
    ]
    assert strangers(pages) == []


def test_the_same_examples_give_the_same_strangers_and_none_shares_a_term_with_its_page() -> None:
    names = ("severe asthma", "knee arthritis", "skin lupus", "heart failure", "celiac disease")
    examples = [about(f"{name} in adults", f"what helps {name} most?") for name in names]
    found = strangers(examples)
    assert found == strangers(examples) and len(found) == len(examples)
    for example, stranger in zip(examples, found, strict=True):
        topic = fold(stranger.question).removeprefix("what helps ").removesuffix(" most?")
        assert topic in names and set(terms(topic)).isdisjoint(terms(example.passages[0].title))
