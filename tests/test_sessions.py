"""Sessions of the chats: however many come, few are remembered, and nobody who waits is forgotten early."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from asgi import behind_guard, http_scope
from hypothesis import given
from hypothesis import strategies as st

from assistant.guard import Guard
from assistant.headers import App, Message
from assistant.sessions import MOST_SESSIONS, forget_sessions, forgetting

JOIN = "/chat/gradio_api/queue/join"
SESSIONS = 5000


def test_five_thousand_sessions_are_not_remembered(small_app: App) -> None:
    parent: Any = behind_guard(small_app)
    guard = Guard(parent, questions_per_minute=1, busy_text="", forget_sessions=forgetting(parent.routes))
    (mount,) = (route for route in parent.routes if getattr(route, "path", "") == "/chat")
    queue = mount.app.get_blocks()._queue

    async def join(number: int) -> int:
        body = json.dumps({"data": ["What is COPD?", None], "fn_index": 0, "session_hash": f"s-{number}"})
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body.encode()}

        async def send(message: Message) -> None:
            sent.append(message)

        await guard(http_scope("POST", JOIN, "127.0.0.1", {}), receive, send)
        # Nobody answers here, and a queue that is full would take no more.
        for waiting in queue.event_queue_per_concurrency_id.values():
            waiting.queue.clear()
        return int(sent[0]["status"])

    async def run() -> None:
        assert {await join(number) for number in range(SESSIONS)} == {200}

    try:
        asyncio.run(run())
        assert 0 < len(queue.pending_event_ids_session) <= MOST_SESSIONS + 1
        assert f"s-{SESSIONS - 1}" in queue.pending_event_ids_session
    finally:
        for remembered in (
            "pending_event_ids_session",
            "pending_messages_per_session",
            "event_ids_to_events",
        ):
            getattr(queue, remembered).clear()


@given(st.lists(st.booleans(), max_size=60), st.integers(4, 40))
def test_who_waits_is_forgotten_last_and_the_oldest_first(waits: list[bool], most: int) -> None:
    events = {f"s-{number}": {"event"} if waiting else set() for number, waiting in enumerate(waits)}
    before, waiting = dict(events), [name for name, found in events.items() if found]

    forget_sessions(events, most)

    assert len(events) <= most
    if len(before) <= most:
        assert events == before
    else:
        assert list(events) == waiting[-len(events) :] if events else not waiting
        assert len(events) == min(len(waiting), most * 3 // 4)
