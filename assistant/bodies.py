"""The body of a request: read up to a limit, decoded once, and free of what attacks Gradio."""

from __future__ import annotations

import json
import math
import re

from assistant.headers import Message, Receive

MAX_BODY_BYTES = 16_384
# A text chat never sends files or component definitions; such objects are an attack on Gradio's
# file handling, whatever spelling JSON allows for them, so they are looked for after decoding.
_FORBIDDEN_KEYS = frozenset({"constructor_args", "component_name"})
_FILE_MARK = "gradio.filedata"
# Browsers send letters and digits, gradio_client a UUID; Gradio keeps whatever it is given.
_SESSION = re.compile(r"[a-z0-9-]{1,40}")


async def read_body(receive: Receive, limit: int = MAX_BODY_BYTES) -> bytes | None:
    """Return the whole body, or None as soon as it is over the limit."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > limit:
            return None
        if message["type"] == "http.disconnect" or not message.get("more_body", False):
            return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """Return a `receive` that gives the body that was read, then what the client does next."""
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def decoded(body: bytes) -> object:
    """Return the JSON value of a body in UTF-8. Raises ValueError for what is none, or too deep to be one.

    Left to itself the parser takes bytes that are no UTF-8, and numbers without end (NaN, 1e999), which
    nobody can answer with later.
    """
    try:
        return json.loads(body.decode("utf-8"), parse_float=_finite, parse_constant=_finite)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _finite(number: str) -> float:
    found = float(number)
    if not math.isfinite(found):
        raise ValueError(f"{number[:20]} is no number")
    return found


def whole(body: bytes) -> tuple[bytes, object]:
    """Return a body in whole characters and its JSON value; half a character becomes "?".

    A box that counts in halves cuts them, and then a chat could tell nobody anything, not even whom to
    call. Raises ValueError as `decoded` does.
    """
    value = decoded(body)
    if b"\\" not in body:
        return body, value
    try:
        mended = json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    return mended, json.loads(mended)


def is_plainly_asked(body: object) -> bool:
    """Tell whether what a chat is sent is text: what was typed or picked, or nothing, and earlier questions.

    The session is a short name, or left out.

    Gradio writes out whatever else stands in a text's place, and would search what no rule has seen.
    """
    if not isinstance(body, dict):
        return False
    session = body.get("session_hash")
    if session is not None and not (isinstance(session, str) and _SESSION.fullmatch(session)):
        return False
    data, event = body.get("data", []), body.get("event_data")
    if not isinstance(data, list) or not all(map(_is_text, data[:1])):
        return False
    picked = event.get("value") if isinstance(event, dict) else None
    # Only an example is an object, and an example is its text.
    texts = [picked["text"] if isinstance(picked, dict) and "text" in picked else picked]
    for value in data[1:]:
        # The question comes first, a list of earlier ones (`/ask` alone has it) never.
        texts += value if isinstance(value, list) else [value]
    return all(map(_is_text, texts))


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def is_harmless(value: object) -> bool:
    """Tell whether nothing in a decoded body names a file or builds a component, however deep."""
    unseen = [value]
    while unseen:
        part = unseen.pop()
        if isinstance(part, dict):
            if not _FORBIDDEN_KEYS.isdisjoint(part):
                return False
            unseen += [*part, *part.values()]
        elif isinstance(part, list):
            unseen += part
        elif isinstance(part, str) and part.casefold() == _FILE_MARK:
            return False
    return True
