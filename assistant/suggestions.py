"""What else to ask: only questions that were answered when the index was built."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from assistant.citation import Citation
from assistant.confidence import Suggestion
from assistant.errors import BadQuestion
from assistant.schema import Answer, FollowUp, Topic
from content.normalize import fold
from content.questions import LabelledQuestion
from content.schema import Document

_FOLLOW_UPS = 3
_TOPICS = 3
_EACH_ANSWER = 2
# Studies are offered before the clinic's own pages.
_KINDS = ("trial", "therapy", "clinic")


def find_suggestions(
    ask: Callable[[str], Answer], documents: Iterable[Document], questions: Iterable[LabelledQuestion]
) -> tuple[Suggestion, ...]:
    """Ask every staff question and keep those whose first quote is right.

    The questions of a document's front matter come first and must be answered from it; labelled
    ones follow when they are written as a sentence and the first quote holds accepted words.
    """
    found: dict[str, Suggestion] = {}
    asked: Counter[tuple[str, ...]] = Counter()
    for document in sorted(documents, key=lambda document: _KINDS.index(document.kind)):
        for text in document.questions:
            first = _first_quote(ask, text)
            if first and first.document_id == document.id:
                found[fold(text)] = Suggestion(text=text, passage_id=first.passage_id)
    for question in questions:
        if question.expect != "quote" or question.history or not _is_sentence(question.question):
            continue
        # Asking takes longer than anything else in a build: no more than can be shown, with some to spare.
        if asked[question.accept_any] >= _EACH_ANSWER:
            continue
        asked[question.accept_any] += 1
        first = _first_quote(ask, question.question)
        if first and question.accepts(first.cited_text):
            suggestion = Suggestion(text=question.question, passage_id=first.passage_id)
            found.setdefault(fold(question.question), suggestion)
    return tuple(found.values())


def follow_ups(
    suggestions: Sequence[Suggestion], citations: Sequence[Citation], question: str
) -> tuple[FollowUp, ...]:
    """Return up to three suggestions on the first quote's document, other passages first.

    The question just asked and passages just quoted are left out.
    """
    if not citations:
        return ()
    document_id = citations[0].document_id
    quoted = {citation.passage_id for citation in citations}
    fresh: dict[str, Suggestion] = {}
    for suggestion in suggestions:
        same_document = suggestion.passage_id.rpartition("#")[0] == document_id
        if same_document and suggestion.passage_id not in quoted and fold(suggestion.text) != fold(question):
            fresh.setdefault(suggestion.passage_id, suggestion)
    chosen = list(fresh.values())[:_FOLLOW_UPS]
    return tuple(FollowUp(text=s.text, passage_id=s.passage_id) for s in chosen)


def examples(suggestions: Sequence[Suggestion], count: int) -> list[str]:
    """Return up to `count` suggestions, one of each document in turn."""
    by_document: dict[str, list[str]] = {}
    for suggestion in suggestions:
        by_document.setdefault(suggestion.passage_id.rpartition("#")[0], []).append(suggestion.text)
    rounds = max((len(texts) for texts in by_document.values()), default=0)
    in_turn = [texts[i] for i in range(rounds) for texts in by_document.values() if i < len(texts)]
    return in_turn[:count]


def closest_topics(documents: Iterable[Document]) -> tuple[Topic, ...]:
    """Return up to three different documents in the order given, by title."""
    different = {document.id: document for document in documents}
    return tuple(
        Topic(document_id=document.id, title=document.title, url=document.source.url)
        for document in list(different.values())[:_TOPICS]
    )


def _first_quote(ask: Callable[[str], Answer], text: str) -> Citation | None:
    try:
        answer = ask(text)
    except BadQuestion:
        # Longer than a visitor may ask: no reason to stop a build.
        return None
    return answer.citations[0] if answer.status == "answered" else None


def _is_sentence(text: str) -> bool:
    return text[:1].isupper() and text.endswith("?") and len(text) <= 80
