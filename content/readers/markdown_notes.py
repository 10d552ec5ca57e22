"""The footnotes of a Markdown text: taken out of it, numbered as they are named."""

from __future__ import annotations

import re
from collections.abc import Iterator

_BEGINS = re.compile(r" {0,3}\[\^(?P<label>[^\]\s]+)\]:[ \t]*(?P<words>.*)")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_INDENT = re.compile(r" {1,4}|\t")


class Notes:
    """`body` is the text without its footnotes, `words` their Markdown by label."""

    def __init__(self, text: str) -> None:
        self._numbers: dict[str, str] = {}
        kept: list[str] = []
        found: dict[str, list[str]] = {}
        open_note, fence = "", ""
        for line in text.split("\n"):
            if border := _FENCE.match(line):
                fence = "" if fence and border[1].startswith(fence) else fence or border[1]
            begins = None if fence else _BEGINS.match(line)
            if begins:
                open_note = begins["label"]
                if open_note in found:
                    raise ValueError(f"the footnote [^{open_note}] stands there twice")
                found[open_note] = [begins["words"]]
            elif open_note and _goes_on(found[open_note][-1], line):
                found[open_note].append(_INDENT.sub("", line, count=1))
            else:
                open_note = ""
                kept.append(line)
        self.body = "\n".join(kept)
        self.words = {label: "\n".join(lines) for label, lines in found.items()}

    def number(self, label: str) -> str:
        """Return the number of a note: its label where all are numbers, else its place in the text."""
        if all(map(str.isdecimal, self.words)):
            return self._numbers.setdefault(label, label)
        return self._numbers.setdefault(label, str(len(self._numbers) + 1))

    def in_order(self) -> Iterator[tuple[str, str]]:
        """Yield number and words of each note: those that the text names, then those that nothing names."""
        done: set[str] = set()
        while waiting := [label for label in (*self._numbers, *self.words) if label not in done]:
            done.add(waiting[0])
            yield self.number(waiting[0]), self.words[waiting[0]]


def _goes_on(above: str, line: str) -> bool:
    """Say whether a line belongs to a note: lines right below do, and paragraphs that stand further in."""
    return not line.strip() or line.startswith(("    ", "\t")) or bool(above.strip())
