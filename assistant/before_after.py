"""A source beside what was taken from it, as HTML: no script, nothing from outside, every word escaped."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from html import escape

from content.changes import Changes
from content.encodings import decoded
from content.errors import SourceRefused
from content.extract import LeftOut, Piece
from content.importing import Added

STYLE = """
.before-after { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 1rem; margin: 1rem 0; }
@media (max-width: 48rem) { .before-after { grid-template-columns: minmax(0, 1fr); } }
.before-after > div { border: 1px solid #8c959f; border-radius: 6px; padding: .75rem; min-width: 0; }
.before-after h4 { margin: 0 0 .5rem; }
.before-after iframe, .before-after object { width: 100%; height: 32rem; border: 1px solid #d9dee3; }
.before-after .source { white-space: pre-wrap; overflow: auto; max-height: 32rem; margin: 0;
  overflow-wrap: anywhere; }
.before-after .taken { overflow: auto; max-height: 32rem; }
.before-after .taken p { white-space: pre-line; margin: .4rem 0; overflow-wrap: anywhere; }
.before-after .heading { font-weight: 600; }
.before-after .item::before { content: "• "; }
.before-after .table { font-family: monospace; }
.before-after .wide { grid-column: 1 / -1; }
.before-after del { color: #a40e26; } .before-after ins { color: #1a7f37; }
"""
# Even a mistake in escaping could run no script and load nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src data:"
# What a page inside the frame may do: nothing but look as it looks. Not even a name is looked up for it.
_FRAMED = (
    '<!doctype html><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
)
_REACHES_OUT = re.compile(r"http-equiv|<(?=(?:link|base|iframe|object|embed|portal)\b)", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.ASCII)
_SHOWN_CHARS = 400_000
_EMBEDDED_BYTES = 5_000_000


def before_after_html(added: Added, source: bytes | None) -> str:
    """Return one document's source, what was taken from it and what was left out, side by side.

    A web page is shown as a browser shows it, in a frame that runs no script and loads nothing; a PDF in
    the browser's own viewer; other texts as they are. Without `source` only what was taken is shown.
    `STYLE` belongs to it.
    """
    parts = [
        f"<div><h4>The source</h4>{_source(added, source)}</div>",
        f'<div><h4>What was taken</h4><div class="taken">{"".join(map(_piece, added.pieces))}</div></div>',
        _left_out(added.left_out),
        _changes(added.changes) if added.changes else "",
    ]
    title = escape(added.document.title)
    return f'<section class="before-after" aria-label="{title}">{"".join(parts)}</section>'


def before_after_page(shown: Iterable[tuple[Added, bytes | None]]) -> str:
    """Return a whole page of documents with their sources."""
    sections = [
        f"<h2>{escape(added.document.title)}</h2><p>{escape(added.outcome)}: {escape(added.path)}</p>"
        + before_after_html(added, source)
        for added, source in shown
    ]
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<title>Sources and what was taken</title><style>"
        "body { font: 15px/1.5 system-ui, sans-serif; color: #1b1f24; background: #fff; margin: 2rem; }"
        f"{STYLE}</style></head>\n<body><h1>Sources and what was taken</h1>\n"
        + "\n".join(sections)
        + "\n</body></html>\n"
    )


def _source(added: Added, source: bytes | None) -> str:
    imported = added.document.imported
    form = imported.format if imported else "markdown"
    name = escape(imported.file if imported else added.path)
    if source is None or form == "docx" or (form == "pdf" and len(source) > _EMBEDDED_BYTES):
        return f"<p>Open {name} beside this page.</p>"
    if form == "pdf":
        data = base64.b64encode(source).decode("ascii")
        return (
            f'<object type="application/pdf" data="data:application/pdf;base64,{data}">'
            f"<p>This browser shows no PDF here. Open {name} beside this page.</p></object>"
        )
    text = _text(source, name)
    if form == "html":
        harmless = _REACHES_OUT.sub(lambda found: f"{found.group()[:1]}x-{found.group()[1:]}", text)
        framed = escape(_FRAMED + harmless)
        return f'<iframe sandbox="" referrerpolicy="no-referrer" title="{name}" srcdoc="{framed}"></iframe>'
    cut = f"\n… ({len(text) - _SHOWN_CHARS} more characters)" if len(text) > _SHOWN_CHARS else ""
    return f'<pre class="source" tabindex="0">{escape(text[:_SHOWN_CHARS] + cut)}</pre>'


def _text(source: bytes, name: str) -> str:
    declared = _CHARSET.search(source[:2048])
    try:
        return decoded(source, declared=declared[1].decode("ascii") if declared else None, name=name)
    except SourceRefused:
        # Only to look at: nothing of such a file was taken.
        return source.decode("utf-8", "replace")


def _piece(piece: Piece) -> str:
    return f'<p class="{piece.kind}" dir="auto">{escape(piece.text)}</p>'


def _left_out(left_out: tuple[LeftOut, ...]) -> str:
    if not left_out:
        return '<div class="wide"><h4>Left out</h4><p>Nothing.</p></div>'
    rows = "".join(f'<li dir="auto"><b>{escape(left.why)}</b>: {escape(left.text)}</li>' for left in left_out)
    return f'<div class="wide"><h4>Left out on purpose</h4><ul>{rows}</ul></div>'


def _changes(changes: Changes) -> str:
    rows = [f'<li dir="auto"><del>{escape(words)}</del></li>' for words in changes.removed]
    rows += [f'<li dir="auto"><ins>{escape(words)}</ins></li>' for words in changes.added]
    head = f"Sentences: {len(changes.removed)} gone, {len(changes.added)} new, {changes.kept} as before"
    return f'<div class="wide"><h4>{head}</h4><ul>{"".join(rows)}</ul></div>'
