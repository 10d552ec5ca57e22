"""Where a question must go instead of the search: by reviewed rules, then by what danger sounds like."""

from __future__ import annotations

from collections.abc import Callable

from assistant.safety import route, safety_rules
from assistant.schema import ALONE, Redirect
from index.danger import DangerModel, Meaning, load_danger

# What leads a question away by nearness to such questions has no pattern to name.
NEAR_CRISIS, NEAR_EMERGENCY, NEAR_PERSONAL = (
    "sounds_like_crisis",
    "sounds_like_emergency",
    "sounds_like_advice",
)
Triage = Callable[[str], Redirect | None]


def triage(
    question: str, meaning: Meaning | None = None, *, model: DangerModel | None = None
) -> Redirect | None:
    """Return where a question must go instead of the search, or None.

    Law: what the rules catch is never lowered: the model only adds to it. Crisis comes before
    emergency, both before personal advice, that before contact. Rules know what reviewed patterns
    say; the model, trained on questions written for it, knows dangers told in other words. Without
    `meaning`, its network, it goes by words alone, and calls nothing personal.
    """
    ruled = route(question)
    if ruled and ruled.kind in ALONE:
        return ruled
    found = (model or load_danger()).look(question, meaning)
    if found.is_urgent and found.is_crisis:
        return Redirect(kind="crisis", rule=NEAR_CRISIS)
    if found.is_urgent:
        return Redirect(kind="emergency", rule=NEAR_EMERGENCY)
    if ruled or not found.is_personal:
        return ruled
    return Redirect(kind="personal_advice", rule=NEAR_PERSONAL)


def safety_version() -> str:
    """Name the rules and the model that lead questions away; another name may lead others."""
    return f"{safety_rules().version}-{load_danger().version}"
