"""A stored answer is checked against the documents by anyone, and nothing is repaired."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from asking import page, small_assistant
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.proofs import Proofs
from assistant.stored_answers import read_answers
from assistant.verification import Verdict, verify
from content.schema import Document

FAQ = small_assistant(body="Lupus patients improved. Nobody was harmed.\n\nThe doctor left the clinic.")
DOCUMENTS = FAQ.documents
ANSWER = FAQ.answer("How were the lupus patients?")
LINE = ANSWER.model_dump_json()
REFUSED = FAQ.answer("What does it cost?").model_dump_json()
CITED = "Lupus patients improved."
WORDING = '"type":"wording","id":"no_study"'


def verdicts(text: str, documents: Mapping[str, Document] = DOCUMENTS) -> list[Verdict]:
    return verify(read_answers(text, "stored"), Proofs.of(documents))


def problems(line: str, documents: Mapping[str, Document] = DOCUMENTS) -> tuple[str, ...]:
    (verdict,) = verdicts(line, documents)
    return verdict.problems


def changed(**change: Any) -> str:
    """Return the stored answer with fields of its citation changed."""
    stored = json.loads(LINE)
    stored["citations"][0].update(change)
    return json.dumps(stored)


def reworded(words: str) -> str:
    return changed(cited_text=words, selector={"exact": words, "prefix": "", "suffix": ""})


def test_an_answer_that_was_just_given_holds() -> None:
    assert [citation.cited_text for citation in ANSWER.citations] == [CITED]
    assert verdicts(f"{LINE}\n{REFUSED}") == [
        Verdict(
            file="stored", line=1, receipt=ANSWER.receipt, quotes=1, proved="in_use", by=("the documents",)
        ),
        Verdict(file="stored", line=2, receipt=json.loads(REFUSED)["receipt"], proved="nothing_quoted"),
    ]


def test_blank_lines_are_skipped_and_counted() -> None:
    found = verdicts(f"\n{LINE}\n  \t\nno answer\n\n")

    assert [(verdict.line, bool(verdict.problems)) for verdict in found] == [(2, False), (4, True)]


START = ANSWER.citations[0].start_char_index
TAMPERED = {
    "a changed word": (reworded(CITED.replace("improved", "declined")), "the words differ"),
    "a shifted offset": (
        changed(start_char_index=START + 1, end_char_index=START + 1 + len(CITED)), "the words differ",
    ),
    "an offset beyond the end": (
        changed(start_char_index=9000, end_char_index=9000 + len(CITED)), "the words differ",
    ),
    "another hash": (changed(document_sha256="0" * 64), "the document has changed since it was quoted"),
    "another hash of an unknown document": (
        changed(document_id="b-page", document_sha256="0" * 64), "document 'b-page' is not stored",
    ),
    "a word before the quote": (
        changed(selector={"exact": CITED, "prefix": "No ", "suffix": ""}), "the words around the quote",
    ),
    "another title": (changed(document_title="A proof"), "beside the quote: the title"),
    "another address": (changed(url="https://evil.example"), "beside the quote: the address"),
    "more people than there were": (
        changed(evidence={"speaker": "clinic_page", "participants": 1600}),
        "beside the quote: the facts of the source",
    ),
    "another document": (changed(document_id="b-page"), "b-page: this text was published as a-page"),
}  # fmt: skip
NO_ANSWER = {
    "not JSON": ("What?", "answer: Invalid JSON"),
    "half a line": (LINE[:-1], "answer: Invalid JSON"),
    "null": ("null", "answer: Input should be an object"),
    "a list": (f"[{LINE}]", "answer: Input should be an object"),
    "a shorter text": (changed(cited_text=CITED[:-1]), "citations.0: Value error, cited_text is not as long"),
    "another exact text": (
        changed(selector={"exact": "Lupus", "prefix": "", "suffix": ""}),
        "citations.0: Value error, selector.exact differs",
    ),
    "a surprise": (changed(note="x"), "citations.0.note: Extra inputs are not permitted"),
    "a text of its own": (LINE.replace('_text":false', '_text":true'), "generated_text: Input should be"),
    "a quote shown nowhere": (LINE.replace('"type":"quote","citation":1', WORDING), "answer: Value error"),
}  # fmt: skip


@pytest.mark.parametrize(("line", "why"), TAMPERED.values(), ids=TAMPERED)
def test_a_quote_that_no_longer_holds_is_a_problem(line: str, why: str) -> None:
    (problem,) = problems(line)

    assert why in problem


@pytest.mark.parametrize(("line", "why"), NO_ANSWER.values(), ids=NO_ANSWER)
def test_a_line_that_is_no_answer_is_a_problem(line: str, why: str) -> None:
    (problem,) = problems(line)

    assert problem.startswith(why)


def test_every_citation_is_looked_at() -> None:
    stored = json.loads(LINE)
    second = stored["citations"][0] | {"number": 2, "document_id": "b-page"}
    stored["citations"] = [stored["citations"][0] | {"document_sha256": "0" * 64}, second]
    stored["blocks"].append({"type": "quote", "citation": 2})

    assert len(problems(json.dumps(stored))) == 2


def test_a_document_that_changed_or_went_breaks_its_answers() -> None:
    (document,) = DOCUMENTS.values()
    newer = page(document.text.replace("Nobody", "Somebody"))

    assert "has changed since" in problems(LINE, {"a-page": newer})[0]
    assert "is not stored" in problems(LINE, {})[0]
    assert problems(REFUSED, {}) == ()


@settings(deadline=None, max_examples=300)
@given(st.integers(0, len(LINE) - 1), st.characters(codec="utf-8"))
def test_a_line_with_one_character_changed_never_proves_other_words(place: int, character: str) -> None:
    line = LINE[:place] + character + LINE[place + 1 :]

    if not any(verdict.problems for verdict in verdicts(line)):
        (cited,) = json.loads(line)["citations"]
        assert (cited["cited_text"], cited["start_char_index"]) == (CITED, START)


@settings(deadline=None)
@given(st.text())
def test_whatever_stands_in_a_file_is_judged(line: str) -> None:
    assert all(verdict.problems for verdict in verdicts(line))
