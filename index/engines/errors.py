"""What can be wrong with a store of generations; no engine's own exception gets past these."""

from __future__ import annotations

from content.errors import FaqError


class EngineError(FaqError):
    """The base of everything an engine refuses or fails at."""

    exit_code = 69


class EngineUnreachable(EngineError):
    """The store cannot be asked just now; nothing is known about what it holds."""

    def __init__(self, where: str, detail: str) -> None:
        super().__init__(
            f"{where}: cannot be asked ({detail}). Start it or mend FAQ_INDEX_URL, then: faq status"
        )


class EngineBusy(EngineError):
    """Somebody else is building in the same store."""

    exit_code = 75

    def __init__(self, where: str) -> None:
        super().__init__(f"{where}: another build is running. Wait for it, then run: faq build")


class EngineMissing(EngineError):
    """The package that speaks to the store is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"FAQ_INDEX_URL needs {package}, which is not installed. Run: pip install '.[{extra}]'"
        )


class NotPublished(EngineError):
    """The store holds no generation that may be answered from."""

    exit_code = 66

    def __init__(self, where: str, what: str = "no index here") -> None:
        super().__init__(f"{where}: {what}. Run: faq build")


class GenerationMismatch(EngineError):
    """A generation holds vectors of another model, or of another length."""

    exit_code = 65

    def __init__(self, where: str, stored: object, expected: object) -> None:
        super().__init__(f"{where}: holds {stored}, expected {expected}. Run: faq build --force")


class GenerationDamaged(EngineError):
    """What a generation gives back is not what was written; nothing is answered from it."""

    exit_code = 65

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}; nothing is answered from it. Run: faq build --force")


class WriteRefused(EngineError):
    """What was to be written breaks a law of generations; nothing of it can be published."""

    exit_code = 65

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(f"{where}: {reason}; what was published goes on answering. Run: faq build --force")


class BadVector(EngineError):
    """A vector to search with has another length, or is not of unit length."""

    exit_code = 65

    def __init__(self, reason: str) -> None:
        super().__init__(f"the vector {reason}. Check FAQ_EMBEDDER, then run: faq build --force")


class StandbyBehind(EngineError):
    """What was changed stands, and one server of the store still shows what was before."""

    exit_code = 75

    def __init__(self, where: str, seconds: float) -> None:
        super().__init__(
            f"{where}: did not follow within {seconds:g} seconds; whoever reads there still sees what was "
            "before. Mend it or take it out of FAQ_INDEX_URL, then: faq status"
        )
