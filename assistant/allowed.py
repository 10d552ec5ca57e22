"""The paths that are reached at all: what a text chat and our own routes need, by method."""

from __future__ import annotations

from typing import Literal, get_args

from assistant.settings import Language

# What a visitor's limits count, each kind apart.
Counted = Literal["question", "feedback"]
# Nearly every advisory about Gradio sits in routes for files, proxies and sharing, which a text chat
# never uses: whatever is not named here is 404.
_GET = frozenset(
    {"/", "/chat.css", "/frame.js", "/healthz", "/readyz", "/favicon.ico", "/widget.js", "/demo",
     "/openapi.json"}
)  # fmt: skip
_ANSWERS, _HEARTBEAT = "gradio_api/queue/data", "gradio_api/heartbeat/"
_CHAT_GET = frozenset(
    {"", "config", "theme.css", "manifest.json", "favicon.ico", "gradio_api/info",
     "gradio_api/startup-events", _ANSWERS, "gradio_api/app_id"}
)  # fmt: skip
_CHAT_FOLDERS = ("assets/", "static/", "svelte/", _HEARTBEAT)
_CHAT_JOIN = "gradio_api/queue/join"
_HASHED_FOLDERS = ("assets/", "static/")
_API = "/v1/"
_FEEDBACK = "/v1/feedback"
_DOCUMENTS = "/v1/documents/"
# Posted paths of our own.
_POST = frozenset({"/v1/ask", _FEEDBACK, "/mcp"})
_LANGUAGES = frozenset(get_args(Language))


def is_allowed(method: str, path: str) -> bool:
    """Tell whether a request may be looked at any further; every other one is 404."""
    if ".." in path:
        return False
    within = within_chat(path)
    if method in ("GET", "HEAD"):
        if within is None:
            return path in _GET or path.startswith(_DOCUMENTS)
        return within in _CHAT_GET or within.startswith(_CHAT_FOLDERS)
    return method == "POST" and (path in _POST or within == _CHAT_JOIN)


def methods_at(path: str) -> tuple[str, ...]:
    """Return the methods a program may use at a path of `/v1`; none for any other path."""
    return tuple(method for method in ("GET", "POST") if is_api(path) and is_allowed(method, path))


def within_chat(path: str) -> str | None:
    """Return what follows `/chat/` or `/chat/<language>/`, None for a path outside the chats.

    `within_chat("/chat/es/config")` is `"config"`.
    """
    place = _chat_place(path)
    return place[1] if place else None


def language_of(path: str, default: str) -> str:
    """Return the language of the page at a path: the one it names, else the site's own."""
    place = _chat_place(path)
    return (place[0] if place else None) or default


def is_chat_question(path: str) -> bool:
    """Tell whether a posted path puts a question into the queue of a chat."""
    return within_chat(path) == _CHAT_JOIN


def stream_at(path: str) -> Literal["heartbeat", "answers"] | None:
    """Return what a chat's path goes on sending for as long as somebody listens, None for any other path."""
    within = within_chat(path) or ""
    if within.startswith(_HEARTBEAT):
        return "heartbeat"
    return "answers" if within == _ANSWERS else None


def session_at(path: str, named: str) -> str:
    """Return the session that a chat's stream at a path belongs to, "" for every other path.

    A heartbeat has it in its path; `named` is what the query says.
    """
    within = within_chat(path) or ""
    if within.startswith(_HEARTBEAT):
        return within.removeprefix(_HEARTBEAT)
    return named if within == _ANSWERS else ""


def counted_as(path: str) -> Counted:
    """Return which of a visitor's limits a posted path counts for."""
    return "feedback" if path == _FEEDBACK else "question"


def may_be_kept(path: str) -> bool:
    """Tell whether a file's name changes with its content, so that browsers may keep it for good."""
    return (within_chat(path) or "").startswith(_HASHED_FOLDERS)


def sets_own(path: str) -> bool:
    """Tell whether a path names its own policy and how long it may be kept: what other sites' pages load."""
    return path in ("/widget.js", "/demo")


def is_api(path: str) -> bool:
    """Tell whether pages of other sites may be allowed to call a path."""
    return path.startswith(_API)


def bare_chat(path: str) -> bool:
    """Tell whether a path is a chat's without the slash that its relative links need."""
    return not path.endswith("/") and within_chat(f"{path}/") == ""


def _chat_place(path: str) -> tuple[str | None, str] | None:
    if not path.startswith("/chat/"):
        return None
    within = path.removeprefix("/chat/")
    first, slash, rest = within.partition("/")
    if slash and first in _LANGUAGES:
        return first, rest
    return None, within
