"""Whether a posted body holds a question that must never wait: a crisis or an emergency."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assistant.allowed import is_chat_question
from assistant.bodies import is_plainly_asked
from assistant.schema import ALONE, RedirectKind
from assistant.triage import Triage, triage


def urgent_kind(path: str, body: object, route: Triage = triage) -> RedirectKind | None:
    """Return the kind of an urgent question, None for every other body.

    Every text that could be the question must be urgent: with words of an emergency beside it,
    another question would go around every limit. What is not plainly text is never urgent. `route` is the
    assistant's own where one is loaded.
    """
    texts = list(_texts(path, body))
    if not all(isinstance(text, str) for text in texts):
        return None
    asked = [text for text in texts if text.strip()]
    kinds = [redirect.kind if redirect else None for redirect in map(route, asked)]
    if kinds and all(kind in ALONE for kind in kinds):
        return kinds[0]
    return None


def _texts(path: str, body: object) -> Iterator[Any]:
    """Yield whatever stands where a question could, text or not."""
    if not isinstance(body, dict):
        return
    if not is_chat_question(path):
        # An agent's call of a tool carries it two levels deeper, and may search instead of asking.
        asked = _inner(_inner(body, "params"), "arguments") if "params" in body else body
        yield from (asked[name] for name in ("question", "query") if name in asked)
        return
    if not is_plainly_asked(body):
        return
    # What is left beside text is nothing and, behind the question, earlier ones.
    yield from (value for value in body.get("data", []) if isinstance(value, str))
    # A question that was picked, not typed, comes with the event: an example as an object, others as text.
    picked = _inner(body, "event_data").get("value")
    yield (picked.get("text") if isinstance(picked, dict) else picked) or ""


def _inner(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}
