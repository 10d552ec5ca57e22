"""Questions that may have been asked: given, in stored answers, written by staff, or kept."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from assistant.errors import CannotRead
from assistant.past import PastIndex
from assistant.questions import QuestionStore
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.stored_answers import StoredAnswer, stored_answers
from content.errors import FaqError
from content.library import Library, load_library
from content.questions import LabelledQuestion

Whence = Literal["stored answer", "command line", "labelled question", "staff question", "kept question"]
# Earlier answers of a file that may belong to the same conversation.
_TURNS_BACK = 8
_RECEIPT = re.compile(r"r-[0-9a-f]{24}")
_COMMAND = "faq replay r-… or faq replay FILE"


class Asked(NamedTuple):
    """A question that may have been asked. `shown`: whether its words may be shown to staff."""

    question: str
    history: tuple[str, ...]
    whence: Whence
    shown: bool = True


class Wanted(NamedTuple):
    """One receipt to replay: what may have been asked, and the answer where it was stored."""

    receipt: str
    asked: list[Asked]
    stored: Answer | None = None


def wanted(
    given: str, question: str | None, history: tuple[str, ...], known: Callable[[], list[Asked]]
) -> list[Wanted]:
    """Return what a receipt, or a file of stored answers, asks for.

    A given question or history counts more than what is stored; `known` finds the questions that
    may belong to a bare receipt. Raises CannotRead.
    """
    path = Path(given)
    if _RECEIPT.fullmatch(given) and not path.exists():
        return [Wanted(given, [Asked(question, history, "command line")] if question else known())]
    if not path.exists():
        raise CannotRead(path, "is neither a receipt (r- and 24 digits of 0-9, a-f) nor a file", _COMMAND)
    answers = stored_answers(path, _COMMAND)
    found = []
    for place, one in enumerate(answers):
        if one.answer is None:
            raise CannotRead(Path(one.file), f"line {one.line} is no answer ({one.problem})", _COMMAND)
        typed = [Asked(question or one.answer.question, history, "command line")]
        asked = typed if question or history else asked_in(answers, place)
        found.append(Wanted(one.answer.receipt, asked, one.answer))
    return found


def asked_in(answers: Sequence[StoredAnswer], place: int) -> list[Asked]:
    """Return the question of a stored answer, alone and after the ones that stand before it in its file.

    An answer holds no history; where a file holds a conversation, the lines above it do.
    """
    stored = answers[place]
    if stored.answer is None:
        return []
    above = [one.answer.question for one in answers[:place] if one.answer and one.file == stored.file]
    histories = [tuple(above[len(above) - size :]) for size in range(min(len(above), _TURNS_BACK) + 1)]
    return [Asked(stored.answer.question, history, "stored answer") for history in histories]


def asked_before(settings: Settings, pasts: Iterable[PastIndex]) -> list[Asked]:
    """Return every question whose words are known here, each once: labelled, of staff, kept by the site."""
    found: dict[tuple[str, tuple[str, ...]], Asked] = {}
    for one in (*_written(settings, pasts), *_kept(settings)):
        found.setdefault((one.question, one.history), one)
    return list(found.values())


def _written(settings: Settings, pasts: Iterable[PastIndex]) -> Iterator[Asked]:
    try:
        library = load_library(settings.content)
    except FaqError:
        # A broken folder says nothing; the indexes still do.
        library = Library(documents=())
    questions = [*library.questions, *(one for past in pasts for one in _labelled(past))]
    yield from (Asked(one.question, one.history, "labelled question") for one in questions)
    documents = [*library.documents, *(document for past in pasts for document in past.documents)]
    for document in documents:
        yield from (Asked(question, (), "staff question") for question in document.questions)


def _labelled(past: PastIndex) -> Iterable[LabelledQuestion]:
    if past.kept is None:
        return ()
    try:
        return past.kept.open()[0].questions
    except FaqError:
        return ()


def _kept(settings: Settings) -> Iterator[Asked]:
    """Yield the words that visitors' questions were kept with, where the site keeps any.

    Who holds a receipt must not learn from it what only a few visitors asked.
    """
    if not settings.questions_file.exists():
        return
    store = QuestionStore(settings.questions_file)
    try:
        for kept in store.kept():
            enough = kept.asked >= settings.cluster_size
            yield Asked(kept.text, (), "kept question", shown=enough)
    finally:
        store.close()
