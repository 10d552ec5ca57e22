"""What a browser would make of some HTML: the words and attributes of its elements."""

from __future__ import annotations

from html.parser import HTMLParser


class Shown(HTMLParser):
    """Every element of one tag, in order: `texts` with entities resolved, `attributes` as given."""

    def __init__(self, source: str, tag: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self._tag, self._open = tag, list[int]()
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self._tag:
            self._open.append(len(self.texts))
            self.texts.append("")
            self.attributes.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag == self._tag and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for place in self._open:
            self.texts[place] += data
