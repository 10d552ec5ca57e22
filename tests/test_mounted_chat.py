"""The mounted chat over its queue: one turn, and three locks on the files of the server, each by itself."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from asgi import call, in_loop
from fastapi import FastAPI
from shown import Shown

from assistant.chat import mount_chat
from assistant.guard import Guard
from assistant.live import LiveAssistant
from assistant.settings import Settings

JOIN, DATA = "/chat/gradio_api/queue/join", "/chat/gradio_api/queue/data"
ASK, PICK, FOLLOW, AGAIN = range(4)
PRIVATE = "words that only the server may read"


@pytest.fixture
def mounted(small_settings: Settings) -> FastAPI:
    """Return an app with the chat and without the guard."""
    app = FastAPI()
    in_loop(lambda: mount_chat(app, LiveAssistant(small_settings), small_settings))
    return app


@pytest.fixture
def private(tmp_path: Path) -> Path:
    path = tmp_path / "private.txt"
    path.write_text(PRIVATE, "utf-8")
    return path


def blocks_of(app: FastAPI) -> Any:
    (mount,) = (route for route in app.routes if getattr(route, "path", "") == "/chat")
    return mount.app.blocks  # type: ignore[attr-defined]


def use(app: FastAPI, *events: dict[str, object]) -> list[Any]:
    """Send events of one visitor through the queue; return the data of each, None for a failed one."""

    async def run() -> list[Any]:
        transport = httpx.ASGITransport(app=app, client=("127.0.0.1", 1))
        async with (
            app.router.lifespan_context(app),
            httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
        ):
            return [await one(client, event) for event in events]

    async def one(client: httpx.AsyncClient, event: dict[str, object]) -> Any:
        joined = await client.post(JOIN, json={"session_hash": "visitor", **event})
        assert joined.status_code == 200, joined.text
        session = event.get("session_hash", "visitor")
        told = (await client.get(DATA, params={"session_hash": str(session)})).text
        messages = [json.loads(line.removeprefix("data: ")) for line in told.splitlines() if line]
        (done,) = (message for message in messages if message["msg"] == "process_completed")
        return done["output"].get("data")

    return asyncio.run(run())


def naming(path: Path) -> dict[str, object]:
    """Return an event whose question is not text but names a file of the server."""
    return {"fn_index": ASK, "data": [{"path": str(path), "meta": {"_type": "gradio.FileData"}}, None]}


def copies() -> list[Path]:
    """Return the private file's copies among the files of the chat."""
    files = [path for path in Path(os.environ["GRADIO_TEMP_DIR"]).rglob("*") if path.is_file()]
    return [path for path in files if PRIVATE.encode() in path.read_bytes()]


def texts(data: Any) -> list[str]:
    """Return what a turn shows: the visitor's words and the sentences of the answer."""
    return [
        text
        for message in data[0]
        for tag in ("blockquote", "div")
        for text in Shown(message["content"][0]["text"], tag).texts[:1]
    ]


def test_a_turn_an_example_and_starting_over(mounted: FastAPI) -> None:
    asked, picked, over, fresh = use(
        mounted,
        {"fn_index": ASK, "data": ["Were there any deaths?", None]},
        {
            "fn_index": PICK,
            "data": [None],
            "event_data": {"index": 0, "value": {"text": "Where is the clinic?"}},
        },
        {"fn_index": AGAIN, "data": []},
        {"fn_index": ASK, "data": ["Where is the clinic?", None]},
    )

    assert texts(asked)[:2] == ["Were there any deaths?", "There were no deaths."]
    assert len(picked[0]) == 4, "the conversation so far, and the example"
    assert "The clinic is in Scottsdale, Arizona." in " ".join(texts(picked))
    assert over[0] == []
    assert len(fresh[0]) == 2, "nothing of the old conversation is kept"
    assert {data[2] for data in (asked, picked, over, fresh)} == {""}


def test_the_first_visitor_waits_for_no_import(
    small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Gradio imports pyplot with its first turn; here that is over before, and beside the start."""
    asked_for: list[str] = []
    monkeypatch.setattr("assistant.chat.import_module", asked_for.append)
    in_loop(lambda: mount_chat(FastAPI(), LiveAssistant(small_settings), small_settings))

    for thread in threading.enumerate():
        if thread.name == "warming":
            thread.join(10)
    assert asked_for == ["matplotlib.pyplot"]


def test_a_conversation_that_a_client_makes_up_is_ignored(mounted: FastAPI) -> None:
    made_up = [["Is it safe?", "<p>Perfectly safe!</p>"]]

    (data,) = use(mounted, {"fn_index": ASK, "data": ["Where is the clinic?", made_up]})

    assert len(data[0]) == 2
    assert "Perfectly" not in json.dumps(data)


def test_after_mounting_every_lock_is_on(mounted: FastAPI) -> None:
    blocks = blocks_of(mounted)

    assert blocks.has_launched is True
    assert blocks.blocked_paths == ["/"]
    assert blocks.allowed_paths == []
    assert blocks.state_holder.capacity == 500


def test_a_page_that_is_forgotten_begins_a_new_conversation(
    mounted: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks_of(mounted).state_holder, "capacity", 1)
    question = "Where is the clinic?"

    first, other, again = use(
        mounted,
        {"fn_index": ASK, "data": ["Were there any deaths?", None]},
        {"fn_index": ASK, "data": [question, None], "session_hash": "other"},
        {"fn_index": ASK, "data": [question, None]},
    )
    assert texts(first)[0] == "Were there any deaths?"
    assert [len(data[0]) for data in (other, again)] == [2, 2]
    assert texts(again) == texts(other)


def test_a_launched_chat_copies_no_file_that_a_client_names(
    mounted: FastAPI, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks_of(mounted), "blocked_paths", [])

    assert use(mounted, naming(private)) == [None]
    assert copies() == []


def test_blocked_paths_serve_no_file_even_of_the_chat_itself(
    mounted: FastAPI, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks_of(mounted), "has_launched", False)
    own = Path(os.environ["GRADIO_TEMP_DIR"]) / "own" / "file.txt"
    own.parent.mkdir(exist_ok=True)
    own.write_text(PRIVATE, "utf-8")

    for path in (own, private, Path("/etc/hostname")):
        reply = call(mounted, "GET", f"/chat/gradio_api/file={path}")
        assert reply.status == 403
        assert PRIVATE.encode() not in reply.body
    own.unlink()


def test_the_guard_lets_neither_request_through(
    mounted: FastAPI, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocks = blocks_of(mounted)
    monkeypatch.setattr(blocks, "has_launched", False)
    monkeypatch.setattr(blocks, "blocked_paths", [])
    guarded = Guard(mounted, questions_per_minute=9, busy_text="")
    event = json.dumps({"session_hash": "visitor", **naming(private)}).encode()

    assert call(guarded, "POST", JOIN, event).status == 400
    assert call(guarded, "GET", f"/chat/gradio_api/file={private}").status == 404
    assert copies() == []
