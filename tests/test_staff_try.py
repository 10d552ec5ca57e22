"""The Try tab: what a visitor would see, why, and what another index would change; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from asgi import in_loop
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shown import Shown

from assistant.building import build
from assistant.cards import as_html
from assistant.chat import import_gradio
from assistant.errors import BadSettings
from assistant.explanation import explain
from assistant.feedback import FeedbackStore
from assistant.live import LiveAssistant
from assistant.publishing import roll_back
from assistant.questions import QuestionStore
from assistant.settings import Settings, read_settings
from assistant.staff import try_tab
from assistant.staff.desk import Desk
from assistant.staff.tryout import IN_USE, LIMITS, Tryout
from index.generations import generation_names

DEATHS, KNEE = "Were there deaths in the lupus study?", "Does it help a bad knee?"
SURE = ("", "", "0")
AS_IN_USE = ("", "", "", "")


@pytest.fixture
def desk(small_settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    live = LiveAssistant(small_settings)
    feedback, questions = FeedbackStore(tmp_path / "f.sqlite"), QuestionStore(small_settings.questions_file)
    yield Desk(small_settings, live, feedback, questions)
    live.questions.close()


@pytest.fixture
def tryout(desk: Desk) -> Tryout:
    return Tryout(desk)


def other_index(desk: Desk) -> None:
    """Publish another sentence about knees and let visitors be answered from it."""
    path = desk.settings.content / "therapies" / "knee.md"
    path.write_text(path.read_text("utf-8").replace("may ease", "do not ease"), "utf-8")
    questions = desk.settings.content / "questions.jsonl"
    questions.write_text(
        questions.read_text("utf-8").replace("ease a painful", "not ease a painful"), "utf-8"
    )
    build(desk.settings)


def on(desk: Desk) -> Tryout:
    return Tryout(desk._replace(live=LiveAssistant(desk.settings)))


def test_the_card_is_the_visitors_byte_for_byte(desk: Desk, tryout: Tryout) -> None:
    assert desk.live is not None
    faq = desk.live.now()
    for question in (DEATHS, "What does it cost?", "I have chest pain and cannot breathe"):
        card = as_html(faq.answer(question), faq.wording, faq.documents, faq.passages)
        assert f'<div class="faq-shown">{card}</div>' in tryout.ask(question, "", AS_IN_USE)


def test_every_sentence_that_was_read_stands_beside_it(desk: Desk, tryout: Tryout) -> None:
    assert desk.live is not None
    found = explain(desk.live.now(), DEATHS)
    shown = tryout.ask(DEATHS, "", AS_IN_USE)

    assert len(found.candidates) > 3
    rows = Shown(shown, "tr").texts
    for candidate in found.candidates:
        assert any(candidate.text in row and f"{candidate.reader:.3f}" in row for row in rows)
    assert f"<strong>{found.threshold:.3f}</strong>" in shown


def test_earlier_questions_count_as_they_do_for_a_visitor(desk: Desk, tryout: Tryout) -> None:
    assert desk.live is not None
    faq = desk.live.now()
    after = as_html(
        faq.answer("And how long?", [DEATHS]), faq.wording, faq.documents, faq.passages
    )  # fmt: skip

    assert after in tryout.ask("And how long?", f"{DEATHS}\n \n", AS_IN_USE)


def test_two_settings_stand_side_by_side_with_what_differs_on_top(tryout: Tryout) -> None:
    told = tryout.ask(DEATHS, "", (IN_USE, "", "", "1"))

    assert told.index("staff-differences") < told.index("faq-shown")
    assert Shown(told, "h2").texts == ["As visitors are answered now", "As it would be answered"]
    assert told.count('<div class="faq-shown">') == 2
    assert "<strong>1.000</strong>" in told
    assert "The first is" in told or "would see the same" in told


def test_the_same_in_another_way_says_so(tryout: Tryout) -> None:
    assert "A visitor would see the same." in tryout.ask(DEATHS, "", (IN_USE, "10", "3", ""))


def test_fewer_quotes_and_passages_are_as_entered(tryout: Tryout) -> None:
    told = tryout.ask(DEATHS, "", (IN_USE, "2", "1", "0"))

    assert "2 passages read, at most 1 quotes" in told
    tables = Shown(told, "tbody").texts
    assert len(tables[0]) > len(tables[2])


def test_an_older_index_is_compared_also_when_it_was_taken_back(desk: Desk) -> None:
    other_index(desk)
    newer = on(desk)
    kept = {name: told for told, name in newer.choices()}
    assert list(kept) == [IN_USE, "g-000001"]
    told = unescape(newer.ask(KNEE, "", ("g-000001", *SURE)))
    assert "Cells may ease a painful knee.”" in told
    assert "g-000001, built" in told

    roll_back(desk.settings, reason="a wrong word", by="Ann")
    older = on(desk)
    assert "Taken back: a wrong word (Ann, " in {n: t for t, n in older.choices()}["g-000002"]
    told = unescape(older.ask(KNEE, "", ("g-000002", *SURE)))
    assert "Cells do not ease a painful knee.”" in told
    assert "Taken back: a wrong word" in told
    assert "do not ease" not in older.ask(KNEE, "", AS_IN_USE), "nobody is answered from it"


@pytest.mark.parametrize("name", ["g-000009", "../../etc", "g-000001/../g-000001"])
def test_no_other_folder_is_opened(name: str, tryout: Tryout) -> None:
    assert "kept no longer" in tryout.ask(DEATHS, "", (name, "", "", ""))


def test_a_damaged_index_is_told_and_the_page_goes_on(desk: Desk) -> None:
    other_index(desk)
    (desk.settings.index_root / "g-000001" / "passages.jsonl").write_text("{}", "utf-8")

    told = on(desk).ask(KNEE, "", ("g-000001", "", "", ""))
    assert 'role="alert"' in told and "passages.jsonl" in told


@pytest.mark.parametrize("asked", ["", "  \n", "why " * 400])
def test_what_cannot_be_asked_is_told(asked: str, tryout: Tryout) -> None:
    assert 'role="alert"' in tryout.ask(asked, "", AS_IN_USE)


@pytest.mark.parametrize("entered", ["0", "101", "ten", "1.5", "-1", "nan", "9" * 5000])
def test_what_is_no_such_number_names_its_field_and_limits(entered: str, tryout: Tryout) -> None:
    told = tryout.ask(DEATHS, "", (IN_USE, entered, "", ""))

    assert Shown(told, "p").texts == ["Passages read: enter 1 to 100, or nothing."]


@pytest.mark.parametrize("entered", ["-0.1", "1.01", "nan", "inf", "x"])
def test_a_threshold_is_a_probability(entered: str, tryout: Tryout) -> None:
    told = tryout.ask(DEATHS, "", (IN_USE, "", "", entered))

    assert Shown(told, "p").texts == ["Threshold: enter 0 to 1, or nothing."]
    assert "<strong>0.500</strong>" in tryout.ask(DEATHS, "", (IN_USE, "", "", "0,5"))


def test_the_limits_are_those_of_the_settings() -> None:
    for name in ("passages_read", "max_quotes"):
        low, high = LIMITS[name]
        for value in (low, high):
            assert getattr(read_settings(**{name: value}), name) == value
        for value in (low - 1, high + 1):
            with pytest.raises(BadSettings):
                read_settings(**{name: value})


def test_nothing_that_is_tried_is_counted_or_kept(desk: Desk, tryout: Tryout) -> None:
    assert desk.live is not None
    before = sorted(path for path in desk.settings.home.rglob("*") if path.is_file())
    for question in (DEATHS, "What does it cost?", "I have chest pain"):
        tryout.ask(question, KNEE, AS_IN_USE)
        tryout.ask(question, KNEE, (IN_USE, "2", "", "0"))
    desk.live.questions.close()

    assert len(desk.live.scores().asked) == 0
    assert b"quoted_faq_answers_total{" not in _metrics(desk)
    assert QuestionStore(desk.settings.questions_file).counts().asked == 0
    assert generation_names(desk.settings.index_root) == ["g-000001"]
    after = {path for path in desk.settings.home.rglob("*") if path.is_file()} - set(before)
    assert {path.name.partition(".")[0] for path in after} <= {"questions"}


def _metrics(desk: Desk) -> bytes:
    from assistant.monitoring import metrics_page

    assert desk.live is not None
    return metrics_page(desk.live, desk.feedback)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
@given(words=st.text(max_size=80), before=st.text(max_size=80))
def test_hostile_words_stay_words(tryout: Tryout, words: str, before: str) -> None:
    told = tryout.ask(f"lupus deaths <img src=x onerror=alert(1)>{words}", before, (IN_USE, "", "", "0"))

    assert "<img" not in told
    assert "\n\n" not in told


def test_without_an_index_it_says_what_to_do(desk: Desk) -> None:
    assert "There is no index yet" in Tryout(desk._replace(live=None)).ask(DEATHS, "", AS_IN_USE)


def test_the_button_and_the_enter_key_do_the_same_and_the_list_is_fresh(desk: Desk) -> None:
    gr = import_gradio(desk.settings.home / "gradio")

    def drawn() -> Any:
        with gr.Blocks(analytics_enabled=False) as blocks, gr.Tab("Try"):
            try_tab.build(gr, desk)
        return blocks

    blocks = in_loop(drawn)
    run: dict[str, list[Any]] = {}
    for event in blocks.fns.values():
        run.setdefault(event.fn.__name__, []).append(event)
    assert len(run["tried"]) == 2 and len(run["offered"]) == 1
    other_index(desk)
    assert [name for _, name in run["offered"][0].fn()["choices"]] == [IN_USE, "g-000001"]
    assert "faq-shown" in run["tried"][0].fn(DEATHS, "", None, "", "", "")
    assert all(len(event.inputs) == 2 + 1 + len(LIMITS) for event in run["tried"])
