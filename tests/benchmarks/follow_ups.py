"""Whether a follow-up finds what a person's rewrite of it finds, for three ways to use the conversation.

Run: python tests/benchmarks/follow_ups.py TURNS.jsonl BEIR_FOLDER
TURNS.jsonl: a turn a line with `history`, `raw`, `resolved` (rewritten to stand alone) and `health`, as
made from the TREC CAsT topics (https://github.com/daltonj/treccastweb). The passages searched are those
of BEIR_FOLDER, whose index is built once and kept in FAQ_HOME.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from tqdm import tqdm

from assistant.benchmark_run import benchmark_searcher
from assistant.conversation import resolve
from assistant.settings import read_settings
from content.benchmarks import read_benchmark
from content.schema import Fact
from index.search import Searcher

DEPTH = 10


class CastTurn(Fact):
    """One turn of a conversation and the rewrite that stands for it without the turns before."""

    history: tuple[str, ...]
    raw: str
    resolved: str
    health: bool


WAYS: dict[str, Callable[[CastTurn], str]] = {
    "as typed": lambda turn: turn.raw,
    "topic's words behind": lambda turn: resolve(turn.raw, turn.history).standalone,
    "first question in front": lambda turn: f"{turn.history[0]} {turn.raw}",
}
GROUPS: dict[str, Callable[[CastTurn], bool]] = {
    "all": lambda turn: True,
    "rewritten": lambda turn: turn.raw != turn.resolved,
    "left as typed": lambda turn: turn.raw == turn.resolved,
    "health": lambda turn: turn.health,
    "health, rewritten": lambda turn: turn.health and turn.raw != turn.resolved,
}


class Likeness(Fact):
    """How like its rewrite a question is: shares of the same passages found, and their cosine."""

    first_ten: float
    first: float
    cosine: float


def read_turns(path: Path) -> list[CastTurn]:
    """Return the turns that have others before them."""
    lines = path.read_text("utf-8").splitlines()
    turns = [CastTurn.model_validate_json(line, extra="ignore") for line in lines]
    return [turn for turn in turns if turn.history]


def likeness(searcher: Searcher, asked: str, rewrite: str) -> Likeness:
    """Compare what two questions find. Law: a question is wholly like itself."""
    ours, theirs = ([hit.row for hit in searcher.search(words, DEPTH)] for words in (asked, rewrite))
    return Likeness(
        first_ten=len({*ours} & {*theirs}) / max(1, len(theirs)),
        first=float(ours[:1] == theirs[:1]),
        cosine=float(searcher.encode(asked) @ searcher.encode(rewrite)),
    )


def table(turns: Sequence[CastTurn], found: dict[str, list[Likeness]]) -> list[str]:
    """Return the lines of the table: every way within every group of turns that holds any."""
    lines = [f"{'turns':<24}{'searched with':<26}overlap@10  overlap@1   cosine"]
    for group, belongs in GROUPS.items():
        rows = [row for row, turn in enumerate(turns) if belongs(turn)]
        label = f"{group} ({len(rows)})"
        for way, likenesses in found.items() if rows else ():
            shown = (fmean(getattr(likenesses[row], name) for row in rows) for name in Likeness.model_fields)
            lines.append(f"{label:<24}{way:<26}" + "  ".join(f"{value:9.3f}" for value in shown))
    return lines


def main() -> None:
    turns = read_turns(Path(sys.argv[1]))
    searcher = benchmark_searcher(read_benchmark(Path(sys.argv[2])), read_settings(), progress=True)
    found: dict[str, list[Likeness]] = {way: [] for way in WAYS}
    for turn in tqdm(turns, desc="asking", unit="turn", disable=None):
        for way, words in WAYS.items():
            found[way].append(likeness(searcher, words(turn), turn.resolved))
    print("\n".join(table(turns, found)))


if __name__ == "__main__":
    main()
