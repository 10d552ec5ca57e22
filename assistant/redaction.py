"""What is taken out of a visitor's words: before they are kept, and again before anybody sees them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from assistant.common_words import COMMON_WORDS
from content.normalize import fold
from content.schema import Document

MASK = "[…]"
_LINK, _MAIL, _DATE, _NUMBER, _NAME = "[link]", "[e-mail]", "[date]", "[number]", "[name]"
_MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|enero|febrero|marzo|abril|mayo|junio|julio|agosto|"
    r"septiembre|setiembre|octubre|noviembre|diciembre)\b\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th|º)?"
# In this order: what is replaced first is seen by nothing after it.
_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(?<!\S)\S*(?: ?\(at\) ?| ?\[at\] ?|@)\S*", re.I), _MAIL),
    (re.compile(r"\b(?:[a-z]{2,9}://|www\.)\S+", re.I), _LINK),
    (re.compile(r"\b(?:[a-z0-9-]{2,63}\.){1,4}[a-z]{2,12}\b(?:/\S*)?", re.I), _LINK),
    (re.compile(r"\b\d{1,4}([./-])\d{1,2}\1\d{1,4}\b"), _DATE),
    (re.compile(rf"\b{_DAY} +(?:of |de )?{_MONTH}(?:,? +(?:del? |of )?\d{{2,4}})?\b", re.I), _DATE),
    (re.compile(rf"\b{_MONTH},? +(?:del? |of )?{_DAY}(?:,? +\d{{4}})?\b", re.I), _DATE),
    (re.compile(rf"\b{_MONTH},? +(?:del? |of )?\d{{4}}\b", re.I), _DATE),
    # Five digits or more, however they are grouped: phones, record and insurance numbers, postal codes.
    (re.compile(r"(?<![\w/#\-])[+(#]{0,3}[\w/#\-]*\d(?:[\s().\-/]{0,3}\d){4,}[\w/#\-]*"), _NUMBER),
)  # fmt: skip
_WORD = re.compile(r"\[[^\]\s]*\]|[^\W_]+(?:['’._:#/\-][^\W_]+)*")
# After these a name follows, however it is written.
_TELLS_NAME = re.compile(
    r"(?:\bnames? (?:is|are|was)|\bname['’]s|\bname ?:|(?:\bam|['’]m) (?:called|named)|"
    r"\bme llamo|\bse llama|\bnombre es|\bapellido es|\bregards|\bsincerely|\bsigned|\bsaludos)[\s,:]*$",
    re.I,
)  # fmt: skip
_TITLE = re.compile(
    r"\b(?:drs?|dra|doctors?|doctora|prof|professor|mr|mrs|ms|miss|mister|sir|madam|nurse|sr|sra|srta|señora?|"
    r"señorita|don|doña|uncle|aunt|tía|tío)\.? +$",
    re.I,
)
# After these a capital begins a name; a small letter begins anything.
_PRESENTS = re.compile(r"(?:\bI am|\bI['’]m|\bthis is|\bsoy|\baquí|\bit is|\bit['’]s)[\s,:]+$", re.I)
_SENTENCE_BEGINS = re.compile(r"(?:^|[.!?:;¿¡\n\"“(])\s*$")
_NAME_WORDS = 4


class _Place(NamedTuple):
    """What stands before a word, and whether the word before it was a name."""

    before: str
    after_name: int


def known_words(documents: Iterable[Document]) -> frozenset[str]:
    """Return every word that the documents or their staff questions hold, folded."""
    texts = (" ".join((d.title, d.text, *d.aliases, *d.questions)) for d in documents)
    return frozenset(word for text in texts for word in words_of(text))


def words_of(text: str) -> frozenset[str]:
    """Return the words of a text, folded, compounds whole and in their parts; no labels of ours."""
    found = [_plain(word) for word in _WORD.findall(text) if not word.startswith("[")]
    return frozenset(part for word in found for part in (word, *_parts(word)))


def redacted(text: str, known: Collection[str] = ()) -> str:
    """Return a text without what is likely to name or number a person; `known` words are no names.

    "I am Ann, ann@x.org, born 3/4/1970" becomes "I am [name], [e-mail] born [date]". A redactor
    misses things: what it leaves is kept for a time and masked before it is shown.
    """
    text = " ".join(text.split())
    for pattern, label in _PATTERNS:
        text = pattern.sub(label, text)
    after_name = 0

    def replaced(match: re.Match[str]) -> str:
        nonlocal after_name
        word = match[0]
        if word.startswith("["):
            after_name = 0
            return word
        label = _label(word, _Place(text[max(0, match.start() - 40) : match.start()], after_name), known)
        after_name = after_name + 1 if label == _NAME else 0
        return label or word

    return _joined(_WORD.sub(replaced, text), _NAME)


def masked(text: str, may_be_shown: Callable[[str], bool]) -> str:
    """Return a text with a mask for every word that may not be shown; labels and signs stay.

    `may_be_shown` is asked with a folded word; a compound is shown when it or all of its parts may be.
    """

    def shown(match: re.Match[str]) -> str:
        word = _plain(match[0])
        if match[0].startswith("[") or may_be_shown(word):
            return match[0]
        return match[0] if all(map(may_be_shown, _parts(word))) else MASK

    return _joined(_WORD.sub(shown, text.replace("_", " ")), MASK)


def _label(word: str, place: _Place, known: Collection[str]) -> str | None:
    """Return what stands in place of a word, None when it stays."""
    letters, digits = any(map(str.isalpha, word)), sum(map(str.isdigit, word))
    plain = _plain(word)
    if digits >= 3 and letters:
        return None if plain in known else _NUMBER
    is_capital = word[:1].isupper() and not (word.isupper() and len(word) > 1)
    is_known = plain in known or plain in COMMON_WORDS
    if place.after_name:
        # A name goes on while its words are written as names, or are words that nobody knows.
        goes_on = place.after_name < _NAME_WORDS and place.before.endswith((" ", "-", "."))
        if goes_on and (is_capital or not is_known) and not digits:
            return _NAME
    if _TELLS_NAME.search(place.before):
        return _NAME
    if _TITLE.search(place.before):
        return _NAME if is_capital or not is_known else None
    if _PRESENTS.search(place.before):
        return _NAME if is_capital else None
    begins = _SENTENCE_BEGINS.search(place.before)
    return _NAME if is_capital and not is_known and not begins and not digits else None


def _plain(word: str) -> str:
    return fold(word).replace("’", "'")


def _parts(word: str) -> list[str]:
    """Return the parts of a compound; of a single word none that would let it through."""
    return [part for part in re.split(r"['._:#/\-]", word) if part] or [word]


def _joined(text: str, label: str) -> str:
    """Return a text in which a row of equal labels is one: how many words there were tells something, too."""
    once = re.escape(label)
    return re.sub(rf"{once}(?:[ \-]+{once})+", label, text)
