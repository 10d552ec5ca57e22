"""Whether a posted body holds a question that must never wait: a crisis or an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.allowed import is_chat_question
from assistant.safety import route
from assistant.schema import RedirectKind

URGENT: frozenset[RedirectKind] = frozenset({"crisis", "emergency"})


def urgent_kind(path: str, body: object) -> RedirectKind | None:
    """Return the kind of an urgent question, None for every other body.

    Every text that could be the question must be urgent: with words of an emergency beside it,
    another question would go around every limit.
    """
    kinds = [redirect.kind if redirect else None for redirect in map(route, _texts(path, body))]
    if kinds and all(kind in URGENT for kind in kinds):
        return kinds[0]
    return None


def _texts(path: str, body: object) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    if not is_chat_question(path):
        # An agent's call of a tool carries it two levels deeper.
        asked = _inner(_inner(body, "params"), "arguments") if "params" in body else body
        yield from _written(asked.get("question"))
        return
    data = body.get("data")
    for value in data if isinstance(data, list) else ():
        yield from _written(value)
    # A question that was picked, not typed, comes with the event: an example as an object, others as text.
    picked = _inner(body, "event_data").get("value")
    yield from _written(picked.get("text") if isinstance(picked, dict) else picked)


def _inner(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _written(value: object) -> Iterator[str]:
    if isinstance(value, str) and value.strip():
        yield value
