"""Questions about benefit, whether something works, helps or cures: recognised by their words alone."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field, ValidationError

from assistant.conversation import Turn, about
from assistant.errors import BrokenTable
from assistant.misspelling import bare
from assistant.safety import plain
from content.schema import Fact

RULES_FILE = Path(__file__).parent / "benefit.toml"
_FAMILY = re.compile(r"\{([a-z_]+)\}")
_SENTENCE_END = re.compile(r"[.!?;:\n]")
# Stands where excused words stood: no pattern reaches across it.
_GAP = " … "
# A follow-up that opens so, asks nothing of its own, and has no more telling words asks the old question
# about another topic.
_ANOTHER = re.compile(
    r"^(?:and|but|or|also|so|then|what about|how about|y|o|pero)\b"
    r"(?!.*\b(?:where|when|who|why|which|how (?!about)|donde|cuando|quien|cual|cuant))"
)
_TOPIC_WORDS = 2


class Pattern(Fact):
    """Reviewed regular expressions over plain text, and why they are there."""

    why: str
    any: tuple[str, ...] = Field(min_length=1)


class BenefitRules(Fact):
    """The rule file: who reviewed it, when, and what it holds."""

    version: str
    reviewed_by: str
    reviewed_on: str
    families: dict[str, str] = Field(default_factory=dict)
    excused: tuple[Pattern, ...] = ()
    asks: tuple[Pattern, ...] = Field(min_length=1)


class _Ready(NamedTuple):
    """The rule file, ready to look."""

    excused: re.Pattern[str] | None
    asks: re.Pattern[str]


def benefit_rules(path: Path = RULES_FILE) -> BenefitRules:
    """Read the rule file; raises BrokenTable, so that a broken one stops the program."""
    try:
        return BenefitRules.model_validate(tomllib.loads(path.read_text("utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        raise BrokenTable(path, f"rules of benefit cannot be used ({field}: {first['msg']})") from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenTable(path, f"rules of benefit cannot be used ({error})") from error


def asks_benefit(question: str, path: Path = RULES_FILE) -> bool:
    """Say whether a question, or one of its sentences, asks what good something does.

    `asks_benefit("Does it work?")` is True, `asks_benefit("How does it work?")` False. The rules are
    data; in doubt they say yes, which costs a visitor nothing but the order of what is shown.
    """
    ready = _ready(path)
    parts = dict.fromkeys(bare(plain(part)) for part in (question, *_SENTENCE_END.split(question)))
    return any(ready.asks.search(_without(part, ready.excused)) for part in parts)


def turn_asks_benefit(turn: Turn) -> bool:
    """Say whether a turn of a conversation asks it, also one that only names another topic: "and lupus?"."""
    if asks_benefit(turn.question):
        return True
    words = plain(turn.question)
    names_another = _ANOTHER.search(words) and len(about(words)) <= _TOPIC_WORDS
    return bool(turn.previous and names_another and asks_benefit(turn.previous))


@cache
def _ready(path: Path) -> _Ready:
    rules = benefit_rules(path)
    try:
        excused = _compiled(rules.excused, rules.families) if rules.excused else None
        return _Ready(excused, _compiled(rules.asks, rules.families))
    except (re.error, KeyError) as error:
        raise BrokenTable(path, f"rules of benefit cannot be used ({error})") from error


def _compiled(patterns: tuple[Pattern, ...], families: dict[str, str]) -> re.Pattern[str]:
    def written_out(found: re.Match[str]) -> Any:
        return f"(?:{families[found[1]]})"

    ways = (_FAMILY.sub(written_out, way) for pattern in patterns for way in pattern.any)
    return re.compile(rf"\b(?:{'|'.join(ways)})\b")


def _without(text: str, excused: re.Pattern[str] | None) -> str:
    return excused.sub(_GAP, text) if excused else text
