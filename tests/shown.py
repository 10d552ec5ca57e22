"""What a browser would make of some HTML: the words and attributes of its elements."""

from __future__ import annotations

from html.parser import HTMLParser


class Shown(HTMLParser):
    """Every element of one tag, in order: `texts` with entities resolved, `attributes` as given."""

    def __init__(self, source: str, tag: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.attributes: list[dict[str, str | None]] = []
        self._tag, self._depth = tag, 0
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == self._tag:
            self._depth += 1
            self.texts.append("")
            self.attributes.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        self._depth -= tag == self._tag

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.texts[-1] += data
