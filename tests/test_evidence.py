"""The reader's graph scores each sentence by its question and its passage, and by nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEvidence

from index.errors import ExportFailed, IndexDamaged
from index.evidence import (
    UNREAD,
    WEIGHTS,
    EvidenceFacts,
    EvidenceModel,
    PassageText,
    open_evidence,
    same_reader,
)
from index.graph import file_sha256

model = pytest.mark.model

QUESTION = "How many patients took part?"
STUDY = PassageText(
    title="Lupus study",
    role="results",
    sentences=("Sixteen patients took part.", "Stem cells were given once.", "There were no deaths."),
)
PASSAGES = (
    STUDY,
    PassageText(title="Knee pain", role="", sentences=("Knee pain is common.",)),
    PassageText(title="", role="", sentences=("?", "Anti‐dsDNA fell to 10⁶.", "🧪", "")),
    PassageText(title="The clinic", role="background", sentences=("It is in Scottsdale.",) * 3),
    STUDY.model_copy(update={"role": "", "title": "Another study"}),
)


def child(program: str, *arguments: object, **environment: str) -> str:
    """Run a program in a process of its own and return what it printed."""
    around = os.environ | {"PYTHONPATH": ":".join(sys.path)} | environment
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.run(command, env=around, text=True, check=True, capture_output=True).stdout


def as_json(passages: Sequence[PassageText]) -> str:
    return json.dumps([passage.model_dump() for passage in passages])


def test_the_stand_in_counts_shared_words() -> None:
    passage = PassageText(title="Deaths", role="deaths", sentences=("There were no deaths.", "Zebra."))

    assert WordEvidence().sentence_evidence("Were there deaths?", [passage, passage]) == [(2.0, -1.0)] * 2


def test_readers_are_compared_by_their_weights() -> None:
    one = EvidenceFacts(weights_sha256="1" * 64, max_tokens=256)
    again = one.model_copy(update={"graph_sha256": "a" * 64, "tokenizer_sha256": "b" * 64})
    other = one.model_copy(update={"weights_sha256": "2" * 64})

    assert same_reader(one, again)
    assert same_reader(None, None)
    assert not same_reader(one, other)
    assert not same_reader(one, None)
    assert not same_reader(None, one)


@model
def test_facts_name_the_weights_and_every_exported_file(
    real_evidence: EvidenceModel, model_cache: Path
) -> None:
    [folder] = model_cache.glob("reader-*")

    assert {path.name for path in folder.iterdir()} == {"facts.json", "model.onnx", "tokenizer.json"}
    assert real_evidence.facts == EvidenceFacts(
        weights_sha256=file_sha256(WEIGHTS),
        max_tokens=256,
        graph_sha256=file_sha256(folder / "model.onnx"),
        tokenizer_sha256=file_sha256(folder / "tokenizer.json"),
    )


@model
def test_every_sentence_has_one_score(real_evidence: EvidenceModel) -> None:
    found = real_evidence.sentence_evidence(QUESTION, PASSAGES)

    assert [len(scores) for scores in found] == [len(passage.sentences) for passage in PASSAGES]
    assert all(UNREAD <= score < 50 for scores in found for score in scores)
    # A sentence without a token of its own cannot be read.
    assert found[2][3] == UNREAD
    assert real_evidence.sentence_evidence(QUESTION, []) == []


@model
def test_the_sentence_that_answers_is_the_strongest(real_evidence: EvidenceModel) -> None:
    asked = (QUESTION, "What was given?", "Did anybody die?")
    best = [int(np.argmax(real_evidence.sentence_evidence(question, [STUDY])[0])) for question in asked]

    assert best == [0, 1, 2]


@model
def test_scores_depend_on_question_and_passage_alone(real_evidence: EvidenceModel, model_cache: Path) -> None:
    together = real_evidence.sentence_evidence(QUESTION, PASSAGES)
    # Opened anew, so that nothing read before is remembered.
    backwards = open_evidence(model_cache).sentence_evidence(QUESTION, PASSAGES[::-1])
    alone = open_evidence(model_cache)

    assert backwards[::-1] == together
    assert [alone.sentence_evidence(QUESTION, [passage])[0] for passage in PASSAGES] == together
    assert real_evidence.sentence_evidence(QUESTION, PASSAGES * 3) == together * 3
    assert real_evidence.sentence_evidence("Who pays?", PASSAGES) != together


@model
def test_many_threads_get_the_same_scores(real_evidence: EvidenceModel, model_cache: Path) -> None:
    expected = real_evidence.sentence_evidence(QUESTION, PASSAGES)
    shared = open_evidence(model_cache)
    with ThreadPoolExecutor(8) as pool:
        for found in pool.map(lambda _: shared.sentence_evidence(QUESTION, PASSAGES), range(16)):
            assert found == expected


READ = """
import json, sys; from pathlib import Path
from index.evidence import PassageText, open_evidence
passages = [PassageText.model_validate(one) for one in json.loads(sys.argv[3])]
print(json.dumps(open_evidence(Path(sys.argv[1])).sentence_evidence(sys.argv[2], passages)))
print(sorted({"torch", "transformers", "sentence_transformers", "safetensors"} & set(sys.modules)))
"""


@model
def test_other_processes_get_the_same_scores_without_torch(
    real_evidence: EvidenceModel, model_cache: Path
) -> None:
    here = [list(scores) for scores in real_evidence.sentence_evidence(QUESTION, PASSAGES)]
    for seed in ("0", "4242"):
        printed = child(READ, model_cache, QUESTION, as_json(PASSAGES), PYTHONHASHSEED=seed)
        scores, imported = printed.splitlines()

        assert json.loads(scores) == here
        assert imported == "[]"


@model
def test_spelling_that_folds_alike_reads_alike(real_evidence: EvidenceModel) -> None:
    printed = PassageText(title="LUPUS\u00a0study", role="", sentences=("Anti‐dsDNA  10⁶ fell.",))
    folded = PassageText(title="lupus study", role="", sentences=("anti-dsdna 106 fell.",))
    asked = real_evidence.sentence_evidence("Did ANTI‐dsDNA\nfall?", [printed])

    assert asked == real_evidence.sentence_evidence("did anti-dsdna fall?", [folded])


@model
def test_sentences_beyond_the_limit_are_unread_and_change_nothing(real_evidence: EvidenceModel) -> None:
    # 256 tokens: three marks, six of the question, eleven of each sentence; the 23rd is cut in two.
    ten = "One two three four five six seven eight nine ten."
    long = PassageText(title="", role="", sentences=(ten,) * 40)
    longer = long.model_copy(update={"sentences": (*long.sentences, "Sixteen patients took part.")})
    [scores], [more] = (real_evidence.sentence_evidence(QUESTION, [one]) for one in (long, longer))
    read = sum(score != UNREAD for score in scores)

    assert read == 23
    assert UNREAD not in scores[:read]
    assert set(scores[read:]) == {UNREAD}
    assert more == (*scores, UNREAD)


EXACT = """
import json, sys; from pathlib import Path
import torch; from index.embedder import DEFAULT_NAME; from index.evidence import PassageText
from index.export import load_model; from index.training.network import ReaderNetwork, load_weights
from index.reader_input import reader_input, sentence_of_tokens; from content.normalize import fold
torch.set_num_threads(1)
base = load_model(DEFAULT_NAME); network = ReaderNetwork(base[0].auto_model)
load_weights(network, Path(sys.argv[1])); network.eval()
tokenizer = base.tokenizer.backend_tokenizer; tokenizer.no_padding(); tokenizer.enable_truncation(256)
found = []
for one in json.loads(sys.argv[3]):
    passage = PassageText.model_validate(one)
    given = reader_input(passage.title, passage.role, passage.sentences)
    encoding = tokenizer.encode(fold(sys.argv[2]), given.text)
    rows = (encoding.ids, encoding.attention_mask, encoding.type_ids)
    with torch.inference_mode():
        logits = network(*(torch.tensor([row]) for row in rows))[0].double()
    places = torch.tensor(sentence_of_tokens(encoding.offsets, encoding.type_ids, given.sentences))
    found.append([float(torch.logsumexp(logits[places == n], 0)) for n in range(len(passage.sentences))])
print(json.dumps(found))
"""


@model
def test_the_graph_computes_what_was_trained(real_evidence: EvidenceModel) -> None:
    passages = [passage for passage in PASSAGES if "" not in passage.sentences]
    exact = json.loads(child(EXACT, WEIGHTS, QUESTION, as_json(passages)))
    found = real_evidence.sentence_evidence(QUESTION, passages)

    # Weights of one byte each are near, not equal; the strongest sentence stays the strongest.
    apart = np.abs(np.concatenate(found) - np.concatenate(exact))
    assert apart.max() < 2.0
    assert apart.mean() < 0.6
    assert [int(np.argmax(one)) for one in found] == [int(np.argmax(one)) for one in exact]


@pytest.fixture
def copied(real_evidence: EvidenceModel, model_cache: Path, tmp_path: Path) -> Path:
    """Return a folder of models that holds a copy of the exported reader."""
    [folder] = model_cache.glob("reader-*")
    shutil.copytree(folder, tmp_path / "models" / folder.name)
    return tmp_path / "models"


@model
def test_the_export_runs_once(
    real_evidence: EvidenceModel, copied: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("exported again")

    monkeypatch.setattr(subprocess, "run", refuse)
    again = open_evidence(copied, renew=True)
    assert again.facts == real_evidence.facts
    assert again.sentence_evidence(QUESTION, PASSAGES) == real_evidence.sentence_evidence(QUESTION, PASSAGES)


@model
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "facts.json"])
def test_a_damaged_export_is_refused(copied: Path, name: str) -> None:
    [path] = copied.glob(f"*/{name}")
    raw = path.read_bytes()
    for damaged in (b"", raw[:-1], raw + b"}", raw[:9] + bytes([raw[9] ^ 1]) + raw[10:]):
        path.write_bytes(damaged)
        with pytest.raises(IndexDamaged, match=rf"{name}: .*faq build --force"):
            open_evidence(copied)


@model
@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_half_an_export_is_refused(copied: Path, name: str) -> None:
    [path] = copied.glob(f"*/{name}")
    path.unlink()

    with pytest.raises(IndexDamaged, match=rf"{name}: cannot be read .*faq build --force"):
        open_evidence(copied)


@model
def test_a_damaged_export_is_replaced_when_asked(real_evidence: EvidenceModel, copied: Path) -> None:
    [graph], [tokenizer] = copied.glob("*/model.onnx"), copied.glob("*/tokenizer.json")
    graph.unlink()
    tokenizer.write_bytes(tokenizer.read_bytes()[:-1])

    renewed = open_evidence(copied, renew=True)
    assert renewed.facts == real_evidence.facts
    assert renewed.sentence_evidence(QUESTION, [STUDY]) == real_evidence.sentence_evidence(QUESTION, [STUDY])


@model
def test_weights_that_are_none_are_named_and_leave_nothing_behind(tmp_path: Path) -> None:
    weights = tmp_path / "weights.safetensors"
    weights.write_bytes(b"other weights")

    with pytest.raises(ExportFailed, match=r"weights\.safetensors' could not be exported.*faq build"):
        open_evidence(tmp_path / "models", weights=weights)
    assert list(tmp_path.glob("models/*")) == []
