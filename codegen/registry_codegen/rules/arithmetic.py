"""How many weights a network has: from its sizes alone, as transformers builds it.

V words, H wide, L layers, P positions, I wide feed-forward, Q = heads x head width, K the same
for keys and values. Biases and norms count; buffers, such as `position_ids`, do not.

bert, roberta, xlm-roberta, electra, distilbert, mpnet
    (V + P + types) H + 2H; per layer 4(H² + H) + 2HI + I + H + 4H     (Devlin et al. 2019)
modernbert  VH + H; per layer 4H² + 3HI + 2H, the first without a norm   (Warner et al. 2024)
nomic_bert  VH + 2H + 2H; per layer 4H² + 3HI + 4H                      (Nussbaum et al. 2024)
t5          VH + H; per layer 4HQ + 2HI or 3HI + 2H; 32 buckets per head (Raffel et al. 2020)
decoders    VH + H; per layer 2HQ + 2HK + 3HI + norms                    (Touvron et al. 2023)

If an entry does not give I, Q or K, these are assumed to be multiples of 32, as always in practice:
then a count is right if the remainder is a whole number of such steps.
tests/functional/test_arithmetic.py compares all this with transformers.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

_STEP = 32  # the widths of feed-forward and attention are multiples of this


@dataclass(frozen=True)
class Shape:
    """The sizes an entry gives; None is unknown."""

    vocab: int
    hidden: int
    layers: int
    positions: int | None = None
    intermediate: int | None = None
    heads: int | None = None
    kv_heads: int | None = None
    head_dim: int | None = None


@dataclass(frozen=True)
class Count:
    """A number of weights: exact, or exact except for a whole number of steps."""

    fixed: int
    step: int = 0

    def allows(self, count: int) -> bool:
        """Whether a network may have that many weights.

        >>> Count(100).allows(100), Count(100, step=32).allows(164), Count(100).allows(101)
        (True, True, False)
        """
        rest = count - self.fixed
        return rest == 0 if self.step == 0 else rest > 0 and rest % self.step == 0


def counts(architecture: str, shape: Shape) -> tuple[Count, ...]:
    """The weights that the plain network of an architecture may have; none if unknown.

    >>> counts("bert", Shape(vocab=30522, hidden=384, layers=6, positions=512))
    (Count(fixed=22713216, step=0),)
    """
    known = _ARCHITECTURES.get(architecture)
    return () if known is None else tuple(known(shape))


def _square(hidden: int) -> int:
    """A dense layer that keeps the width: the pooler."""
    return hidden * hidden + hidden


def _bert(*types: int, pooler: bool) -> Callable[[Shape], Iterator[Count]]:
    def count(shape: Shape) -> Iterator[Count]:
        if shape.positions is None:
            return
        h, wide = shape.hidden, shape.intermediate or 4 * shape.hidden
        layer = 4 * _square(h) + 2 * h * wide + wide + h + 4 * h
        for each in types:
            table = shape.vocab + shape.positions + each
            yield Count((table + 2) * h + shape.layers * layer + pooler * _square(h))

    return count


def _electra(shape: Shape) -> Iterator[Count]:
    for count in _bert(2, pooler=False)(shape):
        yield count
        narrow = shape.hidden // 2  # electra-small: embeddings of half the width, and a projection
        table = shape.vocab + (shape.positions or 0) + 4
        yield Count(count.fixed - table * (shape.hidden - narrow) + (narrow + 1) * shape.hidden)


def _mpnet(shape: Shape) -> Iterator[Count]:
    heads = shape.heads or shape.hidden // 64
    for count in _bert(0, pooler=True)(shape):
        yield Count(count.fixed + 32 * heads)  # one table of relative positions, 32 buckets


def _modernbert(shape: Shape) -> Iterator[Count]:
    h, layers = shape.hidden, shape.layers
    yield _gated(shape, shape.vocab * h + h + layers * (4 * h * h + 2 * h))


def _nomic_bert(shape: Shape) -> Iterator[Count]:
    h, layers = shape.hidden, shape.layers
    yield _gated(shape, (shape.vocab + 4) * h + layers * (4 * h * h + 4 * h))


def _gated(shape: Shape, fixed: int) -> Count:
    """With a feed-forward of three matrices."""
    column = 3 * shape.hidden * shape.layers
    if shape.intermediate is None:
        return Count(fixed, step=column * _STEP)
    return Count(fixed + column * shape.intermediate)


def _t5(shape: Shape) -> Iterator[Count]:
    """The encoder alone, or both halves: a decoder layer attends twice."""
    v, h, layers = shape.vocab, shape.hidden, shape.layers
    step = h * layers * _STEP
    for heads in (shape.heads,) if shape.heads else (4, 6, 8, 12, 16, 32, 64, 128):
        encoder = h + 2 * h * layers + 32 * heads
        yield Count(v * h + encoder, step)
        yield Count(v * h + encoder + h + 3 * h * layers + 32 * heads, step)


def _decoder(
    norms: int, *head_dims: int, bias: bool = False, head_norms: bool = False
) -> Callable[[Shape], Iterator[Count]]:
    """A causal transformer; without `head_dims`, the heads together are as wide as a layer."""

    def count(shape: Shape) -> Iterator[Count]:
        h, layers, heads = shape.hidden, shape.layers, shape.heads
        own = shape.head_dim or (h // heads if heads and not head_dims else None)
        for width in (own,) if own else head_dims or (64,):
            fixed = shape.vocab * h + h + layers * (norms * h + head_norms * 2 * width)
            if heads and shape.kv_heads:
                widths = [(heads * width, shape.kv_heads * width)]
            elif bias:  # one weight for each row, so the widths matter: try them all
                widths = [(h, keys) for keys in range(64, h + 1, 64)]
            else:
                widths = []
                yield Count(fixed, step=h * layers * _STEP)
            for queries, keys in widths:
                attention = 2 * h * (queries + keys) + bias * (queries + 2 * keys)
                yield _gated(shape, fixed + layers * attention)

    return count


_ARCHITECTURES: dict[str, Callable[[Shape], Iterator[Count]]] = {
    "bert": _bert(2, pooler=True),
    "distilbert": _bert(0, pooler=False),
    "roberta": _bert(1, 2, pooler=True),
    "xlm-roberta": _bert(1, 2, pooler=True),
    "mpnet": _mpnet,
    "electra": _electra,
    "modernbert": _modernbert,
    "nomic_bert": _nomic_bert,
    "t5": _t5,
    "qwen2": _decoder(2, bias=True),
    "qwen3": _decoder(2, 128, head_norms=True),
    "llama": _decoder(2),
    "mistral": _decoder(2),
    "gemma": _decoder(2, 256),
    "gemma2": _decoder(4, 128, 256),
    "gemma3_text": _decoder(4, 128, 256, head_norms=True),
}
KNOWN = frozenset(_ARCHITECTURES)
