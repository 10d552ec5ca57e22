"""What `faq build --plan` says against what a build takes, measured in one run.

Run: python tests/benchmarks/planning.py [PASSAGES]
Builds a library of made-up pages with the real embedder, in temporary folders; FAQ_HOME lends its models.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from assistant.settings import read_settings
from content.library import load_library
from content.passages import document_sentences

_PAGE = """---
id: therapy-{n}
title: Page {n}
kind: therapy
speaker: clinic_page
source: {{publisher: Example Clinic}}
---

# Page {n}
"""
# Mapped files, which the system may let go, are no part of the memory that a process holds.
_BUILD = """
import json, os, sys, time; from pathlib import Path; from threading import Thread
began = time.perf_counter(); used = time.process_time(); held = []
def watch():
    while True:
        held.append(int(Path("/proc/self/status").read_text().partition("RssAnon:")[2].split()[0]) * 1024)
        time.sleep(0.1)
Thread(target=watch, daemon=True).start()
from content.library import load_library
from index.build import build_index; from index.embedder import DEFAULT_NAME, open_embedder
embedder = open_embedder(DEFAULT_NAME, Path(sys.argv[3]))
report = build_index(load_library(Path(sys.argv[1])), embedder, Path(sys.argv[2]))
took = time.perf_counter() - began
size = sum(f.bytes for f in report.manifest.files.values())
size += (Path(sys.argv[2]) / report.manifest.generation / "MANIFEST.json").stat().st_size
print(json.dumps({"seconds": took, "memory": max(held),
                  "disk": size, "cores": (time.process_time() - used) / took, "texts": report.embedded}))
"""
_PLAN = """
import sys; from pathlib import Path
from content.library import load_library
from index.embedder import DEFAULT_NAME, open_embedder; from index.plan import plan_index
embedder = open_embedder(DEFAULT_NAME, Path(sys.argv[3]))
print(plan_index(load_library(Path(sys.argv[1])), embedder, Path(sys.argv[2])).model_dump_json())
"""


def write_pages(folder: Path, passages: int) -> None:
    """Write pages of four paragraphs whose sentences are those of the built-in content, every time anew."""
    draws = random.Random(3)
    sentences = [d.slice(span) for d in load_library().documents for span in document_sentences(d)]
    (folder / "therapies").mkdir(parents=True)
    for n in range(passages // 4):
        paragraphs = [
            " ".join(f"{s.rstrip('. ')} in group {n}." for s in draws.sample(sentences, draws.randint(1, 4)))
            for _ in range(4)
        ]
        text = "\n\n".join([_PAGE.format(n=n), *(" ".join(p.split()) for p in paragraphs)])
        (folder / "therapies" / f"{n}.md").write_text(f"{text}\n", "utf-8")


def run(program: str, *given: Path) -> dict[str, float]:
    command = [sys.executable, "-c", program, *map(str, given)]
    found: dict[str, float] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found


def main() -> None:
    models = read_settings().models
    with tempfile.TemporaryDirectory() as temporary:
        folder, root = Path(temporary) / "pages", Path(temporary) / "index"
        write_pages(folder, int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
        plan, real = run(_PLAN, folder, root, models), run(_BUILD, folder, root, models)
    print(f"{plan['passages']:,.0f} passages, {real['texts']:,.0f} texts        planned       real   ratio")
    seconds = plan["embedding_seconds"] + plan["writing_seconds"]
    for name, planned, taken in (
        ("seconds", seconds, real["seconds"]),
        ("megabytes of memory", plan["memory_bytes"] / 1e6, real["memory"] / 1e6),
        ("megabytes on the disk", plan["index_bytes"] / 1e6, real["disk"] / 1e6),
    ):
        print(f"{name:<28} {planned:12.1f} {taken:10.1f}   {planned / taken:5.2f}")
    print(f"cores busy: {real['cores']:.2f} of {plan['cores']:.0f}")


if __name__ == "__main__":
    main()
