"""A builder of its own that keeps what it has done in small blocks: `python going_on.py FOLDER ROOT MS`.

Prints "begun" before it embeds, and at its end how many texts it embedded.
"""

from __future__ import annotations

import sys
from pathlib import Path

from drill.slow_words import SlowWords

from content.library import load_library
from index import begun
from index.build import build_index

ROWS = 20


def main() -> None:
    """Build, saying when it begins."""
    begun.ROWS, begun.WORTH_KEEPING = ROWS, 2 * ROWS
    library = load_library(Path(sys.argv[1]))

    def begin() -> None:
        print("begun", flush=True)  # noqa: T201 - the drill waits for it

    done = build_index(library, SlowWords(float(sys.argv[3])), Path(sys.argv[2]), begin=begin)
    print(done.embedded, flush=True)  # noqa: T201 - the result


if __name__ == "__main__":
    main()
