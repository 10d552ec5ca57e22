"""Requests made up from /openapi.json, right and wrong ones: no answer breaks what it promises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from drill.figures import Figures, sized
from loaded import written
from served import Server

pytestmark = pytest.mark.server
# All but those that say a body which fits is taken and one that does not is refused: a reason belongs to an
# answer that did not help, which no schema here says; and a longer history than is heard is cut.
CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "unsupported_method",
    "response_headers_conformance", "response_schema_conformance", "allow_header_conformance",
)  # fmt: skip


@sized(examples=(8, 1500))
def test_what_is_answered_is_what_is_described(
    server: Server, tmp_path: Path, examples: int, figures: Figures
) -> None:
    said = server.log.read_text("utf-8")
    command = (
        "-m", "schemathesis.cli", "run", f"{server.url}/openapi.json", "--checks", ",".join(CHECKS),
        "--max-examples", str(examples), "--seed", "20261127", "--phases", "examples,coverage,fuzzing",
        "--report", "ndjson", "--report-dir", str(tmp_path), "--no-color",
    )  # fmt: skip
    done = subprocess.run([sys.executable, *command], cwd=tmp_path, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert "Traceback" not in server.log.read_text("utf-8").removeprefix(said)
    (line,) = (line for line in done.stdout.splitlines() if " generated, " in line)
    figures.add("service described", **written("service-described", requests=line.strip()))
