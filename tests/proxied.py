"""The nginx of the README in front of a real server, with free ports and a throw-away certificate."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx
from served import Server, serving
from shell import free_port

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin") or "/usr/sbin/nginx"
OPENSSL = shutil.which("openssl") or "/usr/bin/openssl"
NAME = "faq.clinic.example"
PER_MINUTE = 3
_README = Path(__file__).parent.parent / "README.md"
# Everything the part around a site needs, in one folder, as whoever runs the tests.
AROUND = """
daemon off; master_process off; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {site}
}}
"""


class Proxied(NamedTuple):
    """The ports of the proxy, and the server behind it."""

    https_port: int
    http_port: int
    server: Server

    def client(self, address: str = "127.0.0.2", host: str = NAME) -> httpx.Client:
        """Return a client at an address that is no proxy; the certificate is signed by nobody."""
        transport = httpx.HTTPTransport(verify=False, local_address=address)
        base = f"https://127.0.0.1:{self.https_port}"
        return httpx.Client(transport=transport, base_url=base, headers={"host": host}, timeout=30)


def readme_site() -> str:
    """Return the nginx configuration of the README."""
    (site,) = re.findall(r"^```nginx\n(.*?)^```$", _README.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return str(site)


def filled_in(site: str, ports: dict[int, int], folder: Path) -> str:
    """Return the configuration with other ports and files; every one of them must be in it."""
    for named, used in ports.items():
        site, times = re.subn(
            rf"(?<=[ :]){named}(?=[ ;])", f"127.0.0.1:{used}" if named < 1000 else f"{used}", site
        )
        assert times == 1, named
    for name in ("fullchain.pem", "privkey.pem"):
        site, times = re.subn(rf"/etc/letsencrypt/live/{re.escape(NAME)}/{name}", f"{folder}/{name}", site)
        assert times == 1, name
    return site


@contextmanager
def proxied(home: Path, folder: Path) -> Iterator[Proxied]:
    """Serve behind nginx until the block ends."""
    folder.mkdir(parents=True)
    _make_certificate(folder)
    settings = {
        "FAQ_PUBLIC_URL": f"https://{NAME}",
        "FAQ_TRUSTED_PROXIES": "127.0.0.1",
        "FAQ_QUESTIONS_PER_MINUTE": str(PER_MINUTE),
    }
    with serving(home, folder / "around", **settings) as server:
        https, http = free_port(), free_port()
        ports = {443: https, 80: http, 7860: int(server.url.rpartition(":")[2])}
        config = folder / "nginx.conf"
        site = filled_in(readme_site(), ports, folder)
        config.write_text(AROUND.format(folder=folder, site=site), "utf-8")
        process = subprocess.Popen([NGINX, "-c", config, "-e", folder / "error.log"])
        try:
            wait_for(https, process, folder)
            yield Proxied(https, http, server)
        finally:
            process.terminate()
            process.wait(10)


def _make_certificate(folder: Path) -> None:
    subprocess.run(
        [OPENSSL, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "1", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}",
         "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
        check=True, capture_output=True,
    )  # fmt: skip


def wait_for(port: int, process: subprocess.Popen[bytes], folder: Path) -> None:
    """Wait until a proxy listens."""
    latest = time.monotonic() + 10
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        log = folder / "error.log"
        assert process.poll() is None, log.read_text("utf-8") if log.exists() else "nginx did not start"
        assert time.monotonic() < latest, "nginx is not ready in time"
        time.sleep(0.05)
