"""What can be wrong with the model of danger and with the questions it is made from."""

from __future__ import annotations

from pathlib import Path

from content.errors import FaqError


class BadDangerWeights(FaqError):
    """The model of danger that belongs to the program is missing or broken; nothing is answered without."""

    exit_code = 65

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path}: not the weights of this version. Install the program again, or write them: "
            "faq train-danger --out FILE"
        )


class BadDangerQuestions(FaqError):
    """Questions to learn danger from are missing or unreadable."""

    exit_code = 65

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"{path}: {reason}. Each writer has a folder with emergency.txt, crisis.txt, advice.txt, "
            "ordinary.txt and controls.txt, a question a line; then run: "
            "faq train-danger --questions FOLDER --out FILE"
        )
