"""The staff's port: this machine alone, nothing before there is an index, and never the public one."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest
from served import Server, faq_process
from shell import free_port

from assistant.errors import PortInUse
from assistant.staff_port import Page, staff_server

PAGES = {"/metrics": Page("text/plain", lambda: b"answers 3\n")}


def get(port: int, path: str, **headers: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, trust_env=False)


def test_pages_appear_when_there_are_some_and_go_with_the_block() -> None:
    port = free_port()
    with staff_server(port) as staff:
        assert get(port, "/metrics").status_code == 503
        staff.pages = PAGES
        shown = get(port, "/metrics?x=1")
        assert (shown.status_code, shown.text, shown.headers["content-type"]) == (
            200,
            "answers 3\n",
            "text/plain",
        )
        assert shown.headers["cache-control"] == "no-store"
        assert {get(port, path).status_code for path in ("/", "/metrics/", "/v1/ask", "/chat/")} == {404}
    with pytest.raises(httpx.ConnectError):
        get(port, "/metrics")


def test_a_page_may_say_that_something_is_wrong() -> None:
    port = free_port()
    with staff_server(port) as staff:
        staff.pages = {"/readyz": Page("text/plain", lambda: b"no\n", lambda: 503)}
        assert (get(port, "/readyz").status_code, get(port, "/readyz").text) == (503, "no\n")


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:7861", "127.0.0.1.evil.example:80", "[::2]:1"]
)
def test_a_page_of_another_site_learns_nothing_by_its_own_name(host: str) -> None:
    port = free_port()
    with staff_server(port) as staff:
        staff.pages = PAGES
        assert get(port, "/metrics", host=host).status_code == 403
        assert get(port, "/metrics", host=f"localhost:{port}").status_code == 200
        assert get(port, "/metrics", host="localhost").status_code == 200


def test_other_methods_do_nothing() -> None:
    port = free_port()
    with staff_server(port) as staff:
        staff.pages = PAGES
        for method in ("POST", "PUT", "DELETE"):
            reply = httpx.request(method, f"http://127.0.0.1:{port}/metrics", trust_env=False)
            assert reply.status_code == 501


def test_it_listens_on_the_loopback_address_alone() -> None:
    with staff_server(free_port()) as staff:
        assert staff.server_address[0] == "127.0.0.1"


def test_a_taken_port_is_told_with_the_option_that_changes_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with (
            pytest.raises(PortInUse, match=rf"127\.0\.0\.1:{port} is in use.*--staff-port {port + 1}"),
            staff_server(port),
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
