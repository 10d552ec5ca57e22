"""What kind of thing a question asks for, and whether a sentence holds such a thing."""

from __future__ import annotations

import re
from typing import NamedTuple

from content.normalize import fold
from index.lexical import terms


class AnswerType(NamedTuple):
    """A kind of answer: how it is asked for, and what it looks like in a sentence."""

    name: str
    asked: re.Pattern[str]
    held: re.Pattern[str]


_MONTH = (
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_UNIT = r"(?:second|minute|hour|day|week|month|year)s?"

# The first type that fits decides, so narrow kinds stand before wide ones ("how long" before
# "how"). Patterns see folded text. After Li and Roth, COLING 2002, reduced to what trial and
# therapy documents state.
ANSWER_TYPES = (
    AnswerType(
        # What a report does not have it does not name: "was there a control group?" is answered by
        # the sentence that says how the study was designed.
        "design",
        re.compile(
            r"\b(control groups?|(?:any|no|the|were|with|without|healthy|matched) controls|placebos?|dummy|"
            r"sham|compar(?:ison|ed|ator)|randomi[sz]\w*|by chance|blinded|(?:single|double)[- ]blind|"
            r"blind (?:study|trial)|(?:study|trial|it) blind|single[- ]arm|study design|"
            r"(?:kind|type|sort) of (?:study|trial|research)|(?:study|trial|research|it|this) designed)\b"
        ),
        re.compile(
            r"\bsingle[- ]arm\b|\bopen[- ]label\b|\b(?:double|single)[- ]blind|\bplacebo|"
            r"\bcontrol (?:group|arm)|\bwere randomi[sz]ed\b|\brandomly (?:assigned|allocated)\b|"
            r"\bcohort\b|\bcase (?:series|report)\b|"
            r"\bretrospective|\buncontrolled\b|\b(?:conducted|performed) an? "
        ),
    ),
    AnswerType(
        "money",
        re.compile(r"\b(cost|price|pay|fee|expensive|dollars?|how much (?:is|does|for|money))\b"),
        re.compile(r"[$€£]\s?\d|\b\d[\d,.]*\s?(?:dollars|euros|usd)\b"),
    ),
    AnswerType(
        "duration",
        re.compile(rf"\bhow (?:long|many {_UNIT})\b|\b(?:follow(?:ed)?[ -]?up|duration|period|length of)\b"),
        re.compile(rf"\b\d[\d.,]*[ -]?{_UNIT}\b|\bsince (?:19|20)\d\d\b"),
    ),
    AnswerType(
        "date",
        re.compile(
            r"\b(when|what (?:year|years|date|month)|which years?|how (?:old is the|recent)|dated?)\b"
        ),
        re.compile(rf"\b(?:19|20)\d\d\b|\b\d{{1,2}} (?:{_MONTH})\b"),
    ),
    AnswerType(
        "number",
        re.compile(
            r"\b(how (?:many|big|large|small|common)|number of|sample size|"
            r"what (?:percent|percentage|share|size))\b"
        ),
        # A year or the day of a month counts nothing.
        re.compile(
            rf"(?<![\w.])(?!(?:19|20)\d\d\b|\d{{1,2}} (?:{_MONTH})\b)\d[\d,.]*|\ball (?:of the )?patients\b"
        ),
    ),
    AnswerType(
        "person",
        re.compile(
            r"\b(who (?:wrote|did|is|was|are|were|ran|runs|made|performed|conducted|owns|treats|published)|"
            r"whose|authors?|name of the (?:doctor|author))\b"
        ),
        re.compile(r"\bauthors?:|\bet al\b|\bdr\.? [a-z]|\b(?:doctor|physician|director)s?\b"),
    ),
    AnswerType(
        "place",
        re.compile(
            r"\b(where|which (?:city|state|town|country|hospital)|what (?:city|state|town|country)|"
            r"address|located|location)\b"
        ),
        re.compile(r"\bin [a-z]+, [a-z]+|\b(?:clinic|hospital|university|center|centre)\b"),
    ),
)  # fmt: skip


def asked_type(question: str) -> AnswerType | None:
    """Return the kind of thing a question asks for, or None for an open or yes/no question."""
    folded = fold(question)
    return next((kind for kind in ANSWER_TYPES if kind.asked.search(folded)), None)


def absence_terms(question: str, kind: AnswerType | None) -> frozenset[str]:
    """Return the terms that ask how a study was designed, none for other questions.

    "Was there a control group?" asks with "control group". A report of a single-arm trial never says
    these words, and the sentence that states its design answers all the same.
    """
    if kind is None or kind.name != "design":
        return frozenset()
    return frozenset(term for found in kind.asked.finditer(fold(question)) for term in terms(found[0]))


def holds_type(kind: AnswerType, folded: str) -> bool:
    """Say whether a sentence, already folded, holds something of that kind."""
    return bool(kind.held.search(folded))
