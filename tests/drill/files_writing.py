"""A program of its own that publishes one generation after another until it is killed.

`python files_writing.py FOLDER CODEC`: prints "begun", then the name of each generation once it is published.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from engine_contract import batches_of, blobs_of, facts_of, vectors_of

from index.engines.files import FilesEngine

COUNT = 1_200


def main() -> None:
    codec: Any = sys.argv[2]
    engine, vectors = FilesEngine(Path(sys.argv[1]), codec), vectors_of(COUNT)
    print("begun", flush=True)  # noqa: T201 - what the drill waits for
    while True:
        with engine.building() as name:
            engine.write(facts_of(name, COUNT), batches_of(vectors, name), blobs_of(name))
            engine.publish(name)
        print(name, flush=True)  # noqa: T201 - what is never to be lost
        for old in engine.names()[3:]:
            engine.drop(old)


if __name__ == "__main__":
    main()
