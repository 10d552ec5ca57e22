"""The model card: facts of the run, licences, and a warning where one is not known."""

from __future__ import annotations

import re
from typing import Any

import pytest

from index.training.card import SOURCES, LossSummary, TrainingRun, model_card, unlicensed

RUN = TrainingRun(
    command="faq train-reader squad2 --out DIR --groups 57600 --seed 3",
    groups=57_600, steps=3_600, questions={"trial rules": 12_345, "squad2": 678}, checks=90,
    rate=0.001, plain_rate=0.0003, seed=3, rank=32, start="",
    loss=LossSummary(over_steps=50, first=3.5, last=1.25),
    validations=({"step": 500, "hit squad2": 0.25}, {"step": 3600, "hit squad2": 0.75, "auroc squad2": 0.6}),
    weights_sha256="ab" * 32, weights_bytes=3_025_826,
)  # fmt: skip


def card(**changed: Any) -> str:
    return model_card(RUN.model_copy(update=changed))


@pytest.mark.parametrize(
    "fact",
    [
        "`faq train-reader squad2 --out DIR --groups 57600 --seed 3`",
        "57,600 draws in 3,600 steps, seed 3, learning rate 0.001 (biases and normalisations 0.0003)",
        "Mean loss of 50 steps: 3.5 at the start, 1.25 at the end",
        f"3,025,826 bytes, sha256 `{'ab' * 32}`",
        "development half of its dev set (Rajpurkar et al. 2018) | CC BY-SA 4.0 |",
        "| squad2 | 678 | SQuAD 2.0",
        "| trial rules | 12,345 | ",
        "The datasets' licences are recorded from memory of their publishers' pages",
        "The base model is Apache-2.0.",
        "90 questions about these were asked",
        "| auroc squad2 | 0.600 | | hit squad2 | 0.750 |",
        "rank 32",
    ],
)
def test_the_card_states_the_facts_of_the_run(fact: str) -> None:
    assert fact in " ".join(card().split())


def test_a_run_that_went_on_from_earlier_weights_says_from_which() -> None:
    assert "Went on" not in card()
    assert f"- Went on from the weights with sha256 `{'cd' * 32}` of an earlier run\n- 57,600" in card(
        start="cd" * 32
    )


def test_figures_are_those_of_the_last_validation() -> None:
    assert "0.250" not in card() and "step |" not in card()
    assert "No document was kept out." in card(validations=())


def test_a_known_licence_warns_of_nothing() -> None:
    assert "not ship" not in card(questions=dict.fromkeys(SOURCES, 1))
    assert unlicensed(SOURCES) == []


def test_an_unknown_licence_is_said_before_anything_else() -> None:
    questions = {"web": 5, "squad2": 6, "blog": 7}
    found = card(questions=questions)
    assert unlicensed(questions) == ["blog", "web"]
    assert found.startswith("# Passage reader\n\n**Do not ship**: the licence of blog, web is not known.\n\n")
    assert "| web | 5 | unknown | unknown: do not ship |" in found
    assert found.count("do not ship |") == 2


def test_every_source_names_its_paper_or_us_and_a_licence() -> None:
    for what, licence in SOURCES.values():
        assert re.search(r"\(.+ (19|20)\d\d\)$|^our ", what)
        assert re.fullmatch(r"CC BY(?:-SA)? [34]\.0|Apache-2\.0|MIT", licence)


def test_the_card_is_markdown_that_tables_survive() -> None:
    lines = card().split("\n")
    tables = [line for line in lines if line.startswith("|")]
    assert len(tables) == 8 and all(line.endswith("|") for line in tables)
    for number, line in enumerate(lines):
        if line.startswith("#") or (line.startswith("|") and not lines[number - 1].startswith("|")):
            assert number == 0 or lines[number - 1] == ""
    assert "{" not in card() and "\n\n\n" not in card()
