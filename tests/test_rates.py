"""How often one visitor may ask: N a minute freely, N more with a word, no more than 2N, each minute anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from asgi import VISITOR, call
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse

from assistant.guard import Guard
from assistant.headers import App, Receive, Scope, Send
from assistant.rates import URGENT_PER_MINUTE, Hit, LastMinute, Rates
from assistant.visitors import Visitor

JOIN = "/chat/gradio_api/queue/join"
PLAIN, EMERGENCY, CRISIS = "What is COPD?", "I cannot breathe", "I want to die"
PERSON, OTHER = Visitor(name="203.0.113.5", counted=True), Visitor(name="203.0.113.6", counted=True)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    now = [1_000_000.0]
    monkeypatch.setattr("assistant.rates.monotonic", lambda: now[0])
    yield now


def test_a_minute_lets_n_through_freely_and_n_more_with_a_word(clock: list[float]) -> None:
    rates = Rates(3)

    assert [rates.verdict("question", PERSON) for _ in range(8)] == ["free"] * 3 + ["over"] * 3 + [
        "far_over"
    ] * 2
    assert rates.verdict("question", OTHER) == "free"
    clock[0] += 61
    assert [rates.verdict("question", PERSON) for _ in range(4)] == ["free"] * 3 + ["over"]


def test_a_minute_moves_with_every_question(clock: list[float]) -> None:
    passed = LastMinute(2)
    seen = []
    for seconds in (0, 30, 29, 1, 29, 1):
        clock[0] += seconds
        seen.append(passed.hit("question", "one"))

    # At 0, 30, 59, 60, 89 and 90 seconds: one more is free whenever one is a minute old.
    assert seen == [True, True, False, True, False, True]


def test_who_was_let_through_a_minute_ago_is_forgotten(clock: list[float]) -> None:
    passed = LastMinute(2)
    for number in range(1000):
        clock[0] += 0.125
        passed.hit("question", f"visitor {number}")
        passed.hit("question", "one who stays")

    # Eight a second for a minute, and the one of every moment.
    assert len(passed) == 481
    clock[0] += 61
    passed.hit("feedback", "another")
    assert len(passed) == 1


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 50)), max_size=60), st.integers(1, 3))
def test_no_minute_ever_holds_more_than_may_be(visits: list[tuple[str, float]], most: int) -> None:
    passed, now, through = LastMinute(most), 0.0, list[tuple[str, float]]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("assistant.rates.monotonic", lambda: now)
        for name, seconds in visits:
            now += seconds
            within = sum(1 for other, then in through if other == name and then > now - 60)
            assert passed.hit("question", name) == (within < most)
            if within < most:
                through.append((name, now))


def test_feedback_and_questions_are_counted_apart() -> None:
    rates = Rates(2)
    for _ in range(9):
        rates.verdict("question", PERSON)

    assert [rates.verdict("feedback", PERSON) for _ in range(3)] == ["free", "free", "over"]


def test_what_others_let_through_counts_as_if_it_were_let_through_here(clock: list[float]) -> None:
    told = list[Hit]()
    here, there = Rates(3, told.append), Rates(3)
    said = [here.verdict("question", PERSON) for _ in range(4)]
    for hit in told:
        there.heard(hit)

    assert said == ["free", "free", "free", "over"]
    assert [there.verdict("question", PERSON) for _ in range(3)] == ["over", "over", "far_over"]
    assert there.verdict("question", OTHER) == "free"
    assert there.verdict("feedback", PERSON) == "free"


def test_more_told_than_anybody_may_is_forgotten_with_its_minute(clock: list[float]) -> None:
    rates = Rates(1)
    for _ in range(99):
        rates.heard(Hit("hard", "question", PERSON.name))
    before = rates.verdict("question", PERSON)
    clock[0] += 61

    assert (before, rates.verdict("question", PERSON)) == ("far_over", "free")


def test_who_is_not_counted_is_never_over() -> None:
    rates, machine = Rates(1), Visitor(name="127.0.0.1", counted=False)

    assert {rates.verdict("question", machine) for _ in range(99)} == {"free"}


async def told(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the guard's word to the chat."""
    words = [v.decode() for k, v in scope["headers"] if k.lower() == b"x-faq-over-limit"]
    await JSONResponse(words)(scope, receive, send)


@pytest.fixture
def guard() -> App:
    return Guard(told, questions_per_minute=3, busy_text="Call 911.")


def chat(question: str) -> bytes:
    return json.dumps({"data": [question, None], "fn_index": 0, "session_hash": "v"}).encode()


def script(question: str) -> bytes:
    return json.dumps({"question": question}).encode()


def test_the_chat_is_told_to_ask_for_patience_before_it_is_refused(guard: App) -> None:
    replies = [call(guard, "POST", JOIN, chat(PLAIN)) for _ in range(8)]

    assert [reply.status for reply in replies] == [200] * 6 + [429] * 2
    assert [json.loads(reply.body) for reply in replies[:6]] == [[]] * 3 + [["1"]] * 3
    assert replies[-1].detail == "Call 911.", "the text a chat shows"


def test_a_script_is_refused_at_once_and_told_when_to_come_back(guard: App) -> None:
    replies = [call(guard, "POST", "/v1/ask", script(PLAIN)) for _ in range(8)]

    assert [reply.status for reply in replies] == [200] * 3 + [429] * 5
    assert {(reply.headers["retry-after"], reply.detail) for reply in replies[3:]} == {("60", "Call 911.")}
    assert call(guard, "POST", JOIN, chat(PLAIN)).status == 429, "it is the same visitor"


@pytest.mark.parametrize("claimed", ["X-FAQ-Over-Limit", "x-faq-over-limit", "x_faq_over_limit"])
def test_nobody_outside_can_say_the_guards_word(claimed: str, guard: App) -> None:
    assert json.loads(call(guard, "POST", JOIN, chat(PLAIN), **{claimed: "1"}).body) == []
    assert json.loads(call(guard, "GET", "/chat/", **{claimed: "1"}).body) == []


@pytest.mark.parametrize(
    ("path", "asked", "says"),
    [("/v1/ask", script, "en crisis"), ("/mcp", script, "en crisis"), (JOIN, chat, "en crisis"),
     ("/chat/es/gradio_api/queue/join", chat, "es crisis")],
)  # fmt: skip
def test_beyond_what_anybody_in_need_asks_the_guard_itself_tells_whom_to_call(
    path: str, asked: Callable[[str], bytes], says: str
) -> None:
    texts = {"en": lambda name: f"en {name}", "es": lambda name: f"es {name}"}
    guard = Guard(told, questions_per_minute=1, busy_text="", texts=texts)

    def statuses(client: str = VISITOR) -> Counter[int]:
        number = URGENT_PER_MINUTE + 9
        return Counter(
            call(guard, "POST", path, asked(EMERGENCY), client=client).status for _ in range(number)
        )

    # A question under the usual limit is no exception yet.
    assert statuses()[200] in (URGENT_PER_MINUTE + 1, URGENT_PER_MINUTE + 2)
    refused = call(guard, "POST", path, asked(CRISIS))
    assert (refused.status, refused.detail) == (429, says)
    assert set(statuses("127.0.0.1")) == {200}, "this machine is not counted"
    assert statuses("203.0.113.6")[200] > URGENT_PER_MINUTE, "everybody has their own"


questions = st.sampled_from([PLAIN, EMERGENCY, CRISIS, "Who took part?", "Should I stop my tablets?"])
posted = st.tuples(st.booleans(), questions, st.sampled_from([VISITOR, "203.0.113.6", "127.0.0.1"]))


@settings(deadline=None, max_examples=60)
@given(st.lists(posted, max_size=40), st.integers(1, 4))
def test_whatever_was_asked_before_the_urgent_pass_and_the_others_keep_to_the_limit(
    asked: list[tuple[bool, str, str]], limit: int
) -> None:
    guard = Guard(told, questions_per_minute=limit, busy_text="Call 911.")
    seen, free = Counter[str](), Counter[str]()
    for in_chat, question, client in asked:
        body, path = (chat(question), JOIN) if in_chat else (script(question), "/v1/ask")
        reply = call(guard, "POST", path, body, client=client)
        urgent, counted = question in (EMERGENCY, CRISIS), client != "127.0.0.1"
        if urgent or not counted:
            assert (reply.status, json.loads(reply.body)) == (200, []), "unlimited, and without a word"
        elif reply.status == 200:
            seen[client] += 1
            free[client] += reply.body == b"[]"
            assert in_chat or reply.body == b"[]"
        else:
            assert reply.status == 429
    assert all(seen[client] <= 2 * limit and free[client] <= limit for client in seen)


def test_the_chat_of_the_real_app_gets_every_urgent_question(small_app: App) -> None:
    client = "198.51.100.77"
    statuses = [call(small_app, "POST", "/v1/ask", script(PLAIN), client=client).status for _ in range(32)]
    assert statuses == [200] * 30 + [429] * 2

    for question in (EMERGENCY, CRISIS):
        for _ in range(URGENT_PER_MINUTE // 2):
            assert call(small_app, "POST", "/v1/ask", script(question), client=client).status == 200
