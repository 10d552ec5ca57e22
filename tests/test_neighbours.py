"""What workers tell each other: each hears all others, and nobody else."""

from __future__ import annotations

import asyncio
import socket
import zlib

from assistant.neighbours import Neighbours
from assistant.post import Post
from assistant.rates import Hit

HERE, SECRET = "127.0.0.1", "s" * 32
HIT = Hit("hard", "question", "203.0.113.5")


def crew(count: int) -> list[Neighbours]:
    """Return workers as their parent posts them, all in this process."""
    streams = [socket.create_server((HERE, 0)) for _ in range(count)]
    hits = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    for one in hits:
        one.bind((HERE, 0))
    ports, hit_ports = (tuple(one.getsockname()[1] for one in some) for some in (streams, hits))
    return [
        Neighbours(
            Post(
                number=number, public=0, private=streams[number].detach(), hits=hits[number].detach(),
                ports=ports, hit_ports=hit_ports, secret=SECRET,
            )
        )
        for number in range(count)
    ]  # fmt: skip


def close(workers: list[Neighbours]) -> None:
    for one in workers:
        one.close()


def test_all_others_hear_whom_one_let_through() -> None:
    async def check() -> list[list[Hit]]:
        workers = crew(3)
        heard: list[list[Hit]] = [[] for _ in workers]
        for one, told in zip(workers, heard, strict=True):
            one.listen(told.append)
        workers[1].tell(HIT)
        await asyncio.sleep(0.1)
        close(workers)
        return heard

    assert asyncio.run(check()) == [[HIT], [], [HIT]]


def test_what_a_stranger_sends_is_not_heard() -> None:
    async def check() -> list[Hit]:
        workers, heard = crew(2), list[Hit]()
        workers[0].listen(heard.append)
        port = workers[0].post.hit_ports[0]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            for said in (b"", b"x" * 2000, b"x" * 32 + b'["hard", "question", "one"]'):
                stranger.sendto(said, (HERE, port))
        workers[1].tell(HIT)
        await asyncio.sleep(0.1)
        close(workers)
        return heard

    assert asyncio.run(check()) == [HIT]


def test_a_conversation_belongs_to_one_worker_whoever_is_asked() -> None:
    workers = crew(3)
    owners = [{one.owner_of(f"session{number}") for one in workers} for number in range(99)]
    close(workers)

    assert {len(found) for found in owners} == {1}
    assert owners[0] == {zlib.crc32(b"session0") % 3}
    assert set[int]().union(*owners) == {0, 1, 2}
