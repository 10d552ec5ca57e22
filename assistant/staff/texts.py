"""What the staff's side says: one table, English alone, every sentence by its id."""

from __future__ import annotations

import tomllib
from functools import cache
from html import escape
from pathlib import Path

_TABLE = Path(__file__).with_name("texts.toml")
# The two pages outside Gradio are a form each; they need no file of their own to look right.
_LOOKS = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem;"
    "background:#fff;color:#1f2937}h1{font-size:1.3rem}label{display:block;margin-bottom:.3rem}"
    "input,button{font:inherit;box-sizing:border-box;width:100%;padding:.6rem;border-radius:.4rem;"
    "border:1px solid #64748b;background:#fff;color:inherit}"
    "button{margin-top:.8rem;background:#0f766e;color:#fff;border-color:#0f766e;cursor:pointer}"
    "a{color:#0f766e}[role=alert]{border-inline-start:.3rem solid #b42318;padding-inline-start:.6rem}"
    ":focus-visible{outline:3px solid #0f766e;outline-offset:2px}"
    "@media(prefers-color-scheme:dark){body{background:#111827;color:#e5e7eb}"
    "input{background:#1f2937}a{color:#5eead4}:focus-visible{outline-color:#5eead4}}"
)


@cache
def texts() -> dict[str, str]:
    """Return the whole table."""
    return tomllib.loads(_TABLE.read_text("utf-8"))


def say(name: str, /, **values: object) -> str:
    """Return a sentence with its braces filled in."""
    return texts()[name].format(**values)


def plain_page(title: str, body: str) -> str:
    """Return a page without a script; `title` is the id of its heading, `body` is HTML."""
    heading = escape(say(title))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{heading}</title><style>{_LOOKS}</style></head>"
        f"<body><main><h1>{heading}</h1>{body}</main></body></html>"
    )
