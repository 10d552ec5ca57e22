"""Questions that lose their answer when a document changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from assistant.confidence import load_calibration
from assistant.schema import Answer
from content.changes import sentences
from content.errors import FaqError
from content.importing import Added
from content.library import QUESTIONS_FILE, read_folder
from content.normalize import fold
from content.questions import LabelledQuestion, read_questions
from content.schema import Fact
from index.stored import open_index


class Answered(Fact):
    """A staff question and the sentences of the passage that answers it in the index in use."""

    question: str
    sentences: tuple[str, ...]


class LostQuestion(Fact):
    """A question and the sentence it loses.

    A `labelled` one is named by its id, and no other sentence holds its accepted words. A `staff` one
    is answered from a passage that holds the sentence. A stored `answer` quoted it, and is named by its
    receipt; `faq verify` still checks it against the text it was taken from.
    """

    by: Literal["labelled", "staff", "answer"]
    id: str
    question: str
    sentence: str


def questions_lost(
    removed: Sequence[str], questions: Iterable[LabelledQuestion], suggestions: Iterable[Answered] = (), *,
    remaining: Sequence[str] = (), answers: Iterable[Answer] = (),
) -> tuple[LostQuestion, ...]:  # fmt: skip
    """Return the questions that the removed sentences answered, labelled ones first.

    `remaining`: the sentences that still stand anywhere in the library.
    """
    known = tuple(questions)
    # A labelled question says itself which words answer it, so that its passage does not matter.
    labelled = {fold(question.question) for question in known}
    unlabelled = (asked for asked in suggestions if fold(asked.question) not in labelled)
    return (
        *_labelled(removed, known, remaining), *_staff(removed, unlabelled), *_answers(removed, answers),
    )  # fmt: skip


def lost_to(added: Added, folder: Path, index_root: Path) -> tuple[LostQuestion, ...]:
    """Return the questions that lose their sentence to one changed document of a content folder."""
    gone = set(added.changes.removed) - set(sentences(added.document)) if added.changes else set()
    if not added.changes or not gone:
        return ()
    path = folder / QUESTIONS_FILE
    return questions_lost(
        [words for words in added.changes.removed if words in gone],
        read_questions(path) if path.exists() else (),
        answered_questions(index_root),
        remaining=[words for _, document in read_folder(folder) for words in sentences(document)],
    )


def answered_questions(index_root: Path) -> tuple[Answered, ...]:
    """Return the staff questions that the index in use answers; none where no index can be read."""
    try:
        data, _, _ = open_index(index_root)
        suggestions = load_calibration(data.calibration, data.index_id).suggestions
    except FaqError:
        return ()
    documents = {document.id: document for document in data.documents}
    passages = {passage.id: passage for passage in data.passages}
    return tuple(
        Answered(
            question=suggestion.text,
            sentences=tuple(documents[found.document_id].slice(span) for span in found.sentences),
        )
        for suggestion in suggestions
        if (found := passages.get(suggestion.passage_id))
    )


def _labelled(
    removed: Sequence[str], questions: Iterable[LabelledQuestion], remaining: Sequence[str]
) -> Iterable[LostQuestion]:
    for question in questions:
        sentence = next((words for words in removed if question.accepts(words)), None)
        if sentence is not None and not any(question.accepts(words) for words in remaining):
            yield LostQuestion(by="labelled", id=question.id, question=question.question, sentence=sentence)


def _staff(removed: Sequence[str], suggestions: Iterable[Answered]) -> Iterable[LostQuestion]:
    for asked in suggestions:
        sentence = next((words for words in removed if words in asked.sentences), None)
        if sentence is not None:
            yield LostQuestion(by="staff", id="", question=asked.question, sentence=sentence)


def _answers(removed: Sequence[str], answers: Iterable[Answer]) -> Iterable[LostQuestion]:
    for answer in answers:
        quoted = [citation.cited_text for citation in answer.citations]
        sentence = next((words for words in removed if any(words in text for text in quoted)), None)
        if sentence is not None:
            yield LostQuestion(by="answer", id=answer.receipt, question=answer.question, sentence=sentence)
