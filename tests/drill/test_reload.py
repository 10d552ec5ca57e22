"""Who asks while the index is exchanged gets an answer, in words of the index that the answer names."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from time import perf_counter

import numpy as np
import pytest
from drill.figures import Figures, sized
from small import edited, write_library

from assistant.live import LiveAssistant
from assistant.publishing import publish
from assistant.settings import Settings
from index.stored import open_index

ASKED = ("Were there any deaths?", "How many months were patients followed?", "Where is the clinic?")
# Builds, each of other words, until its input is closed: the words name the number of the build.
PUBLISHER = """
import json, sys
from pathlib import Path
from fakes import WordEmbedder
from small import write_library
from assistant.building import build
from assistant.settings import Settings
from index.stored import open_index
home, swaps = Path(sys.argv[1]), int(sys.argv[2])
settings = Settings(home=home, content=home / "library", joint_risk=0.2)
lupus = settings.content / "trials" / "lupus.md"
before = lupus.read_text("utf-8")
known = {}
for number in range(swaps):
    sys.stdin.readline()
    lupus.write_text(before.replace("no deaths.", f"no deaths in version {number}."), "utf-8")
    build(settings, embedder=WordEmbedder())
    data = open_index(settings.index_root)[0]
    print(json.dumps([data.index_id, {d.id: d.text for d in data.documents}]), flush=True)
"""


@pytest.fixture
def home(memory: Path, words_model: None) -> Path:
    write_library(memory / "home" / "library")
    publish(settings_of(memory / "home"))
    return memory / "home"


def settings_of(home: Path) -> Settings:
    return Settings(home=home, content=home / "library", joint_risk=0.2)


class Publisher:
    """Another process that publishes when told; `texts` by index and document is what it published."""

    def __init__(self, home: Path, swaps: int) -> None:
        data, _, _ = open_index(home / "index")
        self.texts = {data.index_id: {d.id: d.text for d in data.documents}}
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-c", PUBLISHER, str(home), str(swaps)]
        self._process = subprocess.Popen(command, stdin=-1, stdout=-1, env=environment, text=True)

    def publish(self) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        index_id, texts = json.loads(self._process.stdout.readline())
        self.texts[index_id] = texts

    def end(self) -> None:
        self._process.communicate()


class Crowd:
    """Four threads that ask, until there were enough questions and all is published."""

    def __init__(self, live: LiveAssistant, each: int) -> None:
        self.live = live
        self.times: list[float] = []
        self.quotes: list[tuple[str, str, str]] = []
        self.errors: list[BaseException] = []
        self.published = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(each,)) for _ in range(4)]

    def _ask(self, each: int) -> None:
        for number in itertools.count():
            if number >= each and self.published.is_set():
                return
            began = perf_counter()
            try:
                answer = self.live.now().answer(ASKED[number % len(ASKED)])
            except BaseException as error:  # noqa: BLE001 - counted
                self.errors.append(error)
                continue
            self.times.append(perf_counter() - began)
            found = [(answer.index_id, c.document_id, c.cited_text) for c in answer.citations]
            self.quotes += found

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        self.published.set()
        for thread in self._threads:
            thread.join()


def under_load(live: LiveAssistant, each: int, publisher: Publisher, swaps: int) -> Crowd:
    crowd = Crowd(live, each)
    crowd.start()
    for _ in range(swaps):
        publisher.publish()
    crowd.join()
    publisher.end()
    return crowd


def p95(times: list[float]) -> float:
    return float(np.percentile(times, 95)) * 1000


@sized(each=(100, 10_000), swaps=(3, 200))
def test_nobody_notices_a_new_index(
    each: int, swaps: int, home: Path, memory: Path, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.live._LOOK_EVERY_SECONDS", 0.0)
    live, other = LiveAssistant(settings_of(home)), memory / "other"
    write_library(other / "library")
    publish(settings_of(other))
    # The same work beside it, of which the live index knows nothing: only reloading is compared.
    few = max(1, swaps // 4)
    calm = under_load(live, each // 4, Publisher(other, few), few)
    publisher = Publisher(home, swaps)
    busy = under_load(live, each, publisher, swaps)

    wrong = [
        (index_id, document, words)
        for index_id, document, words in busy.quotes
        if words not in publisher.texts[index_id][document]
    ]
    figures.add(
        "R11 asked while the index is exchanged", questions=len(busy.times), swaps=swaps,
        indexes_answered_from=len({q[0] for q in busy.quotes}), quotes=len(busy.quotes),
        errors=len(busy.errors), quotes_of_another_index=len(wrong),
        p95=f"{p95(busy.times):.2f} ms, without exchange {p95(calm.times):.2f} ms "
        f"({p95(busy.times) / p95(calm.times) - 1:+.0%})",
    )  # fmt: skip
    assert (busy.errors, wrong) == ([], [])
    assert len(busy.times) >= 4 * each and len({q[0] for q in busy.quotes}) > swaps // 3


def test_a_damaged_new_index_is_not_taken(
    home: Path, figures: Figures, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.live._LOOK_EVERY_SECONDS", 0.0)
    live, refused = LiveAssistant(settings_of(home)), 0
    before = live.now().answer(ASKED[0])
    names = [p.name for p in (home / "index" / "g-000001").iterdir() if p.is_file() and p.name != "LOCK"]
    for number, name in enumerate(names):
        edited(home / "library", "is common.", f"is very common, {number}.") if number == 0 else None
        publish(settings_of(home), force=True)
        for folder in (home / "index").glob("g-*"):
            (folder / name).write_bytes(b"\0" + (folder / name).read_bytes()[1:])
        answer = live.now().answer(ASKED[0])
        assert answer.blocks == before.blocks or answer.citations
        refused += live.reload_error is not None
    figures.add(
        "R12 reload of a damaged index", tried=len(names), refused=refused, old_one_answers=len(names)
    )
    assert refused == len(names)
