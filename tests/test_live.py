"""The assistant in use: exchanged whole for a new index, kept when the new one cannot be opened."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable

import pytest
from fakes import WordEmbedder

from assistant.answer import Assistant
from assistant.building import build
from assistant.drift import ENOUGH
from assistant.live import LiveAssistant
from assistant.settings import Settings
from index.errors import IndexNotFound

KNEELING = "Knees of most people bend."


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("assistant.live.monotonic", clock)
    return clock


@pytest.fixture
def live(small_settings: Settings, clock: Clock) -> LiveAssistant:
    return LiveAssistant(small_settings)


def publish(settings: Settings, words: str = KNEELING) -> str:
    path = settings.content / "therapies" / "knee.md"
    path.write_text(f"{path.read_text('utf-8')}\n{words}\n", "utf-8")
    return build(settings).manifest.index_id


def publish_with_another_model(settings: Settings) -> None:
    build(settings, embedder=WordEmbedder(name="other words"), force=True)


def remove_every_index(settings: Settings) -> None:
    for path in sorted(settings.index_root.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def damage_every_index(settings: Settings) -> None:
    for path in settings.index_root.glob("g-*/documents.jsonl"):
        path.write_bytes(b"{}")
    (settings.index_root / "CURRENT").touch()


def test_a_new_index_is_picked_up_after_two_seconds(
    live: LiveAssistant, small_settings: Settings, clock: Clock
) -> None:
    before = live.now()
    index_id = publish(small_settings)
    assert index_id != before.index_id

    clock.seconds += 2.0
    assert live.now() is before
    clock.seconds += 0.1

    assert live.now().index_id == index_id
    assert live.now().answer("Do people bend their knees?").citations[0].cited_text == KNEELING


def test_without_a_new_index_the_assistant_stays_the_same(live: LiveAssistant, clock: Clock) -> None:
    before = live.now()
    clock.seconds += 60

    assert live.now() is before


def test_whoever_asks_keeps_the_index_it_began_with(
    live: LiveAssistant, small_settings: Settings, clock: Clock
) -> None:
    began = live.now()
    first = began.answer("Were there any deaths?")
    publish(small_settings)
    clock.seconds += 3
    assert live.now() is not began

    assert began.answer("Were there any deaths?") == first


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (publish_with_another_model, "the embedder is other words"),
        (remove_every_index, "no index here. Run: faq build"),
        (damage_every_index, "Run: faq build --force"),
    ],
)
def test_a_failed_reload_keeps_the_old_one_and_says_why(
    harm: Callable[[Settings], None],
    says: str,
    live: LiveAssistant,
    small_settings: Settings,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before = live.now()
    answer = before.answer("Were there any deaths?")
    harm(small_settings)
    clock.seconds += 3

    assert live.now() is before
    assert live.now().answer("Were there any deaths?") == answer
    assert says in (live.reload_error or "")
    for _ in range(3):
        clock.seconds += 3
        live.now()
    told = [record.getMessage() for record in caplog.records if record.name == "assistant.live"]
    assert told == [f"a newer index cannot be opened: {live.reload_error}"], "once, not forever"


def test_after_a_failed_reload_the_next_good_index_is_taken(
    live: LiveAssistant, small_settings: Settings, clock: Clock
) -> None:
    publish_with_another_model(small_settings)
    clock.seconds += 3
    live.now()
    assert live.reload_error

    index_id = publish(small_settings)
    clock.seconds += 3

    assert live.now().index_id == index_id
    assert live.reload_error is None


def test_nobody_waits_for_a_reload(
    live: LiveAssistant, small_settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, opened = live.now(), Assistant.open
    opening, may_open = threading.Event(), threading.Event()

    def slowly(settings: Settings, *, before: Assistant) -> Assistant:
        opening.set()
        assert may_open.wait(10)
        return opened(settings, before=before)

    monkeypatch.setattr(Assistant, "open", slowly)
    index_id = publish(small_settings)
    clock.seconds += 3
    first = threading.Thread(target=live.now)
    first.start()
    assert opening.wait(10)
    clock.seconds += 3

    assert live.now() is before
    may_open.set()
    first.join(10)
    assert live.now().index_id == index_id


def test_live_scores_are_compared_with_the_labelled_ones(
    live: LiveAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    likely = tuple(0.5 + number / 1000 for number in range(500))
    calibration = live.now().calibration.model_copy(update={"reference_scores": likely})
    monkeypatch.setattr(live.now(), "calibration", calibration)
    answer = live.answer("Do people bend their knees?")
    assert answer.confidence is not None
    assert live.drift().n == 1
    assert live.scores().labelled == likely
    assert live.scores().asked.tolist() == [answer.confidence]

    for number in range(ENOUGH):
        live.noted(answer.model_copy(update={"confidence": 0.5 + number / 400}))
    assert not live.drift().alarm
    for _ in range(ENOUGH):
        live.noted(answer.model_copy(update={"confidence": 0.1}))
    assert live.drift().alarm
    assert live.drift().n == 1 + 2 * ENOUGH
    assert live.now().calibration.threshold == calibration.threshold, "it tells, and changes nothing"


def test_a_redirect_states_no_confidence_and_is_not_counted(live: LiveAssistant) -> None:
    assert live.answer("I have crushing chest pain right now").status == "redirected"
    assert live.drift().n == 0


def test_there_must_be_an_index_to_begin_with(words_model: None) -> None:
    with pytest.raises(IndexNotFound, match="faq build"):
        LiveAssistant(Settings())


def test_a_new_index_uses_the_models_of_the_one_before_and_leaves_nothing_of_it(
    live: LiveAssistant, small_settings: Settings, clock: Clock
) -> None:
    before, model = weakref.ref(live.now()), live.now().searcher.embedder

    publish(small_settings)
    clock.seconds += 3

    assert live.now().searcher.embedder is model
    assert before() is None
