"""The body of a request: read up to a limit, decoded once, and free of what attacks Gradio."""

from __future__ import annotations

import json

from assistant.headers import Message, Receive

MAX_BODY_BYTES = 16_384
# A text chat never sends files or component definitions; such objects are an attack on Gradio's
# file handling, whatever spelling JSON allows for them, so they are looked for after decoding.
_FORBIDDEN_KEYS = frozenset({"constructor_args", "component_name"})
_FILE_MARK = "gradio.filedata"


async def read_body(receive: Receive) -> bytes | None:
    """Return the whole body, or None as soon as it is over the limit."""
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MAX_BODY_BYTES:
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
    """Return the JSON value of a body. Raises ValueError for what is none, or too deep to be one."""
    try:
        return json.loads(body)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


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
