"""The tools for agents over MCP (home of mcp): one POST, one JSON answer. Imported only when wanted."""

from __future__ import annotations

import logging
from importlib.metadata import version
from typing import Any

import anyio.to_thread
from mcp.server.lowlevel import Server
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types import CallToolResult, ListToolsResult, TextContent, Tool
from pydantic import ValidationError
from starlette.applications import Starlette

from assistant.live import LiveAssistant
from assistant.problems import Problem, explained, problem
from assistant.settings import Settings
from assistant.tools import TOOLS
from assistant.visitors import VISITOR
from content.errors import FaqError
from content.schema import Fact


def build_mcp(live: LiveAssistant, settings: Settings) -> Starlette:
    """Return an app that answers MCP at `/mcp`; its lifespan must be run.

    No session is kept and nothing is streamed: a call is one request, so that the guard's limit counts it.
    """

    async def call_tool(context: Any, asked: Any) -> CallToolResult:
        visitor = context.request.headers.get(VISITOR, "") if context.request is not None else ""
        given = (asked.name, asked.arguments or {}, live, settings, visitor)
        # In a thread, as a route of FastAPI would: answering keeps a core busy.
        found = await anyio.to_thread.run_sync(use, *given)
        text = TextContent(type="text", text=found.model_dump_json())
        if isinstance(found, Problem):
            return CallToolResult(content=[text], is_error=True)
        return CallToolResult(content=[text], structured_content=found.model_dump(mode="json"))

    # Its messages name methods and arguments that clients send: words of a visitor, possibly.
    logging.getLogger("mcp").setLevel(logging.CRITICAL + 1)
    server: Server[Any] = Server(
        "quoted-faq", version=version("quoted-faq"), on_list_tools=_list_tools, on_call_tool=call_tool
    )
    return server.streamable_http_app(
        streamable_http_path="/mcp",
        stateless_http=True,
        json_response=True,
        # The guard knows the names of this server already.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )


def use(
    name: str, arguments: dict[str, Any], live: LiveAssistant, settings: Settings, visitor: str = ""
) -> Fact:
    """Return what a tool gives, or the problem; nothing of the arguments is repeated in a problem."""
    tool = TOOLS.get(name)
    if tool is None:
        return problem("not-found", f"The tools are {', '.join(TOOLS)}.")
    try:
        return tool.use(tool.takes.model_validate(arguments), live, settings, visitor)
    except ValidationError:
        return problem("invalid", f"{name} takes {', '.join(tool.takes.model_fields)}.")
    except FaqError as error:
        return explained(error)


async def _list_tools(_: Any, __: Any) -> ListToolsResult:
    return ListToolsResult(
        tools=[
            Tool(
                name=name,
                description=tool.about,
                input_schema=tool.takes.model_json_schema(),
                output_schema=tool.gives.model_json_schema(mode="serialization"),
            )
            for name, tool in TOOLS.items()
        ]
    )
