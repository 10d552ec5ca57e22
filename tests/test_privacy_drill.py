"""The privacy drill: a thousand identifiers through every path, and none of them is left anywhere.

By default nothing that was typed is in any byte a server leaves: files, log, numbers, command lines. Where
questions are kept, nobody is shown an identifier that fewer than k visitors used.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from gradio_client import Client as GradioClient
from gradio_client.exceptions import AppError
from mcp.client.client import Client as McpClient
from planted import Person, files_below, found_in, people, tokens
from served import Server, faq_process, serving
from shell import Shell
from small import write_library

from assistant.feedback import FeedbackStore
from assistant.live import LiveAssistant
from assistant.question_exports import export
from assistant.question_report import question_report, report_text
from assistant.questions import QuestionStore
from assistant.settings import Settings
from assistant.staff import questions as tab
from assistant.staff.desk import Desk

# What a build leaves for the next one; visitors add nothing to it.
AS_BUILT = ("readings.json", "fitted.json")
LUPUS = "How many people took part in the lupus study?"
# What staff press on their page; each takes a question first.
BUTTONS = ("staff-find", "staff-try-ask")
RECEIPT = "r-0123456789abcdef01234567"
# A fault inside answering, whose message holds what was asked: made when Python starts, in the real server.
FAULT = """
import sys
class Faulty:
    def find_spec(self, name, path=None, target=None):
        if name != "assistant.conversation":
            return None
        sys.meta_path.remove(self)
        from importlib.util import find_spec
        spec = find_spec(name)
        run = spec.loader.exec_module
        def run_and_break(module):
            run(module)
            resolve = module.resolve
            def broken(question, history=()):
                if "faultfault" in question:
                    raise ZeroDivisionError(question, history)
                return resolve(question, history)
            module.resolve = broken
        spec.loader.exec_module = run_and_break
        return spec
sys.meta_path.insert(0, Faulty())
"""


def words_of(person: Person) -> str:
    return f"{person.name}, {person.phone}, {person.mail}, {person.record}, {person.phrase}"


class Visits:
    """One server and what is sent to it; each method sends one person's identifiers through one path."""

    def __init__(self, server: Server, folder: Path) -> None:
        self.server, self._folder = server, folder
        # One for all, as each reads the system's certificates; connections are not used again.
        once = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.Client(timeout=60, trust_env=False, limits=once)
        self._chat = server.get("/chat/config").json()

    def _post(self, path: str, body: object, **headers: str) -> int:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json", **headers}
        reply = self._http.post(self.server.url + path, content=raw, headers=sent)
        return reply.status_code

    def _get(self, path: str, at: str = "", **headers: str) -> int:
        # Left as soon as the status is known: a stream of events never ends by itself.
        url = (at or self.server.url) + path
        with self._http.stream("GET", url, headers=headers) as reply:
            return reply.status_code

    def ask(self, who: Person) -> set[int]:
        said = words_of(who)
        return {
            self._post("/v1/ask", {"question": f"{LUPUS} {said}"}),
            self._post("/v1/ask", {"question": f"I am {who.name}. I cannot breathe. {said}"}),
            self._post("/v1/ask", {"question": f"Should I stop my pills? {said}"}),
            self._post("/v1/ask", {"question": "And how long?", "history": [f"{LUPUS} {said}", said]}),
        }

    def broken_bodies(self, who: Person) -> set[int]:
        said = words_of(who)
        return {
            self._post("/v1/ask", f'{{"question": "{said}'.encode()),
            self._post("/v1/ask", {"question": said * 20}),
            self._post("/v1/ask", {"question": said * 400}),
            self._post("/v1/ask", {"question": 7, said: said}),
            self._post("/v1/ask", {"question": "Hello", "history": {said: said}}),
            self._post("/v1/ask", {"question": said}, **{"content-type": "text/plain"}),
            self._post("/v1/ask", b"\xff\xfe" + said.encode()),
        }

    def headers(self, who: Person) -> set[int]:
        said = f"{who.name}; {who.phone}; {who.mail}; {who.record}; {who.phrase}"
        names = ("user-agent", "x-forwarded-for", "x-faq-visitor", "x-own", "accept-language")
        sent = dict.fromkeys(names, said)
        sent |= {"referer": f"https://x.example/{quote(said)}", "cookie": f"a={quote(said)}"}
        other = {**sent, "host": f"{who.name.split()[0]}.example"}
        return {
            self._post("/v1/ask", {"question": LUPUS}, **sent),
            self._get("/chat/", **sent),
            self._get("/healthz", **other),
        }

    def addresses(self, who: Person) -> set[int]:
        said = quote(words_of(who))
        return {
            self._get(path)
            for path in (
                f"/chat/?q={said}", f"/{said}", f"/v1/documents/{said}", f"/v1/ask?question={said}",
                f"/widget.js?title={said}", f"/demo?{said}", f"/chat/gradio_api/file={said}",
                f"/chat/gradio_api/queue/data?session_hash={quote(who.name)}", f"/openapi.json?{said}",
            )
        }  # fmt: skip

    def feedback(self, who: Person) -> set[int]:
        said = words_of(who)
        given: dict[str, object] = {"receipt": RECEIPT, "helpful": False}
        changes = ({"receipt": said}, {"reason": said}, {"text": said}, {said: said}, {"passage_ids": [said]},
                   {"passage_ids": [f"{who.phrase.replace(' ', '-')}#p1"]})  # fmt: skip
        return {self._post("/v1/feedback", {**given, **change}) for change in changes}

    def page(self, who: Person) -> set[int]:
        """Ask as the page does, through the queue; and with what the page never sends."""
        said, join = words_of(who), "/chat/gradio_api/queue/join"
        session = f"s{who.record[4:]}"
        odd = {"session_hash": f"odd{who.record[4:]}"}
        statuses = {
            self._post(join, {"data": [f"{LUPUS} {said}", None], "fn_index": 0, "session_hash": session}),
            self._post(join, {"data": [{"path": said}], "fn_index": 0, **odd}),
            self._post(join, {"data": [said], "fn_index": 99, **odd}),
            self._post(join, {"data": [said], "fn_index": said, **odd}),
        }
        told = self._http.get(
            f"{self.server.url}/chat/gradio_api/queue/data", params={"session_hash": session}
        )
        assert "process_completed" in told.text
        return statuses

    def client(self, crowd: Sequence[Person]) -> int:
        """Ask over gradio_client; return how often it was told of an error."""
        told = 0
        client = GradioClient(
            f"{self.server.url}/chat/", verbose=False, analytics_enabled=False, download_files=self._folder,
            httpx_kwargs={"trust_env": False},
        )  # fmt: skip
        try:
            for who in crowd:
                said = words_of(who)
                for sent in ([f"{LUPUS} {said}", [said]], [said * 50, []], [{said: said}, said]):
                    try:
                        client.predict(*sent, api_name="/ask")
                    except (AppError, httpx.HTTPStatusError):
                        told += 1
        finally:
            client.close()
        return told

    def agents(self, crowd: Sequence[Person]) -> int:
        """Ask over MCP; return how many calls were answered with a problem."""

        async def run() -> int:
            told = 0
            async with McpClient(f"{self.server.url}/mcp") as client:
                for who in crowd:
                    said = words_of(who)
                    for name, given in (
                        ("ask", {"question": f"{LUPUS} {said}"}), ("search", {"query": said}),
                        ("ask", {"question": said * 30}), ("fetch", {"id": said}), ("ask", {said: said}),
                    ):  # fmt: skip
                        told += (await client.call_tool(name, given)).is_error
            return told

        return asyncio.run(run())

    def faults(self, who: Person) -> set[int]:
        said = f"faultfault {words_of(who)}"
        return {self._post("/v1/ask", {"question": said}), self._post("/mcp", _mcp_call(said))}

    def staff(self, who: Person) -> set[int]:
        """Look at the staff's side and use its page as staff do: what they try is theirs alone."""
        said, at = words_of(who), self.server.staff_url
        statuses = {self._get(f"/metrics?{quote(said)}", at), self._get(f"/{quote(said)}", at)}
        config, session = self._http.get(f"{at}/staff/config").json(), f"t{who.record[4:]}"
        own = {"origin": at, "sec-fetch-site": "same-origin"}
        for button in BUTTONS:
            number, inputs = _event_of(config, button)
            body = {
                "data": [f"{LUPUS} {said}", *[None] * (inputs - 1)], "fn_index": number,
                "session_hash": session,
            }  # fmt: skip
            joined = self._http.post(f"{at}/staff/gradio_api/queue/join", json=body, headers=own)
            assert joined.status_code == 200
            told = self._http.get(f"{at}/staff/gradio_api/queue/data", params={"session_hash": session})
            assert "process_completed" in told.text and '"success":true' in told.text
        return statuses

    def close(self) -> None:
        self._http.close()


def _mcp_call(question: str) -> dict[str, object]:
    call = {"name": "ask", "arguments": {"question": question}}
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}


def _event_of(config: dict[str, Any], elem_id: str) -> tuple[int, int]:
    """Return the number of a button's function and how many inputs it takes."""
    (button,) = (c["id"] for c in config["components"] if c["props"].get("elem_id") == elem_id)
    (event,) = (d for d in config["dependencies"] if [button, "click"] in [list(t) for t in d["targets"]])
    return event["id"], len(event["inputs"])


@pytest.fixture(scope="module")
def site(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a home of its own, and the small library indexed in it by the real model."""
    home, folder = tmp_path_factory.mktemp("drill"), tmp_path_factory.mktemp("pages")
    (home / "models").symlink_to(built_in_home / "models")
    library = write_library(folder / "library")
    done = faq_process(home, folder / "around", "build", "--content", str(library))
    assert done.wait(120) == 0, done.communicate()
    done.communicate()
    return home, library


def command_lines() -> bytes:
    """Return the command lines of all processes but this test's own."""
    return b"\n".join(_read(path) for path in Path("/proc").glob("[0-9]*/cmdline"))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""


def shares(crowd: Sequence[Person], parts: int) -> Iterator[Sequence[Person]]:
    """Yield as many equal shares of a crowd."""
    size = len(crowd) // parts
    yield from (crowd[n * size : (n + 1) * size] for n in range(parts))


@pytest.mark.server
def test_by_default_none_of_a_thousand_identifiers_is_left(site: tuple[Path, Path], tmp_path: Path) -> None:
    home, library = site
    crowd = people()
    wanted = tokens(crowd)
    assert len(set(wanted)) == 1000
    fault = tmp_path / "fault"
    fault.mkdir()
    (fault / "sitecustomize.py").write_text(FAULT, "utf-8")
    (tmp_path / "downloads").mkdir()

    variables = {"FAQ_MCP": "true", "PYTHONPATH": str(fault), "FAQ_CONTENT": str(library)}
    with serving(home, tmp_path / "around", **variables) as server:
        # Readings lie under hashes of questions, in which no words would be found: staff's alone, as built.
        before = {name: (home / name).read_bytes() for name in AS_BUILT}
        visits = Visits(server, tmp_path / "downloads")
        first, *rest = shares(crowd, 10)
        ways: list[Callable[[Person], set[int]]] = [
            visits.ask, visits.broken_bodies, visits.headers, visits.addresses, visits.feedback, visits.page,
            visits.faults,
        ]  # fmt: skip
        with ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(way, who) for way, share in zip(ways, rest, strict=False) for who in share]
            statuses = set(chain.from_iterable(job.result() for job in jobs))
        assert statuses >= {200, 400, 404, 413, 415, 422, 500}, statuses
        # What has no shape is an error, what has no end one as well, unless it sounds like danger.
        assert len(rest[7]) < visits.client(rest[7]) <= 2 * len(rest[7])
        assert visits.agents(first) == 3 * len(first)
        assert visits.staff(rest[8][0]) == {200, 404}
        pages = b"".join(
            httpx.get(url, trust_env=False).content
            for url in (f"{server.staff_url}/metrics", f"{server.staff_url}/readyz", f"{server.url}/healthz")
        )
        visits.close()
        time.sleep(1.2)
        left = {path: found_in(wanted, path.read_bytes()) for path in files_below(home, server.around)}
        left |= {Path("pages"): found_in(wanted, pages), Path("processes"): found_in(wanted, command_lines())}
        wrote = {"questions.sqlite", "feedback.sqlite", "CURRENT", "circumstances.jsonl"}
        assert {path.name for path in left} >= {*wrote, *AS_BUILT}
        assert {name: (home / name).read_bytes() for name in AS_BUILT} == before
        limits = Path(f"/proc/{server.process.pid}/limits").read_text("utf-8")
        assert re.search(r"^Max core file size +0 +0 ", limits, re.MULTILINE)
        server.stop()
        left |= {path: found_in(wanted, path.read_bytes()) for path in files_below(home, server.around)}
        log = server.log.read_bytes()

    left[server.log] = found_in(wanted, log)
    assert {path: found for path, found in left.items() if found} == {}
    assert b"ZeroDivisionError" in log, "the fault was real"
    assert QuestionStore(home / "questions.sqlite").counts().asked > 100


@pytest.mark.server
def test_asking_on_the_command_line_leaves_nothing_behind(site: tuple[Path, Path], tmp_path: Path) -> None:
    home, library = site
    crowd = people()[:8]
    asked, broken = tmp_path / "asked.jsonl", tmp_path / "broken.jsonl"
    rows = [json.dumps({"question": f"{LUPUS} {words_of(who)}", "history": [words_of(who)]}) for who in crowd]
    asked.write_text("\n".join(rows), "utf-8")
    broken.write_text(f'{{"question": "{words_of(crowd[0])}\n', "utf-8")
    runs = [("--from", str(asked)), ("--from", str(broken)), (words_of(crowd[1]) * 30,)]
    codes = []
    for words in runs:
        process = faq_process(home, tmp_path / "around", "ask", *words, FAQ_CONTENT=str(library))
        process.communicate(timeout=60)
        codes.append(process.returncode)

    assert codes == [0, 66, 64]
    # What was asked otherwise has another receipt.
    assert looked_back(home, library, tmp_path, crowd) == {0, 66}
    left = {
        path: found_in(tokens(crowd), path.read_bytes()) for path in files_below(home, tmp_path / "around")
    }
    assert {path: found for path, found in left.items() if found} == {}


def looked_back(home: Path, library: Path, folder: Path, crowd: Sequence[Person]) -> set[int]:
    """Ask, keep the answers as a site may, prove and replay them; return how these commands ended."""
    kept, codes = folder / "kept.jsonl", set[int]()

    def run(*words: str) -> bytes:
        process = faq_process(home, folder / "around", *words, FAQ_CONTENT=str(library))
        output = process.communicate(timeout=120)[0]
        codes.add(process.returncode)
        return output

    asked = run("ask", "--json", f"{LUPUS} {words_of(crowd[2])}")
    kept.write_bytes(asked)
    receipt = json.loads(asked)["receipt"]
    run("verify", str(kept))
    run("replay", receipt, "--question", f"{LUPUS} {words_of(crowd[2])}")
    run("replay", receipt, "--question", f"{LUPUS} {words_of(crowd[3])}")
    run("replay", str(kept), "--json")
    return codes


# All five of a person in one question, written in the ways people write.
ASKED = (
    "My name is {name}. Does it cure lupus? Call {phone} or {mail}, record {record}. I have {phrase}.",
    "does it cure lupus? i have {phrase}. {low}, {phone}, {mail}, {record}",
    "I am {name} ({mail}, {phone}), does it cure lupus with {phrase}? {record}",
    "does it cure the lupus of my wife {low} since {phrase}, no. {record}, mail {mail} tel. {phone}",
    "Dr. {name} told me to ask: does it cure lupus and {phrase}? {phone} / {mail} / {record}",
    "me llamo {low}, does it cure lupus, {phrase}, {mail}, {phone}, {record}",
    "Does it cure lupus? Can {name} join with {phrase}? {phone}; {mail}; {record}",
)


def test_what_fewer_than_k_visitors_used_is_shown_to_nobody(
    small_settings: Settings, tmp_path: Path, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.background._GATHER_SECONDS", 0.02)
    monkeypatch.setenv("FAQ_KEEP_QUESTIONS", "clusters")
    monkeypatch.setenv("FAQ_FEEDBACK_TEXT", "true")
    settings = small_settings.model_copy(update={"keep_questions": "clusters", "feedback_text": True})
    live, crowd = LiveAssistant(settings), people()
    wanted = tokens(crowd)
    for number, who in enumerate(crowd):
        # One fewer than would be enough, each from an address of its own.
        for visitor in range(settings.cluster_size - 1):
            question = ASKED[number % len(ASKED)].format(**who._asdict(), low=who.name.casefold())
            live.answer(question, visitor=f"{number} {visitor}")
        if number % 50 == 0:
            time.sleep(0.1)
    for number in range(settings.cluster_size):
        live.answer("does rituximab help a knee", visitor=f"many {number}")
    live.questions.close()
    assert live.questions._background.lost == 0

    shown = list(everything_shown(settings, live, tmp_path, shell))
    held = b"".join(path.read_bytes() for path in settings.home.glob("questions.sqlite*"))
    in_file = found_in(wanted, held)

    assert [found_in(wanted, unescape(text).encode()) for text in shown] == [[]] * len(shown)
    assert all("rituximab" in text for text in shown), "what enough visitors used is shown"
    left = [sum(token in in_file for token in wanted[kind::5]) for kind in range(5)]
    # What no pattern knows: names written small without a word before them, and words of an illness.
    names, phones, mails, records, phrases = left
    assert (phones, mails, records) == (0, 0, 0)
    # Of 200 each, fewer where a question was told whom to call, as some phrases sound.
    assert 20 <= names <= 58 and 100 <= phrases <= 200


def everything_shown(settings: Settings, live: LiveAssistant, folder: Path, shell: Shell) -> Iterator[str]:
    """Yield all that commands, exports and the staff's page show of kept questions."""
    report = question_report(settings, live.now)
    yield report_text(report)
    yield report.model_dump_json()
    yield shell("questions").out
    yield shell("questions", "--json").out
    for name in ("asked.csv", "asked.jsonl"):
        export(report, folder / name)
        yield (folder / name).read_text("utf-8")
    desk = Desk(settings, live, FeedbackStore(settings.feedback_file), QuestionStore(settings.questions_file))
    html, choices = tab.overview(desk)
    yield html
    yield json.dumps(choices)
