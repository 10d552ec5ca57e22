"""Words that are not those of the index any more are withheld, and the whole answer with them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asking import ask_small
from small import SmallIndex

from assistant.answer import Assistant
from assistant.schema import Answer, WordingBlock
from content.schema import Document

FOLLOWED = "How were the patients followed?"
KNEE = "Do cells ease a knee?"
CHANGES: dict[str, Callable[[str], str]] = {
    "a changed word": lambda text: text.replace("8 months", "9 months"),
    "a word more": lambda text: text.replace("The patients", "The happy patients"),
    "a shifted text": lambda text: " " + text,
    "a change behind the quote": lambda text: text.replace("no deaths", "no delays"),
    "another character that looks alike": lambda text: text.replace("followed", "fоllowed"),
    "a text cut off": lambda text: text[:100],
    "a text added": lambda text: text + " Really.",
}


@pytest.fixture
def faq(small_index: SmallIndex) -> Assistant:
    return ask_small(small_index)


def replaced(faq: Assistant, document_id: str, change: Callable[[str], str]) -> None:
    """Put another document in the place of a loaded one, its old hash still in it."""
    documents = faq.documents
    assert isinstance(documents, dict)
    document = documents[document_id]
    text = change(document.text)
    assert text != document.text
    documents[document_id] = document.model_copy(update={"text": text})


def overwritten(faq: Assistant, document_id: str, change: Callable[[str], str]) -> None:
    """Change a loaded document itself, although it is frozen."""
    document: Document = faq.documents[document_id]
    document.__dict__["text"] = change(document.text)


def check_withheld(answer: Answer) -> None:
    ids = [block.id for block in answer.blocks if isinstance(block, WordingBlock)]

    assert answer.status == "no_answer"
    assert answer.abstention
    assert answer.abstention.reason == "withheld"
    assert answer.citations == ()
    assert ids == ["withheld_answer", "closest", "contact"]
    assert len(answer.blocks) == len(ids)


@pytest.mark.parametrize("tamper", [replaced, overwritten])
@pytest.mark.parametrize("change", CHANGES)
def test_a_document_changed_in_memory_is_not_quoted(
    faq: Assistant, change: str, tamper: Callable[[Assistant, str, Callable[[str], str]], None]
) -> None:
    assert faq.answer(FOLLOWED).status == "answered"
    tamper(faq, "trial-lupus", CHANGES[change])

    check_withheld(faq.answer(FOLLOWED))


@pytest.mark.parametrize("tamper", [replaced, overwritten])
def test_a_quote_whose_caveat_was_changed_is_not_shown(
    faq: Assistant, tamper: Callable[[Assistant, str, Callable[[str], str]], None]
) -> None:
    before = faq.answer(KNEE)
    assert [citation.document_id for citation in before.citations] == ["therapy-knee", "trial-lupus"]
    tamper(faq, "trial-lupus", lambda text: text.replace("no comparison", "a comparison"))

    check_withheld(faq.answer(KNEE))


def test_the_other_documents_are_quoted_as_before(faq: Assistant) -> None:
    question = "Do people get a stroke?"
    before = faq.answer(question)
    replaced(faq, "trial-lupus", CHANGES["a changed word"])

    assert faq.answer(question) == before
    assert before.status == "answered"


def test_a_withheld_answer_says_how_sure_it_would_have_been(faq: Assistant) -> None:
    before = faq.answer(FOLLOWED)
    replaced(faq, "trial-lupus", CHANGES["a changed word"])
    after = faq.answer(FOLLOWED)

    assert after.abstention
    assert after.abstention.best_score == after.confidence == before.confidence
    assert after.closest[0].document_id == "trial-lupus"
