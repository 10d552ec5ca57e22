"""What is logged of an error nobody foresaw: where it happened, and no word of a visitor."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Iterator

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from shell import free_port
from test_mounted_chat import ASK, use

from assistant.accepting import server_config
from assistant.chat import mount_chat
from assistant.headers import App, Receive, Scope, Send
from assistant.live import LiveAssistant
from assistant.problems import answer_error
from assistant.settings import Settings
from assistant.traces import keep_words_out_of_logs, places, without_message

PRIVATE = "Zebrafinchley"


def fail() -> None:
    raise ValueError(f"I cannot read {PRIVATE}")


def fail_again() -> None:
    try:
        fail()
    except ValueError as error:
        raise ExceptionGroup(PRIVATE, [KeyError(PRIVATE), error]) from error


class Heard(logging.Handler):
    """Keeps what a logger writes, as its file would hold it."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def heard() -> Iterator[Heard]:
    """Return what hears the server's own loggers while a test runs."""
    handler, loggers = Heard(), [logging.getLogger(name) for name in ("uvicorn.error", "asyncio")]
    keep_words_out_of_logs()
    for logger in loggers:
        logger.addHandler(handler)
    yield handler
    for logger in loggers:
        logger.removeHandler(handler)
        logger.removeFilter(without_message)


def get(app: App, path: str, heard: Heard) -> httpx.Response:
    """Fetch a path from a real server in a thread."""
    config, port = server_config(app), free_port()
    config.port = port
    # Settings of a server take away the handlers there were, and leave the filters.
    logging.getLogger("uvicorn.error").addHandler(heard)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.01)
        return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False)
    finally:
        server.should_exit = True
        thread.join(10)


def test_every_type_and_place_is_told_once_and_no_message() -> None:
    with pytest.raises(ExceptionGroup) as raised:
        fail_again()
    raised.value.exceptions[0].__context__ = raised.value

    told = places(raised.value)

    assert [line for line in told.splitlines() if not line.startswith(" ")] == [
        "builtins.ExceptionGroup", "builtins.ValueError", "builtins.KeyError",
    ]  # fmt: skip
    assert f"  {__file__}:{fail.__code__.co_firstlineno + 1} fail\n" in told
    assert PRIVATE not in told


def test_an_error_of_a_request_is_logged_without_its_message(heard: Heard) -> None:
    app = FastAPI()
    app.add_api_route("/broken", fail)
    app.add_exception_handler(Exception, answer_error)

    reply = get(app, "/broken", heard)

    assert reply.status_code == 500
    (line,) = heard.lines
    assert line.startswith("an unforeseen error: builtins.ValueError\n")
    assert f"{__file__}:{fail.__code__.co_firstlineno + 1} fail" in line
    assert PRIVATE not in line


def test_an_error_of_a_bare_app_is_logged_without_its_message(heard: Heard) -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            fail_again()

    assert get(broken, "/", heard).status_code == 500
    assert PRIVATE not in "".join(heard.lines)
    assert any("fail_again" in line for line in heard.lines)


def test_an_error_nobody_waited_for_is_logged_without_its_message(heard: Heard) -> None:
    async def run() -> None:
        async def broken() -> None:
            fail()

        task = asyncio.create_task(broken())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        del task

    asyncio.run(run())

    (line,) = heard.lines
    assert "builtins.ValueError" in line
    assert PRIVATE not in line


def test_other_lines_stay_as_they_are() -> None:
    record = logging.LogRecord("uvicorn.error", logging.WARNING, "", 1, "%s left", ("somebody",), None)

    assert without_message(record)
    assert record.getMessage() == "somebody left"


def test_an_error_in_the_chat_is_logged_without_its_message(
    small_settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    app, live = FastAPI(), LiveAssistant(small_settings)

    async def mount() -> None:
        mount_chat(app, live, small_settings)

    asyncio.run(mount())

    def broken(*_: object, **__: object) -> None:
        raise ValueError(PRIVATE)

    monkeypatch.setattr(live, "answer", broken)

    assert use(app, {"fn_index": ASK, "data": [f"Is {PRIVATE} well?", None]}) == [None]

    told = [record.getMessage() for record in caplog.records if record.name == "assistant.traces"]
    assert len(told) == 1 and "builtins.ValueError" in told[0]
    assert PRIVATE not in told[0] + "".join(capfd.readouterr())
