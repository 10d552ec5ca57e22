"""From pip's report of an installation, print every package with its version and the hash of its file.

pip install --dry-run --ignore-installed --report report.json -c .deploy/constraints.txt '.[mcp]'
python .deploy/lock.py report.json > .deploy/requirements.lock
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

HEADER = """\
# What `faq serve` needs on Python 3.11, Linux, x86_64: made by .deploy/lock.py from constraints.txt.
# pip install --require-hashes --no-deps --extra-index-url https://download.pytorch.org/whl/cpu \\
#     -r .deploy/requirements.lock && pip install --no-deps .
# torch is the build for processors alone, as PyTorch's own index has it; any other build is refused.
"""
OURS = "quoted-faq"


def main(report: Path) -> None:
    """Print the lock of a report."""
    lines = []
    for found in json.loads(report.read_text("utf-8"))["install"]:
        name, version = found["metadata"]["name"], found["metadata"]["version"]
        if name != OURS:
            sha256 = found["download_info"]["archive_info"]["hashes"]["sha256"]
            lines.append(f"{name}=={version} --hash=sha256:{sha256}\n")
    sys.stdout.write(HEADER + "".join(sorted(lines, key=str.casefold)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
