"""What is learnt of the network, that merging changes nothing, and weights that come back or are refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from tiny_reader import tiny_network
from transformers import BertModel

from index.training.network import RANK, LowRank, ReaderNetwork, load_weights, save_weights

torch.set_num_threads(1)
IDS = torch.tensor([[1, 7, 8, 2, 9, 10, 2], [1, 7, 2, 11, 2, 0, 0]])
INPUTS = (IDS, (IDS > 0).long(), torch.tensor([[0, 0, 0, 0, 1, 1, 1], [0, 0, 0, 1, 1, 0, 0]]))


def shaken(network: ReaderNetwork, seed: int = 2) -> ReaderNetwork:
    """Change everything that is learnt, as training would."""
    torch.manual_seed(seed)
    with torch.no_grad():
        for parameter in network.learnt().values():
            parameter += 0.3 * torch.randn_like(parameter)
    return network


def logits(network: ReaderNetwork) -> torch.Tensor:
    with torch.inference_mode():
        found: torch.Tensor = network.eval()(*INPUTS)
    return found


def test_a_merged_layer_computes_the_same() -> None:
    torch.manual_seed(3)
    layer = LowRank(torch.nn.Linear(24, 40))
    torch.nn.init.normal_(layer.up)
    values = torch.randn(100, 24)
    with torch.inference_mode():
        expected = layer(values)
        merged = layer.merged()
        assert type(merged) is torch.nn.Linear
        assert torch.allclose(merged(values), expected, atol=1e-5, rtol=1e-5)


def test_a_merged_network_computes_the_same() -> None:
    network = shaken(tiny_network())
    expected = logits(network)
    network.merge()
    assert not any(isinstance(module, LowRank) for module in network.modules())
    assert torch.allclose(logits(network), expected, atol=1e-5)
    network.merge()
    assert torch.allclose(logits(network), expected, atol=1e-5)


def test_the_untrained_network_reads_as_the_base_model_does() -> None:
    network, seen = tiny_network(), []
    network.head.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    logits(network)
    network.merge()
    bert = BertModel(network.bert.config, add_pooling_layer=False)
    bert.load_state_dict(network.bert.state_dict())
    bert.train(False)
    with torch.inference_mode():
        plain = bert(input_ids=INPUTS[0], attention_mask=INPUTS[1], token_type_ids=INPUTS[2])
    assert torch.allclose(seen[0], plain.last_hidden_state, atol=1e-6)


def test_changes_biases_normalisations_and_the_head_are_learnt() -> None:
    """By hand, two layers of width 24 and 32 between: six low-rank changes, six biases, two norms each."""
    learnt = tiny_network().learnt()
    changes = 2 * RANK * (4 * (24 + 24) + (24 + 32) + (32 + 24))
    small = 2 * (5 * 24 + 32 + 2 * 2 * 24)
    head = 24 * 24 + 24 + 24 + 1
    assert sum(parameter.numel() for parameter in learnt.values()) == changes + small + head
    assert list(learnt) == sorted(learnt)
    assert not [name for name in learnt if "embeddings" in name or name.endswith("frozen.weight")]


def test_padding_and_neighbours_change_no_logit() -> None:
    network = shaken(tiny_network())
    with torch.inference_mode():
        alone = network.eval()(*(values[1:, :5] for values in INPUTS))
    assert torch.allclose(alone[0], logits(network)[1, :5], atol=1e-5)


def test_no_number_is_dropped_by_chance() -> None:
    network = shaken(tiny_network())
    with torch.no_grad():
        assert torch.equal(network.train()(*INPUTS), network.train()(*INPUTS))


def test_weights_come_back_as_float16(tmp_path: Path) -> None:
    network, path = shaken(tiny_network()), tmp_path / "reader.safetensors"
    save_weights(network, path)
    back = tiny_network()
    load_weights(back, path)
    for name, parameter in back.learnt().items():
        assert torch.equal(parameter, network.learnt()[name].half().float())
    assert torch.allclose(logits(back), logits(network), atol=0.02)
    save_weights(back, tmp_path / "again")
    assert (tmp_path / "again").read_bytes() == path.read_bytes()
    assert path.stat().st_size < 2 * sum(p.numel() for p in back.learnt().values()) + 8000


def test_weights_can_be_read_by_everybody_who_reads_the_program(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        save_weights(tiny_network(), tmp_path / "reader.safetensors")
    finally:
        os.umask(before)
    assert (tmp_path / "reader.safetensors").stat().st_mode & 0o777 == 0o644


def test_weights_of_another_network_are_refused_and_change_nothing(tmp_path: Path) -> None:
    network, path = shaken(tiny_network()), tmp_path / "reader.safetensors"
    save_weights(shaken(tiny_network(), seed=5), path)
    whole = load_file(str(path))
    less = {name: tensor for name, tensor in whole.items() if name != "head.2.bias"}
    # One number would spread over a whole row without a word.
    thin = {**whole, "head.0.bias": torch.zeros(1, dtype=torch.float16)}
    before = {name: parameter.clone() for name, parameter in network.learnt().items()}
    for tensors, reason in (
        (less, "1 weights too many or too few"),
        ({**whole, "other": torch.zeros(1)}, "1 weights too many or too few"),
        (thin, r"head\.0\.bias is \[1\], not \[24\]"),
    ):
        save_file(tensors, str(path))
        with pytest.raises(ValueError, match=rf"reader\.safetensors: {reason}"):
            load_weights(network, path)
    path.write_bytes(b"no weights")
    with pytest.raises(SafetensorError):
        load_weights(network, path)
    assert all(torch.equal(parameter, before[name]) for name, parameter in network.learnt().items())
