"""The allow-list: the chat in each language, and paths that only look like it."""

from __future__ import annotations

import pytest
from asgi import behind_guard, call
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import HTMLResponse

from assistant.allowed import bare_chat, is_allowed, language_of, may_be_kept, session_at, within_chat
from assistant.guard import Guard
from assistant.headers import App, Receive, Scope, Send

WITHIN = ["", "config", "assets/a.js", "static/fonts/a.woff2", "gradio_api/heartbeat/1", "gradio_api/info"]


@pytest.mark.parametrize("within", [*WITHIN, "gradio_api/queue/join", "gradio_api/file=/etc/hostname", "x"])
def test_each_language_has_the_same_paths(within: str) -> None:
    paths = [f"/chat/{within}", f"/chat/es/{within}", f"/chat/en/{within}"]
    assert {within_chat(path) for path in paths} == {within}
    for method in ("GET", "HEAD", "POST"):
        assert len({is_allowed(method, path) for path in paths}) == 1
    assert is_allowed("GET", paths[0]) == (within in WITHIN)


@pytest.mark.parametrize("place", ["/chat/fr/", "/chat/ES/", "/chat/es/es/", "/chat/es/en/", "/es/chat/"])
def test_an_unknown_language_has_none(place: str) -> None:
    assert not any(is_allowed("GET", f"{place}{within}") for within in WITHIN)
    assert not is_allowed("POST", f"{place}gradio_api/queue/join")


@given(st.text(alphabet="/.abces%", max_size=30))
def test_what_climbs_out_of_a_folder_is_never_allowed(text: str) -> None:
    for folder in ("/chat/assets/", "/chat/es/static/", "/chat/"):
        assert not is_allowed("GET", f"{folder}{text}../{text}")


def test_only_hashed_files_of_either_chat_may_be_kept() -> None:
    assert may_be_kept("/chat/assets/a.js")
    assert may_be_kept("/chat/es/assets/a.js")
    for path in ("/chat/", "/chat/es/", "/chat/config", "/assets/a.js", "/chat/gradio_api/info", "/frame.js"):
        assert not may_be_kept(path)


async def page(scope: Scope, receive: Receive, send: Send) -> None:
    """Send a page as Gradio begins it, always in English."""
    await HTMLResponse('<!doctype html>\n<html\n\tlang="en"\n\tstyle="">\n<p lang="en">')(
        scope, receive, send
    )


@pytest.mark.parametrize(
    ("default", "path", "spoken"),
    [
        ("en", "/chat/", "en"),
        ("en", "/chat/es/", "es"),
        ("es", "/chat/", "es"),
        ("es", "/chat/en/", "en"),
        ("es", "/", "es"),
    ],
)
def test_a_page_says_which_language_it_is_in(default: str, path: str, spoken: str) -> None:
    assert language_of(path, default) == spoken
    guard = Guard(page, questions_per_minute=1, busy_text="", language=default)
    reply = call(guard, "GET", path)

    assert reply.body.decode() == f'<!doctype html>\n<html\n\tlang="{spoken}"\n\tstyle="">\n<p lang="en">'
    assert reply.headers["content-length"] == str(len(reply.body))


def test_the_real_page_is_found_by_the_rewriting(small_app: App) -> None:
    spanish = Guard(behind_guard(small_app), questions_per_minute=1, busy_text="", language="es")

    assert b'<html\n\tlang="es"' in call(spanish, "GET", "/chat/").body
    assert b'<html\n\tlang="en"' in call(small_app, "GET", "/chat/").body


@pytest.mark.parametrize("path", ["/chat", "/chat/es"])
def test_a_chat_without_its_slash_leads_to_itself_whatever_the_host(path: str, small_app: App) -> None:
    assert bare_chat(path)
    assert not bare_chat(f"{path}/")
    reply = call(small_app, "GET", f"{path}?__theme=dark", host="evil.example")

    assert (reply.status, reply.headers["location"]) == (307, f"{path}/?__theme=dark")


@pytest.mark.parametrize(
    ("path", "session"),
    [
        ("/chat/gradio_api/heartbeat/abc", "abc"),
        ("/chat/es/gradio_api/heartbeat/abc", "abc"),
        ("/chat/gradio_api/queue/data", "named"),
        ("/chat/es/gradio_api/queue/data", "named"),
        ("/chat/config", ""),
        ("/v1/documents/one", ""),
        ("/", ""),
    ],
)
def test_a_stream_names_its_session_and_nothing_else_does(path: str, session: str) -> None:
    assert session_at(path, "named") == session
