"""The second reading of Markdown sees the words that are shown, and finds those that get lost."""

from __future__ import annotations

import pytest

from content.readers.markdown_seen import dumb_markdown, lost_words


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("**-5** and *6* of `7` ~~8~~", "-5 and 6 of 7 8"),
        ("10**6 and 10**7, 2*3*4", "10 6 and 10 7, 2 3 4"),
        ("a__b test_c _d_ __e__", "a__b test_c d e"),
        ("`a*b &gt; <c> [d](e)` ``5\\*``", "a*b &gt; <c> [d](e) 5\\*"),
        ("1. a\n2) b\n- 3", "a b - 3"),
        ("> a\n> 5", "a > 5"),
        ("[a](http://x/1 'b 2') ![c](3.png) [d][4] [e](<f 5>)", "[a ![c [d [e"),
        ("[Record][]s [b](c)s", "[Records [bs"),
        ("[1]: http://a/5\n[2]: Smith", "[2]: Smith"),
        ("a[^1]\n\n[^1]: b", "a b"),
        ("<!-- 5 --> a <b title='6'>7</b> <!-- 8", "a 7"),
        ("10^6^ CO~2~ 10^\\-3^", "10⁶ CO₂ 10⁻³"),
        ("\\*5\\* 3\\. &lt; &#53;", "*5* 3. < 5"),
        ("```python 5\n6\n```", "6"),
    ],
)
def test_marks_go_and_words_stay(text: str, seen: str) -> None:
    assert " ".join(dumb_markdown(text).split()) == seen


def test_a_word_is_lost_as_often_as_it_is_missing() -> None:
    assert lost_words("one two two a", ["one", "two"]) == ["two"]
    assert lost_words("one two", ["two one", "three"]) == []
