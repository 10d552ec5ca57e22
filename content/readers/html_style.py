"""What style sheets say about words: raised, lowered, hidden, struck through, a line of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Literal

Height = Literal["raised", "lowered"]
Style = Mapping[str, str]

# Words that a style moves are a layout when they are more than this; sup and sub are always meant.
LONGEST_STYLED = 16
# Only what changes whether or where words stand; colours and sizes of visible words do not.
_PROPERTIES = frozenset(
    "display visibility opacity font-size vertical-align text-decoration text-decoration-line position left "
    "top bottom text-indent clip clip-path width height overflow white-space transform content-visibility "
    "color".split()
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
_CLEAR = re.compile(
    r"transparent|#[\da-f]{3}0|#[\da-f]{6}00|(?:rgb|hsl)a?\((?:[^,/]+,){3}\s*0(?:\.0*)?%?\s*\)|"
    r"(?:rgb|hsl)a?\([^/]+/\s*0(?:\.0*)?%?\s*\)"
)
_LEAST_SHIFT = {"px": 3.0, "pt": 2.0, "em": 0.15, "ex": 0.3, "%": 15.0}
_ALWAYS = re.compile(r"@media (?:only )?(?:all|screen)|@layer.*")
_BLOCKS = frozenset("block flex grid list-item table table-row table-caption flow-root".split())
_APART = frozenset("inline-block inline-flex inline-grid inline-table table-cell".split())
_RAISED_CLASSES = frozenset({"superscript", "sup", "exponent"})
_LOWERED_CLASSES = frozenset({"subscript"})
_HIDDEN_CLASSES = frozenset(
    "sr-only sr_only visually-hidden visuallyhidden visually-hidden-focusable screen-reader-text "
    "screen-reader-only screenreader-only screen-reader hidden d-none is-hidden u-hidden hide invisible "
    "element-invisible offscreen off-screen a11y-hidden show-for-sr assistive-text uk-hidden mw-empty-elt "
    "slds-assistive-text".split()
)


def declarations(text: str) -> dict[str, str]:
    """Return the declarations of a style attribute, or of the braces of a rule, that touch words."""
    found: dict[str, str] = {}
    for part in _COMMENT.sub(" ", text).split(";"):
        name, _, value = part.partition(":")
        if (name := name.strip().lower()) in _PROPERTIES:
            found[name] = value.lower().replace("!important", "").strip()
    return found


def rules(sheet: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield selector and declarations of the rules that always hold, not only in print or on hover."""
    for found in _RULE.finditer(_without_conditions(_COMMENT.sub(" ", sheet))):
        if kept := declarations(found[2]):
            for selector in found[1].split(","):
                if ":" not in selector and "@" not in selector and selector.strip():
                    yield selector.strip(), kept


def _without_conditions(sheet: str) -> str:
    """Cut rules that hold only sometimes (@media print, @supports, @keyframes) out of a sheet."""
    kept: list[str] = []
    depth = 0
    conditional = False
    for part in re.split(r"([{}])", sheet):
        if part == "{":
            depth += 1
            if depth == 1:
                above = kept[-1].rpartition(";")[2].strip().lower() if kept else ""
                conditional = above.startswith("@") and not _ALWAYS.fullmatch(above)
        if not conditional:
            kept.append(part)
        if part == "}":
            depth = max(0, depth - 1)
            conditional = conditional and depth > 0
    return "".join(kept)


def height(tag: str, classes: str, style: Style) -> Height | None:
    """Say whether an inline element lifts or lowers its words; sup and sub do so without a style."""
    if tag in ("sup", "sub"):
        return "raised" if tag == "sup" else "lowered"
    lifted = style.get("vertical-align", "")
    if lifted in ("super", "text-top", "sub", "text-bottom"):
        return "raised" if lifted in ("super", "text-top") else "lowered"
    amount = _shift(lifted)
    if not amount and style.get("position") == "relative":
        amount = -_shift(style.get("top", "")) or _shift(style.get("bottom", ""))
    if amount:
        return "raised" if amount > 0 else "lowered"
    words = set(classes.lower().split())
    if words & _RAISED_CLASSES and not lifted:
        return "raised"
    return "lowered" if words & _LOWERED_CLASSES and not lifted else None


def is_block(style: Style) -> bool:
    """Say whether a style sheet gives an inline element lines of its own."""
    return style.get("display", "").split(" ")[0] in _BLOCKS


def is_apart(style: Style) -> bool:
    """Say whether a style sheet sets an inline element apart from the words beside it."""
    return style.get("display", "").split(" ")[0] in _APART


def is_struck(style: Style) -> bool:
    """Say whether words are crossed out."""
    return "line-through" in style.get("text-decoration", "") + style.get("text-decoration-line", "")


def is_hidden(classes: str, style: Style) -> bool:
    """Say whether no visitor sees the words: not drawn, transparent, of no size, or outside the window."""
    if set(classes.lower().split()) & _HIDDEN_CLASSES:
        return True
    if style.get("display", "").split(" ")[0] == "none" or style.get("content-visibility") == "hidden":
        return True
    if style.get("visibility") in ("hidden", "collapse") or _CLEAR.fullmatch(style.get("color", "")):
        return True
    if _is_nothing(style, "opacity") or _is_nothing(style, "font-size"):
        return True
    if re.search(r"scale[xy]?\(0[,)]", style.get("transform", "").replace(" ", "")):
        return True
    return _is_cut_away(style)


def _is_cut_away(style: Style) -> bool:
    if _amount(style.get("text-indent", "")) <= -99:
        return True
    if style.get("position") not in ("absolute", "fixed"):
        return style.get("overflow") == "hidden" and (
            _is_nothing(style, "height") or _is_nothing(style, "width")
        )
    if any(_amount(style.get(side, "")) <= -99 for side in ("left", "top")):
        return True
    clip = style.get("clip", "").replace(" ", "")
    if re.fullmatch(r"rect\((?:[01](?:px)?,?){4}\)", clip) or re.search(
        r"inset\((?:50|100)%", style.get("clip-path", "")
    ):
        return True
    sizes = [style.get(side, "") for side in ("width", "height")]
    return style.get("overflow") == "hidden" and any(size and _amount(size) <= 1 for size in sizes)


def _is_nothing(style: Style, name: str) -> bool:
    value = style.get(name, "")
    return bool(_NUMBER.match(value)) and _amount(value) == 0


def _shift(value: str) -> float:
    """Return how far a length moves words; a pixel or two only puts them straight."""
    amount = _amount(value)
    least = next((least for unit, least in _LEAST_SHIFT.items() if value.endswith(unit)), 0.0)
    return amount if abs(amount) >= least else 0.0


def _amount(value: str) -> float:
    number = _NUMBER.match(value)
    return float(number.group()) if number else 0.0
