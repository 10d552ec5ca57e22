"""Many visitors at once: fifty are answered soon, five hundred are answered or told so; help always comes.

The short form shows that nothing breaks; how long answers take is measured in the long one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from drill.figures import Figures, sized
from loaded import Pace, load, written
from served import Server, serving

pytestmark = pytest.mark.server
ANSWERED = ("answered", "told")
P95_SECONDS, RECOVERY_SECONDS, LONG_SECONDS = 1.0, 10.0, 60


@pytest.fixture(scope="module")
def proxied(built_in_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Return a server that counts each visitor apart, as behind a proxy."""
    around = tmp_path_factory.mktemp("load")
    with serving(built_in_home, around, FAQ_TRUSTED_PROXIES="127.0.0.1") as server:
        yield server


@sized(users=(10, 50), seconds=(59, 600), most=(20, 10**8))
def test_fifty_visitors_are_all_answered(
    proxied: Server, tmp_path: Path, users: int, seconds: int, most: int, figures: Figures
) -> None:
    said = proxied.log.read_text("utf-8")
    pace: Pace = "calm" if seconds >= LONG_SECONDS else "brisk"
    seen = load(proxied, tmp_path, users=users, seconds=seconds, pace=pace, rate=10, most=most)
    figures.add("service load", **written("service-load", users=users, seconds=seconds, **seen.figures()))

    assert seen.number("question") >= users / 2
    assert seen.wrong(*ANSWERED) == {}
    assert proxied.log.read_text("utf-8") == said, "nothing to tell"
    if pace == "calm":
        assert seen.at(0.95, "question: answered") <= P95_SECONDS


def answered(server: Server) -> int:
    body = {"question": "Can COPD be cured?"}
    return httpx.post(f"{server.url}/v1/ask", json=body, timeout=240, trust_env=False).status_code


@sized(users=(80, 500), seconds=(59, 60), most=(90, 10**8))
def test_in_a_rush_everybody_is_answered_or_told_to_wait_and_help_always_comes(
    proxied: Server, tmp_path: Path, users: int, seconds: int, most: int, figures: Figures
) -> None:
    seen = load(proxied, tmp_path, users=users, seconds=seconds, pace="brisk", rate=users, most=most)
    began = time.monotonic()
    while answered(proxied) != 200:
        assert time.monotonic() < began + 20 * RECOVERY_SECONDS
    recovered = round(time.monotonic() - began, 2)
    told = written("service-overload", users=users, seconds=seconds, recovered=recovered, **seen.figures())
    figures.add("service overload", **told)

    assert set(seen.ends["urgent"]) == {"told"}
    assert seen.wrong(*ANSWERED, "told to wait") == {}
    if seconds >= LONG_SECONDS:
        assert recovered <= RECOVERY_SECONDS
