"""Several workers on one address: one conversation, one limit, one index, and nobody misses one that ends."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from crew import alone, is_alive, join, turns_after, until, workers_of
from served import READY_SECONDS, STOP_SECONDS, Server, faq_process, serving
from shell import free_port
from small import edited, write_library

from assistant.building import build
from assistant.settings import Settings
from index.manifest import read_manifest
from index.pointer import Pointer, read_pointer, swap_pointer

pytestmark = pytest.mark.server
WORKERS, PER_MINUTE = 2, 6
QUESTION, FOLLOW_UP = "How many people took part in the trial?", "And how long were they followed?"
# A proxy is believed, so that a test can be many visitors; without one the machine itself asks.
BEHIND = {"FAQ_TRUSTED_PROXIES": "127.0.0.1", "FAQ_QUESTIONS_PER_MINUTE": str(PER_MINUTE)}


@pytest.fixture(scope="module")
def site(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, list[Pointer]]:
    """Return settings of the small library with two indexes of it, the first one published."""
    folder = tmp_path_factory.mktemp("site")
    settings = Settings(home=folder / "home", content=write_library(folder / "library"))
    settings.home.mkdir()
    (settings.home / "models").symlink_to(built_in_home / "models")
    build(settings)
    pointers = [read_pointer(settings.index_root)]
    edited(settings.content, "There were no deaths.", "There were no deaths at all.")
    build(settings)
    return settings, [*pointers, read_pointer(settings.index_root)]


@pytest.fixture(scope="module")
def crew(site: tuple[Settings, list[Pointer]], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    settings, _ = site
    around = tmp_path_factory.mktemp("crew") / "around"
    several = {"FAQ_WORKERS": str(WORKERS), "FAQ_CONTENT": str(settings.content)}
    with serving(settings.home, around, **several, **BEHIND) as running:
        yield running


def session_of(number: int) -> str:
    """Return a session whose conversation belongs to a worker."""
    return next(
        name for name in map("s{}".format, range(99)) if zlib.crc32(name.encode()) % WORKERS == number
    )


def counted(server: Server) -> float:
    page = httpx.get(f"{server.staff_url}/metrics", trust_env=False).text
    return sum(float(n) for n in re.findall(r"^quoted_faq_answers_total\{.*\} (\S+)$", page, re.MULTILINE))


def test_a_conversation_goes_on_whoever_takes_the_connection(crew: Server) -> None:
    for number in range(12):
        seen = [turns_after(crew.url, question, f"talk{number}") for question in (QUESTION, FOLLOW_UP)]

        assert seen == [1, 2]


def test_each_worker_answers_alike_and_their_numbers_are_one(crew: Server) -> None:
    before = counted(crew)
    answers = []
    for number in range(WORKERS):
        with alone(crew, number):
            answers.append(crew.ask(QUESTION).text)

    assert answers == answers[:1] * WORKERS
    assert counted(crew) == before + WORKERS


def test_a_visitor_has_one_limit_and_not_one_for_each_worker(crew: Server) -> None:
    def ask() -> int:
        headers = {"x-forwarded-for": "203.0.113.7"}
        body = {"question": QUESTION}
        return httpx.post(f"{crew.url}/v1/ask", json=body, headers=headers, trust_env=False).status_code

    said = list[int]()
    for number in range(WORKERS):
        with alone(crew, number):
            said += [ask() for _ in range(PER_MINUTE // WORKERS)]
        time.sleep(0.2)
    for number in range(WORKERS):
        with alone(crew, number):
            said.append(ask())

    assert said == [200] * PER_MINUTE + [429] * WORKERS


def test_whose_worker_does_not_answer_is_still_told_whom_to_call(crew: Server) -> None:
    with alone(crew, 0):
        told = join(crew.url, "I cannot breathe", session_of(1))
        ordinary = join(crew.url, QUESTION, session_of(1))

    assert (told.status_code, ordinary.status_code) == (429, 429)
    assert "Call 911 now." in told.json()["detail"]
    assert "Call 911 now." not in ordinary.json()["detail"]


def test_nobody_from_outside_speaks_as_a_worker(crew: Server) -> None:
    claim = {"x-faq-passed-on": "0" * 32 + " 198.51.100.9", "x-forwarded-for": "203.0.113.8"}
    said = [join(crew.url, QUESTION, session_of(number), **claim).status_code for number in range(WORKERS)]

    # Taken as if it had not been said: they are two questions of one visitor.
    assert said == [200] * WORKERS
    ports = listening(crew)
    assert len(ports) == 1 + WORKERS
    for port in ports:
        reply = httpx.get(f"http://127.0.0.1:{port}/healthz", headers=claim, trust_env=False)
        assert reply.status_code == (200 if crew.url.endswith(f":{port}") else 404)


def test_a_new_index_answers_in_every_worker_within_seconds(
    crew: Server, site: tuple[Settings, list[Pointer]]
) -> None:
    root = site[0].index_root
    for pointer in site[1]:
        swap_pointer(root, pointer)
        manifest = read_manifest(root / pointer.generation, expected_sha256=pointer.manifest_sha256)
        time.sleep(2.1)
        for number in range(WORKERS):
            with alone(crew, number):
                assert crew.get("/healthz").json()["index_id"] == manifest.index_id


def test_one_that_is_killed_is_started_again_and_the_others_answer(crew: Server) -> None:
    ends, over = Counter[str](), threading.Event()

    def ask() -> None:
        while not over.is_set():
            try:
                ends[str(crew.ask(QUESTION).status_code)] += 1
            except httpx.TransportError:
                ends["failed"] += 1

    askers = [threading.Thread(target=ask) for _ in range(3)]
    for asker in askers:
        asker.start()
    try:
        time.sleep(0.5)
        before = workers_of(crew)
        # The first one: staff have their side there.
        os.kill(before[0], signal.SIGKILL)
        assert until(lambda: len(set(workers_of(crew)) - set(before)) == 1, 10) <= 2
        # In the others' hands until it can.
        assert crew.get("/readyz").status_code == 200
        until(lambda: answers_alone(crew), 120)
        assert counted(crew) > 0
    finally:
        over.set()
        for asker in askers:
            asker.join()

    # Whom it was answering at that moment, nobody else.
    assert ends["failed"] <= len(askers)
    assert set(ends) <= {"200", "failed"}
    assert ends["200"] > 20


def answers_alone(server: Server) -> bool:
    """Tell whether the youngest worker answers when it is asked alone."""
    with alone(server, len(workers_of(server)) - 1):
        try:
            return httpx.get(f"{server.url}/healthz", timeout=1, trust_env=False).status_code == 200
        except httpx.TransportError:
            pass
    # While it begins, the others go on.
    time.sleep(1)
    return False


def listening(server: Server) -> list[int]:
    """Return the ports on which a server listens, as the kernel tells them."""
    held = {str(path.readlink()) for path in Path(f"/proc/{server.process.pid}/fd").iterdir()}
    rows = [line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:]]
    found = [row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in held]
    return [int(address.partition(":")[2], 16) for address in found]


def test_words_are_kept_by_one_process_alone(built_in_home: Path, tmp_path: Path) -> None:
    words = ("serve", "--workers", "2", "--port", str(free_port()))
    process = faq_process(built_in_home, tmp_path / "around", *words, FAQ_KEEP_QUESTIONS="clusters")
    output = process.communicate(timeout=60)[0].decode()

    assert process.returncode == 78
    assert output.startswith("faq: FAQ_WORKERS")
    assert "FAQ_KEEP_QUESTIONS=clusters" in output


def test_stopped_nothing_is_left_of_it(crew: Server) -> None:
    workers = workers_of(crew)
    assert len(workers) == WORKERS

    assert crew.stop() <= STOP_SECONDS

    assert not any(map(is_alive, workers))
    assert crew.process.returncode == -signal.SIGTERM
    assert "Traceback" not in crew.log.read_text("utf-8")
    assert [path for path in crew.around.rglob("*") if not path.is_dir()] == []


def test_killed_its_workers_end_as_well_also_those_that_still_load(
    built_in_home: Path, tmp_path: Path
) -> None:
    ports = ("--port", str(free_port()), "--staff-port", str(free_port()))
    process = faq_process(built_in_home, tmp_path / "around", "serve", "--workers", "2", *ports)
    server = Server("", process, built_in_home, tmp_path, tmp_path, "")
    until(lambda: len(workers_of(server)) == WORKERS, READY_SECONDS)
    workers = workers_of(server)

    process.kill()
    process.communicate()

    assert until(lambda: not any(map(is_alive, workers)), STOP_SECONDS) <= STOP_SECONDS
