"""One web worker of several, in a process of its own that ends with its parent."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from contextlib import nullcontext

from assistant.chat import import_gradio
from assistant.cli_publishing import published
from assistant.neighbours import Neighbours
from assistant.post import Line, Post, line_to_parent
from assistant.serving import run
from assistant.settings import Settings, read_settings
from assistant.staff_port import staff_server
from content.errors import FaqError

# A server takes three seconds for its visitors.
_LEAVING_SECONDS = 4.5


def work(settings: Settings, post: Post, line: Line) -> None:
    """Answer visitors until stopped; the first worker serves staff too, and builds what there is to build."""

    def prepare() -> None:
        if not post.waits:
            sys.stdout.write(f"{published(settings, serving=True)}\n")
            sys.stdout.flush()
        elif not post.anew:
            # What takes longest needs no index.
            import_gradio(settings.home / "gradio")
            line.wait_for_go()

    listening = socket.socket(fileno=post.public)
    with staff_server(settings) if post.number == 0 else nullcontext() as staff:
        run(
            settings, listening, line.tell_ready, staff, prepare=prepare,
            tell_waiting=lambda why, meanwhile: _tell(f"{why}\n{meanwhile} Staff at {staff and staff.url}"),
            neighbours=Neighbours(post),
        )  # fmt: skip


def _tell(why: str) -> None:
    sys.stderr.write(f"faq: {why}\n")


def _leave() -> None:
    """End as if stopped, for whoever would stop it is gone; in any case soon."""
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_LEAVING_SECONDS)
    os.kill(os.getpid(), signal.SIGKILL)


def main() -> int:
    """Work as the parent says; return an exit code."""
    line = line_to_parent()
    post = line.receive()
    line.watch(_leave)
    try:
        work(read_settings(), post, line)
    except FaqError as error:
        _tell(str(error))
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
