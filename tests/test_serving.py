"""The real server: a process with the real model, asked over a real socket."""

from __future__ import annotations

import hashlib
import socket
import stat
import time
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from served import READY_SECONDS, STOP_SECONDS, Server, faq_process, serving
from shell import free_port

from assistant.schema import Answer
from content.library import load_library

pytestmark = pytest.mark.server

ROOT = Path(__file__).parent.parent
# A word that stands in no document and no wording.
PRIVATE = "Zebrafinchley"
MEGABYTE = 1024 * 1024


def resident_bytes(process_id: int) -> int:
    """Return the memory a process holds, as the kernel counts it."""
    status = Path(f"/proc/{process_id}/status").read_text("utf-8")
    (line,) = (line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024


def source_files() -> dict[Path, str]:
    files = (path for name in ("assistant", "content", "index") for path in (ROOT / name).rglob("*"))
    return {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
        if path.is_file() and "__pycache__" not in path.parts
    }


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if not path.is_dir()]


def test_a_started_server_is_ready(server: Server) -> None:
    state = server.get("/readyz").json()
    assert (state["ready"], state["detail"]) == (True, None)
    assert f"Ask at {server.url}/chat/" in server.log.read_text("utf-8")
    page = server.get("/chat/")
    assert page.status_code == 200
    assert '"title":"Ask our documents"' in page.text
    assert "server" not in page.headers


def test_quotes_over_a_real_socket_are_slices_of_the_documents(server: Server) -> None:
    answer = Answer.model_validate_json(server.ask("How many people took part in the lupus study?").text)

    assert answer.status == "answered"
    documents = {document.id: document for document in load_library().documents}
    assert any("16" in citation.cited_text for citation in answer.citations)
    for citation in answer.citations:
        text = documents[citation.document_id].text
        assert text[citation.start_char_index : citation.end_char_index] == citation.cited_text
    assert answer.index_id == server.get("/healthz").json()["index_id"]


def test_many_visitors_at_once_get_the_answer_one_gets(server: Server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    questions = ["Can COPD be cured?", "Who took part in the lupus trial?", "Do you treat eczema?"]
    alone = [server.ask(question).text for question in questions]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: server.ask(question).text, questions * 8))

    assert together == alone * 8


def test_memory_stays_within_its_budget(server: Server) -> None:
    for path in ("/chat/", "/chat/config"):
        server.get(path)
    for number in range(50):
        server.ask(f"How many people took part in the lupus study, group {number}?")

    assert resident_bytes(server.process.pid) <= 500 * MEGABYTE


def test_the_files_of_the_chat_lie_in_a_folder_that_nobody_else_reads(server: Server) -> None:
    folder = server.home / "gradio"

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert files_below(folder) == []


def test_from_the_first_second_the_socket_says_alive_and_not_ready(
    built_in_home: Path, tmp_path: Path
) -> None:
    port, staff_port = free_port(), free_port()
    ports = ("--port", str(port), "--staff-port", str(staff_port))
    process = faq_process(built_in_home, tmp_path / "around", "serve", *ports)
    server = Server(f"http://127.0.0.1:{port}", process, built_in_home, tmp_path, tmp_path, "")
    try:
        began = time.monotonic()
        states = []
        while (200, 200) not in states and time.monotonic() < began + READY_SECONDS:
            with suppress(httpx.ConnectError):
                states.append((server.get("/healthz").status_code, server.get("/readyz").status_code))
                if states == [(200, 503)]:
                    assert "Call 911 now." in server.ask("I cannot breathe").json()["detail"]
            time.sleep(0.05)
    finally:
        process.kill()
        process.communicate()

    assert set(states) == {(200, 503), (200, 200)}
    assert states == sorted(states, key=lambda state: -state[1]), "once ready, it stays ready"


def test_a_server_that_still_loads_is_stopped_at_once(tmp_path: Path) -> None:
    port, staff_port = free_port(), free_port()
    ports = ("--port", str(port), "--staff-port", str(staff_port))
    # An empty home: it would export models for a minute.
    process = faq_process(tmp_path / "home", tmp_path / "around", "serve", *ports)
    server = Server(f"http://127.0.0.1:{port}", process, tmp_path, tmp_path, tmp_path, "")
    began = time.monotonic()
    while time.monotonic() < began + READY_SECONDS:
        with suppress(httpx.ConnectError):
            assert server.get("/readyz").status_code == 503
            break
        time.sleep(0.05)

    assert server.stop() <= STOP_SECONDS
    process.communicate()


def test_a_second_server_on_the_same_port_is_refused(server: Server, tmp_path: Path) -> None:
    port = server.url.rpartition(":")[2]
    second = faq_process(server.home, tmp_path / "around", "serve", "--port", port)
    output = second.communicate(timeout=30)[0].decode()

    assert second.returncode == 69
    assert output == (f"faq: 127.0.0.1:{port} is in use. Choose another: faq serve --port {int(port) + 1}\n")
    assert server.get("/healthz").status_code == 200


def test_building_in_a_pipe_draws_no_progress_bar(
    built_in_home: Path, small_library: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "models").symlink_to(built_in_home / "models")

    done = faq_process(home, tmp_path / "around", "build", "--content", str(small_library))
    output = done.communicate(timeout=60)[0].decode()

    assert done.returncode == 0
    assert output.startswith("built: ix-")
    assert output.count("\n") == 1
    assert "%" not in output
    assert files_below(tmp_path / "around") == []


def test_no_trace_of_a_question_is_left_and_stopping_waits_for_no_visitor(
    built_in_home: Path, tmp_path: Path
) -> None:
    sources = source_files()
    with serving(built_in_home, tmp_path / "around") as server:
        for question in (f"What is {PRIVATE}?", f"{PRIVATE} cannot breathe", PRIVATE * 99, ""):
            server.ask(question, (f"My name is {PRIVATE}",))
        httpx.post(f"{server.url}/v1/ask", content=f'{{"{PRIVATE}', trust_env=False)
        chat_with(server, f"My name is {PRIVATE}. What is COPD?")
        with open_tab(server):
            seconds = server.stop()
        log = server.log.read_text("utf-8")

    assert seconds <= STOP_SECONDS
    assert PRIVATE not in log
    assert "Traceback" not in log
    assert files_below(server.around) == []
    assert source_files() == sources
    for path in files_below(built_in_home):
        assert PRIVATE.encode() not in path.read_bytes(), path


def chat_with(server: Server, question: str) -> None:
    """Ask as the page does: through the queue, reading until the answer is there."""
    api = f"{server.url}/chat/gradio_api/queue"
    body = {"data": [question, None], "fn_index": 0, "session_hash": "visitor"}
    assert httpx.post(f"{api}/join", json=body, trust_env=False).status_code == 200
    told = httpx.get(f"{api}/data", params={"session_hash": "visitor"}, timeout=30, trust_env=False).text
    assert "process_completed" in told
    assert PRIVATE in told


def open_tab(server: Server) -> socket.socket:
    """Hold the connection that an open page holds."""
    host, port = server.url.removeprefix("http://").split(":")
    tab = socket.create_connection((host, int(port)), timeout=10)
    tab.sendall(b"GET /chat/gradio_api/heartbeat/tab HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert tab.recv(100).startswith(b"HTTP/1.1 200")
    return tab
