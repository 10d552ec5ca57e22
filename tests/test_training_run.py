"""A run's data and facts: what is counted, what may be shipped, and a network to begin with."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pytest
import torch
from beir import Asked, lines
from tiny_reader import three_examples, tiny_network, tiny_reader, tokenize

from index.errors import BadTrainingData, BadWeights, UnknownLicence, WeightsTooLarge
from index.training import run
from index.training.examples import Example, ReadPassage
from index.training.loop import Trainer
from index.training.network import save_weights
from index.training.plan import TrainingPlan
from index.training.run import (
    TrainingData,
    describe_run,
    new_network,
    new_trainer,
    read_data,
    require_licences,
    some_of_each,
    train_reader,
    weights_sha256,
)

ROW: dict[str, Any] = {
    "src": "nqg_x", "q": "who died?", "title": "Lupus", "sents": ["No one died.", "It rained."],
    "gold": [0], "ans": ["no one"],
}  # fmt: skip


def example(source: str, number: int, *, answerable: bool) -> Example:
    gold = (0,) if answerable else ()
    return Example(source, f"{number}", f"{number}?", (ReadPassage("", "", ("A.",), gold),))


def test_some_of_each_source_and_kind_are_checked_always_the_same() -> None:
    found = [example(source, n, answerable=n % 3 > 0) for source in "ab" for n in range(30)]
    checks = some_of_each(found, 12)
    kinds = [(e.source, e.answerable) for e in checks]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        ("a", False): 10, ("a", True): 12, ("b", False): 10, ("b", True): 12,
    }  # fmt: skip
    assert len(set(checks)) == len(checks) and set(checks) <= set(found)
    assert some_of_each(found, 12) == checks
    assert some_of_each([], 12) == []


def test_questions_to_learn_from_are_counted_by_source(tmp_path: Path) -> None:
    """Titles 0 to 39, of which the documents of a fifth are kept out and asked at most 30 times."""
    rows = [{**ROW, "title": f"{n}", "src": f"nqg_{n}"} for n in range(40)]
    page = Asked(a=("Lupus", "None died. Pain fell.")).ask("Deaths?", "a", "None").refuse("Rain?", "a")
    data = read_data([lines(tmp_path / "questions.jsonl", rows), page.write(tmp_path / "squad2")])
    assert data.questions.keys() == {"nqg", "squad2"} and data.questions["squad2"] == 2
    assert sum(data.questions.values()) == len(data.examples)
    assert data.questions["nqg"] + len(data.checks) == 40
    assert {e.source for e in data.checks} == {"nqg"}


def test_documents_kept_for_reporting_are_left_out_and_nothing_left_is_told(tmp_path: Path) -> None:
    folder = Asked(a=("Lupus", "None died.")).ask("Deaths?", "a", "None").write(tmp_path / "set")
    assert read_data([folder]).questions == {"set": 1}
    with pytest.raises(BadTrainingData, match=r"set: no question to learn from\. Give JSON lines"):
        read_data([folder], never=[folder])


def test_data_whose_licence_nobody_knows_is_refused_by_name() -> None:
    known = example("squad2", 1, answerable=True)
    require_licences(TrainingData([known], []))
    others = [example(name, 2, answerable=True) for name in ("web", "blog", "web")]
    with pytest.raises(UnknownLicence, match=r"^blog, web: the licence is not known.*--unlicensed") as caught:
        require_licences(TrainingData([known, *others], []))
    assert caught.value.exit_code == 65


def trained(folder: Path, groups: int = 60 * 16) -> Trainer:
    trainer = Trainer(tiny_network(), tokenize, TrainingPlan(groups=groups, seed=7), folder)
    trainer.train(three_examples(), three_examples())
    return trainer


def test_the_facts_of_a_run_are_those_of_its_trainer(tmp_path: Path) -> None:
    trainer = trained(tmp_path)
    facts = describe_run(trainer, TrainingData(three_examples(), three_examples()[:2]), "faq")
    raw = (tmp_path / "reader.safetensors").read_bytes()
    assert (facts.weights_bytes, facts.weights_sha256) == (len(raw), hashlib.sha256(raw).hexdigest())
    assert (facts.command, facts.groups, facts.steps, facts.seed, facts.rank) == ("faq", 960, 60, 7, 32)
    assert (facts.questions, facts.checks, facts.rate, facts.plain_rate) == ({"quiz": 3}, 2, 1e-3, 3e-4)
    assert facts.loss.over_steps == 50
    assert facts.loss.first == pytest.approx(sum(trainer.losses[:50]) / 50, abs=1e-4)
    assert facts.loss.last == pytest.approx(sum(trainer.losses[10:]) / 50, abs=1e-4)
    assert [*facts.validations] == trainer.validations


def test_weights_that_cannot_be_shipped_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = trained(tmp_path, 16)
    size = trainer.weights.stat().st_size
    monkeypatch.setattr(run, "MAX_BYTES", size)
    assert describe_run(trainer, TrainingData([], []), "").weights_bytes == size
    monkeypatch.setattr(run, "MAX_BYTES", size - 1)
    with pytest.raises(WeightsTooLarge, match=rf"reader\.safetensors: {size:,} bytes, at most {size - 1:,}"):
        describe_run(trainer, TrainingData([], []), "")


def test_files_and_a_seed_give_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From files to weights in one call; the seed is also that of the network's own draws."""
    seeds: list[int] = []

    def drawn() -> Any:
        seeds.append(torch.initial_seed())
        return tiny_reader()

    monkeypatch.setattr(run, "new_network", drawn)
    path = lines(tmp_path / "questions.jsonl", [{**ROW, "title": f"{n}"} for n in range(9)])
    plans = [TrainingPlan(groups=20, seed=seed) for seed in (5, 5, 6)]
    made = [train_reader([path], tmp_path / f"{n}", plan) for n, plan in enumerate(plans)]
    first, again, other = (trainer.weights.read_bytes() for trainer in made)
    assert first == again != other
    assert seeds == [5, 5, 6]


def test_a_run_goes_on_from_the_weights_of_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "new_network", tiny_reader)
    earlier = trained(tmp_path / "a", 16).weights
    plan = TrainingPlan(groups=16, start=weights_sha256(earlier))
    begun = new_trainer(tmp_path / "b", plan, start=earlier)
    save_weights(begun.network, tmp_path / "same.safetensors")
    assert (tmp_path / "same.safetensors").read_bytes() == earlier.read_bytes()
    begun.train(three_examples(), [])
    assert (
        describe_run(begun, TrainingData([], []), "").start
        == hashlib.sha256(earlier.read_bytes()).hexdigest()
    )
    fresh = new_trainer(tmp_path / "c", TrainingPlan(groups=16))
    fresh.train(three_examples(), [])
    assert fresh.weights.read_bytes() != begun.weights.read_bytes()


@pytest.mark.parametrize("content", [b"", b"no weights", None])
def test_what_holds_no_weights_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    monkeypatch.setattr(run, "new_network", tiny_reader)
    path = tmp_path / "earlier.safetensors"
    if content is not None:
        path.write_bytes(content)
    else:
        with pytest.raises(BadWeights, match=r"earlier\.safetensors: cannot be read \(No such file"):
            weights_sha256(path)
    with pytest.raises(BadWeights, match=r"earlier\.safetensors: .*--start FILE") as caught:
        new_trainer(tmp_path / "run", TrainingPlan(), start=path)
    assert caught.value.exit_code == 65


@pytest.mark.model
def test_the_real_network_begins_as_the_embedding_model_and_fits_where_it_is_shipped() -> None:
    torch.set_num_threads(1)
    network, encode = new_network()
    assert 2 * sum(p.numel() for p in network.learnt().values()) < run.MAX_BYTES
    encoding = encode("Did anyone die?", "none died . " * 200)
    assert (len(encoding.ids), encoding.type_ids[0], encoding.type_ids[-2]) == (176, 0, 1)
    with torch.inference_mode():
        logits = network(
            *(torch.tensor([v]) for v in (encoding.ids, encoding.attention_mask, encoding.type_ids))
        )
    # Before it is taught, nothing answers: about -4 for every token.
    assert logits.shape == (1, 176) and bool((logits < -2).all())
