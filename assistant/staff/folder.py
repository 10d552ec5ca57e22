"""The content folder as staff see it: the site's own once anything was changed, else the built-in one."""

from __future__ import annotations

from pathlib import Path

from assistant.settings import Settings
from content.library import BUILT_IN
from content.site import own_content, site_content


def reading(settings: Settings) -> Path:
    """Return where the documents are now; a first change may have moved them since the server started."""
    return site_content(settings.home) if settings.content == BUILT_IN else settings.content


def changing(settings: Settings) -> Path:
    """Return the folder that may be changed, made if it is new. Raises CannotWrite."""
    return own_content(settings.content, settings.home)
