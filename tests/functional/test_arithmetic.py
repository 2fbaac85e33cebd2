"""The arithmetic of weights, compared with what transformers builds, and the rule that uses it."""

from collections.abc import Iterator
from typing import Any

import pytest

from registry_codegen.entry_view import EntryView
from registry_codegen.rules.arithmetic import KNOWN, Count, Shape, counts
from registry_codegen.rules.sizes import arithmetic, exact, memory

# Real sizes, and small ones in which no two numbers coincide.
_ENCODERS = {
    "tiny": {
        "vocab_size": 1000, "hidden_size": 64, "num_hidden_layers": 3,
        "intermediate_size": 256,
    },
    "base": {
        "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
        "intermediate_size": 3072,
    },
    "large": {
        "vocab_size": 250002, "hidden_size": 1024, "num_hidden_layers": 24,
        "intermediate_size": 4096,
    },
}  # fmt: skip
_IN_DISTILBERT = {
    "hidden_size": "dim",
    "num_hidden_layers": "n_layers",
    "intermediate_size": "hidden_dim",
}
_DECODERS = {
    "tiny": {
        "vocab_size": 1000, "hidden_size": 128, "num_hidden_layers": 3, "intermediate_size": 416,
        "num_attention_heads": 4, "num_key_value_heads": 2,
    },
    "7b": {
        "vocab_size": 151936, "hidden_size": 3584, "num_hidden_layers": 28,
        "intermediate_size": 18944, "num_attention_heads": 28, "num_key_value_heads": 4,
    },
}  # fmt: skip


def library() -> Any:  # partially typed
    """transformers: imported only where this runs, because it takes seconds."""
    import transformers

    return transformers


def configuration(architecture: str, **sizes: Any) -> Any:
    return library().AutoConfig.for_model(architecture, **sizes)


def built(config: Any, make: Any = None) -> int:
    """Parameters of the network, counted without allocating them; tied ones once, no buffers."""
    import torch

    with torch.device("meta"):
        model = (make or library().AutoModel.from_config)(config)
    return sum(each.numel() for each in model.parameters())


def configurations(architecture: str) -> Iterator[Any]:
    """The architecture at every size."""
    decoder = hasattr(configuration(architecture), "num_key_value_heads")
    for size in (_DECODERS if decoder else _ENCODERS).values():
        yield configured(architecture, size)


def configured(architecture: str, size: dict[str, int]) -> Any:
    more: dict[str, Any] = {}
    if "num_attention_heads" not in size:
        more["num_attention_heads"] = size["hidden_size"] // 64
    if architecture == "distilbert":
        size = {_IN_DISTILBERT.get(key, key): value for key, value in size.items()}
        more = {"n_heads": more["num_attention_heads"]}
    if architecture == "electra":
        more["embedding_size"] = size["hidden_size"]
    return configuration(architecture, **size, **more, pad_token_id=0)


def shape_of(config: Any, **changes: Any) -> Shape:
    known = {
        "positions": getattr(config, "max_position_embeddings", None),
        "intermediate": getattr(config, "intermediate_size", None) or config.hidden_dim,
        "heads": config.num_attention_heads,
        "kv_heads": getattr(config, "num_key_value_heads", None),
        "head_dim": getattr(config, "head_dim", None),
    }
    sizes = (config.vocab_size, config.hidden_size, config.num_hidden_layers)
    return Shape(*sizes, **(known | changes))


@pytest.mark.parametrize("architecture", sorted(KNOWN - {"t5"}))  # T5 has its own test
def test_counts_are_what_transformers_builds(architecture: str) -> None:
    for config in configurations(architecture):
        count = built(config)
        assert count in [each.fixed for each in counts(architecture, shape_of(config))], config

        # Sizes that an entry does not give: only the right count passes, not the ones near it.
        unknown = shape_of(config, intermediate=None, heads=None, kv_heads=None, head_dim=None)
        found = counts(architecture, unknown)
        assert any(each.allows(count) for each in found), config
        for wrong in (count + 1, count + 512, count + config.hidden_size // 2):
            assert not any(each.allows(wrong) for each in found), config


@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize(
    ("hidden", "heads", "wide"), [(64, 4, 128), (768, 12, 3072), (1024, 128, 65536)]
)
def test_t5(hidden: int, heads: int, wide: int, gated: bool) -> None:
    config = configuration(
        "t5", vocab_size=32128, d_model=hidden, num_layers=4, num_heads=heads, d_ff=wide,
        d_kv=128 if heads == 128 else 64, feed_forward_proj="gated-gelu" if gated else "relu",
    )  # fmt: skip
    found = counts("t5", Shape(32128, hidden, 4))

    assert any(each.allows(built(config, library().T5EncoderModel)) for each in found)
    assert any(each.allows(built(config)) for each in found)  # encoder and decoder
    assert not any(each.allows(built(config) + hidden) for each in found)


def test_electra_small_has_narrow_embeddings() -> None:
    config = configuration("electra", embedding_size=128, hidden_size=256)

    assert built(config) in [count.fixed for count in counts("electra", shape_of(config))]


def test_nothing_is_known_of_others() -> None:
    assert counts("mamba", Shape(1000, 64, 2)) == ()
    assert counts("bert", Shape(1000, 64, 2)) == ()  # position count missing


def test_steps_do_not_allow_less_than_the_rest() -> None:
    assert not Count(100, step=32).allows(68)


def entry(count: int, kind: str = "dense", **specs: Any) -> EntryView:
    sizes = {"vocab_size": 30522, "hidden_dim": 384, "num_layers": 6}
    sizes["max_position_embeddings"] = 512
    architecture = {"type": "bert"} | specs.pop("architecture", {})
    dependencies = specs.pop("dependencies", {})
    return EntryView(
        0,
        {
            "type": kind,
            "architecture": architecture,
            "dependencies": dependencies,
            "specs": sizes | {"parameter_count": count} | specs,
        },
    )


MINILM = 22_713_216
SQUARE, HEAD = 384 * 384 + 384, 384 * 384 + 384 + 2 * 384 + 30522


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("dense", 0),
        ("dense", -SQUARE),  # without the pooler
        ("dense", 768 * 384),
        ("dense", 768 * 384 + 768),
        ("cross-encoder", 385),
        ("cross-encoder", 3 * 385),
        ("sparse", HEAD - SQUARE),
        ("sparse", HEAD - SQUARE + 30522 * 384),  # with a second copy of the output matrix
    ],
)
def test_what_checkpoints_add(kind: str, more: int) -> None:
    projection = {"projection_dims": 768, "has_projection": True}
    given = entry(MINILM + more, kind, architecture=projection if kind == "dense" else {})

    assert list(arithmetic(given)) == []


@pytest.mark.parametrize("more", [512, 514, -1, 385])
def test_what_is_no_weight_of_an_encoder(more: int) -> None:
    (finding,) = arithmetic(entry(MINILM + more))

    assert finding.rule == "parameter-arithmetic"
    assert str(MINILM) in finding.message


@pytest.mark.parametrize(
    "given",
    [
        entry(1, architecture={"type": "mamba"}),
        entry(1, dependencies={"trust_remote_code": True}),
        entry(1, num_experts=8),
        entry(1, active_parameters="1M"),
        entry(1, vocab_size=None),
    ],
)
def test_what_cannot_be_worked_out_is_not_refuted(given: EntryView) -> None:
    assert list(arithmetic(given)) == []


@pytest.mark.parametrize("source", ["Hub: model.safetensors", "Hub"])
def test_a_count_of_the_stored_tensors_is_what_is_stored(source: str) -> None:
    """As read by `registry add`: files with more or less than the configuration says."""
    stored = entry(5_000_000)
    stored.data["sources"] = {source: ["specs.parameter_count"]}
    copied = entry(5_000_000)
    copied.data["sources"] = {"a paper on model.safetensors": ["specs.parameter_count"]}

    assert [*arithmetic(stored), *exact(stored)] == []
    assert {each.rule for each in (*arithmetic(copied), *exact(copied))} == {
        "parameter-arithmetic",
        "round-count",
    }


@pytest.mark.parametrize("size", [418, 417.6, 414, 421, 209, 104, 52])
def test_bytes_that_fit(size: float) -> None:
    assert list(memory(entry(109_482_240, memory_mb=size))) == []


@pytest.mark.parametrize("size", [390, 412, 424, 300, 1])
def test_bytes_that_fit_no_precision(size: float) -> None:
    (finding,) = memory(entry(109_482_240, memory_mb=size))

    assert finding.rule == "memory-size"
    assert "418, 209, 104" in finding.message


@pytest.mark.parametrize(
    ("count", "is_round"),
    [
        (335_000_000, True),
        (7_110_000_000, True),
        (4_407_000_000, True),
        (33_360_000, False),  # MiniLM-L12-H384
        (22_713_216, False),
        (999, False),
    ],
)
def test_round_figures(count: int, is_round: bool) -> None:
    assert bool(list(exact(entry(count)))) is is_round
