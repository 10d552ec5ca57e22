"""Files for a server: the unit locks everything it can, the image is pinned and unprivileged."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / ".deploy"
UNIT, DOCKERFILE = DEPLOY / "quoted-faq.service", (DEPLOY / "Dockerfile").read_text("utf-8")
# What each key must be, however the unit is rewritten.
LOCKED = {
    "DynamicUser": "yes", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
    "PrivateTmp": "yes", "PrivateDevices": "yes", "StateDirectory": "quoted-faq",
    "StateDirectoryMode": "0700", "UMask": "0077", "CapabilityBoundingSet": "",
    "IPAddressDeny": "any", "IPAddressAllow": "localhost",
    "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX", "SystemCallFilter": "@system-service",
    "Environment": "FAQ_HOME=/var/lib/quoted-faq HOME=/var/lib/quoted-faq", "Restart": "on-failure",
    "LimitCORE": "0", "MemorySwapMax": "0",
}  # fmt: skip
ANALYZE = shutil.which("systemd-analyze")


def keys() -> dict[str, str]:
    lines = UNIT.read_text("utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))


def constraints() -> dict[str, str]:
    lines = (DEPLOY / "constraints.txt").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", pin) for pin in pins)
    return {
        re.sub(r"[-_.]+", "-", name).lower(): version for name, version in (pin.split("==") for pin in pins)
    }


def required(*, extras: bool) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lists = [project["dependencies"], *(project["optional-dependencies"].values() if extras else ())]
    return [Requirement(text) for several in lists for text in several]


def test_the_unit_locks_what_can_be_locked() -> None:
    found = keys()

    assert {name: found.get(name) for name in LOCKED} == LOCKED
    assert int(found["TimeoutStopSec"]) > 5, "it stops by itself before it is killed"
    assert found["ExecStart"].endswith("/faq serve")


@pytest.mark.skipif(ANALYZE is None, reason="systemd is not installed")
def test_systemd_understands_every_line_and_finds_little_exposed(tmp_path: Path) -> None:
    unit = tmp_path / UNIT.name
    faq = Path(sys.executable).with_name("faq")
    unit.write_text(UNIT.read_text("utf-8").replace("/opt/quoted-faq/bin/faq", str(faq)), "utf-8")
    read = subprocess.run([ANALYZE or "", "verify", unit], capture_output=True, text=True)
    assert (read.returncode, read.stdout, read.stderr) == (0, "", "")

    # From 0 to 10; a unit without any lock has 9.6.
    judged = subprocess.run(
        [ANALYZE or "", "security", "--offline=yes", "--threshold=20", unit], capture_output=True, text=True
    )
    assert judged.returncode == 0, judged.stdout


def test_the_dockerfile_has_no_finding() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    linted = subprocess.run([hadolint, DEPLOY / "Dockerfile"], capture_output=True, text=True)

    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_is_pinned_unprivileged_and_watched() -> None:
    assert re.findall(r"^FROM (.+)$", DOCKERFILE, re.MULTILINE) == ["python:3.11.14-slim-bookworm"]
    (user,) = re.findall(r"^USER (.+)$", DOCKERFILE, re.MULTILINE)
    assert int(user) > 1000
    assert DOCKERFILE.index("USER") < DOCKERFILE.index('CMD ["faq", "serve"]')
    assert re.search(r"^HEALTHCHECK .*\n.*/readyz", DOCKERFILE, re.MULTILINE)
    assert "--require-hashes --no-deps" in DOCKERFILE and "--requirement requirements.lock" in DOCKERFILE
    assert not re.search(r"curl|wget|ADD |\| *(ba)?sh", DOCKERFILE)
    for source in re.findall(r"^COPY (.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((ROOT / name).exists() for name in source.split())


def test_every_constraint_is_within_the_ranges_and_no_requirement_is_without_one() -> None:
    pinned = constraints()
    names = {requirement.name.lower(): requirement for requirement in required(extras=True)}

    wrong = {n for n, r in names.items() if n in pinned and Version(pinned[n]) not in r.specifier}
    assert wrong == set()
    missing = {requirement.name.lower() for requirement in required(extras=False)} - set(pinned)
    assert missing == set()


def locked() -> dict[str, str]:
    """Return the version of each package of the lock; every line has the hash of its file."""
    lines = (DEPLOY / "requirements.lock").read_text("utf-8").splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    found = [re.fullmatch(r"([A-Za-z0-9._-]+)==(\S+) --hash=sha256:[0-9a-f]{64}", pin) for pin in pins]
    assert all(found), pins
    return {re.sub(r"[-_.]+", "-", pin[1]).lower(): pin[2] for pin in found if pin}


def test_every_file_that_a_release_installs_has_its_hash_and_its_tested_version() -> None:
    pinned, release = constraints(), locked()

    assert {requirement.name.lower() for requirement in required(extras=False)} <= set(release)
    assert {"mcp", "fastapi", "starlette", "uvicorn", "h11"} <= set(release)
    # A build such as 2.13.0+cpu is one of the version 2.13.0.
    other = {name: version for name, version in release.items() if version.split("+")[0] != pinned.get(name)}
    assert other == {}


def test_the_lock_is_made_of_what_pip_would_install(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    files = {"b": "ff" * 32, "quoted-faq": "00" * 32, "A": "ee" * 32}
    found = [
        {
            "metadata": {"name": name, "version": "1.0"},
            "download_info": {"archive_info": {"hashes": {"sha256": sha}}},
        }
        for name, sha in files.items()
    ]
    report.write_text(json.dumps({"install": found}), "utf-8")

    made = subprocess.run(
        [sys.executable, DEPLOY / "lock.py", report], capture_output=True, text=True, check=True
    )

    lines = [line for line in made.stdout.splitlines() if not line.startswith("#")]
    assert lines == [f"A==1.0 --hash=sha256:{'ee' * 32}", f"b==1.0 --hash=sha256:{'ff' * 32}"]


def test_what_the_table_of_threats_names_was_tried() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    section = readme.partition("## Security")[2].partition("\n## ")[0]
    named = re.findall(r"`((?:drill/)?test_\w+)`", section)

    assert len(named) > 20
    assert [name for name in named if not (ROOT / "tests" / f"{name}.py").exists()] == []
