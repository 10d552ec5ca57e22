"""The weights of a site without labelled questions, fitted where the reader never learnt.

    python tests/benchmarks/default_weights.py BEIR_FOLDER…

Questions: the built-in content's labelled ones, each asked as if staff had written none of them, and of
every folder those about its validation fifth, asked of the whole set and of the right document alone; as
many of each at most. Prints what `CAUTIOUS` in assistant/confidence.py holds, and by set how well the
cross-fitted probability tells right from wrong and how often the right sentence comes first.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from tqdm import tqdm

from assistant.benchmark_run import benchmark_searcher, holds_gold
from assistant.building import build
from assistant.calibration import FOLDS
from assistant.confidence import SIGNALS, signals
from assistant.fitting import Labelled, by_name, fit_reader, fit_signals
from assistant.opened_index import open_searcher
from assistant.settings import Settings, read_settings
from content.benchmarks import Benchmark, BenchmarkQuestion, read_benchmark
from content.normalize import fold
from index.features import FEATURES, candidate_rows, sentence_features
from index.metrics import auroc
from index.reader import Reader, ReaderWeights, Reading
from index.search import Hit, Searcher
from index.training.places import about_held_out

EACH = 300
# Of the content's questions that nothing covers, the share that the printed threshold lets through.
CAUTION = 0.035
Item = TypeVar("Item")


class Asked(NamedTuple):
    """One question in one index: what was found, and whether any sentence answers it."""

    source: str
    number: int
    searcher: Searcher
    hits: list[Hit]
    labelled: Labelled
    covered: bool


def from_content(settings: Settings) -> Iterator[Asked]:
    """Yield the built-in content's questions, none of them known when it is asked."""
    build(settings, progress=True)
    searcher = open_searcher(settings)
    labelled = [q for q in searcher.data.questions if q.expect in ("quote", "no_passage") and not q.history]
    unknown = frozenset(fold(question.question) for question in labelled)
    for number, question in enumerate(some(labelled, 2 * EACH)):
        hits = searcher.search(question.question, settings.passages_read, leave_out=unknown)
        rows = candidate_rows(searcher, hits)
        right = np.array([question.accepts(searcher.data.sentence_text(row)) for row in rows], dtype=bool)
        features = sentence_features(searcher, question.question, hits, leave_out=unknown)
        yield Asked("content", number, searcher, hits, (features, right), question.expect == "quote")


def from_benchmark(folder: Path, settings: Settings) -> Iterator[Asked]:
    """Yield the questions with spans, and those with no answer, about the validation fifth."""
    benchmark = read_benchmark(folder)
    searcher = benchmark_searcher(benchmark, settings, progress=True)
    kept = [question for question in benchmark.questions if is_kept(benchmark, question)]
    for number, question in enumerate(some(kept, EACH)):
        found = [(benchmark.name, searcher.search(question.question, settings.passages_read))]
        if question.spans:
            own = searcher.hits_in(question.question, question.spans[0][0])
            found.append((f"{benchmark.name}, in its document", own))
        for source, hits in found:
            features = sentence_features(searcher, question.question, hits)
            right = np.array([is_gold(searcher, row, question) for row in candidate_rows(searcher, hits)])
            yield Asked(source, number, searcher, hits, (features, right), bool(question.spans))


def is_kept(benchmark: Benchmark, question: BenchmarkQuestion) -> bool:
    return bool(question.spans or question.near) and about_held_out(benchmark, question)


def is_gold(searcher: Searcher, row: int, question: BenchmarkQuestion) -> bool:
    passage_row, span = searcher.data.sentences[row]
    return holds_gold(searcher.data.passages[passage_row].document_id, span, question)


def some(items: Sequence[Item], count: int) -> list[Item]:
    """Return up to `count` items, always the same ones."""
    return random.Random(0).sample(list(items), min(count, len(items)))


def readings(asked: Sequence[Asked], weights: dict[int, ReaderWeights]) -> list[Reading]:
    """Read each question with the weights that were fitted without its fold."""
    return [
        Reader(one.searcher, weights[one.number % FOLDS]).score(one.labelled[0], one.hits) for one in asked
    ]


def is_right(one: Asked, reading: Reading, within: int) -> bool:
    """Say whether a right sentence is among the first `within`."""
    rows = candidate_rows(one.searcher, one.hits)
    gold = {
        one.searcher.data.sentences[row] for row, right in zip(rows, one.labelled[1], strict=True) if right
    }
    return any((s.hit.row, s.span) in gold for s in reading.sentences[:within])


def main(folders: list[Path]) -> None:
    """Fit, print the figures by set and then the numbers to be written down."""
    settings = read_settings()
    streams = [from_content(settings), *(from_benchmark(folder, settings) for folder in folders)]
    asked = [one for stream in streams for one in tqdm(stream, unit="question", disable=None) if one.hits]
    others = {n: [o.labelled for o in asked if o.number % FOLDS != n] for n in range(FOLDS)}
    weights = {n: fit_reader(rest) for n, rest in tqdm(others.items(), desc="fitting", disable=None)}
    read = readings(asked, weights)
    values = np.array([signals(reading) for reading in read])
    right = np.array([is_right(one, reading, 3) for one, reading in zip(asked, read, strict=True)])
    folds = np.array([one.number % FOLDS for one in asked])
    chance = np.zeros(len(asked))
    for n in range(FOLDS):
        log_odds = values[folds == n] @ np.array(fit_signals(values[folds != n], right[folds != n]))
        chance[folds == n] = 1.0 / (1.0 + np.exp(-log_odds))
    print("| set | questions | first | first three | AUROC covered |\n|---|---|---|---|---|")
    for source in dict.fromkeys(one.source for one in asked):
        print_row(source, [n for n, one in enumerate(asked) if one.source == source], asked, read, chance)
    print("reader", by_name(FEATURES, fit_reader([o.labelled for o in asked]).as_vector()))
    print("signals", by_name(SIGNALS, fit_signals(values, right)))
    print_threshold(asked, chance)


def print_threshold(asked: Sequence[Asked], chance: np.ndarray) -> None:
    """Print the threshold that lets few of the content's uncovered questions through, and what it answers."""
    of_content = np.array([one.source == "content" for one in asked])
    covered = np.array([one.covered for one in asked])
    threshold = float(np.quantile(chance[of_content & ~covered], 1 - CAUTION))
    shares = [float((chance[of_content & which] >= threshold).mean()) for which in (covered, ~covered)]
    print(
        f"threshold {threshold:.6f}: {shares[0]:.3f} of the covered answered, {shares[1]:.3f} of the others"
    )


def print_row(
    source: str, places: Sequence[int], asked: Sequence[Asked], read: Sequence[Reading], chance: np.ndarray
) -> None:
    covered = [n for n in places if asked[n].covered]
    shares = [np.mean([is_right(asked[n], read[n], within) for n in covered]) for within in (1, 3)]
    area = auroc([chance[n] for n in covered], [chance[n] for n in places if not asked[n].covered])
    shown = [f"{len(covered)} + {len(places) - len(covered)}", *(f"{share:.3f}" for share in shares)]
    print(f"| {source} | {' | '.join(shown)} | {'–' if area is None else f'{area:.3f}'} |")


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
