"""Questions that never wait: found in each shape a question is posted in, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.triage import triage
from assistant.urgency import urgent_kind

JOIN = "/chat/gradio_api/queue/join"
EMERGENCY, CRISIS, ADVICE, PLAIN = (
    "I cannot breathe",
    "I want to die",
    "Should I stop my tablets?",
    "What is COPD?",
)


def typed(question: str) -> dict[str, object]:
    return {"data": [question, None], "event_data": None, "fn_index": 0, "session_hash": "visitor"}


def example(question: str) -> dict[str, object]:
    return {"data": [None], "event_data": {"index": 0, "value": {"text": question}}, "fn_index": 1}


def follow_up(question: str) -> dict[str, object]:
    return {"data": [None], "event_data": {"index": [1, 0], "value": question}, "fn_index": 2}


def to_ask(question: str) -> dict[str, object]:
    return {"question": question, "history": [PLAIN]}


def agent(question: str) -> dict[str, object]:
    return {"jsonrpc": "2.0", "params": {"name": "ask", "arguments": {"question": question}}}


def agent_search(query: str) -> dict[str, object]:
    return {"jsonrpc": "2.0", "params": {"name": "search", "arguments": {"query": query}}}


def client_ask(question: str) -> dict[str, object]:
    return {"data": [question, [PLAIN]], "fn_index": 4, "session_hash": "visitor"}


SHAPES = {
    "typed": (JOIN, typed), "typed in Spanish": ("/chat/es/gradio_api/queue/join", typed),
    "example": (JOIN, example), "follow-up": (JOIN, follow_up),
    "script": ("/v1/ask", to_ask), "agent": ("/mcp", agent), "agent's search": ("/mcp", agent_search),
    "gradio_client": (JOIN, client_ask),
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_an_urgent_question_is_found_in_every_shape(shape: str) -> None:
    path, posted = SHAPES[shape]

    assert urgent_kind(path, posted(EMERGENCY)) == "emergency"
    assert urgent_kind(path, posted(CRISIS)) == "crisis"
    assert urgent_kind(path, posted(f"{PLAIN} {EMERGENCY}. {PLAIN}")) == "emergency"
    for question in (ADVICE, PLAIN, "", " "):
        assert urgent_kind(path, posted(question)) is None


@given(st.text(max_size=60), st.sampled_from(sorted(SHAPES)))
def test_urgent_is_what_the_answer_would_call_urgent(question: str, shape: str) -> None:
    path, posted = SHAPES[shape]
    redirect = triage(question)
    urgent = redirect is not None and redirect.kind in ("crisis", "emergency")

    assert (urgent_kind(path, posted(question)) is not None) == urgent


def test_words_of_an_emergency_beside_it_make_no_question_urgent() -> None:
    assert urgent_kind("/v1/ask", {"question": PLAIN, "history": [EMERGENCY], "note": EMERGENCY}) is None
    assert urgent_kind(JOIN, {"data": [PLAIN, EMERGENCY], "session_hash": EMERGENCY}) is None
    assert urgent_kind(JOIN, typed(PLAIN) | {"event_data": {"value": EMERGENCY}}) is None
    assert urgent_kind("/v1/feedback", {"helpful": False, "reason": EMERGENCY}) is None


@pytest.mark.parametrize("picked", [EMERGENCY, {"text": EMERGENCY}])
@pytest.mark.parametrize("typed", [[PLAIN], {"text": PLAIN}, 7, True, [[PLAIN]], []], ids=str)
def test_an_urgent_pick_beside_what_is_no_text_is_not_urgent(typed: object, picked: object) -> None:
    body = {"data": [typed, None], "event_data": {"value": picked}}

    assert urgent_kind(JOIN, body) is None
    assert urgent_kind(JOIN, body | {"data": [EMERGENCY, {"text": PLAIN}]}) is None
    assert urgent_kind(JOIN, {"data": [EMERGENCY], "event_data": {"value": typed}}) is None
    assert urgent_kind("/mcp", {"params": {"arguments": {"question": typed, "query": EMERGENCY}}}) is None


@pytest.mark.parametrize("path", ["/v1/ask", JOIN, "/mcp"])
@pytest.mark.parametrize(
    "body",
    [None, 7, EMERGENCY, [EMERGENCY], {}, {"data": EMERGENCY}, {"data": [[EMERGENCY]]},
     {"question": [EMERGENCY]}, {"event_data": [1]}, {"event_data": {"value": [EMERGENCY]}},
     {"params": EMERGENCY}, {"params": {"arguments": 1}}],
    ids=str,
)  # fmt: skip
def test_other_bodies_hold_none(path: str, body: object) -> None:
    assert urgent_kind(path, body) is None
