"""Questions that must not be searched: crisis, emergency, personal advice, before anything else."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import get_args

from pydantic import ValidationError

from assistant.errors import BrokenTable
from assistant.schema import ALONE, Redirect, RedirectKind
from content.normalize import fold
from content.schema import Fact

RULES_FILE = Path(__file__).parent / "safety.toml"
# The most urgent kind wins, whatever else a question holds, so adding words never lowers the class.
ORDER: tuple[RedirectKind, ...] = ("crisis", "emergency", "personal_advice", "contact")
# Removed before folding, which would turn some of them into a space and an accent.
_APOSTROPHES = re.compile("['’‘`´ʼ′＇｀]")
_SENTENCE_END = re.compile(r"[.!?;:\n]")


class Rule(Fact):
    """One reviewed pattern: a regular expression over `plain` text."""

    id: str
    kind: RedirectKind
    pattern: str
    why: str


class Region(Fact):
    """Whom to call; `crisis_link` only where a checked page exists."""

    emergency: str
    crisis: str
    crisis_link: str | None = None


class SafetyRules(Fact):
    """The rule file: who reviewed it, when, and what it holds."""

    version: str
    reviewed_by: str
    reviewed_on: str
    regions: dict[str, Region]
    rules: tuple[Rule, ...]


def plain(question: str) -> str:
    """Return the text rules are written for: folded, apostrophes dropped, marks as spaces.

    `plain("I can’t breathe!")` is `"i cant breathe"`.
    """
    return " ".join(re.sub(r"[^\w%°]+", " ", fold(_APOSTROPHES.sub("", question))).split())


@cache
def safety_rules(path: Path = RULES_FILE) -> SafetyRules:
    """Read the rule file; a file that cannot be read whole stops the program."""
    try:
        rules = SafetyRules.model_validate(tomllib.loads(path.read_text("utf-8")))
        for rule in rules.rules:
            re.compile(rule.pattern)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BrokenTable(path, f"safety rules cannot be used ({field}: {first['msg']})") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, re.error) as error:
        raise BrokenTable(path, f"safety rules cannot be used ({error})") from error
    missing = set(get_args(RedirectKind)) - {rule.kind for rule in rules.rules}
    if missing:
        raise BrokenTable(path, f"no rule for {', '.join(sorted(missing))}")
    return rules


@cache
def _compiled(path: Path) -> tuple[tuple[Rule, re.Pattern[str]], ...]:
    rules = safety_rules(path).rules
    in_order = sorted(rules, key=lambda rule: ORDER.index(rule.kind))
    return tuple((rule, re.compile(rule.pattern)) for rule in in_order)


def is_urgent(question: str) -> bool:
    """Say whether a question is a crisis or an emergency, which is answered whatever else is the matter."""
    redirect = route(question)
    return redirect is not None and redirect.kind in ALONE


def route(question: str, path: Path = RULES_FILE) -> Redirect | None:
    """Return where a question must go instead of the search, or None.

    Looks at the whole question, however long or garbled, and at each of its sentences alone, so
    that words around a sentence never lower its class; the first rule of the most urgent kind
    decides. The rules follow NICE and Lupus Foundation red-flag lists and are data, not code.
    """
    texts = dict.fromkeys(map(plain, (question, *_SENTENCE_END.split(question))))
    for rule, pattern in _compiled(path):
        if any(pattern.search(text) for text in texts):
            return Redirect(kind=rule.kind, rule=rule.id)
    return None
