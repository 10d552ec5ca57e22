"""Who waits: as many as will be answered soon, in order; the others are told at once; the urgent never."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from asgi import VISITOR, behind_guard, call, http_scope
from starlette.responses import PlainTextResponse

from assistant.guard import Guard
from assistant.headers import App, Message, Receive, Scope, Send
from assistant.visitors import Visitor
from assistant.waiting import (
    FEW_WAITING,
    MOST_STREAMS,
    MOST_WAITING,
    ChatQueues,
    Streams,
    Turns,
    chats_waiting,
)

JOIN = "/chat/gradio_api/queue/join"


def test_few_are_answered_at_once_in_the_order_they_came() -> None:
    turns, done, together = Turns(2, most_waiting=3), list[int](), list[int]()

    async def ask(number: int) -> None:
        async with turns:
            together.append(sum(1 for _ in range(1)) + len(together) - len(done))
            await asyncio.sleep(0.001)
            done.append(number)

    async def run() -> None:
        await asyncio.gather(*map(ask, range(9)))

    asyncio.run(run())
    assert done == list(range(9))
    assert max(together) == 2


def test_it_is_full_when_as_many_wait_as_may() -> None:
    async def run() -> list[tuple[bool, bool]]:
        turns, seen, leave = Turns(1, most_waiting=2), [], asyncio.Event()

        async def ask() -> None:
            async with turns:
                await leave.wait()

        tasks = []
        for _ in range(4):
            seen.append((turns.must_wait, turns.is_full))
            tasks.append(asyncio.create_task(ask()))
            await asyncio.sleep(0)
        tasks[2].cancel()
        await asyncio.sleep(0)
        tasks[3].cancel()
        await asyncio.sleep(0)
        seen.append((turns.must_wait, turns.is_full))
        leave.set()
        await asyncio.gather(*tasks, return_exceptions=True)
        seen.append((turns.must_wait, turns.is_full))
        return seen

    # Who is answered does not wait; who goes away while waiting gives the place back.
    assert asyncio.run(run()) == [
        (False, False), (True, False), (True, False), (True, True), (True, False), (False, False),
    ]  # fmt: skip


class Slow:
    """An app whose answers all wait for one event."""

    def __init__(self) -> None:
        self.leave, self.inside = asyncio.Event(), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        question = json.loads((await receive())["body"])["question"]
        self.inside += 1
        if question == "wait":
            await self.leave.wait()
        await PlainTextResponse(question)(scope, receive, send)


async def post(app: App, path: str, body: object) -> tuple[int, dict[str, str]]:
    arriving: list[Message] = [{"type": "http.request", "body": json.dumps(body).encode()}]
    sent: list[Message] = []

    async def receive() -> Message:
        return arriving.pop(0) if arriving else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(http_scope("POST", path, "127.0.0.1", {}), receive, send)
    return sent[0]["status"], {k.decode(): v.decode() for k, v in sent[0]["headers"]}


def test_when_too_many_wait_a_question_is_refused_at_once_and_an_urgent_one_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 2)

    async def run() -> None:
        slow = Slow()
        guard = Guard(slow, questions_per_minute=9, busy_text="Call 911.")
        waiting = [post(guard, "/v1/ask", {"question": "wait"}) for _ in range(2 + MOST_WAITING)]
        held = [asyncio.create_task(one) for one in waiting]
        await asyncio.sleep(0.05)
        assert slow.inside == 2

        status, headers = await post(guard, "/v1/ask", {"question": "wait"})
        assert (status, headers["retry-after"], headers["content-type"]) == (
            503,
            "1",
            "application/problem+json",
        )
        assert (await post(guard, "/v1/ask", {"question": "I cannot breathe"}))[0] == 200
        assert (await post(guard, "/v1/feedback", {"question": "helpful"}))[0] == 200
        slow.leave.set()
        assert {status for status, _ in await asyncio.gather(*held)} == {200}
        assert (await post(guard, "/v1/ask", {"question": "wait"}))[0] == 200

    asyncio.run(run())


def test_an_urgent_question_does_not_even_wait_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)

    async def run() -> None:
        slow = Slow()
        guard = Guard(slow, questions_per_minute=9, busy_text="")
        held = asyncio.create_task(post(guard, "/v1/ask", {"question": "wait"}))
        await asyncio.sleep(0.01)
        assert (await asyncio.wait_for(post(guard, "/v1/ask", {"question": "I want to die"}), 1))[0] == 200
        slow.leave.set()
        await held

    asyncio.run(run())


@pytest.mark.parametrize(("waiting", "status"), [(MOST_WAITING - 1, 200), (MOST_WAITING, 429)])
def test_a_chat_whose_queue_is_long_says_so_in_our_own_words(waiting: int, status: int) -> None:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("queued")(scope, receive, send)

    guard = Guard(inner, questions_per_minute=9, busy_text="", chats_waiting=lambda: waiting)

    async def run() -> None:
        assert (await post(guard, JOIN, {"data": ["What is COPD?", None]}))[0] == status
        assert (await post(guard, "/v1/ask", {"question": "What is COPD?"}))[0] == 200

    asyncio.run(run())


@pytest.mark.parametrize(("waiting", "says"), [(FEW_WAITING, "queued"), (FEW_WAITING + 1, "Call 911 now.")])
def test_behind_others_in_a_chat_whom_to_call_is_told_here_and_now(waiting: int, says: str) -> None:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("queued")(scope, receive, send)

    texts = {"en": lambda name: {"emergency": "Call 911 now."}[name]}
    guard = Guard(inner, questions_per_minute=9, busy_text="", texts=texts, chats_waiting=lambda: waiting)
    asked = json.dumps({"data": ["I cannot breathe", None]}).encode()

    for client in ("127.0.0.1", VISITOR):
        reply = call(guard, "POST", JOIN, asked, client=client)
        assert (reply.text if reply.status == 200 else reply.detail) == says


def test_questions_on_their_way_into_a_chats_queue_wait_already() -> None:
    queued = [2]
    chats = ChatQueues(lambda: queued[0], most_waiting=4)

    with chats:
        assert not chats.is_full
        with chats:
            assert chats.is_full
            queued[0] = 1
            assert not chats.is_full
    assert not chats.is_full


@pytest.mark.parametrize("client", ["203.0.113.5", "127.0.0.1"])
def test_a_visitor_holds_few_streams_and_this_machine_any_number(client: str) -> None:
    async def run() -> None:
        leave = asyncio.Event()

        async def inner(scope: Scope, receive: Receive, send: Send) -> None:
            await leave.wait()
            await PlainTextResponse("over")(scope, receive, send)

        guard = Guard(inner, questions_per_minute=9, busy_text="Please wait.")

        async def listen(path: str, who: str = client) -> int:
            sent: list[Message] = []

            async def send(message: Message) -> None:
                sent.append(message)

            async def receive() -> Message:
                return {"type": "http.disconnect"}

            await guard(http_scope("GET", path, who, {}), receive, send)
            return int(sent[0]["status"])

        paths = ["/chat/gradio_api/heartbeat/a", "/chat/es/gradio_api/heartbeat/b"] * (MOST_STREAMS // 2)
        tabs = [asyncio.create_task(listen(path)) for path in paths]
        await asyncio.sleep(0)
        one_more = asyncio.create_task(listen(paths[0]))
        # Neither the answers of the same visitor nor another one's tabs are in the way.
        others = [
            asyncio.create_task(listen("/chat/gradio_api/queue/data?session_hash=a")),
            asyncio.create_task(listen(paths[0], "203.0.113.6")),
        ]
        await asyncio.sleep(0)
        assert one_more.done() == (client != "127.0.0.1")
        leave.set()
        assert set(await asyncio.gather(*tabs, *others)) == {200}
        assert await one_more == (200 if client == "127.0.0.1" else 429)
        assert await listen(paths[0]) == 200, "who went away has room again"

    asyncio.run(run())


def test_who_listens_to_nothing_is_forgotten() -> None:
    streams, person = Streams(1), Visitor(name="203.0.113.5", counted=True)

    with streams.held("answers", person):
        assert streams.is_full("answers", person)
        assert not streams.is_full("heartbeat", person)
    assert not streams._open


def test_the_queues_of_all_mounted_chats_are_counted(small_app: App) -> None:
    parent: Any = behind_guard(small_app)
    mounts = [route for route in parent.routes if hasattr(getattr(route, "app", None), "get_blocks")]
    assert mounts
    queues = [mount.app.get_blocks()._queue for mount in mounts]
    count = chats_waiting(parent.routes)
    assert count() == 0

    before = [queue.event_queue_per_concurrency_id for queue in queues]
    try:
        for number, queue in enumerate(queues, 1):
            waiting = type("Waiting", (), {"queue": [None] * number})
            queue.event_queue_per_concurrency_id = {"ask": waiting}
        assert count() == sum(range(1, len(queues) + 1))
    finally:
        for queue, events in zip(queues, before, strict=True):
            queue.event_queue_per_concurrency_id = events
