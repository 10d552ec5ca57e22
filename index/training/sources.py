"""Files and folders to examples: what the reader may learn from, and what is kept for checking it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError, model_validator

from content.benchmarks import Benchmark, is_benchmark, read_benchmark
from index.errors import BadTrainingData
from index.lexical import LexicalStore
from index.training.abstracts import trial_questions
from index.training.examples import Example, ReadPassage, held_out
from index.training.places import benchmark_examples
from index.training.strangers import strangers


class QuestionRow(BaseModel):
    """A line of a file of questions: where it is from, the question, a passage's title and
    sentences, which of these are gold, and the answer's words; other fields are not looked at."""

    src: str
    q: str
    title: str
    sents: Annotated[tuple[str, ...], Field(min_length=1)]
    gold: tuple[int, ...]
    ans: tuple[str, ...]

    @model_validator(mode="after")
    def _gold_is_there(self) -> QuestionRow:
        if not all(0 <= place < len(self.sents) for place in self.gold):
            raise ValueError(f"gold {list(self.gold)} of {len(self.sents)} sentences")
        return self


def read_examples(
    paths: Sequence[Path], *, never: Sequence[Path] = ()
) -> tuple[list[Example], list[Example]]:
    """Return (training, validation) examples of files of questions and of benchmark folders.

    A file holds JSON lines with `src, q, title, sents, gold, ans`; of a folder in the BEIR layout
    only documents that some question is about are read, and abstracts among them also give
    rule-labelled questions; questions of folders that name their page's topic are asked of another
    topic as well. Documents of a folder whose text also stands in a benchmark of `never`
    are not read at all, nor questions about them; files are taken as they are.
    Raises BadTrainingData, UnreadableBenchmark.
    """
    found: list[Example] = []
    barred = frozenset(d.sha256 for folder in never for d in read_benchmark(folder).documents)
    for path in paths:
        if path.is_dir() and is_benchmark(path):
            benchmark = without(read_benchmark(path), barred)
            asked = [*benchmark_examples(benchmark), *trial_questions(benchmark)]
            found += [*asked, *strangers(asked)]
        elif path.is_file():
            found += _question_examples(path)
        else:
            raise BadTrainingData(path, "neither a file of questions nor a benchmark folder")
    found = [example for example in found if example.passages]
    return [e for e in found if not held_out(e.group)], [e for e in found if held_out(e.group)]


def without(benchmark: Benchmark, barred: frozenset[str]) -> Benchmark:
    """Return a benchmark without documents of these hashes and without questions about them."""
    kept = tuple(d for d in benchmark.documents if d.sha256 not in barred)
    ids = {document.id for document in kept}
    questions = tuple(
        q for q in benchmark.questions if ids.issuperset(q.documents) and (q.near is None or q.near in ids)
    )
    return replace(benchmark, documents=kept, questions=questions)


def with_negatives(
    passages: Sequence[ReadPassage], rows: Iterable[int], *, exclude: frozenset[int]
) -> tuple[ReadPassage, ...]:
    """Return the passages of `rows` that are not excluded, without their gold marks."""
    return tuple(passages[row]._replace(gold=(), answers=()) for row in rows if row not in exclude)


def _question_examples(path: Path) -> list[Example]:
    rows = _rows(path)
    distinct = list(dict.fromkeys((row.title, row.sents) for row in rows))
    place = {key: number for number, key in enumerate(distinct)}
    lexical = LexicalStore.from_texts([" ".join(sentences) for _, sentences in distinct])
    passages = [ReadPassage(title, "", sentences) for title, sentences in distinct]
    found = []
    for row in rows:
        own = place[row.title, row.sents]
        gold = passages[own]._replace(gold=row.gold, answers=row.ans)
        near = [other for other, _ in lexical.search(row.q, 6)]
        # A passage that shares a sentence with the gold one may hold the answer too.
        shared = {n for n in near if set(passages[n].sentences) & set(gold.sentences)}
        others = with_negatives(passages, near, exclude=frozenset({own, *shared}))
        source = row.src.partition("_")[0]
        found.append(Example(source, f"{source} {row.title or gold.sentences[0]}", row.q, (gold, *others)))
    return found


def _rows(path: Path) -> list[QuestionRow]:
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadTrainingData(path, "cannot be read as text") from error
    rows = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            rows.append(QuestionRow.model_validate_json(line))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(map(str, first["loc"])) or "line"
            raise BadTrainingData(path, f"line {number}, {field}: {first['msg']}") from error
    return rows
