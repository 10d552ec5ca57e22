"""Questions that must not be searched: crisis, emergency, personal advice, before anything else."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError, model_validator

from assistant.common_words import COMMON_WORDS
from assistant.errors import BrokenTable
from assistant.misspelling import Mender, Spelling, bare, unsigned
from assistant.rule_words import ENGLISH, SPANISH, rule_words
from assistant.schema import ALONE, Redirect, RedirectKind
from content.normalize import fold, without_apostrophes
from content.schema import Fact

RULES_FILE = Path(__file__).parent / "safety.toml"
# The most urgent kind wins, whatever else a question holds, so adding words never lowers the class.
ORDER: tuple[RedirectKind, ...] = ("crisis", "emergency", "personal_advice", "contact")
_SENTENCE_END = re.compile(r"[.!?;:\n]")
_FAMILY = re.compile(r"\{([a-z_]+)\}")
_LONG_WORD = re.compile(r"(\w{40})\w+")
_SHORT = 3
# Stands where excused words stood: no rule reaches across it.
_GAP = " … "


class Rule(Fact):
    """One reviewed pattern: a regular expression over `plain` text."""

    id: str
    kind: RedirectKind
    pattern: str
    why: str


class Excuse(Rule):
    """Words that are no danger, taken out before the rules of `kind` look."""


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
    excused: tuple[Excuse, ...] = ()
    spelling: Spelling = Spelling()

    @model_validator(mode="before")
    @classmethod
    def _in_full(cls, table: Any) -> Any:
        """Write out the families of words, and `any` of several patterns as one."""
        if not isinstance(table, dict):
            return table
        families = table.get("families", {})
        whole = {name: value for name, value in table.items() if name != "families"}
        for name in ("rules", "excused"):
            whole[name] = [_one_pattern(rule, families) for rule in table.get(name, ())]
        return whole


class _Reader(NamedTuple):
    """The rule file, ready to look: rules and excuses of each kind, and what mends spelling."""

    rules: tuple[tuple[RedirectKind, tuple[tuple[Rule, re.Pattern[str]], ...]], ...]
    excused: Mapping[RedirectKind, tuple[re.Pattern[str], ...]]
    mender: Mender


def plain(question: str) -> str:
    """Return the text rules are written for: folded, apostrophes dropped, marks as spaces.

    `plain("I can’t breathe!")` is `"i cant breathe"`.
    """
    return " ".join(re.sub(r"[^\w%°]+", " ", fold(without_apostrophes(question))).split())


@cache
def safety_rules(path: Path = RULES_FILE) -> SafetyRules:
    """Read the rule file; a file that cannot be read whole stops the program."""
    try:
        rules = SafetyRules.model_validate(tomllib.loads(path.read_text("utf-8")))
        for rule in (*rules.rules, *rules.excused):
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
def _reader(path: Path) -> _Reader:
    file = safety_rules(path)
    harmless = [rule.pattern for rule in file.rules if rule.kind not in ALONE] + [
        e.pattern for e in file.excused
    ]
    by_kind = {kind: [rule for rule in file.rules if rule.kind == kind] for kind in ORDER}
    return _Reader(
        rules=tuple((k, tuple((rule, re.compile(rule.pattern)) for rule in by_kind[k])) for k in ORDER),
        excused={k: tuple(re.compile(e.pattern) for e in file.excused if e.kind == k) for k in ORDER},
        mender=Mender(file.spelling, _urgent_words(file), {*COMMON_WORDS, *rule_words(harmless)}),
    )


def _urgent_words(file: SafetyRules) -> tuple[str, ...]:
    """Return the words of danger, to which bad spelling is mended, English ones first."""
    urgent = [rule for rule in file.rules if rule.kind in ALONE]
    english = rule_words((rule.pattern for rule in urgent if "spanish" not in rule.id), ENGLISH)
    spanish = rule_words((rule.pattern for rule in urgent if "spanish" in rule.id), SPANISH)
    return tuple(dict.fromkeys((*english, *spanish)))


def _one_pattern(rule: Any, families: Mapping[str, str]) -> Any:
    rule = dict(rule) if isinstance(rule, dict) else {}
    if "any" in rule:
        rule["pattern"] = rf"\b(?:{'|'.join(rule.pop('any'))})\b"
    if isinstance(rule.get("pattern"), str):
        rule["pattern"] = _written_out(rule["pattern"], families)
    return rule


def _written_out(pattern: str, families: Mapping[str, str]) -> str:
    """Return a pattern with families of words in place of their names, also those inside others."""
    for _ in range(3):
        pattern = _FAMILY.sub(lambda n: f"(?:{families[n[1]]})" if n[1] in families else n[0], pattern)
    unknown = _FAMILY.search(pattern)
    if unknown:
        raise ValueError(f"no family of words is called {unknown[1]}")
    return pattern


def route(question: str, path: Path = RULES_FILE) -> Redirect | None:
    """Return where a question must go instead of the search, or None.

    Looks at the whole question, however long or garbled, and at each of its sentences alone, so
    that words around a sentence never lower its class; each is read as it stands and with its
    spelling mended. The first rule of the most urgent kind decides. The rules follow NICE and
    Lupus Foundation red-flag lists and are data, not code.
    """
    reader = _reader(path)
    texts = _readings(question, reader.mender)
    for kind, rules in reader.rules:
        excused = reader.excused[kind]
        for rule, pattern in rules:
            # What is excused is taken out only of what would alarm: most questions never do.
            if any(pattern.search(text) and pattern.search(_without(text, excused)) for text in texts):
                return Redirect(kind=kind, rule=rule.id)
    return None


def _readings(question: str, mender: Mender) -> Iterable[str]:
    """Return the question and its sentences, each as it stands and with its spelling mended.

    What is said again is read once, and of a word without end only its beginning: both cost time only.
    """
    sentences = _SENTENCE_END.split(_LONG_WORD.sub(r"\1", question))
    # A word or two said again may be part of a sentence that is typed on many lines.
    first = {part: place for place, part in reversed(list(enumerate(sentences)))}
    fresh = [part for place, part in enumerate(sentences) if part.count(" ") < _SHORT or first[part] == place]
    parts = tuple(dict.fromkeys((" ".join(fresh), *fresh)))
    as_typed = (bare(plain(part)) for part in parts)
    mended = (mender.mended(plain(unsigned(part))) for part in parts)
    return dict.fromkeys((*as_typed, *chain.from_iterable(mended)))


def _without(text: str, excused: Iterable[re.Pattern[str]]) -> str:
    for pattern in excused:
        text = pattern.sub(_GAP, text)
    return text
