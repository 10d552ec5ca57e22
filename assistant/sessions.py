"""Sessions of the chats: Gradio remembers every one for good, so those that are over are forgotten here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from assistant.waiting import chat_queues

MOST_SESSIONS = 1000


def forgetting(routes: Iterable[Any]) -> Callable[[], None]:
    """Return a function that keeps the sessions of all mounted chats few, and is cheap."""
    queues = chat_queues(routes)

    def forget() -> None:
        for queue in queues:
            forget_sessions(queue.pending_event_ids_session)

    return forget


def forget_sessions(events: dict[str, set[str]], most: int = MOST_SESSIONS) -> None:
    """Forget sessions once there are more than `most`, so that a quarter of the room is free again.

    `events` are those that each session has not been told the end of yet. Whoever waits for nothing
    goes first and is remembered anew with the next question; then the oldest of those who asked and
    never came for their answer.
    """
    if len(events) <= most:
        return
    for name in [name for name, waited_for in events.items() if not waited_for]:
        del events[name]
    for name in list(events)[: max(0, len(events) - most * 3 // 4)]:
        del events[name]
