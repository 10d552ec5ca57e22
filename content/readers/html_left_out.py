"""What of a page is not its content: menus, notices, hidden and struck words; each with the reason."""

from __future__ import annotations

import re

from content.readers.html_style import is_hidden, is_struck
from content.readers.html_tree import WORDLESS, Element

_BY_TAG = {
    **dict.fromkeys("noembed noframes iframe object audio video canvas datalist".split(), "not shown"),
    **dict.fromkeys("button select textarea optgroup option fieldset".split(), "form"),
    **dict.fromkeys("del s strike".split(), "struck through"),
    **dict.fromkeys("rt rp".split(), "reading aid"),
    "noscript": "shown only without scripts", "svg": "drawing", "nav": "navigation", "menu": "navigation",
    "aside": "aside", "search": "form",
}  # fmt: skip
_BY_ROLE = {
    **dict.fromkeys("navigation menu menubar tablist toolbar directory".split(), "navigation"),
    **dict.fromkeys("dialog alertdialog tooltip".split(), "pop-up"),
    "search": "form", "banner": "page header", "contentinfo": "page footer", "complementary": "aside",
}  # fmt: skip
_PARTS = (
    r"(?:[-_]{1,2}(?:menu|bar|lists?|links?|container|wrapper|wrap|main|primary|items?|box|block|section|area|"
    r"inner|content))*"
)
# Names that page builders give to what is not content; whole words of the class or the id.
_BY_NAME = {
    "navigation": (
        r"(?:main|primary|top|site|side|sub|global|footer|page|post|mobile|secondary|local|tab)?[-_]?"
        rf"(?:nav|navbar|navigation|menu|breadcrumbs?){_PARTS}|pagination|pager|skip[-_]?(?:link|nav|to)(?:[-_].*)?|"
        r"toc|table-of-contents|mw-jump-link|catlinks|navbox.*|vertical-navbox|printfooter|mw-editsection|"
        r"noprint|headerlink"
    ),
    "sharing": r"(?:social|share|sharing|addtoany|sharedaddy|addthis)(?:[-_].*)?",
    "related pages": (
        r"(?:related|recommended|similar|more|popular|trending|see-also)[-_](?:posts?|articles?|links?|"
        rf"stor(?:y|ies)|news|topics?|items?|reading|content){_PARTS}|related|recommend(?:ed|ations)"
    ),
    "advertisement": (
        r"(?:ad|ads|adverts?|advertisements?|advertising|sponsored|sponsors?|promos?|adsbygoogle)|"
        r"(?:ad|ads|advert|google-ad|dfp|outbrain|taboola|sponsored|promo)[-_].*"
    ),
    "visitors' comments": rf"(?:comments?|disqus|respond)(?:[-_](?:thread|form|respond))?{_PARTS}",
    "newsletter": r"(?:newsletter|subscribe|subscription|signup|sign-up|mailing-list|optin)(?:[-_].*)?",
    "aside": rf"(?:left|right|page|main|site)?[-_]?side-?bar{_PARTS}|widget-area",
    "page footer": r"(?:site|page|global|main)[-_]?footer|footer|colophon",
    "page header": r"(?:site|page|global)[-_]?header|masthead|top-?bar",
    "pop-up": r"(?:popup|pop-up|modal|lightbox)(?:[-_].*)?",
}
_NAMES = {why: re.compile(pattern) for why, pattern in _BY_NAME.items()}
_COOKIE_NAMES = re.compile(
    r"cookie|consent|gdpr|ccpa|onetrust|cybot|didomi|osano|usercentrics|truste|klaro|iubenda|termly|borlabs|"
    r"cmp(?:box|-|_|$)|cc-(?:window|banner)|qc-cmp|privacy-(?:banner|notice)"
)
_COOKIES = re.compile(r"\bcookies?\b|\bgalletas\b", re.IGNORECASE)
_LONGEST_NOTICE = 3000
_SHORT_NOTICE = 1000
_BUTTONS = frozenset({"button", "input"})


def why_left_out(element: Element, *, keeps: frozenset[int], is_sectioned: bool) -> str | None:
    """Return why the words of an element are not taken, None when they are; "" for no words at all.

    `keeps` are the elements (by id()) that hold what the page is about: names of classes, forms and page
    parts never take these away, what hides words always does. `is_sectioned` is true inside a main part,
    an article or a section, whose headers are its own.
    """
    tag = element.tag
    if tag in WORDLESS:
        return ""
    if why := _why_unseen(element):
        return why
    if id(element) in keeps or tag in ("html", "body", "main"):
        return None
    if tag in _BY_TAG:
        return _BY_TAG[tag]
    if is_cookie_notice(element):
        return "cookie notice"
    if role := _BY_ROLE.get(element.attributes.get("role", "")):
        return role
    if tag == "form":
        return "form"
    if tag == "footer" or (tag == "header" and not is_sectioned):
        return f"page {tag}"
    return _why_by_name(element)


def _why_unseen(element: Element) -> str | None:
    attributes = element.attributes
    if element.tag == "dialog" and "open" not in attributes:
        return "pop-up"
    if "hidden" in attributes or attributes.get("aria-hidden", "").lower() == "true":
        return "hidden"
    if is_hidden(element.classes, element.style):
        return "hidden"
    return "struck through" if element.tag in ("del", "s", "strike") or is_struck(element.style) else None


def is_cookie_notice(element: Element) -> bool:
    """Say whether an element asks for consent to cookies: by its name and words, or its words and buttons."""
    if not 0 < element.characters <= _LONGEST_NOTICE:
        return False
    names = f"{element.classes} {element.attributes.get('id', '')}".lower()
    is_named = bool(_COOKIE_NAMES.search(names))
    if not is_named and (
        element.tag not in ("div", "section", "form", "aside") or element.characters > _SHORT_NOTICE
    ):
        return False
    if not _COOKIES.search(element.words()):
        # Medical consent is content: "informed-consent".
        return is_named and "cookie" in names
    return is_named or any(
        below.tag in _BUTTONS or below.attributes.get("role") == "button" or "btn" in below.classes
        for below in element.below()
    )


def _why_by_name(element: Element) -> str | None:
    names = f"{element.classes} {element.attributes.get('id', '')}".lower().split()
    return next((why for why, pattern in _NAMES.items() if any(map(pattern.fullmatch, names))), None)
