"""What stands in front of the items of a list: bullets, which are no words, and numbers, which are."""

from __future__ import annotations

import re

# Signs that only ever start an item of a list, among them those that Word takes from picture fonts.
BULLETS = "•‣◦▪▫■□●○◆◇►▶▸➢➤❖⁃∙◼◻\uf0b7\uf0a7\uf0d8\uf076\uf0a8\uf06e\uf071"
# Bullets only where a gap follows; a dash or a star there stays as typed.
WEAK_BULLETS = "·o"
DASH_BULLETS = ("-", "–", "—", "*")
NUMBERED = re.compile(r"(?:\(?\d{1,2}[.)]|\(?[a-z][.)]|\(?[ivx]{1,4}[.)]|\[\d{1,3}\])(?:\s|$)")
_MARKER = re.compile(r"(?:\(?[\dA-Za-z]{1,3}[.):]|\[\d{1,3}\]|[-–—*·o†‡§¶]|[⁰-⁹¹²³ᵃ-ᶻ]{1,3})$")


def is_marker(text: str) -> bool:
    """Tell whether words apart from what follows them are a bullet, a number or a mark."""
    return text in BULLETS or bool(_MARKER.match(text))
