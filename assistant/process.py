"""What the operating system lets this process do: no core dumps, and enough connections."""

from __future__ import annotations

import resource

# Twice the connections a server takes, with the files it reads.
_DESCRIPTORS = 8192


def limit_process() -> None:
    """Forbid core dumps, whose bytes would hold questions, and allow as many descriptors as are needed.

    Many systems allow 1,024 at first, which are fewer than the connections a server takes.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _DESCRIPTORS if most == resource.RLIM_INFINITY else min(_DESCRIPTORS, most)
    if now != resource.RLIM_INFINITY and now < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
