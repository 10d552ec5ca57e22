"""Rankings and judgements as TREC keeps them, so that any tool of the field can score them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from assistant.errors import BrokenRun, CannotRead

_COMMAND = "faq eval RUN_FILE --qrels QRELS_FILE"
RUN_SHAPE = "A line of a run is: query Q0 document rank score tag"
_QRELS_SHAPE = "A line of judgements is: query 0 document grade, or tab-separated: query, document, grade"
_SPECIAL = re.compile(r"[\s%]")

RUN_FILE, QRELS_FILE = "run.trec", "qrels.trec"

Run = dict[str, dict[str, float]]
Qrels = dict[str, dict[str, int]]


def read_run(path: Path) -> Run:
    """Read query → document → score from six columns; the rank is checked and not used, as in trec_eval."""
    run: Run = {}
    for number, line in _lines(path):
        columns = line.split()
        if len(columns) != 6:
            raise BrokenRun(path, number, f"{len(columns)} columns instead of 6", RUN_SHAPE)
        query, _, document, rank, words, _ = columns
        score = _number(words)
        if not rank.isdecimal() or score is None:
            named = f"score {words!r}" if score is None else f"rank {rank!r}"
            raise BrokenRun(path, number, f"{named} is not a number", RUN_SHAPE)
        if document in run.setdefault(query, {}):
            raise BrokenRun(path, number, f"{document!r} is ranked twice for {query!r}", RUN_SHAPE)
        run[query][document] = score
    return run


def read_qrels(path: Path) -> Qrels:
    """Read query → document → grade, from TREC's four columns or from BEIR's three with a header."""
    qrels: Qrels = {}
    beir = None
    for number, line in _lines(path):
        cells = line.rstrip("\r").split("\t")
        if beir is None:
            beir = len(cells) == 3
            if beir and not _is_grade(cells[2]):
                continue
        columns = cells if beir else line.split()
        if len(columns) != (3 if beir else 4):
            expected = 3 if beir else 4
            raise BrokenRun(path, number, f"{len(columns)} columns instead of {expected}", _QRELS_SHAPE)
        query, document, grade = columns[0], columns[-2], columns[-1]
        if not _is_grade(grade):
            raise BrokenRun(path, number, f"grade {grade!r} is not a whole number", _QRELS_SHAPE)
        if qrels.setdefault(query, {}).setdefault(document, int(grade)) != int(grade):
            raise BrokenRun(path, number, f"{document!r} has two grades for {query!r}", _QRELS_SHAPE)
    if not qrels:
        raise BrokenRun(path, 0, "no judgements", _QRELS_SHAPE)
    return qrels


def as_run(rankings: Mapping[str, Sequence[str]]) -> Run:
    """Return rankings, best first, as a run.

    The score counts the documents from the last one up: TREC tools order by score and would break
    ties their own way. White space and "%" in an id become "%20", "%25" and so on; an empty id "%".
    """
    return {
        _id(query): {_id(one): float(len(documents) - place) for place, one in enumerate(documents)}
        for query, documents in rankings.items()
    }


def as_qrels(right: Mapping[str, Sequence[str]]) -> Qrels:
    """Return right documents as judgements of grade 1, ids as in `as_run`."""
    return {_id(query): {_id(one): 1 for one in documents} for query, documents in right.items()}


def write_run(path: Path, rankings: Mapping[str, Sequence[str]], tag: str = "faq") -> None:
    """Write rankings, best first, as a TREC run; ids and scores as in `as_run`."""
    lines = [
        f"{query} Q0 {document} {rank} {score:.0f} {_id(tag)}\n"
        for query, documents in as_run(rankings).items()
        for rank, (document, score) in enumerate(documents.items(), 1)
    ]
    path.write_text("".join(lines), "utf-8")


def write_qrels(path: Path, right: Mapping[str, Sequence[str]]) -> None:
    """Write right documents as TREC judgements of grade 1."""
    lines = [f"{query} 0 {one} 1\n" for query, ones in as_qrels(right).items() for one in ones]
    path.write_text("".join(lines), "utf-8")


def _id(name: str) -> str:
    return _SPECIAL.sub(lambda found: quote(found.group()), name) or "%"


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise CannotRead(path, "cannot be read as text", _COMMAND) from error
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _number(words: str) -> float | None:
    try:
        value = float(words)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_grade(words: str) -> bool:
    return re.fullmatch(r"-?\d+", words.strip(), re.ASCII) is not None
