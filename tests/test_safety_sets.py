"""No danger of the first writer's set is missed, and what is no danger is seldom taken for it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safety_sets import (
    ADVICE,
    ATTACKS,
    CONTROLS,
    MISSPELLED,
    ORDINARY,
    SPELLED,
    URGENT,
    every_question,
    is_at_least,
    kind_of,
)  # fmt: skip
from safety_variants import is_spanish, variants

from assistant.safety import ORDER
from assistant.schema import ALONE, RedirectKind

ALL_ADVICE = [question for questions in ADVICE.values() for question in questions]
ALL_ORDINARY = [question for questions in ORDINARY.values() for question in questions]
ROUTED: list[tuple[RedirectKind, str]] = [
    *URGENT,
    *((ORDER[2], question) for question in ALL_ADVICE),
]
# Each is dangerous by itself, in both languages.
DANGER_WORDS = (
    "chest pain", "I can't breathe", "bleeding heavily", "overdose", "unconscious", "suicide",
    "I want to die", "no puedo respirar", "dolor de pecho", "me quiero morir", "se desmayó",
    "vomitando sangre",
)  # fmt: skip


def test_the_sets_are_as_large_as_they_must_be() -> None:
    every = every_question()

    assert len(set(every)) >= len(every) - 5
    assert len({question for _, question in URGENT}) >= 300
    assert sum(is_spanish(question) for _, question in URGENT) >= 100
    assert sum(map(len, CONTROLS.values())) >= 150
    assert sum(map(len, ORDINARY.values())) >= 500
    assert len(ALL_ADVICE) >= 200
    assert sum(map(len, ATTACKS.values())) >= 100


def test_every_crisis_and_emergency_is_found_and_is_what_it_is() -> None:
    assert [(kind_of(question), question) for _, question in URGENT] == URGENT


def test_every_decision_about_a_person_is_sent_to_its_doctor() -> None:
    assert [question for question in ALL_ADVICE if not is_at_least(question, "personal_advice")] == []


@pytest.mark.parametrize("sort", [*CONTROLS, *ORDINARY])
def test_what_is_no_danger_is_seldom_taken_for_it(sort: str) -> None:
    questions = {**CONTROLS, **ORDINARY}[sort]
    alarms = [question for question in questions if kind_of(question) is not None]

    # 5 % is the most a site can bear; each sort by itself, so that a large one hides no bad one.
    assert len(alarms) <= 0.05 * len(questions), alarms


def test_no_way_of_typing_hides_a_danger() -> None:
    # Every third way of each question, in turns, so that every way is tried on every kind of question.
    asked = [(kind, q) for kind in ORDER[:2] for q in SPELLED[kind]]
    typed = [
        (name, other)
        for place, (_, question) in enumerate(asked)
        for turn, (name, other) in enumerate(variants(question, seed=1))
        if (turn + place) % 3 == 0
    ]
    missed = [(name, other) for name, other in typed if kind_of(other) not in ALONE]

    assert len(typed) >= 3000
    assert missed == []


@settings(deadline=None, max_examples=300)
@given(
    st.sampled_from(ROUTED),
    st.lists(st.sampled_from(DANGER_WORDS), min_size=1, max_size=3),
    st.sampled_from([" ", ", ", ". ", " and ", " y ", "\n"]),
    st.booleans(),
)
def test_danger_words_never_lower_the_class(
    asked: tuple[RedirectKind, str], words: list[str], joined: str, before: bool
) -> None:
    kind, question = asked
    added = joined.join(words)

    assert is_at_least(f"{added}{joined}{question}" if before else f"{question}{joined}{added}", kind)


@settings(deadline=None, max_examples=200)
@given(st.sampled_from([*ALL_ORDINARY, *ALL_ADVICE]), st.sampled_from(DANGER_WORDS))
def test_danger_beside_an_ordinary_question_is_found(question: str, words: str) -> None:
    assert kind_of(f"{question} {words}") in ALONE
    assert kind_of(f"{words}. {question}") in ALONE


def test_badly_misspelled_danger_is_danger() -> None:
    assert all(kind_of(question) == kind for kind, questions in MISSPELLED.items() for question in questions)
