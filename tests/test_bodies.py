"""A body is JSON in UTF-8, in whole characters, whatever a client cuts or makes up."""

from __future__ import annotations

import json

import pytest
from asgi import call
from hypothesis import given
from hypothesis import strategies as st

from assistant.bodies import decoded, whole
from assistant.guard import Guard
from assistant.headers import App, Receive, Scope, Send

JOIN = "/chat/gradio_api/queue/join"
# A box that counts in halves of characters cuts 😮 in two.
CUT = b'{"data": ["I cannot breathe \\ud83d", null]}'


def test_half_a_character_becomes_a_question_mark() -> None:
    body, value = whole(CUT)

    assert value == {"data": ["I cannot breathe ?", None]}
    assert json.loads(body.decode("utf-8")) == value


@pytest.mark.parametrize(
    "body", [b'"\\ud83d\\ude2e"', b'"\\u00e9"', '"é"'.encode(), b'{"a": [1.5, null, "\\n"]}']
)
def test_whole_characters_stay_as_they_are(body: bytes) -> None:
    assert whole(body)[1] == json.loads(body)


@pytest.mark.parametrize("body", [b'"\xed\xa0\x80"', b'"\xff"', '"a"'.encode("utf-16"), b"\xef\xbb\xbf1"])
def test_bytes_that_are_no_utf_8_are_no_json(body: bytes) -> None:
    with pytest.raises(ValueError):
        decoded(body)
    assert call(guard_around(), "POST", JOIN, body).status == 400


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec=None)), lambda of: st.lists(of)
)


@given(anything)
def test_whatever_json_says_arrives_in_characters_that_can_be_answered_with(value: object) -> None:
    body, found = whole(json.dumps(value).encode())

    assert json.loads(body) == found
    json.dumps(found, ensure_ascii=False).encode("utf-8")


def guard_around() -> App:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the body that came through."""
        body = (await receive())["body"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    return Guard(inner, questions_per_minute=9, busy_text="")


@pytest.mark.parametrize("number", ["1e999", "-1e9990", "NaN", "Infinity", "-Infinity"])
def test_a_number_without_end_is_no_json(number: str) -> None:
    """Gradio would answer such a function index with an error that cannot be written."""
    body = f'{{"fn_index": {number}, "data": ["\\u00e9"]}}'.encode()
    for read in (decoded, whole):
        with pytest.raises(ValueError, match="is no number"):
            read(body)
    assert decoded(b"[1.5, 1e308, -2]") == [1.5, 1e308, -2]


def test_who_answers_never_sees_half_a_character() -> None:
    assert json.loads(call(guard_around(), "POST", JOIN, CUT).body)["data"][0] == "I cannot breathe ?"
