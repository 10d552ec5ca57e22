"""The words of one paragraph as they come out of its runs, put together only at the end."""

from __future__ import annotations

from content.extract import LeftOut
from content.readers.word_styles import Height
from content.transcription import lowered, one_line, raised, without_ligatures

_MOVES = {"raised": raised, "lowered": lowered}
_BY_POSITION = {"up": "raised", "down": "lowered"}


class Line:
    """Text with its heights; what is not to be read is kept beside it, with the reason."""

    def __init__(self) -> None:
        self._parts: list[tuple[Height, str]] = []
        self._left_out: list[tuple[str, str]] = []
        self._cut = False

    def add(self, text: str, height: Height, gone: str) -> None:
        """Add text of one height; with a reason in `gone` it is left out."""
        if gone:
            self._left_out.append((gone, text))
        elif text:
            self._refuse_glued(text)
            self._parts.append((height, text))

    def add_formula(self, text: str, gone: str) -> None:
        """Add an equation, whose fraction must not touch a number: "2" and "1/2" are not "21/2"."""
        self._cut = self._cut or "/" in text
        self.add(text, "plain", gone)
        self._cut = not gone and "/" in text

    def cut(self) -> None:
        """Note that white space stood here which Word does not show, though other programs do."""
        self._cut = True

    def text(self) -> str:
        """Return the line; raises ValueError where its raised text cannot be written without a change.

        Runs are cut anywhere, so neighbours of one height are joined first: a raised "−" and a raised
        "12" are one exponent.
        """
        done = ""
        for height, text in _joined(self._flat()):
            done += _MOVES[height](text, before=done) if height in _MOVES else text
        return one_line(without_ligatures(done))

    def left_out(self) -> list[LeftOut]:
        """Return what was not taken, neighbours with one reason together."""
        found = [LeftOut(why=why, text=one_line(text)) for why, text in _joined(self._left_out)]
        return [left for left in found if left.text]

    def everything(self, why: str) -> list[LeftOut]:
        """Return all of the line as left out for one reason."""
        text = self.text()
        return [*([LeftOut(why=why, text=text)] if text else []), *self.left_out()]

    def _refuse_glued(self, text: str) -> None:
        last = self._parts[-1][1][-1] if self._parts else " "
        if self._cut and last.isalnum() and text[0].isalnum():
            before = self._parts[-1][1][-20:]
            raise ValueError(f"{before!r} and {text[:20]!r} stand together or apart, as a program likes")
        self._cut = False

    def _flat(self) -> list[tuple[Height, str]]:
        """Return the parts with heights settled: a line moved as a whole is not raised."""
        heights = {height for height, text in self._parts if text.strip()}
        settled = dict.fromkeys(_BY_POSITION, "plain") if len(heights) == 1 else _BY_POSITION
        flat = [(settled.get(height, height), text) for height, text in self._parts]
        for number in range(1, len(flat) - 1):
            # A space between two raised parts is as high as they are: "12, 13" is one list of notes.
            around = flat[number - 1][0], flat[number + 1][0]
            if not flat[number][1].strip() and around[0] == around[1]:
                flat[number] = (around[0], flat[number][1])
        return flat


def _joined(parts: list[tuple[str, str]]) -> list[tuple[str, str]]:
    joined: list[tuple[str, str]] = []
    for key, text in parts:
        if joined and joined[-1][0] == key:
            joined[-1] = (key, joined[-1][1] + text)
        else:
            joined.append((key, text))
    return joined
