"""The collector of reference cycles, kept still while much is made that stays."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Keep the collector still within, and leave it as it was found.

    Opening an index makes half a million objects, patterns and tables of words, all of which stay: to look
    through them again and again for something to give back takes as long as making them.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
