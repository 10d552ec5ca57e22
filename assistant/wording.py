"""Every sentence the program itself says, in one table that a person can review."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from assistant.errors import BrokenTable
from assistant.safety import Region
from assistant.settings import Language
from assistant.spanish import SPANISH
from content.schema import ApprovalStatus

# Reading level: US grade 7 or lower (Flesch-Kincaid), as health literacy guidance asks
# (CDC Clear Communication Index). {emergency} and {crisis} are filled from the region table.
WORDING: dict[str, str] = {
    "title": "Ask our documents",
    "notice": "You see quotes from studies and from this clinic's pages. They are not medical advice.",
    "welcome": "Ask about the studies and treatments on our pages. You will see the exact words of the "
    "documents, and where they stand. This chat writes no answers of its own.",
    "privacy": "Please do not type names or private details. Nothing you type is saved.",
    "privacy_kept": "Please do not type names or private details. We keep your question for some time to "
    "make our pages better. Names and numbers are taken out. Staff see it only if many people ask the same.",
    "emergency_line": "If your life may be in danger, call {emergency} now.",
    "examples": "You could ask:",
    "placeholder": "Type your question here",
    "ask": "Ask",
    "your_question": "Your question",
    "answer": "Answer",
    "new_chat": "Start over",
    "conversation": "Questions and answers",
    "waiting": "Please wait. Your question is in line.",
    "quotes_intro": "This is what the documents say, word for word:",
    "caveat_label": "Keep in mind:",
    "stands_for": "{short} stands for {long}.",
    "no_study": "This comes from the clinic's own page. The page names no study for it.",
    "no_study_known": "This source gives no facts of a study.",
    "says_otherwise": "Another source says something else. Please read both:",
    "not_advice": "These are quotes, not advice for you. Please talk with your doctor.",
    "no_answer": "No passage in our documents covers this.",
    "closest": "The closest topics we have:",
    "contact": "To ask a person, please call or write to the clinic.",
    "follow_ups": "You could also ask:",
    "crisis": "You are not alone. Please call {crisis} now. A person is there to help you, day and night. "
    "If you are in danger, call {emergency}.",
    "emergency": "Call {emergency} now. This may be an emergency. Do not wait for an answer here.",
    "personal_advice": "This is a question for your own doctor. We can only show what documents say. "
    "Please do not start, stop or change a treatment without asking them.",
    "contact_person": "This chat only shows quotes from documents. To reach a person, please call "
    "or write to the clinic.",
    "withheld": "This quote did not pass its check, so it is not shown.",
    "withheld_overdue": "A document about this is being checked again. It is not shown until then.",
    "withheld_retracted": "A study about this was taken back by its publisher. So it is not shown.",
    "withheld_answer": "We found a passage, but it did not pass its check. So we do not show it.",
    "too_long": "Your question is too long. Please ask in one or two short sentences.",
    "empty": "Please type a question first.",
    "unavailable": "The documents cannot be searched right now. Please try again later, or call the clinic. "
    "In an emergency, call {emergency}.",
    "busy": "Many people are asking right now. Please try again in a minute. "
    "In an emergency, call {emergency}.",
    "speaker.published_abstract": "Published study",
    "speaker.clinic_page": "This clinic's own page",
    "speaker.authority": "Health authority",
    "people": "people",
    "no_comparison_group": "no comparison group",
    "comparison_group": "with a comparison group",
    "randomised": "by chance into groups",
    "not_randomised": "groups not made by chance",
    "follow_up": "followed for: {time}",
    "stopped_early": "stopped early",
    "approval.approved": "treatment approved by {by}, as of {on}",
    "approval.not_approved": "treatment not approved by {by}, as of {on}",
    "approval.withdrawn": "approval of the treatment taken back by {by}, as of {on}",
    "source_link": "Read it in the source",
    "no_link": "From this clinic's website",
    "new_window": "opens in a new window",
    "more_quotes": "Show more quotes",
    "copy": "Copy with source",
    "copied": "Copied",
    "print": "Print for my doctor",
    "print_title": "Questions for my doctor",
    "helpful": "Was this helpful?",
    "yes": "Yes",
    "no": "No",
    "why_not": "What was wrong?",
    "reason.not_my_question": "Not my question",
    "reason.hard_to_understand": "Hard to understand",
    "reason.too_little": "It says too little",
    "reason.looks_wrong": "It looks wrong",
    "reason.other": "Something else",
    "add_words": "You can add a few words:",
    "no_names": "Do not write names or private details.",
    "send": "Send",
    "thanks": "Thank you.",
    "not_sent": "This could not be sent.",
    "local_emergency": "your local emergency number",
    "local_crisis": "a local crisis line",
}
_FIELDS = frozenset({"emergency", "crisis"})
# What a sentence is said of, filled in anew each time; it has both or says nothing.
_OWN_FIELDS = {
    "stands_for": frozenset({"short", "long"}),
    "follow_up": frozenset({"time"}),
    **{f"approval.{status}": frozenset({"by", "on"}) for status in get_args(ApprovalStatus)},
}
_FIELD = re.compile(r"\{([^{}]*)\}")


TABLES: dict[Language, dict[str, str]] = {"en": WORDING, "es": SPANISH}


class Wording:
    """The table of one site, region and language; ids that do not exist are a programmer's error."""

    def __init__(self, table: Mapping[str, str], region: Region, language: Language = "en") -> None:
        self.language = language
        self._table = dict(table)
        self._fields = {"emergency": region.emergency, "crisis": region.crisis}
        for name, whom in self._fields.items():
            # Where no number is known for a region, its words are those of the language.
            if not any(map(str.isdigit, whom)):
                self._fields[name] = self._table.get(f"local_{name}", whom)

    def text(self, wording_id: str) -> str:
        """Return the sentence of an id with the region's numbers filled in; KeyError otherwise.

        Fields of its own, such as "{short}" and "{long}", stay for whoever shows it.
        """
        return _FIELD.sub(lambda field: self._fields.get(field[1], field[0]), self._table[wording_id])

    def all_texts(self) -> frozenset[str]:
        """Return every sentence this table can say."""
        return frozenset(self.text(wording_id) for wording_id in self._table)


def load_wordings(region: Region, site_file: Path | None = None) -> dict[str, Wording]:
    """Return the table of every language. Raises BrokenTable."""
    return {language: load_wording(region, site_file, language) for language in TABLES}


def load_wording(region: Region, site_file: Path | None = None, language: Language = "en") -> Wording:
    """Return the table of a language with the site's own sentences in place of some.

    The site's file is TOML, one `id = "sentence"` a line for the English interface, and a table for
    any other language, `[es]`; only ids that exist. Raises BrokenTable.
    """
    table = TABLES[language]
    if site_file is None:
        return Wording(table, region, language)
    try:
        site = tomllib.loads(site_file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenTable(site_file, f"wording cannot be read ({error})") from error
    found: dict[str, dict[str, str]] = {"en": {}}
    for name, value in site.items():
        if name in TABLES and isinstance(value, dict):
            found[name] = {**found.get(name, {}), **value}
        else:
            found["en"][name] = value
    for sentences in found.values():
        _check_sentences(site_file, sentences)
    return Wording({**table, **found.get(language, {})}, region, language)


def _check_sentences(site_file: Path, sentences: Mapping[str, object]) -> None:
    for wording_id, text in sentences.items():
        if wording_id not in WORDING:
            raise BrokenTable(site_file, f"no wording has the id {wording_id!r}")
        if not isinstance(text, str) or not text.strip():
            raise BrokenTable(site_file, f"{wording_id}: a sentence is needed")
        own, fields = _OWN_FIELDS.get(wording_id, frozenset()), set(_FIELD.findall(text))
        unknown = sorted(fields - _FIELDS - own)
        missing = sorted(own - fields)
        if missing:
            raise BrokenTable(site_file, f"{wording_id}: the field {{{missing[0]}}} is missing")
        if unknown:
            raise BrokenTable(site_file, f"{wording_id}: unknown field {{{unknown[0]}}}")
        if set(_FIELD.sub("", text)) & set("{}"):
            raise BrokenTable(site_file, f"{wording_id}: a brace stands alone")
