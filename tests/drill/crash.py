"""What a power cut leaves: every state that POSIX allows after any of the recorded calls.

The model: bytes of a file are on the disk after an fsync of the file, a name after an fsync of its folder.
Of all that came later, any part may have got there: any subset of the changes of names, and of each file's
bytes none, half, zeros in their place, or all. A rename within a folder is one change.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, combinations, product
from pathlib import Path

from drill.disk import Call

Tree = dict[str, bytes | None]
Change = tuple["_Folder", Call]


@dataclass(eq=False)
class _File:
    kept: bytes = b""
    written: bytes = b""

    @property
    def versions(self) -> tuple[bytes, ...]:
        """What may be found of a file whose bytes were not synced."""
        if self.kept == self.written:
            return (self.kept,)
        half, zeros = self.written[: len(self.written) // 2], bytes(len(self.written))
        return tuple(dict.fromkeys((self.written, self.kept, half, zeros)))


@dataclass(eq=False)
class _Folder:
    now: dict[str, _File | _Folder] = field(default_factory=dict)
    kept: dict[str, _File | _Folder] = field(default_factory=dict)


class CutDisk:
    """A disk that can be cut off: what is on it for good, and what may have got there since."""

    def __init__(self, root: Path, before: Tree) -> None:
        self._root = root
        self._top = _Folder()
        self._pending: list[tuple[_Folder, str, str | None, _File | _Folder | None]] = []
        for name, raw in sorted(before.items()):
            parent = self._folder(Path(name).parent)
            node: _File | _Folder = _Folder() if raw is None else _File(raw, raw)
            parent.now[Path(name).name] = parent.kept[Path(name).name] = node

    def do(self, call: Call) -> None:
        """Make one recorded call; one whose file is not there, for want of a rename, does nothing."""
        name = call.path.relative_to(self._root)
        try:
            getattr(self, f"_{call.name}")(call, name)
        except KeyError:
            return

    def now(self) -> Tree:
        """Return every file as the running program sees it."""
        return _tree(self._top, {}, now=True)

    def states(self, draws: random.Random, few: int) -> Iterator[Tree]:
        """Yield what may be found after a power cut now.

        Every combination of what a reader can reach, as long as there are fewer than 2 ** (8 + `few`), else
        all, none, each alone, all but each and `few` drawn ones; that is also how what stands in folders
        nobody reads (`tmp-…`) is combined, of which `few` are taken.
        """
        seen, unread = self._split()
        for chosen in _subsets(seen[0], draws, few):
            for versions in _versions(seen[1], draws, few):
                for others, parts in self._unread(unread, draws, few):
                    yield self._after([*chosen, *others], versions | parts)

    def _unread(
        self, unread: tuple[list[int], list[_File]], draws: random.Random, few: int
    ) -> Iterator[tuple[list[int], dict[_File, bytes]]]:
        numbers, files = unread
        everything = {file: file.written for file in files}
        yield numbers, everything
        if not numbers and not files:
            return
        yield [], {}
        for number in draws.sample(numbers, min(few, len(numbers))):
            yield [number], everything
            yield [n for n in numbers if n != number], everything
        for _ in range(few):
            some = [n for n in numbers if draws.random() < 0.5]
            yield some, {file: draws.choice(file.versions) for file in files}

    def _split(self) -> tuple[tuple[list[int], list[_File]], tuple[list[int], list[_File]]]:
        """Part what is pending into what a reader can reach, and what stands in a beginning only."""
        read = self._reached()
        places: tuple[list[int], list[int]] = ([], [])
        for number, (folder, _, _, _) in enumerate(self._pending):
            places[folder not in read].append(number)
        files: tuple[list[_File], list[_File]] = ([], [])
        for node in self._nodes():
            if isinstance(node, _File) and len(node.versions) > 1:
                files[node not in read].append(node)
        return (places[0], files[0]), (places[1], files[1])

    def _reached(self) -> set[_File | _Folder]:
        """Return what any reader might find: under any name it ever had that is no beginning's."""
        found: set[_File | _Folder] = set()
        todo: list[_File | _Folder] = [self._top]
        while todo:
            node = todo.pop()
            if node not in found:
                found.add(node)
                todo += [inner for name, inner in self._names(node) if not name.startswith("tmp-")]
        return found

    def _names(self, node: _File | _Folder) -> list[tuple[str, _File | _Folder]]:
        """Return every name that stood in a folder since the disk last had all of it."""
        if isinstance(node, _File):
            return []
        since = [(new, inner) for folder, _, new, inner in self._pending if folder is node and new and inner]
        return [*node.kept.items(), *node.now.items(), *since]

    def _nodes(self) -> list[_File | _Folder]:
        found: dict[_File | _Folder, None] = {}
        todo: list[_File | _Folder] = [self._top]
        while todo:
            node = todo.pop()
            if node not in found:
                found[node] = None
                todo += [inner for _, inner in self._names(node)]
        return list(found)

    def _after(self, chosen: Sequence[int], versions: dict[_File, bytes]) -> Tree:
        names: dict[_Folder, dict[str, _File | _Folder]] = {}
        for number in sorted(chosen):
            folder, old, new, node = self._pending[number]
            found = names.setdefault(folder, dict(folder.kept))
            if new is None or (node is not None and found.get(old) is node):
                found.pop(old, None)
            if new is not None and node is not None:
                found[new] = node
        return _tree(self._top, names, now=False, versions=versions)

    def _folder(self, name: Path) -> _Folder:
        node: _File | _Folder = self._top
        for part in name.parts:
            if not isinstance(node, _Folder):
                raise KeyError(name)
            node = node.now[part]
        if not isinstance(node, _Folder):
            raise KeyError(name)
        return node

    def _note(self, parent: _Folder, old: str, new: str | None, node: _File | _Folder | None) -> None:
        self._pending.append((parent, old, new, node))

    def _mkdir(self, call: Call, name: Path) -> None:
        parent, node = self._folder(name.parent), _Folder()
        parent.now[name.name] = node
        self._note(parent, name.name, name.name, node)

    def _create(self, call: Call, name: Path) -> None:
        parent = self._folder(name.parent)
        there = parent.now.get(name.name)
        if isinstance(there, _File):
            there.written = b""
            return
        node = parent.now[name.name] = _File()
        self._note(parent, name.name, name.name, node)

    def _append(self, call: Call, name: Path) -> None:
        if name.name not in self._folder(name.parent).now:
            self._create(call, name)

    def _write(self, call: Call, name: Path) -> None:
        node = self._folder(name.parent).now[name.name]
        assert isinstance(node, _File)
        node.written += call.raw

    def _rename(self, call: Call, name: Path) -> None:
        assert call.target is not None and call.target.parent == call.path.parent, "within one folder"
        parent = self._folder(name.parent)
        node = parent.now.pop(name.name)
        parent.now[call.target.name] = node
        self._note(parent, name.name, call.target.name, node)

    def _unlink(self, call: Call, name: Path) -> None:
        parent = self._folder(name.parent)
        del parent.now[name.name]
        self._note(parent, name.name, None, None)

    _rmdir = _unlink

    def _fsync(self, call: Call, name: Path) -> None:
        if not name.parts:
            node: _File | _Folder = self._top
        else:
            node = self._folder(name.parent).now[name.name]
        if isinstance(node, _File):
            node.kept = node.written
        else:
            node.kept = dict(node.now)
            self._pending = [entry for entry in self._pending if entry[0] is not node]


def _tree(
    top: _Folder,
    names: dict[_Folder, dict[str, _File | _Folder]],
    *,
    now: bool,
    versions: dict[_File, bytes] | None = None,
) -> Tree:
    found: Tree = {}
    todo: list[tuple[str, _Folder]] = [("", top)]
    while todo:
        prefix, folder = todo.pop()
        entries = folder.now if now else names.get(folder, folder.kept)
        for name, node in entries.items():
            place = f"{prefix}{name}"
            if isinstance(node, _Folder):
                found[place] = None
                todo.append((f"{place}/", node))
            else:
                found[place] = node.written if now else (versions or {}).get(node, node.kept)
    return found


def _subsets(numbers: list[int], draws: random.Random, few: int) -> Iterator[list[int]]:
    if len(numbers) <= 8 + few:
        sizes = range(len(numbers) + 1)
        yield from map(list, chain.from_iterable(combinations(numbers, size) for size in sizes))
        return
    yield from ([], numbers)
    for number in numbers:
        yield [number]
        yield [n for n in numbers if n != number]
    for _ in range(few):
        yield [n for n in numbers if draws.random() < 0.5]


def _versions(files: list[_File], draws: random.Random, few: int) -> Iterator[dict[_File, bytes]]:
    if 2 * len(files) <= 8 + few:
        for chosen in product(*(file.versions for file in files)):
            yield dict(zip(files, chosen, strict=True))
        return
    yield {}
    yield {file: file.written for file in files}
    for file in files:
        for version in file.versions:
            yield {other: other.written for other in files} | {file: version}
    for _ in range(few):
        yield {file: draws.choice(file.versions) for file in files}


def plant(root: Path, tree: Tree) -> None:
    """Write a state as the files of a new folder."""
    root.mkdir(parents=True)
    for name, raw in sorted(tree.items()):
        if raw is None:
            (root / name).mkdir()
        else:
            (root / name).write_bytes(raw)
