"""5,183 documents of ours, as many as BEIR's SciFact holds, with questions the reader never learnt from.

Documents, from the folder of evaluation sets: all of pubmedqa, covid_faq and kqa, and of medquad as many as
are still wanted: first every page that a question asked is about, whole, then other pages, in the order of
the sha256 of their names. Questions: of these four sets every one about a document of the validation fifth
that the reader did not learn from; of medquad's only those in a page's own words. `synonyms` of a page are
left out for everyone: only one of those compared could make use of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from content.benchmarks import Benchmark, read_benchmark
from index.training.places import about_held_out

DOCUMENTS = 5183
_WHOLE = ("covid_faq", "kqa", "pubmedqa")
_FILLED = "medquad"
_ASKED_KINDS = ("", "original")

Row = Mapping[str, Any]


class Texts(NamedTuple):
    """Documents as (id, title, text), questions by id, and the documents that answer each."""

    documents: tuple[tuple[str, str, str], ...]
    questions: dict[str, str]
    right: dict[str, tuple[str, ...]]


def read_texts(folder: Path, count: int = DOCUMENTS) -> Texts:
    """Return `count` documents, and the questions that all of their right documents are among.

    The same folder and count give the same texts. Fewer than 5,183 are for trying things out: documents
    that answer come first, evenly from the sets, so that questions remain.
    """
    sets = {name: read_benchmark(folder / name) for name in (*_WHOLE, _FILLED)}
    rows = {name: _rows(folder / name / "corpus.jsonl") for name in sets}
    asked = {name: _asked(name, found) for name, found in sets.items()}
    order = _in_order(rows, {name: {d for _, ids in asked[name].values() for d in ids} for name in sets})
    kept = set(order[:count])
    documents = tuple(
        (f"{name}:{row['_id']}", str(row.get("title") or ""), str(row["text"]))
        for name in sets for row in rows[name] if f"{name}:{row['_id']}" in kept
    )  # fmt: skip
    chosen = {
        f"{name}:{key}": (words, tuple(f"{name}:{one}" for one in ids))
        for name in sets for key, (words, ids) in asked[name].items()
    }  # fmt: skip
    inside = {key: found for key, found in chosen.items() if kept.issuperset(found[1])}
    questions = {key: words for key, (words, _) in inside.items()}
    return Texts(documents, questions, {key: ids for key, (_, ids) in inside.items()})


def write_beir(texts: Texts, folder: Path) -> Path:
    """Write texts in the BEIR layout, as ours reads them, and return the folder."""
    (folder / "qrels").mkdir(parents=True, exist_ok=True)
    corpus = [{"_id": key, "title": title, "text": text} for key, title, text in texts.documents]
    queries = [{"_id": key, "text": words} for key, words in texts.questions.items()]
    judged = [f"{key}\t{one}\t1\n" for key, ids in texts.right.items() for one in ids]
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in corpus), "utf-8")
    (folder / "queries.jsonl").write_text("".join(json.dumps(row) + "\n" for row in queries), "utf-8")
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "".join(judged), "utf-8")
    return folder


def _asked(name: str, benchmark: Benchmark) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return question and right documents, under the set's own names, by the name of the question."""
    return {
        question.id: (question.question, tuple(benchmark.names[key] for key in question.documents))
        for question in benchmark.questions
        if question.documents and question.kind in _ASKED_KINDS and about_held_out(benchmark, question)
    }


def _in_order(rows: Mapping[str, Sequence[Row]], about: Mapping[str, set[str]]) -> list[str]:
    """Return all documents, those first that are kept first: one set's next, then the other's next."""
    small = {
        name: sorted(rows[name], key=lambda row: (row["_id"] not in about[name], _digest(str(row["_id"]))))
        for name in _WHOLE
    }
    pages: dict[str, list[Row]] = {}
    for row in rows[_FILLED]:
        pages.setdefault(_page(str(row["_id"])), []).append(row)
    wanted = {_page(key) for key in about[_FILLED]}
    filled = [
        row for page in sorted(pages, key=lambda p: (p not in wanted, _digest(p))) for row in pages[page]
    ]
    # The small sets are wholly in at 5,183; below that every set gives in turn.
    lists = [[f"{name}:{row['_id']}" for row in found] for name, found in (*small.items(), (_FILLED, filled))]
    longest = max(map(len, lists))
    return [found[place] for place in range(longest) for found in lists if place < len(found)]


def _page(document: str) -> str:
    """Return the page a section of medquad belongs to: "GARD-0006145-2" is of "GARD-0006145"."""
    return document.rpartition("-")[0]


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8")).hexdigest()


def _rows(path: Path) -> list[Row]:
    # Not splitlines: a text may hold other ends of lines.
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
