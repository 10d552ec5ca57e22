"""A program that writes and publishes one generation after another until it is killed.

`python postgres_builder.py URL SCHEMA COUNT`: prints `begun`, then each name once it is published.
"""

from __future__ import annotations

import sys

from engine_contract import publish, vectors_of

from index.engines.postgres import PostgresEngine


def main() -> None:
    """Build for ever."""
    engine = PostgresEngine(sys.argv[1], schema=sys.argv[2], exact_up_to=50)
    vectors = vectors_of(int(sys.argv[3]))
    print("begun", flush=True)  # noqa: T201 - who started it reads along
    while True:
        print(publish(engine, vectors, "built"), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
