"""What the staff's page shows: HTML that we wrote and escaped, in boxes of Gradio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, repeat
from typing import Any

from assistant.render import escape


def box(gr: Any, value: str = "", *, elem_id: str | None = None, visible: bool = True) -> Any:
    """Draw a place for HTML; give it what `one_line` returns.

    Not Gradio's HTML component, which evaluates text as a program: our content policy forbids that.
    """
    return gr.Markdown(
        one_line(value), elem_id=elem_id, sanitize_html=True, latex_delimiters=[], visible=visible
    )


def one_line(html: str) -> str:
    """Return HTML as one block of Markdown: after a blank line in it, words would be read as Markdown."""
    return html.replace("\r", "&#13;").replace("\n", "&#10;")


def alert(text: str) -> str:
    """Return what went wrong."""
    return f'<p role="alert" class="staff-alert">{escape(text)}</p>' if text else ""


def done(text: str) -> str:
    """Return what is done now."""
    return f'<p role="status" class="staff-done">{escape(text)}</p>'


def table(name: str, head: Sequence[str], rows: Iterable[Sequence[str]], *, kinds: Sequence[str] = ()) -> str:
    """Return a table of plain texts in a box that scrolls when it is too wide; `name` is read aloud.

    `kinds`: what each row is, for its looks alone; words in it say the same.
    """
    first = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    body = "".join(
        f"<tr{_class(kind)}>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>"
        for row, kind in zip(rows, chain(kinds, repeat("")), strict=False)
    )
    return (
        f'<div class="staff-wide" title="{escape(name)}"><table><thead><tr>{first}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _class(kind: str) -> str:
    return f' class="staff-is-{escape(kind)}"' if kind else ""


def listed(items: Iterable[str], *, kind: str = "") -> str:
    """Return a list of plain texts, nothing for none."""
    lines = "".join(f"<li>{escape(item)}</li>" for item in items)
    return f'<ul class="{escape(kind)}">{lines}</ul>' if lines else ""


# How every event of the page runs: in the queue, named to nobody, without Gradio's own veil over the page.
EVENT: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def on_open(gr: Any, show: Any, outputs: Sequence[Any]) -> None:
    """Let a function fill components whenever somebody opens the page; call it while the page is drawn."""
    gr.context.Context.root_block.load(show, [], list(outputs), **EVENT)


def on_select(gr: Any, show: Any, outputs: Sequence[Any]) -> None:
    """Let a function fill components whenever somebody turns to the tab; call it while the tab is drawn."""
    tab = gr.context.Context.block
    while not isinstance(tab, gr.Tab):
        tab = tab.parent
    tab.select(show, [], list(outputs), **EVENT)
