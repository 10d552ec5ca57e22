"""`faq build --plan` says what a build would do, and does nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fakes import WordEvidence
from shell import Shell
from small import edited, tree

from assistant.build_plan import BuildPlan, plan_build, plan_text
from assistant.settings import Settings
from index.plan import IndexPlan

PLAN = BuildPlan(
    unchanged=False, opening_seconds=1, reading_seconds=240, seconds=7_800,
    index=IndexPlan(
        documents=1_000, passages=20_000, sentences=80_000, questions=300, texts=101_300, new=90_000,
        cores=4, texts_per_second=12.04, embedding_seconds=7_475, writing_seconds=84,
        index_bytes=155_500_000, kept_bytes=141_120_000, memory_bytes=812_000_000,
    ),
)  # fmt: skip


def test_people_read_six_lines() -> None:
    assert plan_text(PLAN).splitlines() == [
        "1,000 documents, 20,000 passages, 80,000 sentences, 300 questions",
        "90,000 of 101,300 texts are new and must be embedded",
        "speed:  12 texts a second on 4 cores, measured just now",
        "time:   2.2 h: 2.1 h embedding, 4 min reading questions",
        "memory: 812 MB at most",
        "disk:   155.5 MB for the index, 141.1 MB more while it is built",
    ]


def test_a_plan_writes_nothing_and_a_build_after_it_does_what_it_said(
    shell: Shell, unbuilt: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAQ_HOME", str(unbuilt.home))
    monkeypatch.setenv("FAQ_CONTENT", str(unbuilt.content))

    planned = json.loads(shell("build", "--plan", "--json").out)

    assert not unbuilt.home.exists()
    assert (planned["unchanged"], planned["index"]["new"]) == (False, 32)
    assert json.loads(shell("build", "--json").out)["embedded"] == 32


def test_unchanged_content_is_said_to_be(shell: Shell, small_settings: Settings) -> None:
    before = tree(small_settings.home)
    assert shell("build", "--plan").out.splitlines()[-1] == "unchanged: nothing would be built"
    assert json.loads(shell("build", "--plan", "--json").out)["seconds"] == 0
    edited(small_settings.content, "There were no deaths.", "There were two deaths.")
    assert "3 of 32 texts are new" in shell("build", "--plan").out
    assert tree(small_settings.home) == before


def test_reading_takes_time_for_every_question_of_the_site(
    unbuilt: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = WordEvidence()
    monkeypatch.setattr("assistant.building.open_evidence", lambda models, renew=False: evidence)
    plan = plan_build(unbuilt)
    assert plan.reading_seconds >= 0
    assert {question for question, _ in evidence.read} == {
        "How many patients were in the study?", "How many people took part?",
        "Was there a comparison group?", "How many months were patients followed?",
        "Were there any deaths?", "Does it help a bad knee?", "Can it help after a stroke?",
        "Who is the doctor?", "Where is the clinic?", "What does it cost?", "Is there a cure?",
        "Should I stop my tablets?", "My chest hurts and I cannot breathe",
    }  # fmt: skip


@pytest.mark.parametrize("given", ["models", "nothing"])
def test_exported_models_are_found_and_others_leave_nothing(
    unbuilt: Settings, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    if given == "models":
        (unbuilt.models / "onnx-2-here").mkdir(parents=True)
    seen: list[Path] = []

    def exporting(models: Path, renew: bool = False) -> None:
        seen.append(models)
        (models / "reader-1-new").mkdir()
        assert (models / "onnx-2-here").exists() is (given == "models")

    monkeypatch.setattr("assistant.building.open_evidence", exporting)
    plan_build(unbuilt)

    assert not seen[0].exists()
    assert not (unbuilt.models / "reader-1-new").exists()
