"""A thousand identifiers that stand nowhere else, to be planted in what visitors send."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

_SYLLABLES = "zor vax quil dre mop tuk shra ven klo yib gru pel wux jha nof".split()
EACH = 200


class Person(NamedTuple):
    """One of each kind: what could tell who asks, or what they live through."""

    name: str
    phone: str
    mail: str
    record: str
    phrase: str


def people() -> list[Person]:
    """Return two hundred people, always the same; none of their words is part of another's."""
    draw, seen = random.Random(20261127), set[str]()

    def word() -> str:
        while (made := "".join(draw.sample(_SYLLABLES, 4))) in seen:
            pass
        seen.add(made)
        return made

    return [
        Person(
            name=f"{word().title()} {word().title()}",
            phone=f"({550 + n % 9}) {draw.randrange(200, 999)}-{4000 + n}",
            mail=f"{word()}@mail{n}.example",
            record=f"MRN-{draw.randrange(10**6, 10**7)}{n:03}",
            phrase=f"{word()} {word()}",
        )
        for n in range(EACH)
    ]


def tokens(found: Iterable[Person]) -> list[str]:
    """Return what is looked for: each identifier by the part of it that stands nowhere else."""
    return [
        part.casefold()
        for person in found
        for part in (person.name.split()[0], person.phone[1:], person.mail.partition("@")[0],
                     person.record[4:], person.phrase.split()[1])
    ]  # fmt: skip


def found_in(wanted: Iterable[str], held: bytes) -> list[str]:
    """Return the identifiers that some bytes hold, in letters of any size."""
    lowered = held.lower()
    return [token for token in wanted if token.encode() in lowered]


def files_below(*folders: Path) -> Iterator[Path]:
    """Yield every file of a process; the models are the test's own and lie behind a link."""
    for folder in folders:
        yield from (path for path in folder.rglob("*") if path.is_file() and "models" not in path.parts)
