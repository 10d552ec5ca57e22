"""axe-core in the page as it stands: accessibility rules of WCAG 2.2 A and AA, and best practice."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Frame, Page

_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


_OPTIONS: dict[str, Any] = {"runOnly": {"type": "tag", "values": _RULES}}


def findings(page: Page | Frame, options: dict[str, Any] = _OPTIONS) -> list[str]:
    """Return every violation and everything axe could not decide, as `rule: element`."""
    response = Axe().run(page, options=options).response
    return [
        f"{kind} {rule['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for kind in ("violations", "incomplete")
        for rule in response[kind]
        for node in rule["nodes"]
    ]
