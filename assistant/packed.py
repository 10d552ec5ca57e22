"""A file that every visitor loads, sent compressed to who takes that."""

from __future__ import annotations

import gzip
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response


class PackedFile:
    """The bytes of a file as they are and compressed once, for as long as the server runs."""

    def __init__(self, source: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> None:
        self._source, self._packed = source, gzip.compress(source, 9, mtime=0)
        self._media_type = media_type
        self._headers = {"vary": "accept-encoding", **(headers or {})}

    def answer(self, request: Request) -> Response:
        """Return the file, compressed where the request says that its sender takes gzip."""
        if not takes_gzip(request.headers.get("accept-encoding", "")):
            return Response(self._source, media_type=self._media_type, headers=self._headers)
        headers = {**self._headers, "content-encoding": "gzip"}
        return Response(self._packed, media_type=self._media_type, headers=headers)


def takes_gzip(accepted: str) -> bool:
    """Say whether a client takes gzip; `gzip;q=0` is a refusal (RFC 9110, section 12.5.3)."""
    for coding in accepted.lower().split(","):
        name, _, weight = coding.replace(" ", "").partition(";q=")
        if name == "gzip":
            return weight.strip("0.") != "" or weight == ""
    return False
