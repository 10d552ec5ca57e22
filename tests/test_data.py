"""One generation in memory: which sentence stands in which passage, and what was embedded."""

from __future__ import annotations

import numpy as np
import pytest
from small import SmallIndex

from index.data import IndexData
from index.stored import open_index


@pytest.fixture
def data(small_index: SmallIndex) -> IndexData:
    return open_index(small_index.root)[0]


def test_sentences_stand_in_passage_order(data: IndexData) -> None:
    assert [row for row, _ in data.sentences] == [0, 0, 1, 1, 2, 3, 4, 4, 5, 5]
    assert data.first_sentence.tolist() == [0, 2, 4, 5, 6, 8]
    assert [data.sentence_text(row) for row in range(10)] == [
        "The doctor founded the clinic in 1986.",
        "The clinic is in Scottsdale, Arizona.",
        "Knee pain is common.",
        "Cells may ease a painful knee.",
        "Many people live with a stroke.",
        "Cells may help after a stroke.",
        "A lupus study treated 16 patients with cells.",
        "The study had no comparison group.",
        "The patients were followed for 8 months.",
        "There were no deaths.",
    ]


def test_documents_by_id(data: IndexData) -> None:
    assert list(data.by_id) == ["clinic-doctor", "therapy-knee", "therapy-stroke", "trial-lupus"]
    assert all(data.by_id[name].id == name for name in data.by_id)
    assert data.document_row == {name: row for row, name in enumerate(data.by_id)}


def test_other_names_are_those_of_the_documents(data: IndexData) -> None:
    assert data.equivalents == {
        "lupus study": ("lupus trial",),
        "lupus trial": ("lupus study",),
        "the clinic": ("the doctor",),
        "the doctor": ("the clinic",),
    }


def test_passages_are_embedded_with_their_title_once(data: IndexData) -> None:
    passages, sentences, questions, documents = data.embedded_texts()

    assert passages[:2] == [
        "The doctor. The doctor founded the clinic in 1986. The clinic is in Scottsdale, Arizona.",
        "Knee pain. Knee pain is common. Cells may ease a painful knee.",
    ]
    assert sentences == [data.sentence_text(row) for row in range(10)]
    assert questions[0] == "How many patients were in the study?"
    assert len(questions) == 13
    assert documents[:2] == [
        "The doctor. The doctor founded the clinic in 1986. The clinic is in Scottsdale, Arizona.",
        "Knee pain. Knee pain\n\nKnee pain is common. Cells may ease a painful knee.",
    ]


def test_every_vector_stands_beside_its_text(data: IndexData, small_index: SmallIndex) -> None:
    matrices = (
        data.passage_vectors, data.sentence_vectors, data.question_vectors, data.document_vectors,
    )  # fmt: skip

    for texts, matrix in zip(data.embedded_texts(), matrices, strict=True):
        assert np.asarray(matrix).tobytes() == small_index.embedder.embed(texts).tobytes()
