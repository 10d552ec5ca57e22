"""Every sentence the program itself says, in one table that a person can review."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path

from assistant.errors import BrokenTable
from assistant.safety import Region

# Reading level: US grade 7 or lower (Flesch-Kincaid), as health literacy guidance asks
# (CDC Clear Communication Index). {emergency} and {crisis} are filled from the region table.
WORDING: dict[str, str] = {
    "title": "Ask our documents",
    "notice": "You see quotes from studies and from this clinic's pages. They are not medical advice.",
    "privacy": "Please do not type names or private details. Nothing you type is saved.",
    "emergency_line": "If your life may be in danger, call {emergency} now.",
    "examples": "You could ask:",
    "placeholder": "Type your question here",
    "ask": "Ask",
    "your_question": "Your question",
    "answer": "Answer",
    "new_chat": "Start over",
    "quotes_intro": "This is what the documents say, word for word:",
    "caveat_label": "Keep in mind:",
    "no_study": "This comes from the clinic's own page. The page names no study for it.",
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
    "source_link": "Open the source",
    "no_link": "From this clinic's website",
}
_FIELDS = frozenset({"emergency", "crisis"})
_FIELD = re.compile(r"\{([^{}]*)\}")


class Wording:
    """The table of one site and region; ids that do not exist are a programmer's error."""

    def __init__(self, table: Mapping[str, str], region: Region) -> None:
        self._table = dict(table)
        self._fields = {"emergency": region.emergency, "crisis": region.crisis}

    def text(self, wording_id: str) -> str:
        """Return the sentence of an id with the region's numbers filled in; KeyError otherwise."""
        return _FIELD.sub(lambda field: self._fields[field[1]], self._table[wording_id])

    def all_texts(self) -> frozenset[str]:
        """Return every sentence this table can say."""
        return frozenset(self.text(wording_id) for wording_id in self._table)


def load_wording(region: Region, site_file: Path | None = None) -> Wording:
    """Return the built-in table with the site's own sentences in place of some.

    The site's file is TOML, one `id = "sentence"` a line, only ids that exist. Raises BrokenTable.
    """
    if site_file is None:
        return Wording(WORDING, region)
    try:
        site = tomllib.loads(site_file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BrokenTable(site_file, f"wording cannot be read ({error})") from error
    for wording_id, text in site.items():
        if wording_id not in WORDING:
            raise BrokenTable(site_file, f"no wording has the id {wording_id!r}")
        if not isinstance(text, str) or not text.strip():
            raise BrokenTable(site_file, f"{wording_id}: a sentence is needed")
        unknown = sorted(set(_FIELD.findall(text)) - _FIELDS)
        if unknown:
            raise BrokenTable(site_file, f"{wording_id}: unknown field {{{unknown[0]}}}")
        if set(_FIELD.sub("", text)) & set("{}"):
            raise BrokenTable(site_file, f"{wording_id}: a brace stands alone")
    return Wording({**WORDING, **site}, region)
