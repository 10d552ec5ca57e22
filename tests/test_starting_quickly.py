"""What a start does not wait for: nothing is written, looked through or opened that no answer needs."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import WordEvidence

from assistant.collecting import nothing_collected
from assistant.settings import Settings
from assistant.stubs import no_stubs_written
from index import graph
from index.embedder import DEFAULT_NAME, open_embedder
from index.remembered import RememberedEvidence

_IMPORTED = """
import sys
{do}
print(*sorted({{name.partition(".")[0] for name in sys.modules}}))
"""


def imported(do: str) -> set[str]:
    """Return the top packages a fresh interpreter holds after some lines."""
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTED.format(do=do)], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_command_line_and_the_assistant_import_nothing_that_only_a_build_or_a_page_needs() -> None:
    assert not imported("import assistant, assistant.cli") & {
        "bm25s", "faiss", "scipy", "sklearn", "torch", "gradio", "fastapi", "pandas", "matplotlib",
        "onnxruntime",
    }  # fmt: skip


def test_the_collector_is_still_within_and_as_it_was_afterwards() -> None:
    with nothing_collected():
        assert not gc.isenabled()
        with nothing_collected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()

    with pytest.raises(KeyError), nothing_collected():
        raise KeyError
    assert gc.isenabled()


def test_importing_the_page_library_writes_no_stub_and_leaves_no_finder(
    tmp_path: Path,
) -> None:
    lines = f"""
from pathlib import Path
from assistant.chat import import_gradio
import importlib.util
folder = Path(importlib.util.find_spec("gradio").origin).parent
written = []
write = Path.write_text
Path.write_text = lambda path, *a, **k: (written.append(path), write(path, *a, **k))[1]
gradio = import_gradio(Path({str(tmp_path / "gradio")!r}))
assert not [path for path in written if folder in path.parents], written
assert [finder for finder in sys.meta_path if "assistant" in type(finder).__module__] == []
assert gradio.Textbox(label="a").label == "a"
"""
    assert "gradio" in imported(lines)


def test_no_other_module_is_found_differently() -> None:
    with no_stubs_written():
        (finder,) = (one for one in sys.meta_path if type(one).__module__ == "assistant.stubs")
        assert finder.find_spec("json", None) is None


@pytest.mark.model
def test_a_model_is_compared_with_its_hash_when_opened_and_made_ready_when_first_run(
    built_in_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[Path] = []
    make = graph._opened

    def counted(folder: Path, most: int) -> object:
        made.append(folder)
        return make(folder, most)

    monkeypatch.setattr(graph, "_opened", counted)
    embedder = open_embedder(DEFAULT_NAME, Settings(home=built_in_home).models)

    assert made == []
    assert embedder.embed(["What is lupus?"]).tobytes() == embedder.embed(["What is lupus?"]).tobytes()
    assert len(made) == 1


@pytest.mark.model
def test_each_page_is_made_an_app_once(built_in_home: Path) -> None:
    lines = f"""
from pathlib import Path
from fastapi import FastAPI
from starlette.routing import Mount
from assistant.chat import TABLES, import_gradio, mount_chat
from assistant.live import LiveAssistant
from assistant.settings import Settings
settings = Settings(home=Path({str(built_in_home)!r}))
import_gradio(settings.home / "gradio")
from gradio import routes
made, make = [], routes.App.create_app
routes.App.create_app = lambda *a, **k: (made.append(a), make(*a, **k))[1]
app = FastAPI()
mount_chat(app, LiveAssistant(settings), settings)
assert len(made) == len(TABLES), made
pages = [route.app for route in app.router.routes if isinstance(route, Mount)]
assert [page.get_blocks().app for page in pages] == pages
"""
    assert "gradio" in imported(lines)


def test_what_was_read_before_is_read_from_the_disk_when_a_passage_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    RememberedEvidence(WordEvidence(), tmp_path / "readings.json")
