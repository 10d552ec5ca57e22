"""What can be wrong with what was said once: it cannot be kept, or nobody can tell what it was."""

from __future__ import annotations

from pathlib import Path

from content.errors import FaqError


class CannotArchive(FaqError):
    """What is about to be published cannot be kept for later, so it is not published."""

    exit_code = 74

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"{folder}: cannot be written ({reason}); answers could not be proved later, so nothing was "
            "published. Free space or mend the folder, then run: faq build"
        )


class ReceiptUnknown(FaqError):
    """Nothing that is known gives this receipt, so nobody can tell what was asked of which index."""

    exit_code = 66

    def __init__(self, receipt: str, *, given: bool) -> None:
        if given:
            why = "the question and history given fit it with no index and no settings that are known"
            then = "Give them letter by letter, earlier questions too"
        else:
            why = "none of the questions known here fits it; what visitors ask is not kept by default"
            then = "Say what was asked, or name a stored answer"
        command = 'faq replay RECEIPT --question "…" --history "…"'
        super().__init__(f"{receipt}: {why}. {then}: {command}")
