"""A builder to be killed: `python milvus_builder.py URL MARK` writes and publishes one generation.

It prints `begun` when it has the right to build and `done` when its generation is published.
"""

from __future__ import annotations

import sys
import time

from engine_contract import batches_of, blobs_of, facts_of, vectors_of

from index.engines.errors import EngineBusy, EngineError
from index.engines.milvus import MilvusEngine

COUNT, LEASE_SECONDS = 1_300, 15.0


def main() -> None:
    url, mark = sys.argv[1:]
    engine = MilvusEngine(url, flat_up_to=1_000, lease_seconds=LEASE_SECONDS)
    end = time.monotonic() + 60
    while True:
        try:
            with engine.building() as name:
                _say("begun")
                engine.write(facts_of(name, COUNT), batches_of(vectors_of(COUNT), mark), blobs_of(mark))
                engine.publish(name)
                _say("done")
                return
        except EngineBusy:
            if time.monotonic() > end:
                raise


def _say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        main()
    except EngineError as error:
        sys.stderr.write(str(error))
        sys.exit(error.exit_code)
