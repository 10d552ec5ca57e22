"""The last calibration that was fitted, kept beside the index with what it was fitted to."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from assistant.confidence import Calibration
from content.schema import Fact
from index.durable import replace_synced


class KeptFit(Fact):
    """A calibration and the hashes of everything it depends on."""

    hashes: dict[str, str]
    calibration: Calibration


def read_fit(path: Path) -> KeptFit | None:
    """Return what is kept, None when there is nothing that can be read."""
    try:
        return KeptFit.model_validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return None


def keep_fit(path: Path, fit: KeptFit) -> None:
    """Keep a fit in place of the last one; where that is not possible it is fitted again some day."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_synced(path, fit.model_dump_json().encode())
