"""What the README shows for programs is run as it stands, against the real server."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys

import pytest
from served import Server
from test_readme import README, blocks

from assistant.exports import to_anthropic, to_openai, to_w3c
from assistant.feedback import FeedbackStore
from assistant.schema import Answer
from content.library import load_library

pytestmark = pytest.mark.server

ADDRESS = "http://127.0.0.1:7860"


def for_programs(language: str) -> str:
    """Return the one block of a language that talks to a running server."""
    (found,) = (text for text in blocks(language) if ADDRESS in text)
    return found


def run(server: Server, command: list[str], source: str) -> str:
    """Run a program with the server's own address in place of the README's; return what it printed."""
    told = source.replace(ADDRESS, server.url)
    done = subprocess.run(command, input=told, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


def expected(server: Server) -> str:
    """Return what both examples print: each quote with its document's title."""
    titles = {document.id: document.title for document in load_library().documents}
    answer = Answer.model_validate_json(server.ask("Can COPD be cured?").text)
    assert answer.citations
    return "".join(f"{c.cited_text} — {titles[c.document_id]}\n" for c in answer.citations)


def test_the_python_example_runs(server: Server) -> None:
    assert run(server, [sys.executable, "-"], for_programs("python")) == expected(server)


def test_the_javascript_example_runs(server: Server) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: the JavaScript example of the README was not run")
    assert run(server, [node, "--input-type=module", "-"], for_programs("js")) == expected(server)


def test_the_examples_take_about_ten_lines() -> None:
    assert {name: len(for_programs(name).strip().splitlines()) for name in ("python", "js")} == {
        "python": 11,
        "js": 11,
    }


def test_the_curl_lines_run(server: Server) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl is not installed: the curl lines of the README were not run")
    source = for_programs("sh").replace("\\\n", " ").replace(ADDRESS, server.url)
    printed = []
    for line in source.splitlines():
        words = shlex.split(line, comments=True)
        done = subprocess.run([curl, *words[1:]], capture_output=True, text=True, timeout=30, check=True)
        printed.append(done.stdout)

    page, nothing = printed
    assert nothing == ""
    assert json.loads(page)["sha256"] in {document.sha256 for document in load_library().documents}
    # The home may be one that other runs gave feedback to as well.
    assert FeedbackStore(server.home / "feedback.sqlite").counts().reasons["too_little"] >= 1


def test_every_way_the_table_names_exists() -> None:
    named = set(re.findall(r"`answer\.(to_\w+)\(", README))
    assert named == {function.__name__ for function in (to_anthropic, to_openai, to_w3c)}
    assert all(callable(getattr(Answer, name)) for name in named)
