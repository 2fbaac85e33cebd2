"""Scores of pairs on the scale that the entry states, whatever scale a server uses."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Scale = Literal["logit", "sigmoid"]
Scores = NDArray[np.float32]

# For a probability that is 0 or 1 in 32 bits, the logit is not known more precisely.
_LEAST = 1e-7


def scale_of(scores: Scores) -> Scale:
    """The scale that scores of matching and non-matching pairs must be on.

    >>> scale_of(np.array([0.99, 0.02], np.float32)), scale_of(np.array([4.2, -9], np.float32))
    ('sigmoid', 'logit')
    """
    return "sigmoid" if bool(((scores >= 0) & (scores <= 1)).all()) else "logit"


def on_scale(scores: Scores, answered: Scale | None, stated: str | None) -> Scores:
    """Scores on the stated scale; unchanged if one of the two is unknown.

    >>> on_scale(np.array([0.5], np.float32), "sigmoid", "logit").tolist()
    [0.0]
    >>> on_scale(np.array([0.0], np.float32), "logit", "sigmoid").tolist()
    [0.5]
    """
    wide = scores.astype(np.float64)
    if (answered, stated) == ("logit", "sigmoid"):
        return (1 / (1 + np.exp(-wide))).astype(np.float32)
    if (answered, stated) == ("sigmoid", "logit"):
        wide = np.clip(wide, _LEAST, 1 - _LEAST)
        return np.log(wide / (1 - wide)).astype(np.float32)
    return scores
