"""No number and no sign goes because Markdown took it for a mark."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from content.readers.markdown_doubts import settle

MARKDOWN = MarkdownIt("commonmark", {"html": True})


def settled(text: str) -> str:
    tokens = MARKDOWN.parse(text)
    settle(tokens)
    return str(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {})).replace("\n", "")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"),
        ("0) a\n1) b", '<ol start="0"><li>a</li><li>b</li></ol>'),
        ("16. of them", '<ol start="16"><li>16. of them</li></ol>'),
        ("1. a\n4. b", "<ol><li>1. a</li><li>4. b</li></ol>"),
        ("3) a\n4) b", '<ol start="3"><li>3) a</li><li>4) b</li></ol>'),
        ("1. - a\n   - b", "<ol><li><ul><li>1. a</li><li>b</li></ul></li></ol>"),
        ("- 3 points\n- 4 points", "<ul><li>3 points</li><li>4 points</li></ul>"),
        ("x [1][a]\n\n[a]: b", '<p>x <a href="b">[1]</a></p>'),
        ("x [[1](b)]", '<p>x [<a href="b">1</a>]</p>'),
        ("x [1, 2–4](b) [1a](b)", '<p>x <a href="b">[1, 2–4]</a> <a href="b">1a</a></p>'),
        ("through\n**bold** or\n*it*", "<p>through<strong>bold</strong> or<em>it</em></p>"),
        ("`~` or `~/.profile`", "<p><code>~</code> or <code>~/.profile</code></p>"),
        ("**S**ystemic", "<p><strong>S</strong>ystemic</p>"),
    ],
)
def test_numbers_stay_where_they_may_be_words(text: str, html: str) -> None:
    assert settled(text) == html


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a*b* c", "star"), ("10**6 x 10**7", "star"), ("<n> mg", "no element"), ("<n>\n\nx", "no element"),
        ("</mg>", "no element"), ("> 5", "more than"), ("> -5", "more than"),
        ("a\n- 5", "a list or a sign"), ("a\n+ .5", "a list or a sign"), ("5.", "line of its own"),
        ("10^{6}", "TeX"), ("a \\times b", "TeX"),
    ],
)  # fmt: skip
def test_what_nothing_tells_is_refused(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        settled(text)
