"""Groups of questions: wholly alike within, shown from k visitors on, rare words masked."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest
from fakes import WordEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.clusters import ALIKE, Cluster, Clusters, Kept, clustered, grouped, packed

WORDS = WordEmbedder()
KNOWN = frozenset({"lupus", "knee", "stroke"})


def kept(
    text: str, asked: int = 1, *, outcome: str = "no_answer", unhelpful: int = 0, closest: str = ""
) -> Kept:
    return Kept(
        text=text, outcome=outcome, detail="", closest=closest, asked=asked, unhelpful=unhelpful,
        vector=packed(WORDS.embed([text])[0]), embedder="words",
    )  # fmt: skip


def shown(*questions: Kept, at_least: int = 5) -> Clusters:
    return clustered(questions, WORDS.embed, "words", known=KNOWN, at_least=at_least)


def test_a_group_is_shown_from_k_visitors_on() -> None:
    four, five = kept("does it cure lupus", 4), kept("does it cure lupus", 5)

    assert shown(four) == Clusters(shown=(), hidden=4)
    assert shown(five).hidden == 0
    assert shown(five).shown == (
        Cluster(question="does it cure lupus", asked=5, refused=5, unhelpful=0, closest="",
                outcomes={"no_answer": 5}),
    )  # fmt: skip


def test_questions_alike_are_one_group_with_its_counts() -> None:
    (group,) = shown(
        kept("lupus cost", 3, closest="trial-lupus"),
        kept("lupus cost please", 2, outcome="answered", unhelpful=1, closest="therapy"),
        kept("the cost of lupus", 1, closest="therapy"),
    ).shown

    assert (group.asked, group.refused, group.unhelpful, group.closest) == (6, 4, 1, "therapy")
    assert group.outcomes == {"answered": 2, "no_answer": 4}


def test_a_rare_word_is_masked_and_a_frequent_one_is_shown() -> None:
    rare = shown(kept("lupus zebrafinchley", 1), kept("lupus", 9)).shown[0]
    central = shown(kept("lupus rituximab zebrafinchley", 4), kept("rituximab for lupus", 1)).shown[0]

    assert "zebrafinchley" not in rare.question + central.question
    assert central.question == "lupus rituximab […]"


def test_numbers_are_shown_only_when_enough_asked_them() -> None:
    assert shown(kept("lupus since 1970", 4), kept("lupus", 1)).shown[0].question == "lupus since […]"
    assert shown(kept("lupus since 1970", 5)).shown[0].question == "lupus since 1970"


def test_vectors_of_another_embedder_are_made_anew() -> None:
    old = kept("lupus cost", 5).model_copy(
        update={"embedder": "older", "vector": packed(np.ones(3, np.float32))}
    )

    assert [group.asked for group in shown(old, kept("lupus cost", 2)).shown] == [7]


def test_the_order_of_questions_does_not_matter() -> None:
    texts = ["lupus cost", "knee cure", "stroke people", "doctor clinic", "cost of lupus", "cells lupus"]
    questions = [kept(text, number + 1, closest=text[:2]) for number, text in enumerate(texts * 2)]
    first = shown(*questions, at_least=3)

    for seed in range(5):
        random.Random(seed).shuffle(questions)
        assert shown(*questions, at_least=3) == first


@settings(max_examples=60)
@given(st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3), min_size=1, max_size=60))
def test_every_two_of_a_group_are_alike(rows: list[list[float]]) -> None:
    vectors = np.array(rows, dtype=np.float32) + np.float32(1e-3)
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.asarray(vectors / np.where(norms == 0, 1, norms), dtype=np.float32)
    groups = grouped(vectors)

    for one, mine in enumerate(groups):
        for other, theirs in enumerate(groups[:one]):
            if mine == theirs:
                assert float(vectors[one] @ vectors[other]) >= ALIKE - 1e-5
    assert sorted(set(groups)) == list(range(max(groups) + 1))


def test_ten_thousand_questions_are_grouped_in_seconds() -> None:
    draw = np.random.default_rng(0)
    centres = draw.normal(size=(500, 384))
    vectors = centres[draw.integers(0, 500, 10_000)] + draw.normal(size=(10_000, 384)) * 0.5
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)

    began = time.perf_counter()
    groups = grouped(vectors.astype(np.float32))

    assert time.perf_counter() - began < 15
    assert len(set(groups)) == 500


@pytest.mark.parametrize("questions", [(), (kept("lupus", 1),)])
def test_nothing_enough_shows_nothing(questions: tuple[Kept, ...]) -> None:
    assert shown(*questions).shown == ()
