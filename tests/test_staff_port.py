"""The staff's port: this machine alone, nothing before there is an index, and never the public one."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr
from served import READY_SECONDS, STOP_SECONDS, Server, faq_process, serving
from shell import free_port
from starlette.responses import PlainTextResponse

from assistant.errors import BadSettings, PortInUse
from assistant.settings import Settings
from assistant.staff_port import StaffPort, is_loopback, staff_server

TOKEN = "sixteen letters and more"  # noqa: S105 - of a test


@contextmanager
def opened(**given: object) -> Iterator[tuple[StaffPort, int]]:
    port = free_port()
    with staff_server(Settings.model_validate({"staff_port": port, **given})) as staff:
        yield staff, port


def get(port: int, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, trust_env=False)


def test_it_says_503_until_it_is_given_an_app_and_goes_with_the_block() -> None:
    with opened() as (staff, port):
        assert {get(port, path).status_code for path in ("/", "/metrics", "/readyz", "/nothing")} == {503}
        assert get(port, "/metrics").headers["cache-control"] == "no-store"
        staff.app = PlainTextResponse("answers 3\n")
        assert (get(port, "/metrics").status_code, get(port, "/metrics").text) == (200, "answers 3\n")
        staff.app = PlainTextResponse("answers 4\n")
        assert get(port, "/metrics").text == "answers 4\n"
        assert "server" not in get(port, "/metrics").headers
    with pytest.raises(httpx.ConnectError):
        get(port, "/metrics")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7861", "127.0.0.1.evil.example:80", "[::2]:1"]
)
def test_a_page_of_another_site_learns_nothing_by_its_own_name(host: str) -> None:
    with opened() as (_, port):
        assert get(port, "/metrics", host=host).status_code == 403
        assert get(port, "/metrics", host=f"localhost:{port}").status_code == 503


def test_it_has_a_thread_and_a_loop_of_its_own() -> None:
    threads: list[str] = []

    class Told(PlainTextResponse):
        async def __call__(self, scope: object, receive: object, send: object) -> None:
            threads.append(threading.current_thread().name)
            await super().__call__(scope, receive, send)  # type: ignore[arg-type]

    with opened() as (staff, port):
        staff.app = Told("here")
        get(port, "/")
    assert threads == ["staff"]
    assert "staff" not in {thread.name for thread in threading.enumerate()}


def test_it_is_left_soon_even_while_somebody_listens_on() -> None:
    class Endless(PlainTextResponse):
        async def __call__(self, scope: object, receive: object, send: object) -> None:
            start = {"type": "http.response.start", "status": 200, "headers": []}
            await send(start)  # type: ignore[operator]
            await send({"type": "http.response.body", "body": b"x", "more_body": True})  # type: ignore[operator]
            while (await receive())["type"] != "http.disconnect":  # type: ignore[operator]
                pass
            time.sleep(0)

    with opened() as (staff, port):
        staff.app = Endless("")
        tab = socket.create_connection(("127.0.0.1", port), timeout=10)
        tab.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert tab.recv(100).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
    assert time.monotonic() - began <= 2
    tab.close()


@pytest.mark.parametrize(
    ("host", "here"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("192.0.2.1", False),
     ("0.0.0.0", False), ("::", False), ("localhost.example", False), ("", False)],  # noqa: S104
)  # fmt: skip
def test_what_only_this_machine_can_connect_to(host: str, here: bool) -> None:
    assert is_loopback(host) is here


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "staff.example"])  # noqa: S104
def test_where_others_can_connect_nothing_opens_without_a_token(host: str) -> None:
    with pytest.raises(BadSettings, match=r"^FAQ_STAFF_TOKEN: .*log in"), opened(staff_host=host):
        pass


def test_with_a_token_others_may_connect() -> None:
    with opened(staff_host="0.0.0.0", staff_token=SecretStr(TOKEN)) as (_, port):  # noqa: S104
        assert get(port, "/").status_code == 503


def test_no_address_of_this_machine_is_told() -> None:
    with (
        pytest.raises(BadSettings, match=r"^FAQ_STAFF_"),
        opened(staff_host="nowhere.invalid", staff_token=SecretStr(TOKEN)),
    ):
        pass


def test_a_taken_port_is_told_with_the_option_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(PortInUse, match=rf"127\.0\.0\.1:{port} is in use.*--staff-port {port + 1}"),
            staff_server(Settings(staff_port=port)),
        ):
            pass


@pytest.mark.server
def test_the_real_server_counts_for_the_staff_and_not_for_visitors(server: Server) -> None:
    server.ask("Can COPD be cured, Zebrafinchley?")

    page = httpx.get(f"{server.staff_url}/metrics", trust_env=False)

    assert page.status_code == 200
    assert "quoted_faq_answers_total{" in page.text
    assert f'index_id="{server.get("/healthz").json()["index_id"]}"' in page.text
    assert "Zebrafinchley" not in page.text
    assert server.get("/metrics").status_code == 404
    assert f"Staff at {server.staff_url}/" in server.log.read_text("utf-8")


@pytest.mark.server
def test_a_taken_staff_port_stops_the_server_before_anything_is_built(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        words = ("serve", "--port", str(free_port()), "--staff-port", str(port))
        process = faq_process(tmp_path / "home", tmp_path / "around", *words)
        output = process.communicate(timeout=30)[0].decode()

    assert process.returncode == 69
    assert output == f"faq: 127.0.0.1:{port} is in use. Choose another: faq serve --staff-port {port + 1}\n"
    assert not (tmp_path / "home").exists()


@pytest.mark.server
def test_open_pages_of_visitors_and_staff_hold_up_no_stopping(built_in_home: Path, tmp_path: Path) -> None:
    """With the token in the environment alone; it is in no output."""
    with serving(built_in_home, tmp_path / "around", FAQ_STAFF_TOKEN=TOKEN) as server:
        held = f"{server.staff_url}/staff/gradio_api/heartbeat/tab"
        assert httpx.get(f"{server.staff_url}/metrics", trust_env=False).status_code == 401
        headers = {"authorization": f"Bearer {TOKEN}"}
        page = httpx.get(f"{server.staff_url}/staff/", headers=headers, timeout=30, trust_env=False)
        assert page.status_code == 200
        visitor = f"{server.url}/chat/gradio_api/heartbeat/tab"
        with (
            httpx.stream("GET", held, headers=headers, timeout=30, trust_env=False) as staff_tab,
            httpx.stream("GET", visitor, timeout=30, trust_env=False) as tab,
        ):
            assert (staff_tab.status_code, tab.status_code) == (200, 200)
            assert server.stop() <= STOP_SECONDS
        log = server.log.read_text("utf-8")

    assert TOKEN not in log
    assert "Traceback" not in log


@pytest.mark.server
def test_what_keeps_a_first_index_from_being_built_can_be_mended_on_the_page(
    built_in_home: Path, small_library: Path, tmp_path: Path
) -> None:
    """Visitors are told to wait, staff work, and once an index is published everybody is answered."""
    home, log = tmp_path / "home", tmp_path / "around.log"
    home.mkdir()
    (home / "models").symlink_to(built_in_home / "models")
    page = small_library / "therapies" / "knee.md"
    words = page.read_text("utf-8")
    page.write_text(words.replace("kind: therapy", "kind: advert"), "utf-8")
    port, staff_port = free_port(), free_port()
    ports = ("--port", str(port), "--staff-port", str(staff_port))
    content = str(small_library)
    process = faq_process(home, tmp_path / "around", "serve", *ports, log=log, FAQ_CONTENT=content)
    try:
        until(lambda: "Nobody is answered yet" in log.read_text("utf-8"))
        assert f"{page}, line 4, field kind: " in log.read_text("utf-8")
        assert get(staff_port, "/readyz").status_code == get(port, "/readyz").status_code == 503
        assert "field kind" in get(staff_port, "/readyz").json()["detail"]
        assert "field kind" not in get(port, "/readyz").text
        assert (
            httpx.get(f"http://127.0.0.1:{staff_port}/staff/", timeout=60, trust_env=False).status_code == 200
        )

        page.write_text(words, "utf-8")
        built = faq_process(home, tmp_path / "builder", "build", FAQ_CONTENT=content)
        built.communicate(timeout=120)
        until(lambda: "Ask at" in log.read_text("utf-8"))
        assert get(staff_port, "/readyz").status_code == get(port, "/readyz").status_code == 200
        assert "quoted_faq_index_info" in get(staff_port, "/metrics").text
    finally:
        process.kill()
        process.wait()


def until(happened: Callable[[], bool]) -> None:
    latest = time.monotonic() + READY_SECONDS
    while not happened():
        assert time.monotonic() < latest, "not in time"
        time.sleep(0.1)
