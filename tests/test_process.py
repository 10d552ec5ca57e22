"""What a process forbids itself holds for good, and for whatever it starts."""

from __future__ import annotations

import subprocess
import sys

ABORTED = """
import os, resource, subprocess, sys
from assistant.process import limit_process
resource.setrlimit(resource.RLIMIT_NOFILE, (64, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
limit_process()
limits = [resource.getrlimit(name) for name in (resource.RLIMIT_CORE, resource.RLIMIT_NOFILE)]
inside = subprocess.run(["sh", "-c", "ulimit -c"], capture_output=True, text=True).stdout.strip()
assert limits[0] == (0, 0) and 64 < limits[1][0] <= limits[1][1] and inside == "0", (limits, inside)
sys.stdout.write("so it is")
sys.stdout.flush()
os.abort()
"""


def test_no_core_is_dumped_and_every_descriptor_may_be_used() -> None:
    done = subprocess.run([sys.executable, "-c", ABORTED], capture_output=True, text=True)

    assert (done.stdout, done.returncode) == ("so it is", -6), done.stderr
