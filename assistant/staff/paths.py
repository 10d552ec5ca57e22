"""The paths of the staff's side that are reached at all, and the files that a request may name."""

from __future__ import annotations

import re
from pathlib import Path

from assistant.staff.login import LOGIN, LOGOUT

PAGE = "/staff/"
UPLOAD = f"{PAGE}gradio_api/upload"
# Gradio has many more routes, for files, proxies and sharing: whatever is not named here is 404.
_GET = frozenset({"/", "/metrics", "/readyz", "/staff.css", "/staff.js"})
_PAGE_GET = frozenset(
    {"", "config", "theme.css", "manifest.json", "favicon.ico", "gradio_api/info", "gradio_api/app_id",
     "gradio_api/startup-events", "gradio_api/queue/data", "gradio_api/upload_progress"}
)  # fmt: skip
_PAGE_FOLDERS = ("assets/", "static/", "svelte/", "gradio_api/heartbeat/")
_POST = frozenset({f"{PAGE}gradio_api/queue/join", UPLOAD})
_BESIDE = re.compile(r"/beside/([a-z0-9][a-z0-9-]{1,79})")
_DOOR = frozenset({LOGIN, LOGOUT})
_HASHED_FOLDERS = ("assets/", "static/")
# What Gradio lets a client build out of a message; no tab of ours takes any.
_FORBIDDEN_KEYS = frozenset({"constructor_args", "component_name"})


def is_allowed(method: str, path: str, *, login: bool) -> bool:
    """Tell whether a request may be looked at any further; `login`: there is a door at all."""
    if ".." in path:
        return False
    if login and path in _DOOR:
        return method in ("GET", "HEAD", "POST")
    if method in ("GET", "HEAD"):
        within = path.removeprefix(PAGE) if path.startswith(PAGE) else None
        return (
            path in _GET
            or beside(path) is not None
            or (within is not None and (within in _PAGE_GET or within.startswith(_PAGE_FOLDERS)))
        )
    return method == "POST" and path in _POST


def beside(path: str) -> str | None:
    """Return the id of the document whose source a path shows, None for any other path."""
    found = _BESIDE.fullmatch(path)
    return found[1] if found else None


def may_be_kept(path: str) -> bool:
    """Tell whether a file's name changes with its content, so that browsers may keep it for good."""
    return path.startswith(PAGE) and path.removeprefix(PAGE).startswith(_HASHED_FOLDERS)


def names_only_uploads(value: object, uploads: Path) -> bool:
    """Tell whether a decoded body builds no component and names files of the upload folder alone."""
    unseen = [value]
    while unseen:
        part = unseen.pop()
        if isinstance(part, dict):
            if not _FORBIDDEN_KEYS.isdisjoint(part) or not _is_upload(part, uploads):
                return False
            unseen += [*part, *part.values()]
        elif isinstance(part, list):
            unseen += part
    return True


def _is_upload(part: dict[str, object], uploads: Path) -> bool:
    """Tell whether an object names no file, or an uploaded one: Gradio fetches any path it is given."""
    if "path" not in part:
        return True
    path = part["path"]
    return (
        isinstance(path, str) and "\0" not in path and Path(path).resolve().is_relative_to(uploads.resolve())
    )
