"""The first writer's questions: dangerous, personal, ordinary, harmless for all their sound, and hostile."""

from __future__ import annotations

import tomllib
from pathlib import Path

from assistant.safety import ORDER, route
from assistant.schema import RedirectKind

_SAMPLES = Path(__file__).parent / "samples"
_OLDER = tomllib.loads((_SAMPLES / "safety_questions.toml").read_text("utf-8"))


def _lines(name: str) -> dict[str, list[str]]:
    table = tomllib.loads((_SAMPLES / f"safety_{name}.toml").read_text("utf-8"))
    return {kind: [line for line in lines.split("\n") if line.strip()] for kind, lines in table.items()}


_DANGER = _lines("emergencies")
MISSPELLED = {
    kind: tuple(_DANGER[f"{kind}_misspelled"]) for kind in ORDER[:2]
}  # typed so badly that one more slip would leave no word to see
SPELLED: dict[RedirectKind, tuple[str, ...]] = {
    kind: tuple(dict.fromkeys((*_DANGER[kind], *_OLDER["routed"][kind]))) for kind in ORDER[:2]
}
URGENT: list[tuple[RedirectKind, str]] = [
    (kind, question) for kind in ORDER[:2] for question in (*SPELLED[kind], *MISSPELLED[kind])
]
CONTROLS = _lines("controls")
ORDINARY = {**_lines("ordinary"), "older": list(_OLDER["clinic"]["ordinary"])}
ADVICE = {**_lines("advice"), "older": list(_OLDER["routed"]["personal_advice"])}
CONTACT: list[str] = list(_OLDER["routed"]["contact"])
ATTACKS = _lines("attacks")


def every_question() -> list[str]:
    """Return every probe of every set."""
    sets = (CONTROLS, ORDINARY, ADVICE, ATTACKS)
    grouped = [question for one in sets for questions in one.values() for question in questions]
    return [*(question for _, question in URGENT), *grouped, *CONTACT]


def kind_of(question: str) -> RedirectKind | None:
    """Return where a question is sent, None for the search."""
    redirect = route(question)
    return redirect.kind if redirect else None


def is_at_least(question: str, kind: RedirectKind) -> bool:
    """Say whether a question is sent where `kind` is sent, or to something more urgent."""
    found = kind_of(question)
    return found is not None and ORDER.index(found) <= ORDER.index(kind)
