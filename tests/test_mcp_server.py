"""MCP against the real server: off unless wanted, the same answers, and nothing of a question left behind."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from asgi import in_loop
from mcp.client.client import Client
from mcp_types import TextContent
from served import Server, serving
from shell import Shell, free_port

from assistant.errors import McpNotInstalled
from assistant.live import LiveAssistant
from assistant.mcp_server import use
from assistant.problems import URN, Problem
from assistant.schema import Answer
from assistant.settings import Settings
from assistant.web import build_app

PRIVATE = "Zebrafinchley"
LUPUS = "How many people took part in the lupus study?"
Called = tuple[bool, Any, Any]


@pytest.fixture(scope="module")
def wanted(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that offers MCP."""
    with serving(built_in_home, tmp_path_factory.mktemp("around") / "mcp", FAQ_MCP="true") as running:
        yield running


def call(server: Server, *calls: tuple[str, dict[str, object]]) -> list[Called]:
    """Call tools one after the other; return for each whether it failed, its text as JSON, and its value."""

    async def run() -> list[Called]:
        async with Client(f"{server.url}/mcp") as client:
            return [shown(await client.call_tool(name, arguments)) for name, arguments in calls]

    def shown(result: Any) -> Called:
        (content,) = result.content
        assert isinstance(content, TextContent)
        return result.is_error, json.loads(content.text), result.structured_content

    return asyncio.run(run())


@pytest.mark.server
def test_without_the_setting_there_is_nothing(server: Server) -> None:
    for method in ("GET", "POST", "DELETE"):
        reply = httpx.request(method, f"{server.url}/mcp", json={}, trust_env=False)
        assert (reply.status_code, reply.json()["type"]) == (404, f"{URN}not-found")


@pytest.mark.server
def test_three_tools_are_offered_with_their_schemas(wanted: Server) -> None:
    async def listed() -> dict[str, Any]:
        async with Client(f"{wanted.url}/mcp") as client:
            return {tool.name: tool for tool in (await client.list_tools()).tools}

    tools = asyncio.run(listed())

    assert set(tools) == {"ask", "search", "fetch"}
    assert tools["search"].input_schema["required"] == ["query"]
    assert tools["fetch"].input_schema["required"] == ["id"]
    assert "citations" in tools["ask"].output_schema["properties"]


@pytest.mark.server
@pytest.mark.parametrize(
    "question", [LUPUS, "Do you treat eczema?", "I cannot breathe", "Can COPD be cured?"]
)
def test_ask_gives_what_the_http_route_gives(question: str, wanted: Server) -> None:
    ((failed, told, value),) = call(wanted, ("ask", {"question": question}))

    assert not failed
    assert told == value == wanted.ask(question).json()
    assert Answer.model_validate(told).index_id == wanted.get("/healthz").json()["index_id"]


@pytest.mark.server
def test_search_and_fetch_are_as_connectors_want_them(wanted: Server) -> None:
    ((failed, found, value),) = call(wanted, ("search", {"query": LUPUS}))
    assert not failed and found == value
    assert {frozenset(result) for result in found["results"]} == {frozenset({"id", "title", "url"})}
    first = found["results"][0]

    ((failed, whole, _),) = call(wanted, ("fetch", {"id": first["id"]}))

    assert not failed
    assert set(whole) == {"id", "title", "text", "url", "metadata"}
    assert whole["text"] == wanted.get(f"/v1/documents/{first['id']}").json()["text"]
    assert first["id"] == "trial-uc-msc-lupus-2010"


@pytest.mark.server
def test_an_emergency_comes_before_any_search(wanted: Server) -> None:
    ((_, found, _),) = call(wanted, ("search", {"query": f"{PRIVATE} has chest pain and cannot breathe"}))

    assert [result["id"] for result in found["results"]] == ["wording:emergency"]
    assert "911" in found["results"][0]["title"]


@pytest.mark.server
def test_errors_are_problems_that_repeat_nothing(wanted: Server) -> None:
    results = call(
        wanted,
        ("ask", {"question": PRIVATE * 99}),
        ("ask", {"question": PRIVATE, PRIVATE: 1}),
        ("ask", {}),
        ("search", {"query": ""}),
        ("fetch", {"id": PRIVATE}),
        (PRIVATE, {}),
    )

    assert [(failed, told["type"].removeprefix(URN), value) for failed, told, value in results] == [
        (True, kind, None)
        for kind in ("too-long", "invalid", "invalid", "empty", "no-such-document", "not-found")
    ]
    assert PRIVATE not in json.dumps(results)
    for body in (
        f'{{"jsonrpc": "2.0", "method": "{PRIVATE}", "id": 1}}',
        f'{{"{PRIVATE}": 1}}',
        f'["{PRIVATE}"]',
    ):
        for accept in ("application/json, text/event-stream", "text/html"):
            reply = httpx.post(
                f"{wanted.url}/mcp", content=body, trust_env=False,
                headers={"content-type": "application/json", "accept": accept},
            )  # fmt: skip
            assert reply.status_code < 500
    log = wanted.log.read_text("utf-8")
    assert PRIVATE not in log
    assert "Traceback" not in log


@pytest.mark.server
def test_stopping_waits_for_no_agent(built_in_home: Path, tmp_path: Path) -> None:
    with serving(built_in_home, tmp_path / "around", FAQ_MCP="true") as server:
        call(server, ("ask", {"question": LUPUS}))
        assert server.stop() < 8
        assert "Traceback" not in server.log.read_text("utf-8")


def test_a_tool_that_does_not_exist_is_a_problem(small_settings: Settings) -> None:
    live = LiveAssistant(small_settings)

    told = use("drop", {}, live, small_settings)

    assert isinstance(told, Problem)
    assert told.detail == "The tools are ask, search, fetch."


@pytest.mark.parametrize("history", [["Any deaths?"] * 51, ["Any deaths? " * 400]], ids=len)
def test_neither_length_nor_history_keeps_an_emergency_from_its_number(
    history: list[str], small_settings: Settings
) -> None:
    asked = {"question": "I cannot breathe. " + "Please help me. " * 400, "history": history}

    told = use("ask", asked, LiveAssistant(small_settings), small_settings)

    assert isinstance(told, Answer)
    assert told.redirect is not None and told.redirect.kind == "emergency"


def test_without_the_package_serving_stops_before_anything_is_built(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("FAQ_MCP", "true")
    monkeypatch.setenv("FAQ_HOME", str(tmp_path / "home"))
    monkeypatch.setitem(sys.modules, "mcp", None)

    done = shell("serve", "--port", free_port(), "--staff-port", free_port())

    assert (done.code, done.out) == (78, "")
    assert done.err == "faq: FAQ_MCP: the mcp package is missing. Install it: pip install '.[mcp]'\n"
    assert not (tmp_path / "home").exists()


def test_without_the_package_the_error_names_the_command(
    small_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = LiveAssistant(small_settings)
    wanted = small_settings.model_copy(update={"mcp": True})
    for name in [name for name in sys.modules if name.partition(".")[0] in ("mcp", "mcp_types")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "assistant.mcp_server")

    with pytest.raises(McpNotInstalled, match=r"pip install '\.\[mcp\]'"):
        in_loop(lambda: build_app(wanted, live))
