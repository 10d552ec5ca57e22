"""Stored questions that are asked whenever an index is opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from fakes import WordEmbedder
from small import SmallIndex

from content.library import Library
from index.build import build_index
from index.embedder import FloatMatrix
from index.errors import IndexDamaged
from index.manifest import Canary
from index.search import Searcher
from index.stored import check_canaries, open_index


class Shuffled(WordEmbedder):
    """Says it is the word counter, but its axes stand in another order."""

    def embed(self, texts: Sequence[str], *, progress: bool = False) -> FloatMatrix:
        return super().embed(texts)[:, ::-1]


def test_canaries_are_the_first_staff_questions_and_what_they_find(small_index: SmallIndex) -> None:
    data, manifest, _ = open_index(small_index.root)
    check_canaries(Searcher(data, WordEmbedder()), manifest)

    assert manifest.canaries == (
        Canary(question="How many patients were in the study?", passage_id="trial-lupus#p1"),
        Canary(question="How many people took part?", passage_id="therapy-stroke#p1"),
        Canary(question="Was there a comparison group?", passage_id="trial-lupus#p1"),
        Canary(question="How many months were patients followed?", passage_id="trial-lupus#p2"),
        Canary(question="Were there any deaths?", passage_id="trial-lupus#p2"),
    )


def test_a_question_with_other_names_is_no_canary(small_index: SmallIndex, tmp_path: Path) -> None:
    # It is searched together with them, in words that are not embedded when the index is built.
    library = Library(documents=small_index.library.documents, questions=small_index.library.questions[6:10])
    manifest = build_index(library, WordEmbedder(), tmp_path / "named").manifest
    searcher = Searcher(open_index(tmp_path / "named")[0], WordEmbedder())
    asked = [question.question for question in library.questions if question.expect == "quote"]

    assert asked == ["Can it help after a stroke?", "Who is the doctor?", "Where is the clinic?"]
    assert [searcher.expanded(question) for question in asked[1:]] == [
        "Who is the doctor? (the clinic)",
        "Where is the clinic? (the doctor)",
    ]
    assert manifest.canaries == (Canary(question=asked[0], passage_id="therapy-stroke#p2"),)


def test_canaries_catch_a_model_that_says_it_is_another(small_index: SmallIndex) -> None:
    data, manifest, _ = open_index(small_index.root)

    with pytest.raises(IndexDamaged, match=r"another passage than .*faq build --force"):
        check_canaries(Searcher(data, Shuffled()), manifest)


def test_canaries_catch_a_passage_that_is_not_found(small_index: SmallIndex) -> None:
    data, manifest, _ = open_index(small_index.root)
    for canary in (
        Canary(question="", passage_id="trial-lupus#p1"),
        Canary(question="Knee?", passage_id="x"),
    ):
        with pytest.raises(IndexDamaged):
            check_canaries(
                Searcher(data, WordEmbedder()), manifest.model_copy(update={"canaries": (canary,)})
            )
