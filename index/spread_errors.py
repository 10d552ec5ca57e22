"""What can keep a cluster from embedding."""

from __future__ import annotations

from content.errors import FaqError


class RayNotInstalled(FaqError):
    """Embedding is to be spread over machines, but the package for it is missing."""

    exit_code = 78

    def __init__(self) -> None:
        super().__init__("--ray: the ray package is missing. Install it: pip install '.[ray]'")


class SpreadFailed(FaqError):
    """The cluster did not embed what it was given; the index in use is untouched."""

    exit_code = 69

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(
            f"{address}: {reason}; what was embedded by then is kept. Mend the cluster, then run the same "
            "again, or without the cluster: faq build"
        )
