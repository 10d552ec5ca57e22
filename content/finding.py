"""One thing that a person should look at."""

from __future__ import annotations

from typing import Literal

from content.schema import Fact


class Finding(Fact):
    """One thing found in one document; errors stop `faq check`, warnings do not."""

    severity: Literal["error", "warning"]
    document_id: str
    field: str
    message: str
