"""The Publish tab without its page: what a command said becomes what staff read, and nothing is hidden."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from shown import Shown

from assistant.settings import Settings
from assistant.staff import publish
from assistant.staff.child import Finished, Step

FINDING = {"severity": "error", "document_id": "some-page", "field": "study", "message": "is <missing>"}


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Finished]:
    """Put one `Finished` in, and every command ends so after a second."""
    endings: list[Finished] = []
    monkeypatch.setattr(
        "assistant.staff.publish.run_faq",
        lambda settings, *words: iter([Step(1.2, words[0]), Step(2.0, "", endings[0])]),
    )
    return endings


def last(steps: list[str]) -> str:
    return steps[-1]


def test_while_a_command_runs_it_says_for_how_long(said: list[Finished], small_settings: Settings) -> None:
    said.append(Finished(0, "", ""))

    assert "Checking for 1 seconds." in next(publish.check(small_settings))
    assert "Building for 1 seconds." in next(publish.publish(small_settings))
    assert "Evaluating for 1 seconds." in next(publish.evaluate(small_settings))


def test_findings_are_shown_whether_the_check_is_passed_or_not(
    said: list[Finished], small_settings: Settings
) -> None:
    said.append(Finished(1, json.dumps(FINDING) + "\n3 documents\n", ""))
    told = last(list(publish.check(small_settings)))
    assert "not passed" in told
    assert Shown(told, "li").texts == ["Mend this: some-page, study: is <missing>"]
    assert "<missing>" not in told

    said[0] = Finished(0, json.dumps({**FINDING, "severity": "warning"}), "")
    told = last(list(publish.check(small_settings)))
    assert "The check is passed." in told
    assert Shown(told, "li").texts == ["Look at this: some-page, study: is <missing>"]


def test_an_error_is_told_without_the_trace_of_the_program(
    said: list[Finished], small_settings: Settings
) -> None:
    said.append(Finished(65, "", "faq: page.md: broken. Mend it, then run: faq check\n"))
    for told in (last(list(publish.check(small_settings))), last(list(publish.publish(small_settings)))):
        assert "page.md: broken" in " ".join(Shown(told, "p").texts)
    assert "Nothing was published." in last(list(publish.publish(small_settings)))

    said[0] = Finished(1, "", "Traceback (most recent call last):\n  File x\nMemoryError\n")
    assert Shown(last(list(publish.check(small_settings))), "p").texts == ["MemoryError"]
    said[0] = Finished(-9, "", "")
    assert "code -9" in " ".join(Shown(last(list(publish.check(small_settings))), "p").texts)


def test_what_was_published_is_named(said: list[Finished], small_settings: Settings) -> None:
    facts = {"built": True, "index_id": "ix-1", "generation": "g-000002"}
    said.append(Finished(0, "a line before\n" + json.dumps(facts), ""))
    assert "Published: g-000002 (ix-1)" in " ".join(
        Shown(last(list(publish.publish(small_settings))), "p").texts
    )
    said[0] = Finished(0, json.dumps({**facts, "built": False}), "")
    assert "Nothing has changed" in last(list(publish.publish(small_settings)))


def test_without_labelled_questions_nothing_is_evaluated(small_settings: Settings) -> None:
    (small_settings.content / "questions.jsonl").unlink()

    assert "no labelled questions" in last(list(publish.evaluate(small_settings)))


@pytest.mark.parametrize(("reason", "by"), [("", "Ann"), ("wrong dose", ""), (" ", " ")])
def test_nobody_goes_back_without_saying_why_and_who(
    reason: str, by: str, small_settings: Settings, tmp_path: Path
) -> None:
    assert "Say why" in publish.go_back(small_settings, "g-000001", reason, by)
    assert not list(small_settings.index_root.glob("*/REVOKED"))
