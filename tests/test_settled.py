"""Passages are read in rounds, best first, until the rest is unlikely to change what is best."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from fakes import WordEvidence
from hypothesis import given
from hypothesis import strategies as st

from content.schema import Passage, Span
from index.evidence import UNREAD, PassageText
from index.search import Hit
from index.settled import read_until_settled

UNSURE, SURE = -1.0, 0.0


class Told(WordEvidence):
    """Says of each passage what it is told to, and remembers the rows of every round."""

    def __init__(self, scores: dict[int, float]) -> None:
        super().__init__()
        self.scores = scores
        self.rounds: list[list[int]] = []

    def sentence_evidence(self, question: str, passages: Sequence[PassageText]) -> list[tuple[float, ...]]:
        rows = [int(passage.title) for passage in passages]
        self.rounds.append(rows)
        return [(UNSURE - 1, self.scores.get(row, UNSURE)) for row in rows]


def hits_of(*fused: float) -> list[Hit]:
    """Return hits of two sentences each, in rows 10, 11, … with these fused scores."""
    sentences = (Span(start=0, end=2), Span(start=2, end=4))
    return [
        Hit(
            passage=Passage(
                id=f"page#p{n}", document_id="page", span=Span(start=0, end=4), sentences=sentences
            ),
            row=10 + n, rank=n + 1, dense=0.0, lexical=0.0, staff_question=0.0, fused=score,
        )
        for n, score in enumerate(fused)
    ]  # fmt: skip


def text_of(row: int) -> PassageText:
    return PassageText(title=str(row), role="", sentences=("a.", "b."))


def rounds(hits: list[Hit], scores: dict[int, float]) -> list[list[int]]:
    model = Told(scores)
    read_until_settled(model, "Why?", hits, text_of)
    return model.rounds


ALIKE = [0.9] * 9
FALLING = [0.9, 0.85, 0.8, 0.75, 0.7, 0.65, 0.6, 0.55, 0.5]
ALL = [[10, 11, 12, 13], [14, 15, 16], [17, 18]]


@pytest.mark.parametrize(
    ("fused", "scores", "expected"),
    [
        # Nothing answers more likely than not: all of them are read.
        (FALLING, {}, ALL),
        # The first answers, and the fifth is .2 worse.
        (FALLING, {10: SURE}, ALL[:1]),
        # The fourth answers: what follows is near it, until the seventh is .15 worse.
        (FALLING, {13: SURE}, ALL[:2]),
        # Of two that answer the stronger decides, wherever it stands.
        (FALLING, {10: SURE, 13: SURE + 1}, ALL[:2]),
        (FALLING, {10: SURE + 1, 13: SURE}, ALL[:1]),
        (FALLING, {14: SURE}, ALL[:2]),
        (FALLING, {16: SURE}, ALL),
        # What follows is as near to the question as what answers.
        (ALIKE, {10: SURE + 9}, ALL),
        # Exactly the distance is not more than it.
        ([1.0, 1.0, 1.0, 1.0, 0.9, 0.89, 0.89], {10: SURE}, ALL[:2]),
    ],
)
def test_rounds_by_hand(fused: list[float], scores: dict[int, float], expected: list[list[int]]) -> None:
    assert rounds(hits_of(*fused), scores) == expected


def test_what_is_not_reached_is_unread() -> None:
    hits = hits_of(*FALLING[:6])
    found = read_until_settled(Told({10: SURE}), "Why?", hits, text_of)

    assert found == {
        10: (UNSURE - 1, SURE),
        **dict.fromkeys((11, 12, 13), (UNSURE - 1, UNSURE)),
        **dict.fromkeys((14, 15), (UNREAD, UNREAD)),
    }


def test_without_hits_nothing_is_read() -> None:
    model = Told({})

    assert read_until_settled(model, "Why?", [], text_of) == {}
    assert model.rounds == []


scores_of_rows = st.dictionaries(st.integers(10, 21), st.floats(-9, 9), max_size=12)
falling = st.lists(st.floats(0, 2), max_size=12).map(lambda fused: sorted(fused, reverse=True))


@given(falling, scores_of_rows)
def test_the_first_are_read_and_every_hit_has_a_score_for_each_sentence(
    fused: list[float], scores: dict[int, float]
) -> None:
    hits, model = hits_of(*fused), Told(scores)
    found = read_until_settled(model, "Why?", hits, text_of)
    read = [row for batch in model.rounds for row in batch]

    assert read == [hit.row for hit in hits][: len(read)]
    assert list(found) == [hit.row for hit in hits]
    assert all(len(values) == 2 for values in found.values())
    assert {row for row, values in found.items() if values != (UNREAD, UNREAD)} == set(read)
    if len(read) < len(hits):
        best = max(read, key=lambda row: max(found[row]))
        assert max(found[best]) >= SURE
        assert hits[len(read)].fused < hits[best - 10].fused - 0.1
