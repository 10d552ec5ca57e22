"""Not here yet."""

from __future__ import annotations

from typing import Any

from assistant.staff.desk import Desk


def build(gr: Any, desk: Desk) -> None:
    """Fill the tab."""
    gr.Markdown("Not here yet.")
