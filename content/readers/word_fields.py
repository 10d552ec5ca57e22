"""Fields of Word: what they are asked to show is code, and what they show stands behind it."""

from __future__ import annotations

from xml.etree.ElementTree import Element

# These draw from their code alone: a raised number, a symbol, a ticked box, a chosen word.
_DRAWN_FROM_CODE = frozenset(
    "EQ SYMBOL ADVANCE FORMCHECKBOX FORMDROPDOWN MACROBUTTON GOTOBUTTON AUTONUM AUTONUMLGL AUTONUMOUT "
    "LISTNUM".split()
)


class Fields:
    """The fields that are open where a reading stands; they may run over many paragraphs."""

    def __init__(self) -> None:
        self._codes: list[str] = []
        self._in_code: list[bool] = []

    @property
    def gone(self) -> str:
        """Why text here is not shown, "" where it is."""
        return "field code" if any(self._in_code) else ""

    @property
    def are_closed(self) -> bool:
        """Say whether every field that began has ended."""
        return not self._codes

    def step(self, element: Element) -> None:
        """Take a w:fldChar or w:instrText; raises ValueError for fields that show more than their text."""
        kind = element.get("w:fldCharType")
        if element.tag == "w:instrText":
            if self._codes:
                self._codes[-1] += element.text or ""
        elif kind == "begin":
            self._codes.append("")
            self._in_code.append(True)
        elif not self._codes:
            raise ValueError("a field ends that never began")
        elif kind == "separate":
            self._in_code[-1] = False
        elif kind == "end":
            self._in_code.pop()
            self.check(self._codes.pop())

    def check(self, code: str) -> None:
        """Raise ValueError for a code that draws something which stands nowhere as text."""
        name = code.split(maxsplit=1)[:1]
        if name and name[0].upper() in _DRAWN_FROM_CODE:
            raise ValueError(f"a field draws something from its code ({' '.join(code.split())[:40]!r})")
