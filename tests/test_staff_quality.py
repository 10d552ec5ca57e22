"""The Quality tab: last evaluation, promise and drift as they are now; drawn once, and only for who looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asgi import in_loop
from shown import Shown

from assistant.chat import import_gradio
from assistant.evaluation import evaluate
from assistant.feedback import FeedbackStore
from assistant.live import LiveAssistant
from assistant.questions import QuestionStore
from assistant.report import save_report
from assistant.settings import Settings
from assistant.staff import quality_tab
from assistant.staff.desk import Desk
from assistant.staff.quality import Quality
from content.library import load_library


@pytest.fixture
def desk(small_settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    live = LiveAssistant(small_settings)
    feedback, questions = FeedbackStore(tmp_path / "f.sqlite"), QuestionStore(tmp_path / "q.sqlite")
    yield Desk(small_settings, live, feedback, questions)
    live.questions.close()


def evaluated(desk: Desk, name: str, count: int) -> None:
    assert desk.live is not None
    labelled = load_library(desk.settings.content).questions[:count]
    save_report(evaluate(desk.live.now(), labelled), desk.settings.home / "reports" / name)


def test_before_any_evaluation_it_says_how_to_run_one(desk: Desk) -> None:
    shown = Quality(desk).show()

    assert "Nothing was evaluated yet. Press “Evaluate the index in use”" in shown
    assert "Nothing is promised" in shown, "thirteen questions are too few"
    assert "Too little to compare: 0 questions asked" in shown


def test_the_newest_evaluation_is_shown_with_intervals_and_plots(desk: Desk) -> None:
    quality = Quality(desk)
    quality.show()
    evaluated(desk, "one", 9)
    shown = quality.show()

    assert "9 questions, " in shown and "another index" not in shown
    assert "95 % interval" in Shown(shown, "th").texts
    assert any(told.startswith("Risk and coverage") for told in Shown(shown, "figcaption").texts)
    assert "<svg" not in shown and "<script" not in shown
    evaluated(desk, "two", 5)
    assert "5 questions, " in quality.show()


def test_pictures_of_a_report_are_drawn_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    evaluated(desk, "one", 5)
    quality = Quality(desk)
    first = quality.show()

    def never(*_: object) -> str:
        raise AssertionError("drawn again")

    monkeypatch.setattr("assistant.staff.quality.evaluation_html", never)
    assert quality.show() == first


def test_what_visitors_ask_is_seen_as_numbers_alone(desk: Desk) -> None:
    assert desk.live is not None
    desk.live.answer("Does zebrafinchley help a knee?")
    shown = Quality(desk).show()

    assert "Too little to compare: 1 questions asked" in shown
    assert Shown(shown, "figcaption").texts[-1].startswith("Confidence of the questions asked")
    assert "zebrafinchley" not in shown


def test_half_a_report_breaks_nothing(desk: Desk) -> None:
    folder = desk.settings.home / "reports" / "cut"
    folder.mkdir(parents=True)
    (folder / "report.json").write_text('{"index_id": "x"', "utf-8")

    assert "Nothing was evaluated yet" in Quality(desk).show()


def test_without_an_index_it_says_what_to_do(desk: Desk) -> None:
    assert "There is no index yet" in Quality(desk._replace(live=None)).show()


def test_nothing_is_worked_out_before_somebody_turns_to_the_tab(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def show(_: Quality) -> str:
        asked.append("once")
        return "told"

    monkeypatch.setattr(Quality, "show", show)
    gr = import_gradio(desk.settings.home / "gradio")

    def drawn() -> Any:
        with gr.Blocks(analytics_enabled=False) as blocks, gr.Tab("Quality"):
            quality_tab.build(gr, desk)
        return blocks

    (event,) = in_loop(drawn).fns.values()
    assert asked == []
    assert [name for _, name in event.targets] == ["select"]
    assert event.fn() == "told"
    assert asked == ["once"]
