"""Every call on the file system below one folder, numbered, so that anything can happen at any of them.

The calls are those of this Python process: `os`, `open` and `flock`, as `pathlib`, `shutil`, numpy and bm25s
make them. A recording is complete when playing it back gives the same files, which test_crash.py checks.
"""

from __future__ import annotations

import builtins
import fcntl
import io
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest


class Call(NamedTuple):
    """One call: what it does to which file; `target`: the new name, `raw`: the bytes written."""

    name: str
    path: Path
    target: Path | None = None
    raw: bytes = b""


# What changes the disk, or says when a change is on it. The others only look.
CHANGES = frozenset("create append write mkdir rename unlink rmdir fsync".split())
_AT_ONE_PATH = {
    "mkdir": "mkdir", "unlink": "unlink", "remove": "unlink", "rmdir": "rmdir", "fsync": "fsync",
    "listdir": "list", "scandir": "list", "stat": "stat", "lstat": "stat",
}  # fmt: skip
_NEVER = ("link", "symlink", "truncate", "ftruncate", "chmod", "utime", "write", "pwrite", "sendfile")


class Disk:
    """Watches one folder. `at` is called before each call takes effect; what it raises, the call raises."""

    def __init__(self, root: Path, at: Callable[[Call], None] = lambda call: None) -> None:
        self._root = str(root)
        self._at = at
        self._patch = pytest.MonkeyPatch()
        self._open = builtins.open
        self.done: list[Call] = []

    def __enter__(self) -> Disk:
        for name, called in _AT_ONE_PATH.items():
            self._patch.setattr(os, name, self._at_one_path(called, getattr(os, name)))
        for name in _NEVER:
            self._patch.setattr(os, name, self._never(name, getattr(os, name)))
        self._patch.setattr(os, "rename", self._moving(os.rename))
        self._patch.setattr(os, "replace", self._moving(os.replace))
        self._patch.setattr(os, "open", self._os_open(os.open))
        self._patch.setattr(fcntl, "flock", self._at_one_path("flock", fcntl.flock))
        self._patch.setattr(io, "open", self._opening)
        self._patch.setattr(builtins, "open", self._opening)
        return self

    def __exit__(self, *_: object) -> None:
        self._patch.undo()

    @property
    def changes(self) -> list[Call]:
        """What was done to the disk, in order."""
        return [call for call in self.done if call.name in CHANGES]

    def do(self, call: Call, real: Callable[[], Any]) -> Any:
        """Make a call that is watched; it is noted once it has taken effect."""
        self._at(call)
        result = real()
        self.done.append(call)
        return result

    def _place(self, given: Any, folder: int | None = None) -> Path | None:
        """Return the watched path that a name, an open file or a name within an open folder stands for."""
        if hasattr(given, "fileno"):
            given = given.fileno()
        if isinstance(given, int):
            given = _target_of(given)
        elif folder is not None:
            given = os.path.join(_target_of(folder), given)  # noqa: PTH118 - Path would look again
        name = os.fsdecode(given)
        return Path(name) if name == self._root or name.startswith(f"{self._root}/") else None

    def _at_one_path(self, called: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any = ".", *given: Any, **named: Any) -> Any:
            place = self._place(path, named.get("dir_fd"))
            if place is None:
                return real(path, *given, **named)
            return self.do(Call(called, place), lambda: real(path, *given, **named))

        return call

    def _moving(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(old: Any, new: Any) -> Any:
            place = self._place(old)
            if place is None:
                return real(old, new)
            return self.do(Call("rename", place, self._place(new)), lambda: real(old, new))

        return call

    def _never(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        """Let nothing pass by that a recording could not play back."""

        def call(path: Any, *given: Any, **named: Any) -> Any:
            assert self._place(path, named.get("dir_fd")) is None, f"os.{name} is not recorded"
            return real(path, *given, **named)

        return call

    def _os_open(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(path: Any, flags: int, *given: Any, **named: Any) -> Any:
            place = self._place(path, named.get("dir_fd"))
            if place is None:
                return real(path, flags, *given, **named)
            assert not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC), "not recorded"
            return self.do(Call("open", place), lambda: real(path, flags, *given, **named))

        return call

    def _opening(self, file: Any, mode: str = "r", *given: Any, **named: Any) -> Any:
        place = self._place(file)
        if place is None or isinstance(file, int):
            return self._open(file, mode, *given, **named)
        assert set(mode) <= set("rwabt"), mode
        kind = mode.strip("bt")
        raw = self.do(
            Call({"w": "create", "a": "append", "r": "open"}[kind], place), lambda: _Raw(place, kind)
        )
        raw.disk, raw.place = self, place
        stream = io.BufferedReader(raw) if kind == "r" else _Written(raw)
        if "b" in mode:
            return stream
        options = dict(zip(("buffering", "encoding", "errors", "newline"), given, strict=False)) | named
        options.pop("buffering", None)
        return io.TextIOWrapper(stream, **options)


class _Raw(io.FileIO):
    """A file each reading of which is a call."""

    disk: Disk
    place: Path

    def readinto(self, buffer: Any) -> Any:
        return self.disk.do(Call("read", self.place), lambda: io.FileIO.readinto(self, buffer))

    def readall(self) -> bytes:
        found: bytes = self.disk.do(Call("read", self.place), lambda: io.FileIO.readall(self))
        return found


class _Written(io.BufferedIOBase):
    """A file each writing to which is a call. It is none that numpy would write to behind our back."""

    def __init__(self, raw: _Raw) -> None:
        super().__init__()
        self._raw = raw

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._raw.fileno()

    def write(self, given: Any) -> int:
        raw = bytes(given)
        if raw:
            self._raw.disk.do(Call("write", self._raw.place, raw=raw), lambda: self._all(raw))
        return len(raw)

    def close(self) -> None:
        super().close()
        self._raw.close()

    def _all(self, raw: bytes) -> None:
        done = 0
        while done < len(raw):
            done += self._raw.write(raw[done:])


def _target_of(handle: int) -> str:
    return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115 - Path would look again
