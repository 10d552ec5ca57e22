"""The exported graph gives the model's own vectors, one text at a time, and nothing else runs it."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import termios
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from content.library import load_library
from content.normalize import fold
from content.passages import document_sentences, searchable_text, split
from index.build import build_index
from index.embedder import Embedder, FloatMatrix

LIBRARY = load_library()
SENTENCES = [d.slice(span) for d in LIBRARY.documents for span in document_sentences(d)]
PASSAGES = [searchable_text(d, passage) for d in LIBRARY.documents for passage in split(d)]
QUESTIONS = [q.question for q in LIBRARY.questions if q.expect == "quote"][::20]
TEXTS = [*SENTENCES, *PASSAGES, *QUESTIONS]

model = pytest.mark.model


def child(
    program: str, *arguments: object, stderr: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(
        command, env=environment, text=True, check=True, stdout=subprocess.PIPE, stderr=stderr
    )


EXACT = """
import json, sys; import numpy as np
from index.embedder import DEFAULT_NAME; from index.export import load_model
rows = load_model(DEFAULT_NAME).encode(json.loads(sys.argv[2]), normalize_embeddings=True)
np.save(sys.argv[1], rows)
"""


@pytest.fixture(scope="module")
def exact(tmp_path_factory: pytest.TempPathFactory) -> FloatMatrix:
    """Return the vectors sentence-transformers itself gives, from a process of its own."""
    path = tmp_path_factory.mktemp("exact") / "rows.npy"
    child(EXACT, path, json.dumps([fold(text) for text in TEXTS]))
    return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)


@model
def test_each_vector_is_near_the_model_s_own(real_embedder: Embedder, exact: FloatMatrix) -> None:
    cosines = dict(zip(TEXTS, np.einsum("nd,nd->n", real_embedder.embed(TEXTS), exact), strict=True))

    assert len(cosines) > 50
    assert not {text: float(cosine) for text, cosine in cosines.items() if cosine < 0.98}


@model
def test_sentences_rank_as_by_the_model_itself(real_embedder: Embedder, exact: FloatMatrix) -> None:
    graph, count = real_embedder.embed(TEXTS), len(SENTENCES)
    ours = graph[-len(QUESTIONS) :] @ graph[:count].T
    theirs = exact[-len(QUESTIONS) :] @ exact[:count].T

    assert np.abs(ours - theirs).max() < 0.1
    # What is clearly before another sentence stays before it; the first place mostly stays too.
    clearly = theirs[:, :, None] - theirs[:, None, :] > 0.1
    assert clearly.mean() > 0.1
    assert not (clearly & (ours[:, :, None] <= ours[:, None, :])).any()
    assert (ours.argmax(axis=1) == theirs.argmax(axis=1)).mean() >= 0.8


@model
def test_a_vector_depends_on_its_text_alone(real_embedder: Embedder) -> None:
    together = real_embedder.embed(TEXTS)
    backwards = real_embedder.embed(TEXTS[::-1])[::-1]

    assert together.tobytes() == backwards.tobytes()
    for text, row in zip(TEXTS[::5], together[::5], strict=True):
        assert real_embedder.embed([text]).tobytes() == row.tobytes()


@model
def test_many_threads_get_the_same_vectors(real_embedder: Embedder) -> None:
    expected = real_embedder.embed(QUESTIONS)
    with ThreadPoolExecutor(8) as pool:
        for rows in pool.map(real_embedder.embed, [QUESTIONS] * 16):
            assert rows.tobytes() == expected.tobytes()


@model
def test_rows_are_unit_vectors_in_float32(real_embedder: Embedder) -> None:
    rows = real_embedder.embed([*QUESTIONS, "", " ", "?", "β", "word " * 3000])

    assert rows.dtype == np.float32
    assert rows.shape == (len(QUESTIONS) + 5, 384)
    assert np.abs(np.linalg.norm(rows, axis=1) - 1).max() < 1e-6
    assert real_embedder.embed([]).shape == (0, 384)


@model
def test_spelling_that_folds_alike_is_the_same_text(real_embedder: Embedder) -> None:
    folded, printed = real_embedder.embed(["anti-dsdna 106 cells", "Anti‐dsDNA\u00a0 10⁶\ncells "])

    assert folded.tobytes() == printed.tobytes()


@model
def test_words_beyond_the_limit_change_nothing(real_embedder: Embedder) -> None:
    # 256 tokens with a mark at each end: 254 words of one token each.
    full, over, under = real_embedder.embed(
        ["cell " * 254, "cell " * 254 + "stroke", "cell " * 253 + "stroke"]
    )

    assert full.tobytes() == over.tobytes() != under.tobytes()


ANSWER = """
import sys; from pathlib import Path
from index.embedder import DEFAULT_NAME, open_embedder; from index.features import FEATURES
from index.reader import Reader, ReaderWeights; from index.search import Searcher
from index.stored import check_canaries, open_index
data, manifest, _ = open_index(Path(sys.argv[1]))
searcher = Searcher(data, open_embedder(DEFAULT_NAME, Path(sys.argv[2])))
check_canaries(searcher, manifest)
weights = ReaderWeights(weights=dict.fromkeys(FEATURES, 0.0) | {"sentence_cosine": 1.0})
best = Reader(searcher, weights).read(sys.argv[3], searcher.search(sys.argv[3])).sentences[0]
print(data.by_id[best.passage.document_id].slice(best.span))
print(sorted({"torch", "transformers", "sentence_transformers", "sklearn"} & set(sys.modules)))
"""


@model
def test_answering_imports_neither_torch_nor_transformers(
    real_embedder: Embedder, model_cache: Path, small_library: Path, tmp_path: Path
) -> None:
    build_index(load_library(small_library), real_embedder, tmp_path / "index")
    done = child(ANSWER, tmp_path / "index", model_cache, "For how long did they watch the patients?")

    assert done.stdout.splitlines() == ["The patients were followed for 8 months.", "[]"]


EMBED = """
import sys; from pathlib import Path; from index.embedder import DEFAULT_NAME, open_embedder
open_embedder(DEFAULT_NAME, Path(sys.argv[1])).embed(["a", "b", "c"], progress=sys.argv[2] == "yes")
"""


@model
@pytest.mark.parametrize(("asked", "terminal"), [("yes", True), ("yes", False), ("no", True)])
def test_a_progress_bar_is_for_terminals_only(
    real_embedder: Embedder, model_cache: Path, asked: str, terminal: bool
) -> None:
    ours, theirs = pty.openpty() if terminal else os.pipe()
    if terminal:
        termios.tcsetwinsize(theirs, (24, 100))
    child(EMBED, model_cache, asked, stderr=theirs)
    os.close(theirs)
    shown = b""
    with suppress(OSError):  # a terminal whose other end is closed gives an error, not an end
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)

    if asked == "yes" and terminal:
        assert b"embedding: 100%" in shown
        assert b"3/3" in shown
    else:
        assert shown == b""
