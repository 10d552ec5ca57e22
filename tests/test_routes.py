"""Every route of the really mounted app, each decided by a person: a new one fails until it is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from asgi import behind_guard, call
from fastapi import FastAPI
from starlette.responses import PlainTextResponse

from assistant.guard import Guard
from assistant.headers import App, Receive, Scope, Send
from assistant.settings import Language

# {"METHOD /path": "allowed" | "refused"}; the chats of all languages have the same routes and share a line.
DECIDED: dict[str, str] = json.loads(Path(__file__).with_name("golden").joinpath("routes.json").read_text())
OTHER_LANGUAGE = re.compile(rf"^/chat/({'|'.join(get_args(Language))})(?=/|$)")
DANGEROUS = ("file={path_or_url:path}", "file/{path:path}", "proxy={url_path:path}", "upload", "dev/reload",
             "component_server", "deep_link", "process_recording", "cancel", "run/{api_name}")  # fmt: skip


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer every request."""
    await PlainTextResponse("reached")(scope, receive, send)


def routes_of(routes: Iterable[Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield (method, path) of every route, through mounts and included routers."""
    for route in routes:
        path = above + getattr(route, "path", "")
        methods = getattr(route, "methods", None)
        if methods:
            yield from ((method, path) for method in methods)
        elif not hasattr(route, "app") and not hasattr(route, "original_router"):
            yield "WEBSOCKET", path
        else:
            inside = getattr(route, "original_router", None) or route.app
            # A mounted app without routes of its own answers everything below its path.
            yield from routes_of(inside.routes, path) if hasattr(inside, "routes") else [("ANY", path)]


@pytest.fixture(scope="module")
def found(small_app: App) -> set[tuple[str, str]]:
    behind = behind_guard(small_app)
    assert isinstance(behind, FastAPI)
    return set(routes_of(behind.routes))


def is_reached(method: str, path: str) -> bool:
    guard = Guard(inner, questions_per_minute=9, busy_text="")
    concrete = re.sub(r"\{\w+(:\w+)?\}", "x", path)
    reply = call(guard, "GET" if method == "ANY" else method, concrete, b"{}", client="127.0.0.1")
    assert reply.status in (200, 307, 404)
    # The chat without its slash is led to itself by the guard and never reached.
    return reply.status == 200


def test_every_route_is_decided_and_the_guard_does_what_was_decided(found: set[tuple[str, str]]) -> None:
    does: dict[str, set[str]] = {}
    for method, path in found:
        name = f"{method} {OTHER_LANGUAGE.sub('/chat', path)}"
        does.setdefault(name, set()).add("allowed" if is_reached(method, path) else "refused")

    undecided = sorted(set(does) - set(DECIDED))
    assert not undecided, f"allowed or refused? Decide in tests/golden/routes.json: {undecided}"
    assert sorted(set(DECIDED) - set(does)) == [], "routes that are gone"
    assert {name: what for name, what in does.items() if what != {DECIDED[name]}} == {}


def test_nothing_that_touches_files_or_other_hosts_is_allowed() -> None:
    for name in DANGEROUS:
        decisions = {what for route, what in DECIDED.items() if route.endswith(f" /chat/gradio_api/{name}")}
        assert decisions == {"refused"}, name
    assert not [
        name for name in DECIDED if DECIDED[name] == "allowed" and re.search("upload|file[=/]|proxy", name)
    ]


def test_every_mounted_chat_is_locked(small_app: App) -> None:
    behind: Any = behind_guard(small_app)
    mounts = [route for route in behind.routes if hasattr(getattr(route, "app", None), "get_blocks")]
    assert [mount.path for mount in mounts] == ["/chat/es", "/chat"]
    for mount in mounts:
        blocks = mount.app.get_blocks()
        assert (blocks.has_launched, blocks.blocked_paths, blocks.allowed_paths) == (True, ["/"], [])
        assert not blocks.enable_monitoring
