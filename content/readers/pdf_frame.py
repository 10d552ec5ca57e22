"""The part of a PDF page that is shown, and where its points stand for who looks at it."""

from __future__ import annotations

from typing import NamedTuple


class Frame(NamedTuple):
    """The visible part of a page in its own units, and how far it is turned before it is shown."""

    left: float
    bottom: float
    right: float
    top: float
    turned: int

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as shown."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.turned % 180 else (width, height)

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Return a point as shown: to the right of the left edge, below the upper edge."""
        across, up = x - self.left, y - self.bottom
        width, height = self.right - self.left, self.top - self.bottom
        if self.turned == 90:
            return up, across
        if self.turned == 180:
            return width - across, up
        if self.turned == 270:
            return height - up, width - across
        return across, height - up
