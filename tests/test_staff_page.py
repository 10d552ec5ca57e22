"""The staff's page as mounted: every route decided, nothing public, no file of the server in reach."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from asgi import call, in_loop
from starlette.responses import PlainTextResponse
from test_routes import routes_of

from assistant.feedback import FeedbackStore
from assistant.headers import Receive, Scope, Send
from assistant.live import LiveAssistant
from assistant.questions import QuestionStore
from assistant.settings import Settings
from assistant.staff.app import staff_app
from assistant.staff.desk import Desk
from assistant.staff.guard import MAX_UPLOAD_BYTES, StaffGuard
from assistant.staff.page import TABS, build_page
from assistant.staff.texts import say, texts

# {"METHOD /path": "allowed" | "refused"}; a route that Gradio adds fails until a person has decided.
GOLDEN = Path(__file__).with_name("golden") / "staff_routes.json"
DANGEROUS = ("file={path_or_url:path}", "file/{path:path}", "proxy={url_path:path}", "dev/reload",
             "component_server", "deep_link", "process_recording", "cancel", "run/{api_name}",
             "call/{api_name}")  # fmt: skip


@pytest.fixture
def desk(small_settings: Settings, tmp_path: Path) -> Desk:
    feedback, questions = FeedbackStore(tmp_path / "f.sqlite"), QuestionStore(tmp_path / "q.sqlite")
    return Desk(small_settings, LiveAssistant(small_settings), feedback, questions)


@pytest.fixture
def page(desk: Desk) -> Any:
    return in_loop(lambda: build_page(desk))


def blocks_of(page: Any) -> Any:
    (mount,) = (route for route in page.routes if getattr(route, "path", "") == "/staff")
    return mount.app.blocks


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    await PlainTextResponse("reached")(scope, receive, send)


def is_reached(method: str, path: str) -> bool:
    guard = StaffGuard(inner, uploads=Path.cwd)
    concrete = re.sub(r"\{\w+(:\w+)?\}", "x", path)
    same = {"host": "127.0.0.1", "origin": "http://127.0.0.1", "content_length": "2"}
    reply = call(guard, "GET" if method == "ANY" else method, concrete, b"{}", client="127.0.0.1", **same)
    assert reply.status in (200, 404)
    return reply.status == 200


def test_every_route_is_decided_and_the_guard_does_what_was_decided(page: Any) -> None:
    does = {
        f"{method} {path}": "allowed" if is_reached(method, path) else "refused"
        for method, path in routes_of(page.routes)
    }
    decided: dict[str, str] = json.loads(GOLDEN.read_text("utf-8"))

    undecided = sorted(set(does) - set(decided))
    assert not undecided, f"allowed or refused? Decide in tests/golden/staff_routes.json: {undecided}"
    assert sorted(set(decided) - set(does)) == [], "routes that are gone"
    assert {name: what for name, what in does.items() if what != decided[name]} == {}
    for name in DANGEROUS:
        found = {what for route, what in decided.items() if route.endswith(f" /staff/gradio_api/{name}")}
        assert found == {"refused"}, name


def test_a_client_may_name_what_it_uploaded_and_no_other_file(page: Any) -> None:
    blocks = blocks_of(page)

    assert (blocks.has_launched, blocks.allowed_paths, blocks.enable_monitoring) == (True, [], False)
    assert blocks.max_file_size == MAX_UPLOAD_BYTES
    assert blocks.delete_cache is not None


def test_no_event_is_public_and_every_one_waits_for_its_turn(page: Any) -> None:
    blocks = blocks_of(page)
    events = blocks.config["dependencies"]

    assert len(events) >= 10
    assert {event["api_visibility"] for event in events} == {"private"}
    assert {event["queue"] for event in events} == {True}
    assert blocks.get_api_info() == {"named_endpoints": {}, "unnamed_endpoints": {}}


def test_nothing_on_the_page_runs_text_as_a_program(page: Any) -> None:
    parts = blocks_of(page).config["components"]

    assert "html" not in {part["type"] for part in parts}
    assert {part["props"]["sanitize_html"] for part in parts if part["type"] == "markdown"} == {True}


def test_everything_that_can_be_entered_has_a_label(page: Any) -> None:
    given = {"textbox", "dropdown", "radio", "checkbox", "checkboxgroup", "file", "number", "slider"}
    for part in blocks_of(page).config["components"]:
        if part["type"] in given:
            assert part["props"]["label"], part


def test_every_place_has_a_name_of_its_own(page: Any) -> None:
    names = [part["props"].get("elem_id") for part in blocks_of(page).config["components"]]

    given = sorted(name for name in names if name)
    assert given == sorted(set(given)), "two elements of one id"
    assert len(given) > 40


def test_the_tabs_are_those_of_the_staffs_work(page: Any) -> None:
    tabs = [
        part["props"]["label"] for part in blocks_of(page).config["components"] if part["type"] == "tabitem"
    ]

    assert tabs == ["Try", "Documents", "Questions", "Quality", "Publish"]
    assert tabs == [say(f"tab_{name}") for name, _ in TABS]


def test_the_texts_are_whole() -> None:
    assert all(text and text == text.strip() for text in texts().values())


@pytest.fixture
def without_index(small_settings: Settings) -> Any:
    return staff_app(small_settings, None, "the caveat is no sentence")


def look(app: Any, path: str) -> Any:
    return call(app, "GET", path, client="127.0.0.1")


def test_without_an_index_staff_can_work_and_programs_read_why(without_index: Any) -> None:
    assert json.loads(look(without_index, "/readyz").body) == {
        "ready": False, "detail": "the caveat is no sentence",
    }  # fmt: skip
    assert look(without_index, "/readyz").status == 503
    assert look(without_index, "/metrics").status == 404
    assert look(without_index, "/").headers["location"] == "/staff/"
    page = look(without_index, "/staff/")
    assert page.status == 200
    assert "Check first." in page.text


def test_programs_read_numbers_and_nothing_of_the_page_is_built_for_them(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: object) -> None:
        raise AssertionError("built")

    monkeypatch.setattr("assistant.staff.page.build_page", never)
    app = staff_app(desk.settings, desk.live)

    assert "quoted_faq_index_info" in look(app, "/metrics").text
    assert (look(app, "/readyz").status, json.loads(look(app, "/readyz").body)["ready"]) == (200, True)
    assert look(app, "/staff.css").headers["content-type"].startswith("text/css")
    assert look(app, "/beside/no-such-page").status == 404
    assert look(app, "/favicon.ico").status == 404
