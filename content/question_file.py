"""The site's labelled questions, added to one at a time."""

from __future__ import annotations

import json
import re
from pathlib import Path

from content.errors import QuestionRefused
from content.library import BUILT_IN, QUESTIONS_FILE, load_library
from content.normalize import fold, normalize
from content.questions import Expectation, LabelledQuestion, read_questions
from content.writing import changing, write_files

# What a redactor leaves in place of a word: nobody asks like that.
_LABEL = re.compile(r"\[[^\]]*\]|…")


def add_question(
    folder: Path, question: str, *, expect: Expectation, accept_any: tuple[str, ...] = ()
) -> LabelledQuestion:
    """Append a question to a content folder's own file, under a new id, and return it.

    The file is the old one or the new one, and its other lines stay byte for byte. For `quote` each
    accepted text must stand in a document word for word. Raises QuestionRefused, BrokenQuestions,
    CannotWrite.
    """
    path = folder / QUESTIONS_FILE
    words = " ".join(normalize(question).split())
    _check(folder, words, expect, accept_any)
    with changing(folder):
        earlier = read_questions(path) if path.exists() else []
        if fold(words) in {fold(known.question) for known in earlier if not known.history}:
            raise QuestionRefused(words, "it is a labelled question already")
        ids = {known.id for known in earlier}
        number = next(n for n in range(1, len(ids) + 2) if f"staff-{n}" not in ids)
        added = LabelledQuestion(
            id=f"staff-{number}", question=words, expect=expect, accept_any=tuple(accept_any)
        )
        raw = path.read_bytes() if path.exists() else b""
        row = added.model_dump(exclude_defaults=True)
        line = json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"
        write_files({path: raw + (b"\n" if raw and not raw.endswith(b"\n") else b"") + line})
    return added


def _check(folder: Path, words: str, expect: Expectation, accept_any: tuple[str, ...]) -> None:
    if folder.resolve().is_relative_to(BUILT_IN.resolve()):
        raise QuestionRefused(words, "the built-in documents are the program's own and never changed")
    if not fold(words):
        raise QuestionRefused(words, "it has no words")
    if _LABEL.search(words):
        raise QuestionRefused(words, "it holds a mask; write what is asked in your own words")
    if (expect == "quote") != bool(accept_any):
        raise QuestionRefused(words, "a quote needs the sentence that answers, and nothing else does")
    texts = [document.text for document in load_library(folder).documents]
    for accepted in accept_any:
        if not any(accepted in text for text in texts) or not fold(accepted):
            raise QuestionRefused(words, f"no document holds the words {accepted!r}")
