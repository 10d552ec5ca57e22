"""A follow-up made to stand alone from the questions before it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from content.normalize import fold, normalize
from content.schema import Fact
from index.lexical import terms

# Openings that lean on what was said before.
_OPENING = re.compile(
    r"^(and|but|so|or|also|then|what about|how about|what else|which ones?|why not|in that)\b"
)
# Words that point at something named earlier.
_POINTING = re.compile(
    r"\b(it|its|they|them|their|theirs|he|him|his|she|her|hers|that|those|these|there|this|"
    r"the same|any of them|each of them|both|the others?|the (?:study|trial|treatment|results?))\b"
)
_SHORT_TERMS = 2
_WORD = re.compile(r"\w+(?:-\w+)*")
# Words that ask, point or join; what remains of a question is what it is about.
_EMPTY = frozenset(
    "what is are was were the a an of in on for to and or how why who whom when where which do does did "
    "can could would should will tell me about it its they them their there that this these those i you "
    "we my your be been have has had s m t not with from by as at some any much many more most other best "
    "between if so but also like such into get use used give describe explain know want need good main "
    "different type types kind kinds please us".split()
)
_TURNS_BACK = 4


class Turn(Fact):
    """One question as it is searched and as it is read.

    `question` is what was typed; `standalone` carries the words of the conversation's topic for the
    search; `previous` is the question that gave the topic, None when nothing was leaned on.
    """

    question: str
    standalone: str
    previous: str | None = None


def as_typed(words: str) -> str:
    """Return a visitor's words normalised, without white space around them.

    Half a character (a lone surrogate, as a terminal passes on bytes that are no UTF-8) becomes
    "?": no JSON could hold it.
    """
    return normalize(words.encode("utf-8", "replace").decode("utf-8")).strip()


def resolve(question: str, history: Sequence[str] = ()) -> Turn:
    """Return the question with the topic of earlier questions when it leans on them.

    `history` holds the visitor's earlier questions, oldest first. The topic is the latest one that
    stands alone itself; its telling words go behind the question for the search, and those of the
    last question too when something is pointed at. The reader sees the last question only, and
    nothing the visitor typed is rewritten.
    """
    recent = [earlier for earlier in history[-_TURNS_BACK:] if fold(earlier)]
    # Questions that merely are short keep to themselves: with the old topic's words behind them they found
    # less of what a person's rewrite finds (TREC CAsT turns, tests/benchmarks/follow_ups.py).
    if not recent or not leans_back(question):
        return Turn(question=question, standalone=question)
    topic = next((earlier for earlier in reversed(recent) if not leans_back(earlier)), recent[0])
    pointed_at = recent[-1] if _POINTING.search(fold(question)) else ""
    words = dict.fromkeys((*about(topic), *about(pointed_at)))
    own = about(question)
    added = " ".join(word for word in words if word not in own)
    standalone = f"{question} {added}".strip()
    return Turn(question=question, standalone=standalone, previous=topic)


def about(question: str) -> list[str]:
    """Return the telling words of a question, folded: "Is lupus curable?" is about lupus, curable."""
    return [word for word in _WORD.findall(fold(question)) if word not in _EMPTY]


def leans_back(question: str) -> bool:
    """Say whether a question needs an earlier one to be understood.

    `leans_back("and how long were they followed?")` is True, `leans_back("What is COPD?")` False.
    """
    folded = fold(question)
    if _OPENING.search(folded) or _POINTING.search(folded):
        return True
    return len(terms(folded)) <= _SHORT_TERMS and not re.search(r"\b(what|who) (is|are|was|were)\b", folded)
