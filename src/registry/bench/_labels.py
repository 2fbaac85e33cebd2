"""Names next to the points of a plot, placed so that they cover no other name or point."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.transforms import Bbox

if TYPE_CHECKING:
    from collections.abc import Iterable

_SIZE = 7.5  # of the letters, in points
_POINT = 5.0  # half the side of the square that a point takes, in points
# Further away than this, in points, a line connects the name to its point.
_NEAR = 12.0


class _Place(NamedTuple):
    """Where a name may be: offset in points from its point to the facing corner or side."""

    x: float
    y: float
    horizontal: str
    vertical: str


def place_labels(
    axes: Any,  # matplotlib's own types are partial, and no use to a strict checker
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
) -> None:
    """Write a name next to each point of axes whose limits are set and whose layout is done.

    Each name takes the first free place around its point, or the one that covers least.
    """
    half = _POINT * axes.figure.dpi / 72
    centers = [axes.transData.transform(point) for point in points]
    taken = [Bbox.from_extents(x - half, y - half, x + half, y + half) for x, y in centers]
    for point, name in zip(points, names, strict=True):
        label = axes.annotate(
            name, point, xytext=(0, 0), textcoords="offset points", fontsize=_SIZE, color="#333333"
        )
        place = _free_place(label, taken, axes.get_window_extent())
        _put(label, place)
        taken.append(label.get_window_extent())
        if max(abs(place.x), abs(place.y)) > _NEAR:
            line = {"arrowstyle": "-", "color": "#999999", "linewidth": 0.6}
            axes.annotate(
                "", point, xytext=place[:2], textcoords="offset points", arrowprops=line, zorder=1
            )


def _free_place(label: Any, taken: Iterable[Bbox], inside: Bbox) -> _Place:
    best, least = next(_places()), float("inf")
    for place in _places():
        _put(label, place)
        covered = _covered(label.get_window_extent(), taken, inside)
        if covered < least:
            best, least = place, covered
        if least == 0:
            break
    return best


def _places() -> Iterator[_Place]:
    """Places to try, the nearest first."""
    sideways = {1: "left", -1: "right", 0: "center"}
    upwards = {1: "bottom", -1: "top", 0: "center"}
    for distance in (7.0, 12.0, 20.0, 30.0, 42.0, 56.0, 72.0, 90.0, 110.0):
        for right, up in product((1, -1, 0), (0, 1, -1)):
            if right or up:
                yield _Place(right * distance, up * distance, sideways[right], upwards[up])


def _put(label: Any, place: _Place) -> None:
    label.set_position((place.x, place.y))
    label.set_horizontalalignment(place.horizontal)
    label.set_verticalalignment(place.vertical)


def _covered(box: Bbox, taken: Iterable[Bbox], inside: Bbox) -> float:
    """How much a box covers of what is there, and how much of it sticks out, in square pixels."""
    out = float(box.width * box.height) - _overlap(box, inside)
    return sum(_overlap(box, other) for other in taken) + max(0.0, out)


def _overlap(one: Bbox, other: Bbox) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return float(max(0.0, width) * max(0.0, height))
