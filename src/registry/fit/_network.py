"""How a network is built, as far as its memory depends on it; what is unknown is guessed high.

No guess is silent: `Network.guessed` names the facts that were made up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from registry.errors import InputError
from registry.models.kinds import Weighed

# Feed-forward layers of two matrices; newer networks have three, the third a gate.
_UNGATED = frozenset(
    {
        "bert",
        "clip",
        "deberta-v2",
        "distilbert",
        "electra",
        "mpnet",
        "roberta",
        "siglip",
        "starcoder2",
        "t5",
        "xlm-roberta",
        "xmod",
    }
)
# Width over depth is 37 in Qwen3-0.6B, 64 in BERT-base, 128 in Llama-3-8B. Where both are unknown
# the width is that of a wide network and the depth that of a narrow one: neither is too small.
_WIDE, _NARROW = 128, 32
_LARGEST_VOCABULARY = 262_144  # Gemma's
_HEAD_DIM = 64  # of BERT, and of most encoders since


@dataclass(frozen=True, kw_only=True)
class Network:
    """The numbers of a transformer, none of them unknown.

    `active_parameters` are those used for one token; `window` is the width of local attention in
    tokens, None if every layer sees everything; `guessed` names what was derived from the number of
    weights.
    """

    architecture: str | None
    parameters: int
    active_parameters: int
    layers: int
    hidden: int
    intermediate: int
    heads: int
    kv_heads: int
    head_dim: int
    experts: int
    vocabulary: int
    window: int | None
    guessed: tuple[str, ...] = ()

    @property
    def is_gated(self) -> bool:
        """Whether a feed-forward layer has a third matrix."""
        return self.architecture not in _UNGATED

    @property
    def body(self) -> int:
        """Weights that an encoder computes with: those outside the table of the vocabulary."""
        if self.guessed:
            return self.active_parameters
        return max(self.active_parameters - self.vocabulary * self.hidden, self.hidden)


def kind_of(model: object) -> str:
    """The literal that distinguishes classes of models; "" if there is none."""
    kind = getattr(model, "kind", "")
    return kind if isinstance(kind, str) else ""


def whole(model: object, name: str) -> int | None:
    """A number that a model may have, 1 or more; None if it is unknown or has no field."""
    value = getattr(model, name, None)
    return value if isinstance(value, int) and value > 0 else None


def network_of(model: Weighed) -> Network:
    """The network of a model. Raises InputError if not even its number of weights is known.

    A transformer of depth L and width h has about 12 L h² weights outside its vocabulary (Kaplan
    et al. 2020, arXiv 2001.08361, table 1, with a feed-forward layer of 4 h); what is missing of
    the three comes from the others.

    >>> from registry import LLAMA_3_8B_INSTRUCT
    >>> network = network_of(LLAMA_3_8B_INSTRUCT)
    >>> network.layers, network.kv_heads, network.head_dim, network.guessed
    (32, 8, 128, ())
    """
    parameters = whole(model, "parameter_count")
    if parameters is None:
        raise InputError(
            f"{model.id}: parameter_count is unknown, so its memory cannot be estimated"
        )
    architecture = getattr(model, "architecture_type", None)
    hidden, layers = whole(model, "hidden_dim"), whole(model, "num_layers")
    vocabulary = whole(model, "vocab_size")
    if architecture == "model2vec":  # a table of vectors, and no layers at all
        hidden, layers = whole(model, "embedding_dim"), 1
        vocabulary = parameters // hidden if hidden else None
    guessed = tuple(
        name
        for name, value in (("depth", layers), ("width", hidden), ("vocabulary", vocabulary))
        if value is None
    )
    hidden = hidden or _width(parameters, layers)
    layers = layers or _depth(parameters, hidden, known_width="width" not in guessed)
    vocabulary = vocabulary or max(min(_LARGEST_VOCABULARY, parameters // hidden), 1)
    table = vocabulary * hidden
    if architecture in _UNGATED:  # they learn their positions as they do words
        table += (whole(model, "max_position_embeddings") or 0) * hidden
    heads = whole(model, "num_attention_heads") or max(hidden // _HEAD_DIM, 1)
    return Network(
        architecture=architecture,
        parameters=parameters,
        active_parameters=whole(model, "active_parameter_count") or parameters,
        layers=layers,
        hidden=hidden,
        intermediate=whole(model, "intermediate_size")
        or _intermediate(parameters - table, hidden, layers, architecture),
        heads=heads,
        # As many as heads is the most there can be.
        kv_heads=whole(model, "num_key_value_heads") or heads,
        head_dim=whole(model, "head_dim") or max(hidden // heads, 1),
        experts=whole(model, "num_experts") or 1,
        vocabulary=vocabulary,
        window=whole(model, "sliding_window"),
        guessed=guessed,
    )


def _width(parameters: int, layers: int | None) -> int:
    """Width h of 12 L h², that of a wide network if L is unknown."""
    if layers is not None:
        return max(round(math.sqrt(parameters / 12 / layers)), 1)
    return max(round(math.cbrt(_WIDE * parameters / 12)), 1)


def _depth(parameters: int, hidden: int, *, known_width: bool) -> int:
    """Depth L of 12 L h², that of a narrow network if h is guessed."""
    if known_width:
        return max(round(parameters / 12 / hidden**2), 1)
    return max(round(math.cbrt(parameters / 12 / _NARROW**2)), 1)


def _intermediate(body: int, hidden: int, layers: int, architecture: str | None) -> int:
    """The feed-forward width that explains the number of weights; 4 h if none does.

    Attention is taken as 4 h², so that with fewer key-value heads this is rather too much.
    """
    matrices = 2 if architecture in _UNGATED else 3
    width = round((body / layers - 4 * hidden**2) / (matrices * hidden))
    return width if hidden <= width <= 8 * hidden else 4 * hidden
