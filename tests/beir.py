"""Folders in the BEIR layout, small enough to read."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

Rows = Sequence[dict[str, Any] | str]


def lines(path: Path, rows: Rows) -> Path:
    """Write JSON lines; a string is a line as it stands."""
    written = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in written), "utf-8")
    return path


def write_beir(
    folder: Path,
    corpus: Rows,
    queries: Rows,
    qrels: Sequence[str],
    spans: Rows | None = None,
    unanswerable: Rows | None = None,
) -> Path:
    """Write a folder in the BEIR layout and return it."""
    files = {"corpus": corpus, "queries": queries, "spans": spans, "unanswerable": unanswerable}
    for name, rows in files.items():
        if rows is not None:
            lines(folder / f"{name}.jsonl", rows)
    lines(folder / "qrels" / "test.tsv", ["query-id\tcorpus-id\tscore", *qrels])
    return folder


class Asked:
    """A folder being put together: documents by name, then questions with the words that answer them."""

    def __init__(self, **documents: str | tuple[str, str]) -> None:
        """Take texts, or titles with texts, by name."""
        self.texts = {name: ("", d) if isinstance(d, str) else d for name, d in documents.items()}
        self.questions: list[tuple[str, str, tuple[str, ...]]] = []
        self.unanswerable: list[tuple[str, str]] = []

    def ask(self, question: str, document: str, *answers: str) -> Asked:
        """Add a question that these words of a document answer."""
        self.questions.append((question, document, answers))
        return self

    def refuse(self, question: str, near: str) -> Asked:
        """Add a question about a document that does not answer it."""
        self.unanswerable.append((question, near))
        return self

    def write(self, folder: Path) -> Path:
        """Write the folder and return it."""
        spans = [
            {"query_id": f"q{n}", "doc_id": name, "start": self.texts[name][1].index(words), "text": words}
            for n, (_, name, answers) in enumerate(self.questions)
            for words in answers
        ]
        return write_beir(
            folder,
            [{"_id": name, "title": title, "text": text} for name, (title, text) in self.texts.items()],
            [{"_id": f"q{n}", "text": question} for n, (question, _, _) in enumerate(self.questions)],
            [f"q{n}\t{name}\t1" for n, (_, name, _) in enumerate(self.questions)],
            spans,
            [{"_id": f"u{n}", "text": q, "near_doc": near} for n, (q, near) in enumerate(self.unanswerable)],
        )
