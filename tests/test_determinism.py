"""The same content gives the same index, and the same question the same bytes: anywhere, any time."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from asking import COVERED, UNCOVERED, ask_small
from fakes import WordEmbedder
from small import QUESTIONS, SmallIndex, write_library

from assistant.answer import Assistant
from assistant.building import build
from assistant.confidence import load_calibration
from assistant.settings import Settings
from index.search import Searcher
from index.stored import open_index

ASKED: list[tuple[str, tuple[str, ...]]] = [
    *((question, ()) for _, question, _, _ in QUESTIONS),
    ("How were the lupus patients followed?", ()),
    ("And for how long?", ("How many lupus patients were in the study?",)),
    ("Is the weather nice?", ()),
]


def built_and_asked(folder: Path) -> str:
    """Build and calibrate an index in a new folder, ask everything, and return all that came of it."""
    library = write_library(folder / "library")
    rows = [question.model_dump_json() for question in (*COVERED, *UNCOVERED)]
    (library / "questions.jsonl").write_text("\n".join(rows), "utf-8")
    settings = Settings(home=folder, content=library)
    build(settings, embedder=WordEmbedder())
    data, _, _ = open_index(settings.index_root)
    calibration = load_calibration(data.calibration, data.index_id)
    faq = Assistant(Searcher(data, WordEmbedder()), calibration, settings)
    return "\n".join([faq.index_id, calibration.model_dump_json(), *all_bytes(faq)])


def all_bytes(faq: Assistant) -> list[str]:
    return [faq.answer(question, history).model_dump_json() for question, history in ASKED]


def in_another_process(folder: Path, hash_seed: str) -> str:
    script = "from test_determinism import *; print(built_and_asked(Path(sys.argv[1])), end='')"
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)],
        cwd=Path(__file__).parent, env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return done.stdout


def test_two_openings_of_an_index_answer_byte_for_byte_alike(small_index: SmallIndex) -> None:
    answers = all_bytes(ask_small(small_index))

    assert all_bytes(ask_small(small_index)) == answers
    for status in ("answered", "no_answer", "redirected"):
        assert f'"status":"{status}"' in "".join(answers)


def test_what_was_asked_before_changes_nothing(small_index: SmallIndex) -> None:
    faq = ask_small(small_index)
    answers = all_bytes(faq)

    assert all_bytes(faq) == answers
    backwards = [faq.answer(question, history).model_dump_json() for question, history in ASKED[::-1]]
    assert backwards[::-1] == answers


def test_many_visitors_at_once_get_the_same_answers(small_index: SmallIndex) -> None:
    answers = all_bytes(ask_small(small_index))
    shared = ask_small(small_index)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda asked: shared.answer(*asked).model_dump_json(), ASKED * 20))
    assert found == answers * 20


def test_timing_an_answer_adds_its_time_and_nothing_else(small_index: SmallIndex) -> None:
    faq = ask_small(small_index)
    for question, history in ASKED:
        timed = faq.answer(question, history, timed=True)

        assert set(timed.timings_ms) == {"all"}
        assert timed.timings_ms["all"] > 0
        assert timed.model_copy(update={"timings_ms": {}}) == faq.answer(question, history)


def test_other_processes_build_and_answer_byte_for_byte_alike(tmp_path: Path) -> None:
    here = built_and_asked(tmp_path / "here")

    assert '"answered"' in here
    with ThreadPoolExecutor() as pool:
        others = pool.map(lambda seed: in_another_process(tmp_path / seed, seed), ("0", "4242"))
    assert list(others) == [here, here]
