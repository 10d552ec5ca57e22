"""The site of somebody else: a server of its own, with the strict policy a careful clinic sends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

from shell import free_port


class HostSite:
    """Pages by path; `faq` is the origin of the chat they may load the script and the frame from."""

    def __init__(self, port: int = 0) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.faq = ""
        self.files: dict[str, tuple[str, str]] = {"/favicon.ico": ("image/x-icon", "")}

    def policy(self) -> str:
        """Nothing of another origin, but one script and one frame; no inline code or style."""
        return f"default-src 'self'; script-src 'self' {self.faq}; frame-src {self.faq}; style-src 'self'"

    def script(self, attributes: str = "") -> str:
        """Return the one line that embeds the widget."""
        return f'<script src="{self.faq}/widget.js" {attributes} async></script>'

    def put(self, path: str, body: str, style: str = "", root: str = 'lang="en"') -> str:
        """Write a page with a style sheet of its own; return its address."""
        name = path.strip("/") or "home"
        self.files[f"/{name}.css"] = ("text/css", style)
        self.files[path] = (
            "text/html; charset=utf-8",
            f'<!doctype html><html {root}><head><meta charset="utf-8"><title>Example Clinic</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f'<link rel="stylesheet" href="/{name}.css"></head><body>{body}</body></html>',
        )
        return self.url + path

    @contextmanager
    def open(self) -> Iterator[None]:
        """Answer requests until the block ends; afterwards the port refuses."""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, text = site.files.get(urlsplit(self.path).path, ("", ""))
                self.send_response(200 if kind else 404)
                self.send_header("content-type", kind or "text/plain")
                self.send_header("content-security-policy", site.policy())
                self.end_headers()
                with suppress(ConnectionError):  # a page that was left does not wait for the rest
                    self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                """Say nothing: a test's output is its failures."""

        with ThreadingHTTPServer(("127.0.0.1", self.port), Handler) as server:
            thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
            thread.start()
            try:
                yield
            finally:
                server.shutdown()
                thread.join()
