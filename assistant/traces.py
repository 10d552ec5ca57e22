"""What is told of an error nobody foresaw: its type and the places in the code, never its message."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Iterator
from traceback import extract_tb

# Who logs what a request raised: the server, and the loop for tasks that nobody waited for.
_LOGGERS = ("uvicorn.error", "asyncio")
_log = logging.getLogger(__name__)


def keep_words_out_of_logs() -> None:
    """Let the loggers and threads of a server tell places alone: a message could hold a visitor's words."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(without_message)
    threading.excepthook = _log_thread


def without_message(record: logging.LogRecord) -> bool:
    """Put places where a record has an exception: its own text may repeat the message, too."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        record.msg, record.args = f"an unforeseen error: {places(error)}", ()
        record.exc_info = record.exc_text = None
    return True


def log_places() -> None:
    """Log the error being handled, where a library would print its message."""
    error = sys.exception()
    if error is not None:
        _log.error("an unforeseen error: %s", places(error))


def _log_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None:
        _log.error("an unforeseen error: %s", places(ended.exc_value))


def places(error: BaseException) -> str:
    """Return the type of an error and where it was raised, and those of the errors behind it."""
    return "\n".join(_lines(error, set()))


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    # Errors may be the cause of each other.
    if id(error) in seen:
        return
    seen.add(id(error))
    yield f"{type(error).__module__}.{type(error).__qualname__}"
    yield from (
        f"  {place.filename}:{place.lineno} {place.name}" for place in extract_tb(error.__traceback__)
    )
    behind = [error.__cause__ or error.__context__]
    if isinstance(error, BaseExceptionGroup):
        behind += error.exceptions
    for other in behind:
        if other is not None:
            yield from _lines(other, seen)
