"""Every reader of a stored file, given any bytes: what it wrote itself, or an error that a person can mend.

`python loaders.py FOLDER SECONDS` lets atheris look for bytes that anything else comes of.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from fakes import WordEmbedder

from content.errors import FaqError
from content.questions import LabelledQuestion
from content.schema import Document, Passage
from index import stored
from index.lexical import LexicalStore
from index.manifest import Manifest, read_manifest, verify_files
from index.pointer import read_pointer
from index.rollback import read_revocation
from index.search import Searcher
from index.vectors import load_vectors


class Loader(NamedTuple):
    """A file of a generation, or beside it, and what reads it."""

    name: str
    read: Callable[[], object]


class Loaders:
    """All of them over one folder, which holds a generation that is whole."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder)
        data = stored._load(folder, self.manifest)
        count, dimension = len(data.passages), self.manifest.embedder.dimension
        sentences = len(data.sentences)

        def lexical() -> object:
            return LexicalStore.load(folder / "lexical", count=count).scores("lupus deaths")

        def manifest() -> object:
            verify_files(folder, read_manifest(folder))
            return None

        def loaded() -> object:
            data = stored._load(folder, self.manifest)
            return Searcher(data, WordEmbedder()).search("Were there any deaths?", 3)

        def rows(kind: Any, name: str) -> Callable[[], object]:
            return lambda: stored._read(kind, folder / name)

        self.all = (
            Loader("MANIFEST.json", manifest),
            Loader("CURRENT", lambda: read_pointer(folder)),
            Loader("REVOKED", lambda: read_revocation(folder)),
            Loader("documents.jsonl", rows(Document, "documents.jsonl")),
            Loader("passages.jsonl", rows(Passage, "passages.jsonl")),
            Loader("questions.jsonl", rows(LabelledQuestion, "questions.jsonl")),
            Loader(
                "passages.npy",
                lambda: load_vectors(folder / "passages.npy", count=count, dimension=dimension),
            ),
            Loader(
                "answers.json",
                lambda: stored._read_answers(folder / "answers.json", len(data.questions), sentences),
            ),
            Loader("equivalents.json", lambda: stored._read_equivalents(folder / "equivalents.json")),
            Loader("synonyms.json", lambda: stored._read_synonyms(folder / "synonyms.json")),
            *(
                Loader(f"lexical/{name}", lexical)
                for name in (
                    "data.csc.index.npy", "indices.csc.index.npy", "indptr.csc.index.npy",
                    "vocab.index.json", "params.index.json",
                )
            ),
            *(Loader(name, loaded) for name in ("passages.jsonl", "answers.json", "equivalents.json")),
        )  # fmt: skip
        self._whole = {loader.name: self._bytes_of(loader.name) for loader in self.all}

    def _bytes_of(self, name: str) -> bytes:
        path = self.folder / name
        if name == "CURRENT":
            return f"g-000001 {'0' * 64}\n".encode()
        if name == "REVOKED":
            return b'{"reason": "wrong dose", "by": "Ada", "on": "2026-11-27T00:00:00Z"}'
        return path.read_bytes() if path.exists() else b'[["lupus", "sle"]]'

    def seed(self, loader: Loader) -> bytes:
        """Return the bytes that a loader is made for."""
        return self._whole[loader.name]

    def give(self, loader: Loader, raw: bytes) -> bool:
        """Let a loader read these bytes; return whether it took them. Any error but ours is let through."""
        path = self.folder / loader.name
        path.write_bytes(raw)
        try:
            loader.read()
        except FaqError:
            return False
        finally:
            path.write_bytes(self._whole[loader.name])
        return True


_PIECES = (
    b"null", b"true", b"-1", b"1e999", b"NaN", b"Infinity", b"9" * 30, b'""', b"[]", b"{}", b"[" * 2000,
    b'{"a":' * 500, b"\xff", b"\xed\xa0\x80", b"\\ud800", b"\\u0000", b"\x00", b"\n", b'"', b"..", b"/etc",
)  # fmt: skip


def mutated(raw: bytes, draws: random.Random) -> bytes:
    """Return bytes that are nearly these: flipped, cut, doubled, or with something awkward put in."""
    found = bytearray(raw)
    for _ in range(draws.randrange(1, 4)):
        place = draws.randrange(len(found) + 1)
        end = min(len(found), place + draws.choice((0, 1, 1, 2, 4, 8, 30)))
        match draws.randrange(5):
            case 0:
                found[place:end] = draws.choice(_PIECES)
            case 1:
                found[place:end] = draws.randbytes(end - place)
            case 2:
                found[place:end] = b""
            case 3:
                found[place:place] = found[draws.randrange(len(found) + 1) :][: draws.randrange(60)]
            case _:
                found = _other_value(found, draws)
    return bytes(found)


def _other_value(raw: bytearray, draws: random.Random) -> bytearray:
    """Put another value into JSON that stays JSON, so that it comes further in."""
    try:
        lines = bytes(raw).split(b"\n")
        number = draws.randrange(len(lines))
        given = json.loads(bytes(raw) if lines[0] in (b"{", b"[") else lines[number])
    except (ValueError, RecursionError):
        return raw
    changed = json.dumps(_changed(given, draws)).encode()
    if lines[0] in (b"{", b"["):
        return bytearray(changed)
    lines[number] = changed
    return bytearray(b"\n".join(lines))


_ODD: tuple[Any, ...] = (
    None, True, -1, 0, 10**30, 1.5, "", "\x00", "../x", [], {}, [[]], "g-000009", "\ud800",
)  # fmt: skip


def _changed(given: Any, draws: random.Random) -> Any:
    if isinstance(given, dict) and given and draws.random() < 0.85:
        key = draws.choice(list(given))
        return given | {key: _changed(given[key], draws)}
    if isinstance(given, list) and given and draws.random() < 0.85:
        place = draws.randrange(len(given))
        return [*given[:place], _changed(given[place], draws), *given[place + 1 :]]
    if type(given) is int and draws.random() < 0.5:
        return given + draws.choice((-1, 1, 1000))
    return draws.choice(_ODD)


def main() -> None:
    """Look for harmful bytes, led by what of our code they reach."""
    import atheris

    loaders = Loaders(Path(sys.argv[1]))

    def one(raw: bytes) -> None:
        if len(raw) < 2:
            return
        loader = loaders.all[raw[0] % len(loaders.all)]
        given = raw[1:]
        loaders.give(loader, mutated(loaders.seed(loader), random.Random(given)) if raw[0] & 64 else given)

    corpus = Path(sys.argv[1]).parent / "corpus"
    corpus.mkdir()
    for number, loader in enumerate(loaders.all):
        (corpus / str(number)).write_bytes(bytes([number]) + loaders.seed(loader))
    for module in (stored, sys.modules[Manifest.__module__], sys.modules[LexicalStore.__module__]):
        for name, value in list(vars(module).items()):
            if getattr(value, "__module__", "") == module.__name__ and hasattr(value, "__code__"):
                setattr(module, name, atheris.instrument_func(value))
    options = [f"-max_total_time={sys.argv[2]}", "-max_len=20000", "-rss_limit_mb=2048", str(corpus)]
    atheris.Setup([sys.argv[0], *options], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
