"""Texts to encode: the catalogue's descriptions, joined to passages of typical length."""

from benchmarks.catalogues import shipped

# Descriptions per passage, cyclically. About 50 words on average, as in MS MARCO (Bajaj et al.
# 2016, arXiv 1611.09268: 56), and equally uneven: from 20 to 110.
_JOINED = (1, 2, 1, 3, 2, 1, 4, 2)


def passages(count: int) -> list[str]:
    """The first `count` passages; the same for the same catalogue."""
    descriptions = [str(model["description"]) for model in shipped()["models"]]
    made: list[str] = []
    start = 0
    for number in range(count):
        end = start + _JOINED[number % len(_JOINED)]
        made.append(" ".join(descriptions[at % len(descriptions)] for at in range(start, end)))
        start = end
    return made
