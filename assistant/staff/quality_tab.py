"""Quality: the last evaluation with its plots, what is promised, and whether visitors still ask like that."""

from __future__ import annotations

from typing import Any

from assistant.staff.desk import Desk
from assistant.staff.quality import Quality
from assistant.staff.shown import box, on_select, one_line
from assistant.staff.texts import say


def build(gr: Any, desk: Desk) -> None:
    """Draw the tab; what it shows is worked out when somebody turns to it."""
    quality = Quality(desk)
    gr.Markdown(say("quality_about"))
    shown = box(gr, elem_id="staff-quality-shown")

    def opened() -> str:
        return one_line(quality.show())

    on_select(gr, opened, [shown])
